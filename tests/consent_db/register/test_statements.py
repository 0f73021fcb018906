from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.application.data_rights.subject_access_page import page
from api.platform.labels import date as date_in_words
from consent_db import Store
from consent_db.core.policy_terms import Terms
from consent_db.data_rights.subject_access import Asked
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.register.records import Source
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import PersonId, Role
from tests.support.register import ADMIN, ENGINE, NOW, PUPIL, TODAY, add_channel, add_pupil, approve, believe, said

NOBODY = PersonId("per_nobody")


def test_statements_are_kept_in_order_with_sealed_evidence(store: Store) -> None:
    """Everything that was said comes back, who wrote it down, and the evidence on request."""
    first, second = said(scope="website", until=date(2027, 7, 31)), said(scope="website", stance=Stance.WITHDRAWN)
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        tx.consent.record(person, first, "form 12")
        tx.consent.record(person, second)
        records = tx.consent.statements(person)
        assert [record.statement for record in records] == [first, second]
        assert [record.has_evidence for record in records] == [True, False]
        assert {(r.recorded_by, r.recorded_at, r.source) for r in records} == {(ADMIN, NOW, Source.HAND)}
        assert [tx.consent.evidence(person, record.id) for record in records] == ["form 12", None]
        assert tx.consent.histories() == {person: records}
        assert set(tx.consent.standing(person).statements) == {first, second}


def test_a_copy_of_the_data_gives_the_day_of_the_yes_and_not_of_its_undo(lite: Store) -> None:
    """A withdrawal by mistake that is undone makes the consent no newer on the page that the person reads."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        tx.consent.record(person, said())
    with lite.transaction(ADMIN, NOW + timedelta(days=10)) as tx:
        tx.consent.record(person, replace(said(stance=Stance.WITHDRAWN), said_at=tx.now, since=tx.today))
        withdrawal = tx.consent.statements(person)[-1].id
    with lite.transaction(ADMIN, NOW + timedelta(days=20)) as tx:
        tx.consent.undo(person, withdrawal)
        shown = page(tx.everything_about(Asked(person, reasons=False, templates=False)), {})
    given, undone = (date_in_words((NOW + timedelta(days=days)).date()) for days in (0, 20))
    consents = shown[shown.index("What was agreed and refused") : shown.index("How you are recognised")]
    assert (consents.count(given), consents.count(undone)) == (2, 0)


def test_evidence_of_one_person_is_not_given_for_another(store: Store) -> None:
    """The id of a statement opens its evidence only together with the person."""
    with store.transaction(ADMIN, NOW) as tx:
        person, other = tx.people.add(PUPIL), tx.people.add(replace(PUPIL, external_id="2"))
        tx.consent.record(person, said(), "form 12")
        assert tx.consent.evidence(other, tx.consent.statements(person)[0].id) is None


@pytest.mark.parametrize(
    "wrong",
    [
        replace(said(), said_at=NOW + timedelta(seconds=1)),
        replace(said(), until=TODAY - timedelta(days=1)),
        said(scope=""),
        said(scope="x" * 101),
        said(Subject.BIOMETRICS, "website"),
    ],
)
def test_statements_that_cannot_be_are_refused(lite: Store, wrong: Statement) -> None:
    """Said in the future, ending before it begins, about nothing, biometrics in one place: none is kept."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        with pytest.raises(NotPossible):
            tx.consent.record(person, wrong)
        assert tx.consent.statements(person) == []


def test_nothing_can_be_said_about_nobody(store: Store) -> None:
    """Every change for an id that is not on the register is refused in words."""
    with store.transaction(ADMIN, NOW) as tx:
        for change in (tx.consent.list_person, tx.consent.unlist, tx.consent.hold, tx.consent.lift, tx.people.erase):
            with pytest.raises(NotFound, match="no person with this id"):
                change(NOBODY)
        with pytest.raises(NotFound):
            tx.consent.record(NOBODY, said())


@pytest.mark.parametrize("subject", list(Subject))
@pytest.mark.parametrize("stance", [Stance.REFUSED, Stance.WITHDRAWN])
@pytest.mark.parametrize("party", [Party.PARENT, Party.SECOND_PARENT, Party.PUPIL])
def test_a_no_from_anybody_ends_the_approvals_that_rest_on_the_person(
    lite: Store, subject: Subject, stance: Stance, party: Party
) -> None:
    """It happens in the same transaction, is audited, and touches nobody else's approvals."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person, other = add_pupil(tx), add_pupil(tx, replace(PUPIL, external_id="2"))
        mine, shared, theirs = approve(tx, person), approve(tx, other, person), approve(tx, other)
    with lite.transaction(ADMIN, NOW) as tx:
        change = tx.consent.record(person, said(subject, stance=stance, party=party))
        assert change.revoked_checks == tuple(sorted([mine.id, shared.id]))
    with lite.reading(ADMIN, NOW) as tx:
        assert [tx.checks.get(check.id).stands(NOW) for check in (mine, shared, theirs)] == [False, False, True]
        assert tx.checks.get(mine.id).ended_why == f"consent_{stance}"
        entries = [entry.object_id for entry in tx.audit.entries() if entry.action == "check.revoked"]
    assert sorted(entries) == sorted([mine.id, shared.id])


@pytest.mark.parametrize("action", ["list_person", "hold"])
def test_a_listing_and_a_hold_end_approvals_on_both_databases(store: Store, action: str) -> None:
    """Whatever the reason, it takes effect when the transaction commits."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = approve(tx, person)
    with store.transaction(ADMIN, NOW) as tx:
        assert getattr(tx.consent, action)(person, "secret").revoked_checks == (check.id,)
    with store.reading(ADMIN, NOW) as tx:
        assert not tx.checks.get(check.id).stands(NOW)


