"""Answers about the past, review dates and terms, as the database keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from consent_db import Store
from consent_db.core.policy_terms import Terms
from consent_db.errors import AlreadyExists, BiometricConsentMissing, NotPossible
from consent_db.publishing.records import PublicationDraft
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import EVERYWHERE, Party, Permission, Reason, Stance, Subject
from gatekeeper.types import Channel, Kind, PersonId
from tests.support.register import ADMIN, ENGINE, NOW, PUPIL, TODAY, add_channel, add_pupil, approve, said, template

DAY = timedelta(days=1)
WEBSITE = Channel("website", frozenset({"online"}), approved=True)
NO = said(stance=Stance.REFUSED)


def asked(store: Store, person: PersonId, moment: datetime, known_at: datetime | None = None) -> Permission:
    with store.reading(ADMIN, NOW + 100 * DAY) as tx:
        return tx.consent.permission(person, Subject.PICTURE, WEBSITE, moment, known_at)


LATER: dict[str, tuple[Callable[[Transaction, PersonId], object], Reason]] = {
    "a refusal": (lambda tx, person: tx.consent.record(person, replace(NO, since=TODAY)), Reason.REFUSED),
    "a listing": (lambda tx, person: tx.consent.list_person(person), Reason.LISTED),
    "a hold": (lambda tx, person: tx.consent.hold(person), Reason.HELD),
    "a leaving date": (
        lambda tx, person: tx.people.change(person, replace(PUPIL, leaving_date=TODAY - DAY)),
        Reason.LEFT,
    ),
    "another date of birth": (
        lambda tx, person: tx.people.change(person, replace(PUPIL, date_of_birth=date(2010, 1, 1))),
        Reason.PUPIL_NOT_ASKED,
    ),
    "another kind": (
        lambda tx, person: tx.people.change(person, replace(PUPIL, kind=Kind.STAFF, date_of_birth=None)),
        Reason.NOT_GIVEN,
    ),
    "another age of own consent": (
        lambda tx, _person: tx.keep_terms(Terms(own_consent_age=5)),
        Reason.PUPIL_NOT_ASKED,
    ),
}


@pytest.mark.parametrize("name", LATER)
def test_what_is_written_down_later_leaves_the_answer_as_it_was_known(store: Store, name: str) -> None:
    """The answer of a day, with what was known that day, is the same for ever; the one of today is another."""
    change, reason = LATER[name]
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.keep_terms(Terms(takedown_hours=48))
    then = NOW + DAY
    before = asked(store, person, then, then)
    with store.transaction(ADMIN, NOW + 3 * DAY) as tx:
        change(tx, person)
    after = asked(store, person, then, then)
    assert (before, before.chain) == (after, after.chain)
    assert before.allowed
    assert asked(store, person, NOW + 3 * DAY).reason is reason
    assert asked(store, person, NOW + 90 * DAY).reason is reason


def test_two_changes_give_two_pasts(store: Store) -> None:
    """Each moment has the facts that held until the next change."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    for number, leaves in enumerate([TODAY, None, TODAY + DAY], start=1):
        with store.transaction(ADMIN, NOW + number * DAY) as tx:
            tx.people.change(person, replace(PUPIL, leaving_date=leaves))
    with store.transaction(ADMIN, NOW + 5 * DAY) as tx:
        tx.people.change(person, replace(PUPIL, leaving_date=TODAY + DAY, first_name="Amira Rose"))
    late = NOW + 4 * DAY
    reasons = [asked(store, person, late, NOW + hours * DAY).reason for hours in (0.5, 1.5, 2.5, 3.5, 5.5)]
    assert reasons == [Reason.GRANTED, Reason.LEFT, Reason.GRANTED, Reason.LEFT, Reason.LEFT]


