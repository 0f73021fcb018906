from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from operator import itemgetter
from random import Random

import numpy as np
import pytest

from consent_db import Keyring, Store
from consent_db.approvals.records import CheckDraft
from consent_db.checks.records import Mark
from consent_db.data_rights.lifecycle import DueKind
from consent_db.publishing.records import PublicationDraft
from consent_db.store import LONDON
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject, order_of
from gatekeeper.types import Channel, PersonId, ReleaseFacts, Role
from tests.support.register import (
    ADMIN,
    DIMENSION,
    ENGINE,
    NOW,
    PUPIL,
    TODAY,
    add_channel,
    add_pupil,
    approve,
    believe,
    facts,
    said,
)

LATER = NOW + timedelta(days=400)
KEEP = timedelta(days=365)


def released(tx: Transaction, person: PersonId) -> str:
    """Record an approval with a released file; return the check's id."""
    check = tx.checks.receive(CheckDraft("website"))
    file = ReleaseFacts("ab" * 32, "image/jpeg", 10, 10, 100)
    answer = replace(facts(tx.register_version(), person), release=file)
    tx.checks.record(check.id, answer, examined_key="examined/1", release_token_sha256="t", expires_at=None)
    return check.id


def due(tx: Transaction, days: int = 30) -> list[tuple[str, int, str]]:
    return [(d.kind.value, (d.day - tx.today).days, d.detail) for d in tx.lifecycle.due(days)]


