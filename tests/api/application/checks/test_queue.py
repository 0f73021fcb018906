"""The queue under faults: every accepted check is answered once, and never approved by a fault."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.application import jobs
from api.application.checks.screening import LEASE, machine_time
from api.application.jobs import pause_after
from api.application.services import open_services
from api.platform.concurrency import Overloaded, ShareUsedUp
from api.platform.settings import Settings
from api.platform.storage import StorageFull
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.checks.work import Due
from gatekeeper.media.open import Opener
from gatekeeper.types import FindingCode
from tests.support.gate import FakeWords, fake_engine, upload_of
from tests.support.queue import SUBMISSION, answer_of, impatient, send, wait_until_answered
from tests.support.school import AMIRA_HUE, OFFICE, Clock, School, founded

__all__ = ["impatient"]


def is_not_examined(record: CheckRecord) -> bool:
    assert record.facts is not None
    codes = [finding.code for finding in record.facts.decision.findings]
    return not record.approved and codes == [FindingCode.NOT_EXAMINED]


class Failing:
    """Stands before a function, and raises for the first so many calls."""

    def __init__(self, works: Callable[..., Any], error: Exception, times: int) -> None:
        self.works, self.error, self.left, self.calls = works, error, times, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        if self.left > 0:
            self.left -= 1
            raise self.error
        return self.works(*given, **named)


FAULTS = [OSError(errno.EIO, "I/O error"), OSError(errno.ENOSPC, "full"), StorageFull("full"), MemoryError()]


@pytest.mark.parametrize("operation", ["get", "put"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{type(fault).__name__}-{getattr(fault, 'errno', '')}")
def test_a_fault_of_the_storage_that_passes_costs_no_answer(school: School, fault: Exception, operation: str) -> None:
    """Three reads or writes that fail are three attempts, and the fourth decides."""
    pictures = school.screener.pictures
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE, later=True)
    failing = Failing(getattr(pictures, operation), fault, 3)
    setattr(pictures, operation, failing)
    school.services.queue.submit(check)
    assert answer_of(school.services, check).approved
    assert failing.calls == 4


def test_a_fault_that_stays_ends_in_a_refusal(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many attempts the picture is blocked as not examined, and the sender reads what to do."""
    monkeypatch.setattr(jobs, "MOST_FAILURES", 4)
    failing = Failing(school.screener.pictures.get, OSError(errno.EIO, "I/O error"), 1000)
    monkeypatch.setattr(school.screener.pictures, "get", failing)
    record = answer_of(school.services, send(school.services))
    assert is_not_examined(record)
    assert failing.calls == 4
    assert record.facts is not None
    assert "Upload it again" in record.facts.decision.findings[0].message
    with school.services.store.reading(OFFICE, school.clock()) as tx:
        assert tx.check_work.backlog().not_examined == 1


def test_a_damaged_upload_is_refused_at_once(school: School) -> None:
    """A file that was changed on the disk is not examined, and holds nothing up."""
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    for file in (school.services.settings.data / "pictures" / "uploads").iterdir():
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert is_not_examined(school.services.queue.run(check))


def test_a_decision_stands_though_the_upload_cannot_be_deleted(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows the commit does not undo or repeat it."""
    monkeypatch.setattr(school.screener.pictures, "delete", Failing(print, OSError(errno.EIO, "I/O error"), 1000))
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    assert school.services.queue.run(check).approved


def test_a_request_that_was_told_of_a_fault_is_answered_later(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sender waits for in vain is tried again by the queue like everything else."""
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    monkeypatch.setattr(
        school.screener.pictures, "get", Failing(school.screener.pictures.get, OSError(errno.EIO, "I/O error"), 1)
    )
    with pytest.raises(OSError, match="I/O"):
        school.services.queue.run(check)
    assert answer_of(school.services, check).approved


def test_a_check_that_no_thread_ever_ran_is_taken_up_when_its_lease_ends(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that died between taking a picture in and running it loses nothing."""
    monkeypatch.setattr("api.application.checks.screening.LEASE", timedelta(seconds=0.5))
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    with school.services.store.reading(OFFICE, school.clock()) as tx:
        assert tx.checks.get(check).state is CheckState.RECEIVED
    assert answer_of(school.services, check).approved


def test_a_check_in_work_is_kept_from_others_for_as_long_as_it_takes(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lease is prolonged while the process lives, so a slow picture is examined once."""
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=1.5))  # longer than a busy machine keeps a thread waiting
    monkeypatch.setattr(jobs, "_RENEW_EVERY", 0.1)
    opener, opened = school.services.tools.opener, []

    class Slow:
        def open(self, *given: Any) -> object:
            opened.append(1)
            time.sleep(2.2)
            return opener.open(*given)

    slow = cast("Opener", Slow())
    object.__setattr__(school.services.tools, "opener", slow)
    with open_services(school.services.settings, fake_engine(), school.clock, FakeWords(), slow):
        assert answer_of(school.services, send(school.services)).approved
    assert len(opened) == 1


