"""Siblings and twins that a school has confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from consent_db import Store
from consent_db.approvals.records import CheckDraft
from consent_db.errors import NotFound, NotPossible
from consent_db.publishing.records import PublicationDraft, Why
from consent_db.transaction import Transaction
from gatekeeper.types import BoundBy, PersonId
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, PUPIL, add_channel, approve, facts, released, said


def _three(tx: Transaction) -> list[PersonId]:
    return [tx.people.add(replace(PUPIL, external_id=str(number))) for number in range(3)]


def test_two_are_one_family_and_a_third_joins_it(store: Store) -> None:
    """Both ways round, in the register that the gate works with, and said twice it changes nothing."""
    with store.transaction(ADMIN, NOW) as tx:
        one, two, three = _three(tx)
        tx.siblings.confirm(one, two)
        before = tx.register_version()
        tx.siblings.confirm(two, one)
        assert tx.register_version() == before
        tx.siblings.confirm(three, two)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register(ENGINE, DIMENSION).siblings == {
            one: {two, three},
            two: {one, three},
            three: {one, two},
        }
    with store.transaction(ADMIN, NOW) as tx:
        tx.siblings.remove(one)
        assert not tx.siblings.of(one)
        assert tx.siblings.of(two) == {three}
        tx.siblings.remove(two)
        assert tx.register(ENGINE, DIMENSION).siblings == {}


def test_two_families_become_one(lite: Store) -> None:
    """Where two people of different families are confirmed, all of both are."""
    with lite.transaction(ADMIN, NOW) as tx:
        one, two, three = _three(tx)
        four = tx.people.add(replace(PUPIL, external_id="4"))
        tx.siblings.confirm(one, two)
        tx.siblings.confirm(three, four)
        tx.siblings.confirm(two, three)
        assert tx.siblings.of(four) == {one, two, three}


def test_an_erasure_leaves_nothing_of_it(lite: Store) -> None:
    """Neither at the person who is erased nor at the one who stays."""
    with lite.transaction(ADMIN, NOW) as tx:
        one, two, _ = _three(tx)
        tx.siblings.confirm(one, two)
        erasure = tx.people.erase(one)
        assert erasure.deleted["siblings"] == 1
        assert tx.siblings.of(two) == frozenset()
    assert lite.prove_erasure(one, erasure.cells).holds


def test_approvals_end_in_which_the_engine_alone_decided_between_them(store: Store) -> None:
    """With a take-down if posted; a face named by a person stays approved, as does a picture of other people."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        one, two, three = _three(tx)
        for person in (one, two, three):
            tx.consent.record(person, said())
        alone, mixed, other = approve(tx, one), approve(tx, two, three), approve(tx, three)
        check = tx.checks.receive(CheckDraft("website"))
        by_hand = facts(tx.register_version(), one)
        by_hand = replace(by_hand, faces=tuple(replace(face, by=BoundBy.HAND) for face in by_hand.faces))
        named = tx.checks.record(
            check.id,
            released(by_hand),
            examined_key="examined/hand",
            release_token_sha256=check.id,
            expires_at=NOW + timedelta(days=1),
        )
        posts = [
            tx.publications.record(PublicationDraft(made.id, NOW, "https://school.example/1"))
            for made in (alone, other)
        ]
        assert tx.takedowns.waiting() == []
    with store.transaction(ADMIN, NOW) as tx:
        touched = tx.siblings.touches(one, two)
        assert (set(touched.approvals), dict(touched.down)) == ({alone.id, mixed.id}, {posts[0].id: Why.IN_DOUBT})
        change = tx.siblings.confirm(one, two)
        assert set(change.revoked_checks) == {alone.id, mixed.id}
        assert [tx.checks.get(made.id).stands(NOW) for made in (alone, mixed, other, named)] == [
            False,
            False,
            True,
            True,
        ]
        assert [takedown.publication.id for takedown in tx.takedowns.waiting()] == [posts[0].id]
        assert not tx.siblings.touches(two, one)
        assert set(tx.siblings.touches(three, two).approvals) == {other.id}


def test_a_post_of_an_approval_that_is_over_comes_down_too(store: Store) -> None:
    """A post outlasts its approval: what is up on the day of the confirmation counts, not what may still go out."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        one, two, three = _three(tx)
        for person in (one, two, three):
            tx.consent.record(person, said())
        shown, other = approve(tx, one), approve(tx, three)
        post, _ = (
            tx.publications.record(PublicationDraft(made.id, NOW, "https://school.example/1"))
            for made in (shown, other)
        )
    with store.transaction(ADMIN, NOW + timedelta(hours=1)) as tx:
        tx.checks.revoke(shown.id, "channel_changed")
        assert tx.takedowns.waiting() == []
        assert dict(tx.siblings.touches(one, two).down) == {post.id: Why.IN_DOUBT}
        change = tx.siblings.confirm(one, two)
        assert change.revoked_checks == ()
        assert [takedown.publication.id for takedown in tx.takedowns.waiting()] == [post.id]


def test_no_one_is_their_own_sibling_or_that_of_a_stranger(lite: Store) -> None:
    """Each is refused with a sentence, and nothing is written down."""
    with lite.transaction(ADMIN, NOW) as tx:
        one, *_ = _three(tx)
        with pytest.raises(NotPossible, match="one and the same"):
            tx.siblings.confirm(one, one)
        with pytest.raises(NotFound):
            tx.siblings.confirm(one, PersonId("per_0"))
        assert tx.siblings.of(one) == frozenset()
