"""What the tests of the queue share: a picture for it, and waiting for its answer."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from api.application import jobs
from api.application.checks.submission import build_draft
from api.application.services import Services
from consent_db.approvals.records import CheckRecord
from tests.support.gate import upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE

SUBMISSION = build_draft("website", attestations=ATTESTED)
SOON = timedelta(milliseconds=20)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once, and look often."""
    monkeypatch.setattr(jobs, "pause_after", lambda _: SOON)
    monkeypatch.setattr(jobs, "_LOOK_EVERY", 0.05)


def send(services: Services) -> str:
    """Have the queue take one picture of Amira in."""
    check = services.screener.submit(upload_of(AMIRA_HUE), SUBMISSION, OFFICE, later=True)
    services.queue.submit(check)
    return check


def wait_until_answered(services: Services, seconds: float = 30.0) -> None:
    """Wait until no check waits.

    Raises:
        AssertionError: one waits still.
    """
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        with services.store.reading(OFFICE, services.clock()) as tx:
            if not tx.check_work.waiting():
                return
        time.sleep(0.02)
    raise AssertionError("a check waits still")


def answer_of(services: Services, check: str) -> CheckRecord:
    wait_until_answered(services)
    with services.store.reading(OFFICE, services.clock()) as tx:
        assert [entry.action for entry in tx.audit.about(check)].count("check.decided") == 1
        return tx.checks.get(check)