def test_a_lock_on_the_database_delays_answers_and_loses_none(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds SQLite's lock beyond all patience nothing is decided; afterwards everything is."""
    monkeypatch.setattr("consent_db.core.engine._PRAGMAS", ("PRAGMA journal_mode = WAL", "PRAGMA busy_timeout = 100"))
    with founded(tmp_path / "data", clock) as school:
        checks = [school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE, later=True) for _ in range(3)]
        other = sqlite3.connect(tmp_path / "data" / "gatekeeper.sqlite3", isolation_level=None, timeout=10)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(1.0)
        with school.services.store.reading(OFFICE, clock()) as tx:
            waiting = tx.check_work.waiting()
        other.execute("ROLLBACK")
        other.close()
        assert waiting >= 1
        assert all(answer_of(school.services, check).approved for check in checks)


def test_a_full_queue_sends_senders_away(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is counted in the database, so by all processes together."""
    monkeypatch.setattr(jobs, "MOST_WAITING", 1)
    school.services.queue.must_have_room(OFFICE)
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    with pytest.raises(Overloaded):
        school.services.queue.must_have_room(OFFICE)
    school.services.queue.run(check)
    school.services.queue.must_have_room(OFFICE)


def test_those_who_wait_take_turns(school: School) -> None:
    """Ten checks of a program that came first keep a person waiting for one of them."""
    store, now = school.services.store, machine_time() + LEASE + timedelta(minutes=1)
    for actor in ["cli_1"] * 10 + [OFFICE] * 2:
        school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, actor)
    served: dict[str, int] = {}
    order = []
    for turn in range(1, 13):
        with store.transaction("system", school.clock()) as tx:
            due = tx.check_work.next_due(now, served)
            assert due is not None
            assert tx.check_work.take(due.check_id, now, now + timedelta(minutes=1), only_due=True)
        served[due.actor] = turn
        order.append(due.actor)
    assert order == ["cli_1", OFFICE, "cli_1", OFFICE, *["cli_1"] * 8]


def test_one_sender_does_not_fill_the_queue(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond their share they are told to wait, and others are still taken in."""
    monkeypatch.setattr(jobs, "MOST_WAITING", 8)
    monkeypatch.setattr(jobs, "LEAST_SHARE", 3)
    for _ in range(4):
        school.services.queue.must_have_room("cli_1")
        school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, "cli_1")
    with pytest.raises(ShareUsedUp) as refused:
        school.services.queue.must_have_room("cli_1")
    assert refused.value.retry_after == 30
    school.services.queue.must_have_room(OFFICE)


# --- starting ---------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, clock: Clock) -> Path:
    """A school that was closed with two checks waiting."""
    with founded(tmp_path / "data", clock) as school:
        for _ in range(2):
            school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    return tmp_path / "data"


def test_a_start_finishes_what_an_earlier_process_left(folder: Path, clock: Clock) -> None:
    """A process that is alone does not wait for leases to end."""
    with open_services(Settings(data=folder), fake_engine(), clock, FakeWords()) as services:
        wait_until_answered(services, seconds=20)
        with services.store.reading(OFFICE, clock()) as tx:
            assert all(record.approved for record in tx.checks.recent())


def test_a_start_does_not_wait_for_the_backlog(folder: Path, clock: Clock) -> None:
    """Pages are served at once, however long the first picture takes."""
    go = threading.Event()

    class Waiting(FakeWords):
        def read(self, *given: Any) -> Any:
            go.wait(20)
            return super().read(*given)

    started = time.monotonic()
    with open_services(Settings(data=folder), fake_engine(), clock, Waiting()) as services:
        assert time.monotonic() - started < 10
        with services.store.reading(OFFICE, clock()) as tx:
            assert tx.check_work.backlog().waiting == 2
        go.set()
        wait_until_answered(services)


