from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from consent_db import Store
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import Change, PersonDraft
from consent_db.publishing.records import PublicationDraft, PublicationRecord, TakedownOutcome, Touched, Why
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import Party, Stance, Statement, Subject
from gatekeeper.types import PersonId
from tests.support.register import ADMIN, NOW, PUPIL, TODAY, add_channel, add_pupil, approve, facts, released, said

DAY = timedelta(days=1)
YESTERDAY = TODAY - DAY
SECOND = replace(PUPIL, external_id="2")


def published(tx: Transaction, *people: PersonId, channel: str = "website", number: int = 1) -> PublicationRecord:
    """Approve a picture of these people and report it as published."""
    check = approve(tx, *people, channel=channel)
    return tx.publications.record(PublicationDraft(check.id, NOW, f"https://school.example/{number}", f"p{number}"))


def founded(tx: Transaction, draft: PersonDraft = PUPIL) -> PersonId:
    """Set up a website and somebody who may be published on it."""
    add_channel(tx)
    return add_pupil(tx, draft)


def test_a_post_is_remembered_with_whom_it_shows(store: Store) -> None:
    """Which release, where and when, who reported it, who is bound in it and who is named."""
    with store.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        post = published(tx, person)
        assert (post.people, post.named, post.taken_down_at) == (frozenset({person}), frozenset({person}), None)
        assert (post.channel, post.release_sha256, post.recorded_by) == ("website", "ab" * 32, ADMIN)
        assert (post.address, post.post_id) == ("https://school.example/1", "p1")
        assert tx.publications.up() == tx.publications.showing(person) == tx.publications.of_check(post.check_id)
        assert tx.publications.get(post.id) == post
        assert tx.takedowns.waiting() == []
        assert "school.example" not in repr(post)


def test_the_same_post_reported_again_is_one_post(store: Store) -> None:
    """A scheduler may retry; another address is another post."""
    with store.transaction(ADMIN, NOW) as tx:
        check = approve(tx, founded(tx))
        draft = PublicationDraft(check.id, NOW, "https://school.example/1")
        first, again = tx.publications.record(draft), tx.publications.record(draft)
        other = tx.publications.record(replace(draft, address="https://school.example/2"))
        bare = [tx.publications.record(PublicationDraft(check.id, NOW - n * DAY / 24)).id for n in (0, 0, 1)]
    assert first == again != other
    assert [bare[0] == bare[1], bare[0] == bare[2]] == [True, False]


@pytest.mark.parametrize(
    "wrong",
    [{"published_at": NOW + DAY}, {"address": "x" * 2001}, {"post_id": "x" * 2001}, {"check_id": "chk_blocked"}],
)
def test_what_cannot_have_been_published_is_refused(lite: Store, wrong: dict[str, object]) -> None:
    """In the future, at an endless address, or of a check from which nothing came out."""
    with lite.transaction(ADMIN, NOW) as tx:
        check = approve(tx, founded(tx))
        blocked = tx.checks.receive(check.draft)
        wrong = {**wrong, "check_id": blocked.id} if "check_id" in wrong else wrong
        with pytest.raises(NotPossible):
            tx.publications.record(replace(PublicationDraft(check.id, NOW), **wrong))  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            tx.publications.record(PublicationDraft("chk_none", NOW))


@pytest.mark.parametrize("ended", ["expired", "revoked", "blocked"])
def test_what_was_published_without_an_approval_comes_down(lite: Store, ended: str) -> None:
    """The post is remembered all the same, and a clock runs."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        check = approve(tx, person, days=1)
        if ended == "revoked":
            tx.checks.revoke(check.id, "second_thoughts")
        if ended == "blocked":
            check = tx.checks.receive(check.draft)
            blocked = released(facts(tx.register_version(), person, approved=False))
            tx.checks.record(check.id, blocked, examined_key=None, release_token_sha256=None, expires_at=None)
    with lite.transaction(ADMIN, NOW + DAY) as tx:
        post = tx.publications.record(PublicationDraft(check.id, NOW + DAY))
        (takedown,) = tx.takedowns.waiting()
    assert (takedown.publication, takedown.why, takedown.due_at) == (post, Why.NOT_APPROVED, NOW + 2 * DAY)


def test_a_post_that_is_reported_after_a_withdrawal_comes_down(lite: Store) -> None:
    """It was published in time, and the consent was taken back before anybody said so."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        check = approve(tx, person)
    with lite.transaction(ADMIN, NOW + DAY) as tx:
        tx.consent.record(person, said(stance=Stance.WITHDRAWN))
        tx.publications.record(PublicationDraft(check.id, NOW + DAY / 2))
        (takedown,) = tx.takedowns.waiting()
    assert takedown.why is Why.NOT_PERMITTED


