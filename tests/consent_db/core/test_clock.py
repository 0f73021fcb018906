"""The clock is judged in one place; in doubt it destroys nothing, revives nothing and stops no withdrawal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_db.core.clock import JUMP, STEP_BACK, Doubt, Sighting, judge
from consent_db.errors import NotPossible
from consent_db.store import Store
from gatekeeper.consent.permission import Stance, Subject
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, TODAY, add_channel, add_pupil, approve, said

FAR = datetime(2037, 1, 1, tzinfo=NOW.tzinfo)
seconds = st.integers(0, 10**9).map(lambda count: timedelta(seconds=count))


def seen(at: datetime, boot: str = "", running: timedelta = timedelta(0), database: datetime | None = None) -> Sighting:
    return Sighting(at, boot, running.total_seconds(), database)


@given(ahead=seconds)
def test_more_than_a_day_unseen_is_doubted_and_less_is_not(ahead: timedelta) -> None:
    """With no other time source there is only the last moment that was believed."""
    assert judge(seen(NOW), NOW, seen(NOW + ahead)) == (Doubt.AHEAD if ahead > JUMP else None)


@given(back=seconds, after=seconds)
def test_a_material_step_back_is_doubted(back: timedelta, after: timedelta) -> None:
    """Held against the latest moment ever seen, whether that was believed or not."""
    found = judge(seen(NOW), NOW + after, seen(NOW + after - back))
    assert (found is Doubt.BEHIND) == (back > STEP_BACK)


@given(asleep=seconds, off=st.integers(-3600, 3600))
def test_time_that_the_kernel_has_counted_is_explained(asleep: timedelta, off: int) -> None:
    """A machine that ran all the while, served or asleep, may go on for as long as it likes."""
    now = NOW + asleep + timedelta(seconds=off)
    assert judge(seen(NOW, "b"), NOW, seen(now, "b", asleep)) in ({None} if now >= NOW - STEP_BACK else {Doubt.BEHIND})
    if asleep > JUMP + timedelta(hours=1):
        assert judge(seen(NOW, "b"), NOW, seen(now, "another", asleep)) is Doubt.AHEAD


@given(elapsed=st.integers(0, 86_400), elsewhere=seconds)
def test_the_databases_clock_raises_doubt_and_lifts_none(elapsed: int, elsewhere: timedelta) -> None:
    """It may share the machine's clock, so agreement says nothing; disagreement says that one of them is wrong."""
    by = timedelta(seconds=elapsed)
    found = judge(seen(NOW, database=NOW), NOW, seen(NOW + by, database=NOW + elsewhere))
    assert found is (Doubt.BEHIND if elsewhere - by > timedelta(hours=1) else None)
    assert judge(seen(NOW, database=NOW), NOW, seen(FAR, database=FAR)) is Doubt.AHEAD


def test_an_ordinary_restart_asks_nothing_and_a_long_one_once(store: Store) -> None:
    """Every transaction keeps the moment; after six weeks an administrator is asked, and then no more."""
    for hours in (0, 20, 40, 60):
        with store.transaction(ADMIN, NOW + timedelta(hours=hours)) as tx:
            assert tx.clock.doubt is None
    autumn = NOW + timedelta(weeks=6)
    for minutes in (0, 10):  # what is done meanwhile does not make it believed
        with store.transaction(ADMIN, autumn + timedelta(minutes=minutes)) as tx:
            assert tx.clock.doubt is Doubt.AHEAD
    with store.transaction(ADMIN, autumn + timedelta(hours=1)) as tx:
        tx.clock.confirm()
    with store.transaction(ADMIN, autumn + timedelta(hours=2)) as tx:
        assert tx.clock.doubt is None
        assert tx.audit.last("clock.confirmed") is not None
        with pytest.raises(NotPossible):
            tx.clock.confirm()


def test_a_database_of_an_earlier_release_begins_with_its_audit(store: Store) -> None:
    """What was written last is the last moment that can be believed."""
    with store.transaction(ADMIN, NOW) as tx:
        add_pupil(tx)
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM clock")
    with store.transaction(ADMIN, FAR) as tx:
        assert tx.clock.judgement().believed == NOW
        assert tx.clock.doubt is Doubt.AHEAD


@pytest.mark.parametrize("moment", [FAR, NOW - timedelta(hours=10), NOW + JUMP + timedelta(minutes=1)])
def test_nothing_is_deleted_while_the_clock_is_in_doubt(store: Store, moment: datetime) -> None:
    """Neither checks nor templates, and no approval is ended by time; once it is right all goes on."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = approve(tx, add_pupil(tx))
    with store.transaction(ADMIN, moment) as tx:
        done = tx.retain(timedelta(0))
        assert (done.checks, done.templates, done.sessions, done.held is None) == (0, 0, 0, False)
        assert tx.approvals.end_by_time() == ()
    with store.transaction(ADMIN, max(NOW, moment) + timedelta(minutes=2)) as tx:
        if tx.clock.doubt is not None:
            tx.clock.confirm()
        assert tx.retain(timedelta(0)).held is None
        assert tx.checks.find(check.id) is None


def test_a_wrong_year_destroys_no_template_of_a_person_who_is_changed(store: Store) -> None:
    """A consent that has only ended by a doubtful clock is no reason; one that is taken back is."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.consent.record(person, said(Subject.BIOMETRICS, until=TODAY + timedelta(days=300)))
    with store.transaction(ADMIN, FAR) as tx:
        assert tx.consent.record(person, said(Subject.NAME, stance=Stance.REFUSED)).destroyed_templates == 0
        assert tx.enrolment.of(person)
        assert tx.consent.record(person, said(Subject.BIOMETRICS, stance=Stance.WITHDRAWN)).destroyed_templates == 1


@pytest.mark.parametrize("moment", [FAR, NOW - timedelta(hours=30)])
def test_a_no_counts_at_once_whatever_the_clock_says(store: Store, moment: datetime) -> None:
    """Written down in 2037 or yesterday, it is in force today, and the approval is over for good."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        tx.consent.record(person, said())
        check = approve(tx, person)
    with store.transaction(ADMIN, moment) as tx:
        no = replace(said(stance=Stance.WITHDRAWN), said_at=moment, since=moment.date())
        assert tx.consent.record(person, no).revoked_checks == (check.id,)
    with store.reading(ADMIN, NOW + timedelta(hours=1)) as tx:
        channel = next(one for one in tx.channels.all()).as_channel()
        register = tx.register(ENGINE, DIMENSION)
        assert not register.permission(person, Subject.PICTURE, channel, TODAY).allowed