def test_a_grant_ends_only_the_approvals_that_would_outlast_it(store: Store) -> None:
    """A shorter consent shortens nothing silently: what goes beyond its last day has to be checked again."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        short, long = approve(tx, person, days=3), approve(tx, person, days=30)
        assert tx.consent.record(person, said()).revoked_checks == ()
        change = tx.consent.record(person, said(until=TODAY + timedelta(days=10)))
        assert change.revoked_checks == (long.id,)
        assert tx.checks.get(short.id).stands(NOW)


def test_an_approval_that_has_expired_is_not_revoked_again(lite: Store) -> None:
    """Only standing approvals are ended, so the list of what to take care of is short."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        approve(tx, person, days=1)
    with lite.transaction(ADMIN, NOW + timedelta(days=2)) as tx:
        believe(tx)
        assert tx.consent.hold(person).revoked_checks == ()


def test_listings_and_holds_have_a_history(store: Store) -> None:
    """Set and lifted again, each entry stays, and only the last one counts."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        tx.consent.list_person(person, "adoption")
        tx.consent.hold(person)
        assert (tx.consent.is_listed(person), tx.consent.is_held(person)) == (True, True)
        with pytest.raises(AlreadyExists):
            tx.consent.list_person(person)
        tx.consent.unlist(person)
        tx.consent.lift(person)
        assert (tx.consent.is_listed(person), tx.consent.is_held(person)) == (False, False)
        for lift in (tx.consent.unlist, tx.consent.lift):
            with pytest.raises(NotPossible):
                lift(person)
        history = [(r.restriction, r.in_force, r.has_reason) for r in tx.consent.restrictions(person)]
    assert history == [
        (Restriction.LISTING, True, True),
        (Restriction.HOLD, True, False),
        (Restriction.LISTING, False, False),
        (Restriction.HOLD, False, False),
    ]


def test_every_look_at_a_reason_is_audited(store: Store) -> None:
    """The reason opens only where the look can be written down, and the audit does not repeat it."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        tx.consent.list_person(person, "refuge")
        entry = tx.consent.restrictions(person)[0]
    with store.reading("user:lead", NOW) as tx, pytest.raises(NotPossible, match="audited"):
        tx.consent.reason(person, entry.id, Role.SAFEGUARDING_LEAD)
    with store.transaction("user:lead", NOW) as tx:
        assert tx.consent.reason(person, entry.id, Role.SAFEGUARDING_LEAD) == "refuge"
    with store.reading(ADMIN, NOW) as tx:
        last = tx.audit.entries()[-1]
        assert (last.action, last.actor, last.object_id) == ("reason.seen", "user:lead", person)
        assert "refuge" not in "".join(entry.payload for entry in tx.audit.entries())


@pytest.mark.parametrize("table", ["statements", "restrictions", "audit"])
@pytest.mark.parametrize("attack", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_rewrite_history(store: Store, table: str, attack: str) -> None:
    """Statements, listings and the audit can be added to and nothing else, even past this package."""
    column = {"statements": "stance = 'granted'", "restrictions": "in_force = false", "audit": "actor = 'x'"}[table]
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.consent.list_person(person)
    with pytest.raises(DBAPIError, match="append-only"), store._engine.begin() as connection:
        connection.execute(text(attack.format(table, column)))


def test_the_age_of_own_consent_is_the_schools_to_set(store: Store) -> None:
    """It moves the register, is audited, and lies between 0 and 18."""
    with store.transaction(ADMIN, NOW) as tx:
        assert tx.terms() == Terms(own_consent_age=13, biometrics=True, takedown_hours=24)
        before = tx.register_version()
        for _ in range(2):
            tx.keep_terms(Terms(own_consent_age=12))
            assert (tx.terms().own_consent_age, tx.register_version()) == (12, before + 1)
        assert tx.register(ENGINE, 4).own_consent_age == 12
        for wrong in (Terms(own_consent_age=-1), Terms(own_consent_age=19), Terms(takedown_hours=0)):
            with pytest.raises(NotPossible):
                tx.keep_terms(wrong)


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    """What was said, the approvals it ended and its audit entries are rolled back together."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = approve(tx, person)
        version = tx.register_version()
    before = store.verify_audit()
    with pytest.raises(NotFound), store.transaction(ADMIN, NOW) as tx:  # noqa: PT012, the second step fails
        tx.consent.record(person, said(Subject.BIOMETRICS, EVERYWHERE, Stance.WITHDRAWN))
        tx.consent.hold(NOBODY)
    assert store.verify_audit() == before
    with store.reading(ADMIN, NOW) as tx:
        assert tx.checks.get(check.id).stands(NOW)
        assert (tx.register_version(), tx.enrolment.count(ENGINE)) == (version, 1)


def test_reading_cannot_change_anything(store: Store) -> None:
    """The database itself refuses, and the error shows nothing of what was to be written."""
    with pytest.raises(DBAPIError, match=r"read-?only") as caught, store.reading(ADMIN, NOW) as tx:
        tx.people.add(PUPIL)
    assert "Amira" not in str(caught.value)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.people.all() == []


def test_a_moment_without_a_time_zone_is_refused(lite: Store) -> None:
    """Nobody can tell which day it is without one."""
    with pytest.raises(ValueError, match="time zone"), lite.transaction(ADMIN, NOW.replace(tzinfo=None)):
        pass