# --- what a change touches ------------------------------------------------------------

Wish = Callable[[Transaction, PersonId], Change]
Preview = Callable[[Transaction, PersonId], Touched]


def stating(*statements: Statement) -> tuple[Wish, Preview]:
    return (
        lambda tx, person: tx.consent.record_all(person, statements),
        lambda tx, person: tx.consent.touches(person, statements),
    )


NO = said(stance=Stance.REFUSED)
CHANGES: dict[str, tuple[tuple[Wish, Preview], Why | None]] = {
    "a parent takes it back": (stating(said(stance=Stance.WITHDRAWN)), Why.NOT_PERMITTED),
    "the other parent objects": (stating(replace(NO, party=Party.SECOND_PARENT)), Why.NOT_PERMITTED),
    "the child refuses": (stating(replace(NO, party=Party.PUPIL)), Why.NOT_PERMITTED),
    "a court forbids": (stating(replace(NO, party=Party.COURT)), Why.NOT_PERMITTED),
    "no to this channel": (stating(replace(NO, scope="website")), Why.NOT_PERMITTED),
    "no to its purpose": (stating(replace(NO, scope="online")), Why.NOT_PERMITTED),
    "no to another channel": (stating(replace(NO, scope="press")), None),
    "no to the name": (stating(replace(NO, subject=Subject.NAME)), Why.NAME_NOT_PERMITTED),
    "no to picture and name": (stating(NO, replace(NO, subject=Subject.NAME)), Why.NOT_PERMITTED),
    "no to biometrics": (stating(replace(NO, subject=Subject.BIOMETRICS)), None),
    "a refusal from next month on": (stating(replace(NO, since=TODAY + 30 * DAY)), None),
    "a yes that is as good": (stating(said()), None),
    "a yes that ends in a week": (stating(said(until=TODAY + 7 * DAY)), None),
    "a listing": (
        (
            lambda tx, person: tx.consent.list_person(person, "secret"),
            lambda tx, person: tx.consent.touches_restricting(person, Restriction.LISTING),
        ),
        Why.NOT_PERMITTED,
    ),
    "a hold": (
        (
            lambda tx, person: tx.consent.hold(person),
            lambda tx, person: tx.consent.touches_restricting(person, Restriction.HOLD),
        ),
        Why.NOT_PERMITTED,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_opens_take_downs_for_what_may_not_be_up_any_more(lite: Store, name: str) -> None:
    """With a reason that names nobody, due in the time that the policy gives, and exactly as the preview said."""
    (change, preview), why = CHANGES[name]
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        other = add_pupil(tx, SECOND)
        mine, shared, theirs = (
            published(tx, person),
            published(tx, person, other, number=2),
            published(tx, other, number=3),
        )
    with lite.reading(ADMIN, NOW) as tx:
        foreseen = preview(tx, person)
    with lite.transaction(ADMIN, NOW) as tx:
        done = change(tx, person)
        opened = [tx.takedowns.get(takedown) for takedown in done.takedowns]
        assert tx.takedowns.waiting() == sorted(opened, key=lambda takedown: takedown.id)
    assert {t.publication.id: t.why for t in opened} == dict(foreseen.down)
    assert foreseen.down == ({} if why is None else {mine.id: why, shared.id: why})
    assert theirs.id not in foreseen.down
    assert all(t.due_at == NOW + DAY and t.opened_by == ADMIN and not t.overdue(NOW) for t in opened)
    assert (sorted(foreseen.approvals), foreseen.templates) == (list(done.revoked_checks), done.destroyed_templates)
    assert foreseen.searches is (done.search is not None)


def test_a_preview_changes_nothing(store: Store) -> None:
    """Neither the register, nor the audit, nor an approval."""
    with store.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        post = published(tx, person)
        version = tx.register_version()
    before = store.verify_audit()
    with store.reading(ADMIN, NOW) as tx:
        assert tx.consent.touches(person, [NO]) == Touched(
            {post.check_id: "consent_refused"}, {post.id: Why.NOT_PERMITTED}
        )
        assert not tx.consent.touches(person, [said()])
        with pytest.raises(NotPossible):
            tx.consent.touches(person, [replace(NO, scope="")])
        assert tx.register_version() == version
    assert store.verify_audit() == before


def test_what_only_ends_is_listed_and_no_clock_runs(lite: Store) -> None:
    """Somebody left, or a consent ran out: nobody objected, so a person decides whether the post stays."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        post = published(tx, person)
        left = replace(PUPIL, leaving_date=YESTERDAY)
        foreseen = tx.people.touches(person, left)
        assert (dict(foreseen.approvals), foreseen.lapsed, foreseen.templates) == (
            {post.check_id: "person_changed"},
            (post.id,),
            1,
        )
        assert not tx.people.touches(person, replace(PUPIL, groups=frozenset({"Oak"})))
        change = tx.people.change(person, left)
        assert (change.takedowns, change.lapsed, change.revoked_checks) == ((), (post.id,), (post.check_id,))
        assert [tx.takedowns.waiting(), tx.publications.lapsed()] == [[], [post]]
        takedown = tx.takedowns.get(tx.publications.take_down(post.id))
        assert tx.takedowns.waiting() == [takedown]


def test_a_consent_that_was_shortened_into_the_past_lapses(lite: Store) -> None:
    """The answer says at once which posts it leaves without a permission."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        post = published(tx, person)
    with lite.transaction(ADMIN, NOW + DAY) as tx:
        ended = replace(said(until=YESTERDAY), said_at=NOW + DAY / 24, since=YESTERDAY)
        assert tx.consent.touches(person, [ended]).lapsed == (post.id,)
        assert tx.consent.record(person, ended).lapsed == (post.id,)
        longer = replace(said(until=date(2026, 12, 18)), said_at=NOW + DAY)
        assert tx.consent.record(person, longer).lapsed == ()


def test_a_refusal_that_begins_later_takes_posts_down_when_it_begins(store: Store) -> None:
    """The daily run looks; it opens nothing twice, and nothing for what only ended."""
    with store.transaction(ADMIN, NOW) as tx:
        person, leaver = founded(tx), add_pupil(tx, SECOND)
        post = published(tx, person)
        published(tx, leaver, number=2)
        assert tx.consent.record(person, replace(NO, since=TODAY + DAY)).takedowns == ()
        tx.people.change(leaver, replace(SECOND, leaving_date=YESTERDAY))
        assert tx.publications.catch_up() == ()
    with store.transaction("system", NOW + DAY) as tx:
        (opened,) = tx.publications.catch_up()
        assert tx.publications.catch_up() == ()
        takedown = tx.takedowns.get(opened)
    assert (takedown.publication.id, takedown.why, takedown.due_at) == (post.id, Why.NOT_PERMITTED, NOW + 2 * DAY)


def test_one_post_has_one_clock(lite: Store) -> None:
    """A second objection does not give it more time."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        published(tx, person)
        first = tx.consent.record(person, NO).takedowns
    with lite.transaction(ADMIN, NOW + DAY / 2) as tx:
        assert tx.consent.list_person(person).takedowns == first
        assert tx.takedowns.get(first[0]).due_at == NOW + DAY


def test_a_take_down_is_done_with_a_proof(store: Store) -> None:
    """By whom, when and what was seen; the post is down from then on, and what is late stands in a list."""
    with store.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        post = published(tx, person)
        (takedown,) = tx.consent.record(person, NO).takedowns
    with store.transaction("user:usr_2", NOW + DAY) as tx:
        assert [record.id for record in tx.takedowns.overdue()] == [takedown]
        with pytest.raises(NotPossible, match="what you saw"):
            tx.takedowns.done(takedown, "  ")
        for outcome in (TakedownOutcome.EDITED, TakedownOutcome.KEPT):
            with pytest.raises(NotPossible, match="has to come down"):
                tx.takedowns.done(takedown, "seen", outcome)
        record = tx.takedowns.done(takedown, "Answers 404 since 10:12, archive.example/1")
        assert (record.done_by, record.done_at, record.outcome) == ("user:usr_2", NOW + DAY, TakedownOutcome.DOWN)
        assert record.proof == "Answers 404 since 10:12, archive.example/1"
        assert [tx.takedowns.waiting(), tx.takedowns.overdue(), tx.publications.up()] == [[], [], []]
        assert tx.takedowns.finished() == [record]
        assert tx.publications.get(post.id).taken_down_at == NOW + DAY
        with pytest.raises(NotPossible, match="already"):
            tx.takedowns.done(takedown, "again")
        with pytest.raises(NotFound):
            tx.takedowns.get("tkd_none")


def test_a_name_may_be_taken_out_instead(lite: Store) -> None:
    """The picture stays up, and the ledger knows that the name is gone."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        post = published(tx, person)
        (takedown,) = tx.consent.record(person, replace(NO, subject=Subject.NAME)).takedowns
        tx.takedowns.done(takedown, "caption edited", TakedownOutcome.EDITED)
        assert (tx.publications.get(post.id).named, tx.publications.get(post.id).taken_down_at) == (frozenset(), None)
        again = tx.consent.record(person, replace(NO, subject=Subject.NAME, party=Party.SECOND_PARENT))
        assert again.takedowns == ()


def test_where_a_post_is_and_what_was_seen_is_sealed(lite: Store) -> None:
    """Addresses may spell a name, so neither they nor the proof are in the database in clear."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        published(tx, person)
        (takedown,) = tx.consent.record(person, NO).takedowns
        tx.takedowns.done(takedown, "amira-wins is gone")
    with lite._engine.connect() as connection:
        rows = [
            *connection.exec_driver_sql("SELECT * FROM publications"),
            *connection.exec_driver_sql("SELECT * FROM takedowns"),
            *connection.exec_driver_sql("SELECT * FROM audit"),
        ]
    assert "school.example" not in repr(rows)
    assert "amira-wins" not in repr(rows)


def test_an_erasure_and_a_deletion_take_posts_down(lite: Store) -> None:
    """Whoever is erased is not shown any more, and a compromising picture is taken down everywhere."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        other = add_pupil(tx, SECOND)
        mine, theirs = published(tx, person), published(tx, other, number=2)
        tx.people.erase(person)
        tx.deleted_pictures.delete(theirs.check_id, "compromising")
        assert {t.publication.id: t.why for t in tx.takedowns.waiting()} == {
            mine.id: Why.NOT_PERMITTED,
            theirs.id: Why.DELETED,
        }
        assert tx.publications.lapsed() == []


def test_a_change_that_fails_opens_no_take_down(store: Store) -> None:
    """Everything of one change is in one transaction."""
    with store.transaction(ADMIN, NOW) as tx:
        person = founded(tx)
        post = published(tx, person)
    with pytest.raises(NotFound), store.transaction(ADMIN, NOW) as tx:  # noqa: PT012, the second step fails
        assert tx.consent.record(person, NO).takedowns
        tx.consent.hold(PersonId("per_nobody"))
    with store.reading(ADMIN, NOW) as tx:
        assert tx.takedowns.waiting() == []
        assert tx.checks.get(post.check_id).stands(NOW)


# --- searches -------------------------------------------------------------------------


def test_a_listing_asks_for_a_search_where_the_gate_knows_the_face(store: Store) -> None:
    """In its own transaction, so that no crash can lose it; without a template there is nothing to search with."""
    with store.transaction(ADMIN, NOW) as tx:
        person, unknown = founded(tx), add_pupil(tx, SECOND, enrolled=False)
        search = tx.consent.list_person(person).search
        assert tx.consent.list_person(unknown).search is None
        assert [record.id for record in tx.searches.waiting()] == [search]
        with pytest.raises(NotPossible, match="no template"):
            tx.searches.ask(unknown)
        assert search is not None
        tx.searches.finish(search, looked=3, found=1)
        assert tx.searches.waiting() == []
        assert (tx.searches.get(search).looked, tx.searches.get(search).found) == (3, 1)


def test_what_a_search_finds_comes_down_or_is_looked_at(lite: Store) -> None:
    """The post is bound to the person from then on, unless somebody looked and says that it is somebody else."""
    with lite.transaction(ADMIN, NOW) as tx:
        person, other = founded(tx), add_pupil(tx, SECOND)
        post = published(tx, other)
        unpublished = approve(tx, other)
        approve(tx, other, days=0)
        assert tx.searches.released() == sorted([post.check_id, unpublished.id])
        (takedown,) = tx.publications.found(person, post.release_sha256)
        assert tx.takedowns.get(takedown).why is Why.MAY_SHOW
        assert tx.publications.showing(person)[0].id == post.id
        assert tx.publications.found(other, "00" * 32) == ()
        tx.takedowns.done(takedown, "It is his cousin.", TakedownOutcome.KEPT)
        assert tx.publications.showing(person) == []
        assert tx.publications.up()[0].people == {other}
