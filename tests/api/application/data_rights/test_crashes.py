from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from api.application.checks.submission import build_draft
from api.application.instance import present
from api.application.services import open_services
from api.platform.settings import Settings
from consent_db.approvals.records import CheckRecord
from tests.support.gate import FakeWords, fake_engine, upload_of
from tests.support.queue import wait_until_answered
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE, Clock, School, founded

ROUNDS = 6


def run_and_kill(folder: Path, seconds: float, *, answered: bool) -> dict[str, bool]:
    """Let a process check pictures and kill it, perhaps not before an answer; return what it had answered by then."""
    command = [sys.executable, "-m", "tests.support.check_forever", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        first = process.stdout.readline() if answered else ""
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        lines = [first, *process.stdout.read().splitlines()]
    complete = [line.split() for line in lines if len(line.split()) == 2]
    return {check: said == "True" for check, said in complete if said in {"True", "False"}}


def test_kill_9_leaves_no_approval_without_its_picture_and_loses_no_answer(tmp_path: Path, clock: Clock) -> None:
    """After kills at random moments answers stand, approvals are whole, and every check is finished at the start."""
    folder = tmp_path / "data"
    with founded(folder, clock):
        pass
    answered: dict[str, bool] = {}
    chance = random.Random(20260310)
    for number in range(ROUNDS):
        answered |= run_and_kill(folder, chance.uniform(0.0, 0.8), answered=number % 2 == 1)
    with open_services(Settings(data=folder), fake_engine(), clock, FakeWords()) as services:
        wait_until_answered(services)
        with services.store.reading(OFFICE, clock()) as tx:
            records = {record.id: record for record in tx.checks.recent(limit=100_000)}
            assert tx.checks.unfinished() == []
            needed = tx.checks.picture_keys()
        assert {check: records[check].approved for check in answered} == answered
        assert any(answered.values())
        for record in records.values():
            assert_complete(services.screener.pictures.get, record)
        assert services.screener.pictures.all_keys() == needed
        assert services.store.verify_audit().ok


def assert_complete(picture: object, record: CheckRecord) -> None:
    """An approval's file is there and is the approved one."""
    if record.approved:
        assert callable(picture)
        assert record.facts is not None
        data = picture(record.examined_key)
        assert hashlib.sha256(data).hexdigest() == record.facts.decision.release_sha256


def submit(school: School) -> str:
    return school.screener.submit(upload_of(AMIRA_HUE), build_draft("website", attestations=ATTESTED), OFFICE)


def test_a_check_whose_upload_is_gone_is_refused(school: School) -> None:
    """Nothing to examine is nothing to approve."""
    check_id = submit(school)
    for key in school.screener.pictures.all_keys():
        school.screener.pictures.delete(key)
    assert not school.screener.run(check_id).approved


def test_pictures_that_no_check_names_are_swept(school: School) -> None:
    """What a crash left between two lines does not stay on the disk."""
    record = school.check(AMIRA_HUE)
    school.screener.pictures.put("uploads/orphan", b"left over")
    school.screener.sweep()
    assert school.screener.pictures.all_keys() == {record.examined_key}


def test_only_a_process_that_is_alone_takes_up_what_is_unfinished(school: School, tmp_path: Path) -> None:
    """A second process beside the first must not touch its work in progress."""
    calls: list[str] = []
    with (
        present(tmp_path, if_alone=lambda: calls.append("first")),
        present(tmp_path, if_alone=lambda: calls.append("second")),
    ):
        pass
    with present(tmp_path, if_alone=lambda: calls.append("third")):
        pass
    assert calls == ["first", "third"]


def test_opening_an_installation_anew_keeps_its_keys(tmp_path: Path, clock: Clock) -> None:
    """The key file is made once, 0600, and never replaced."""
    settings = Settings(data=tmp_path / "data")
    with open_services(settings, fake_engine(), clock, FakeWords()):
        keys = settings.keys.read_bytes()
        assert settings.keys.stat().st_mode & 0o777 == 0o600
    with open_services(settings, fake_engine(), clock, FakeWords()):
        assert settings.keys.read_bytes() == keys