def add_adult_free(tx: Transaction, **changes: object) -> PersonId:
    """Add a pupil about whom nothing falls due but what is said."""
    return tx.people.add(replace(PUPIL, date_of_birth=None, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("no_first", [True, False])
def test_at_one_instant_the_no_is_the_last_word(lite: Store, no_first: bool) -> None:  # noqa: FBT001 -- a parameter
    """A yes that ends, said in the same moment as a no, neither permits nor falls due."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_adult_free(tx)
        yes = said(until=TODAY + timedelta(days=10))
        no = replace(yes, stance=Stance.REFUSED, until=None)
        for statement in (no, yes) if no_first else (yes, no):
            tx.consent.record(person, statement)
        assert not tx.consent.permission(
            person, Subject.PICTURE, Channel("website", frozenset(), approved=True), NOW
        ).allowed
        assert tx.lifecycle.ending(30) == frozenset()
        assert due(tx) == []


def test_of_two_grants_at_one_instant_the_shorter_falls_due(lite: Store) -> None:
    """*What falls due* lists the very grant that the permission goes by."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_adult_free(tx)
        tx.consent.record(person, said(until=TODAY + timedelta(days=5)))
        tx.consent.record(person, said(until=TODAY + timedelta(days=20)))
        tx.consent.record(person, said())
        channel = Channel("website", frozenset(), approved=True)
        found = tx.consent.permission(person, Subject.PICTURE, channel, NOW)
        ends = {step.statement.until for step in found.chain if step.statement is not None}
        assert [days for _, days, _ in due(tx)] == [5]
        assert ends == {TODAY + timedelta(days=5)}


def test_consents_that_end_are_listed_ahead(lite: Store) -> None:
    """The last word of each party counts: what was renewed or taken back does not fall due."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_adult_free(tx)
        tx.consent.record(person, said(until=TODAY + timedelta(days=10)))
        tx.consent.record(person, said(scope="website", until=TODAY + timedelta(days=31)))
        tx.consent.record(person, said(Subject.NAME, until=TODAY))
        renewed = said(Subject.BIOMETRICS, until=TODAY + timedelta(days=3))
        tx.consent.record(person, replace(renewed, said_at=NOW - timedelta(days=1)))
        tx.consent.record(person, said(Subject.BIOMETRICS, stance=Stance.WITHDRAWN))
        assert due(tx) == [
            ("consent_ends", 0, "name, everywhere, by parent"),
            ("consent_ends", 10, "picture, everywhere, by parent"),
        ]


def test_the_database_finds_the_same_last_words_as_reading_everything(store: Store) -> None:
    """Of many statements in any order, made at the same instant too, on either database."""
    chance = Random(4)
    with store.transaction(ADMIN, NOW) as tx:
        person, other = add_adult_free(tx), add_adult_free(tx, external_id="2")
        last: dict[object, tuple[object, Statement]] = {}
        for number in range(80):
            statement = replace(
                said(
                    chance.choice((Subject.PICTURE, Subject.NAME)),
                    scope=chance.choice((EVERYWHERE, "website")),
                    stance=chance.choice((Stance.GRANTED, Stance.GRANTED, Stance.WITHDRAWN)),
                    until=chance.choice((None, TODAY, TODAY + timedelta(days=30), TODAY + timedelta(days=31))),
                ),
                party=chance.choice((Party.PARENT, Party.CARER)),
                said_at=NOW - timedelta(hours=chance.randrange(4)),
            )
            who = chance.choice((person, other))
            tx.consent.record(who, statement)
            key = (who, statement.party, statement.subject, statement.scope)
            order = (order_of(statement), number)
            last[key] = max(last.get(key, (order, statement)), (order, statement), key=itemgetter(0))
        ending = [
            statement.until
            for _, statement in last.values()
            if statement.stance is Stance.GRANTED and statement.until in {TODAY, TODAY + timedelta(days=30)}
        ]
        assert sorted(found.day for found in tx.lifecycle.due(30)) == sorted(ending)
        assert tx.lifecycle.ending(30) == {found.person.id for found in tx.lifecycle.due(30)}


def test_reviews_are_due_until_the_restriction_is_lifted(lite: Store) -> None:
    """A day in the past is overdue, and stands first."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_adult_free(tx)
        tx.consent.list_person(person)
        tx.reviews.done(person, Restriction.LISTING, TODAY + timedelta(days=2))
    with lite.transaction(ADMIN, NOW + timedelta(days=5)) as tx:
        assert due(tx) == [("review", -3, "listing")]
        tx.consent.unlist(person)
        assert due(tx) == []


@pytest.mark.parametrize(
    ("born", "days"), [(date(2008, 11, 20), 0), (date(2008, 12, 1), 11), (date(2008, 11, 19), None)]
)
def test_eighteenth_birthdays_are_listed_ahead(lite: Store, born: date, days: int | None) -> None:
    """From that day on only the person's own word counts; a birthday that is over is no news."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.people.add(replace(PUPIL, date_of_birth=born))
        assert due(tx) == ([] if days is None else [("comes_of_age", days, "")])


def test_a_birthday_on_the_29th_of_february_is_on_the_1st_of_march(lite: Store) -> None:
    """2026 has no such day."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.people.add(replace(PUPIL, date_of_birth=date(2008, 2, 29)))
        assert [found.day for found in tx.lifecycle.due(300)] == []
        tx.people.add(replace(PUPIL, external_id="2", date_of_birth=date(2009, 2, 28)))
    with lite.transaction(ADMIN, NOW.replace(year=2025)) as tx:
        assert [found.day for found in tx.lifecycle.due(300)] == [date(2026, 3, 1)]


def test_leavers_stay_on_the_list_until_they_are_erased(lite: Store) -> None:
    """Those who leave soon, and those who have left and are still held."""
    with lite.transaction(ADMIN, NOW) as tx:
        gone = add_adult_free(tx, leaving_date=TODAY - timedelta(days=40))
        add_adult_free(tx, external_id="2", leaving_date=TODAY + timedelta(days=9))
        add_adult_free(tx, external_id="3", leaving_date=TODAY + timedelta(days=31))
        assert due(tx) == [("leaving", -40, "has left"), ("leaving", 9, "")]
        tx.people.erase(gone)
        assert due(tx) == [("leaving", 9, "")]


def test_templates_are_listed_before_they_get_too_old(lite: Store) -> None:
    """Whoever is on the do-not-publish list is said to be, since there the loss is greatest."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.consent.list_person(person)
    with lite.reading(ADMIN, NOW + timedelta(days=350)) as tx:
        assert due(tx) == [("template_ends", 15, f"{ENGINE}, on the do-not-publish list")]
        assert [kind for kind, _, _ in due(tx, 14)] == ["template_half_time"]


@pytest.mark.parametrize(("age", "life"), [(12, 365), (6, 180)])
def test_a_new_photograph_is_asked_for_at_half_time(lite: Store, age: int, life: int) -> None:
    """For the youngest sooner; it is never overdue, comes last, and gives way to the end when that is near."""
    half = (life + 1) // 2
    with lite.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(replace(PUPIL, date_of_birth=TODAY.replace(year=TODAY.year - age)))
        tx.consent.record(person, said(Subject.BIOMETRICS))
        tx.enrolment.enrol(person, ENGINE, np.eye(DIMENSION, dtype=np.float32)[0], 3)
        add_adult_free(tx, external_id="2", leaving_date=TODAY + timedelta(days=half))
        assert due(tx, half - 1) == []
        assert due(tx, half) == [("leaving", half, ""), ("template_half_time", half, ENGINE)]
    with lite.reading(ADMIN, NOW + timedelta(days=half + 20)) as tx:
        (reminder,) = (one for one in tx.lifecycle.due(30) if one.kind is DueKind.TEMPLATE_HALF_TIME)
        assert (reminder.is_overdue(tx.today), (tx.today - reminder.day).days) == (False, 20)
    with lite.reading(ADMIN, NOW + timedelta(days=life - 10)) as tx:
        assert ("template_ends", 10, ENGINE) in due(tx)
        assert "template_half_time" not in {kind for kind, _, _ in due(tx)}


def test_a_template_stops_counting_after_a_year(store: Store) -> None:
    """A register that was kept at hand is read anew when the first of its templates gets too old."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.consent.record(person, said(Subject.BIOMETRICS))
    just_before, after = NOW + timedelta(days=365, seconds=-1), NOW + timedelta(days=365)
    for moment, counted in ((NOW, 1), (just_before, 1), (after, 0), (just_before, 1)):
        with store.reading(ADMIN, moment) as tx:
            assert len(tx.register(ENGINE, DIMENSION).gallery.people) == counted


def test_a_school_may_let_templates_count_for_less_time(sqlite_url: str, keyring: Keyring) -> None:
    """How long is said when the store is opened."""
    store = Store.open(sqlite_url, keyring, LONDON, timedelta(days=30))
    with store.transaction(ADMIN, NOW) as tx:
        add_pupil(tx)
    with store.transaction(ADMIN, NOW + timedelta(days=31)) as tx:
        assert tx.register(ENGINE, DIMENSION).gallery.people == ()
        believe(tx)
        assert tx.retain(KEEP).templates == 1
    store.close()


def test_finished_checks_are_deleted_when_their_time_is_over(store: Store) -> None:
    """With bindings and stored files; what is younger, or waits to be screened, stays."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        old = approve(tx, person)
        waiting = tx.checks.receive(CheckDraft("website", upload_key="uploads/1"))
        tx.idempotency.claim("client:1", "k", "f", old.id)
    with store.transaction(ADMIN, LATER - timedelta(days=100)) as tx:
        young = approve(tx, person)
    with store.transaction(ADMIN, LATER) as tx:
        believe(tx)
        done = tx.retain(KEEP)
        assert (done.checks, done.templates, done.files) == (1, 1, frozenset({f"examined/{old.id}"}))
        assert {check.id for check in tx.checks.recent()} == {waiting.id, young.id}
        again = tx.retain(KEEP)
        assert (again.checks, again.templates, again.files) == (0, 0, frozenset())
    assert store.verify_audit().ok


def test_checks_that_replaced_one_another_go_together(store: Store) -> None:
    """A chain of which one link is still young stays whole."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        first, second = approve(tx, person), approve(tx, person)
        tx.checks.supersede(first.id, second.id)
    with store.transaction(ADMIN, LATER - timedelta(days=100)) as tx:
        third = approve(tx, person)
        tx.checks.supersede(second.id, third.id)
    with store.transaction(ADMIN, LATER) as tx:
        believe(tx)
        assert tx.retain(KEEP).checks == 0
    with store.transaction(ADMIN, LATER + KEEP) as tx:
        believe(tx)
        assert tx.retain(KEEP).checks == 3
        assert tx.checks.recent() == []


def test_what_is_still_published_is_kept(store: Store) -> None:
    """If it has to come down, somebody must know whom it shows; once down, its time runs."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check_id = released(tx, person)
        post = tx.publications.record(PublicationDraft(check_id, NOW, "https://example.org/1"))
    with store.transaction(ADMIN, LATER) as tx:
        believe(tx)
        assert tx.retain(KEEP).checks == 0
        tx.takedowns.done(tx.publications.take_down(post.id), "looked: it is gone")
    with store.transaction(ADMIN, LATER + KEEP + timedelta(days=1)) as tx:
        believe(tx)
        assert tx.retain(KEEP).checks == 1
        assert tx.publications.all() == []


def test_marks_of_deleted_pictures_stay_for_good(store: Store) -> None:
    """The picture is refused however long ago it was deleted."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = approve(tx, add_pupil(tx))
        tx.deleted_pictures.delete(check.id, "compromising", [Mark("a" * 64, 7)])
    with store.transaction(ADMIN, LATER) as tx:
        believe(tx)
        assert tx.retain(KEEP).checks == 1
        assert Mark("a" * 64, 7) in tx.deleted_pictures.marks()


def test_descriptions_of_people_at_past_events_go(store: Store) -> None:
    """A visitor who asked not to be photographed is not described for ever."""
    with store.transaction(ADMIN, NOW) as tx:
        tx.groups.add_event("fair", "Summer fair", TODAY, frozenset())
        tx.objections.add("fair", "a man in a red cap")
    with store.transaction(ADMIN, LATER - timedelta(days=100)) as tx:
        believe(tx)
        tx.retain(KEEP)
        assert len(tx.objections.of("fair")) == 1
    with store.transaction(ADMIN, LATER) as tx:
        believe(tx)
        tx.retain(KEEP)
        assert tx.objections.of("fair") == []


def test_ended_sessions_are_swept(lite: Store) -> None:
    """They say when somebody worked, which nobody needs."""
    with lite.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("head@example.sch.uk", "correct horse battery", Role.APPROVER)
        tx.sessions.start(user.id)
    with lite.transaction(ADMIN, NOW + timedelta(hours=9)) as tx:
        believe(tx)
        assert tx.retain(KEEP).sessions == 1