def test_a_person_who_is_erased_has_no_past(lite: Store) -> None:
    """What an answer about the past rested on goes too."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.people.change(person, replace(PUPIL, leaving_date=TODAY))
        assert tx.people.erase(person).deleted["former_facts"] == 1


# --- terms ------------------------------------------------------------------------


def test_without_biometrics_no_template_can_be(store: Store) -> None:
    """Those that are there go in the same transaction, and no more are taken, whoever agrees."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    with store.transaction(ADMIN, NOW) as tx:
        assert tx.keep_terms(Terms(biometrics=False)) == 1
        assert tx.enrolment.count(ENGINE) == 0
        assert not tx.enrolment.permitted(person)
        with pytest.raises(BiometricConsentMissing, match="no_biometrics"):
            tx.enrolment.enrol(person, ENGINE, template(), 3)
    with store.transaction(ADMIN, NOW) as tx:
        tx.keep_terms(Terms())
        tx.enrolment.enrol(person, ENGINE, template(), 3)


def test_the_terms_say_how_long_a_take_down_may_take(lite: Store) -> None:
    """The clock is the policy's."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        tx.keep_terms(Terms(takedown_hours=2))
        check = approve(tx, person)
        tx.publications.record(PublicationDraft(check.id, NOW))
        (takedown,) = tx.consent.record(person, NO).takedowns
        assert tx.takedowns.get(takedown).due_at == NOW + timedelta(hours=2)


# --- reviews ----------------------------------------------------------------------


def test_listings_and_holds_are_looked_at_again(store: Store) -> None:
    """On the day that was set it is due; whoever looked sets the next; what is lifted is not asked about."""
    with store.transaction(ADMIN, NOW) as tx:
        person, other = add_pupil(tx), add_pupil(tx, replace(PUPIL, external_id="2"))
        tx.consent.list_person(person, "adoption", TODAY + 30 * DAY)
        tx.consent.hold(other)
        tx.consent.hold(person, None, TODAY + 10 * DAY)
        found = [(r.person, r.restriction, r.review_on) for r in tx.reviews.all()]
        assert found == [
            (person, Restriction.HOLD, TODAY + 10 * DAY),
            (person, Restriction.LISTING, TODAY + 30 * DAY),
            (other, Restriction.HOLD, None),
        ]
        assert tx.reviews.due() == []
    with store.transaction(ADMIN, NOW + 10 * DAY) as tx:
        assert [record.restriction for record in tx.reviews.due()] == [Restriction.HOLD]
        tx.reviews.done(person, Restriction.HOLD, TODAY + 60 * DAY)
        assert tx.reviews.due() == []
        tx.consent.unlist(person)
        assert [record.person for record in tx.reviews.all()] == [person, other]
        with pytest.raises(NotPossible, match="no listing"):
            tx.reviews.done(person, Restriction.LISTING, TODAY + 60 * DAY)
        with pytest.raises(NotPossible, match="passed"):
            tx.reviews.done(person, Restriction.HOLD, TODAY)


def test_a_listing_with_a_review_in_the_past_is_not_half_made(lite: Store) -> None:
    """The wrong day refuses all of it."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    with pytest.raises(NotPossible, match="passed"), lite.transaction(ADMIN, NOW) as tx:
        tx.consent.list_person(person, "adoption", TODAY - DAY)
    with lite.transaction(ADMIN, NOW) as tx:
        assert not tx.consent.is_listed(person)
        tx.consent.list_person(person)
        with pytest.raises(AlreadyExists):
            tx.consent.list_person(person)


def test_somebody_may_be_on_the_list_whom_the_gate_cannot_recognise(lite: Store) -> None:
    """Neither a template nor a photograph is needed, and neither is a word of consent."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(replace(PUPIL, external_id="3"))
        change = tx.consent.list_person(person, "refuge", TODAY + DAY)
        assert (change.search, tx.enrolment.count(ENGINE)) == (None, 0)
        assert tx.register(ENGINE, 4).listed == {person}
        statement = replace(said(), party=Party.PARENT, scope=EVERYWHERE)
        tx.consent.record(person, statement)
        assert tx.consent.permission(person, Subject.PICTURE, WEBSITE, NOW).reason is Reason.LISTED