@pytest.mark.parametrize("method", ["delete", "all_keys"])
def test_neither_a_full_nor_a_broken_disk_keeps_it_from_starting(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """What a start would tidy up is tidied up at another."""
    monkeypatch.setattr(
        f"api.platform.storage.Pictures.{method}", Failing(print, OSError(errno.EIO, "I/O error"), 1000)
    )
    with open_services(Settings(data=folder), fake_engine(), clock, FakeWords()) as services:
        wait_until_answered(services)


def test_one_corrupt_upload_does_not_keep_it_from_starting(folder: Path, clock: Clock) -> None:
    """The damaged one is refused, the other is approved."""
    next((folder / "pictures" / "uploads").iterdir()).write_bytes(b"no longer what it was")
    with open_services(Settings(data=folder), fake_engine(), clock, FakeWords()) as services:
        wait_until_answered(services)
        with services.store.reading(OFFICE, clock()) as tx:
            records = tx.checks.recent()
    assert sorted(record.approved for record in records) == [False, True]
    assert [is_not_examined(record) for record in records if not record.approved] == [True]


@pytest.mark.parametrize(("interrupted", "outcome"), [(2, "approve"), (3, "block")])
def test_a_photo_that_brings_the_service_down_does_so_three_times_at_most(
    school: School, interrupted: int, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attempts that never ended count apart from those that ended with an error."""
    monkeypatch.setattr("api.application.checks.screening.LEASE", timedelta(minutes=5))
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    now = machine_time()
    with school.services.store.transaction("system", school.clock()) as tx:
        for _ in range(interrupted):
            assert tx.check_work.take(check, now, now + timedelta(minutes=5), only_due=False)
    with school.services.store.transaction("system", school.clock()) as tx:
        tx.check_work.all_due(now)
    record = answer_of(school.services, check)
    assert record.facts is not None
    assert record.facts.decision.outcome.value == outcome
    assert record.approved or is_not_examined(record)


# --- processes ------------------------------------------------------------------------

_HANGS = """
import sys, time
from datetime import timedelta
from pathlib import Path
from api.application import jobs
from api.application.services import open_services
from api.platform import logs
from api.platform.settings import Settings
from tests.support.gate import FakeWords, fake_engine

class Hanging(FakeWords):
    def read(self, *given):
        print("examining", flush=True)
        time.sleep(600)

logs.configure("error")
jobs.LEASE, jobs._RENEW_EVERY = timedelta(seconds=3), 0.5
with open_services(Settings(data=Path(sys.argv[1])), fake_engine(), words=Hanging()):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def hanging(tmp_path: Path, clock: Clock) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A school, and a process of its own that takes up the next check and never ends it."""
    with founded(tmp_path / "data", clock):
        pass
    command = [sys.executable, "-c", _HANGS, str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own code
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield tmp_path / "data", process
        process.kill()


def test_what_a_killed_process_had_in_hand_is_answered_by_another_that_lives(
    hanging: tuple[Path, subprocess.Popen[str]], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill -9 in the middle of a check: the lease ends, and the process beside it takes the check up."""
    folder, process = hanging
    monkeypatch.setattr(jobs.Pool, "_next", lambda *_, **__: None)  # until the other has it
    with open_services(Settings(data=folder), fake_engine(), clock, FakeWords()) as services:
        check = send(services)
        assert process.stdout is not None
        assert process.stdout.readline() == "examining\n"
        monkeypatch.undo()
        process.kill()
        killed = machine_time()
        with services.store.reading(OFFICE, clock()) as tx:
            assert tx.checks.get(check).state is CheckState.RECEIVED
        wait_until_answered(services)
        assert machine_time() - killed > timedelta(seconds=1)
        assert answer_of(services, check).approved


# --- back-off --------------------------------------------------------------------------


@given(failures=st.integers(1, 200))
def test_pauses_double_with_jitter_and_are_bounded(failures: int) -> None:
    """Between half of and all of 1, 2, 4 ... seconds, five minutes at most."""
    whole = min(300.0, 2.0 ** (failures - 1))
    assert timedelta(seconds=whole / 2) <= pause_after(failures) <= timedelta(seconds=whole)


def test_a_clock_that_was_set_back_makes_no_check_wait_for_it(school: School) -> None:
    """A moment further ahead than any pause was written down by another clock, so the check is due."""
    check = school.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE)
    now = machine_time()
    with school.services.store.transaction("system", school.clock()) as tx:
        assert tx.check_work.take(check, now, now + timedelta(minutes=9), only_due=False)
        assert tx.check_work.next_due(now) is None
        assert tx.check_work.next_due(now - timedelta(hours=10)) == Due(check, OFFICE)
