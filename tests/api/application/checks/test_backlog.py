"""How much waits in the queue, where monitoring and people see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from api.application.checks.screening import machine_time
from api.application.checks.submission import build_draft
from api.v1.operations.metrics import METRICS
from gatekeeper.types import Role
from tests.support.gate import upload_of
from tests.support.http import NewPerson
from tests.support.paths import ROOT
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE, School

REFERENCE = ROOT / "docs" / "reference" / "metrics.md"


@pytest.fixture
def waiting(school: School) -> str:
    """A check that has waited for six minutes, and was tried in vain once."""
    check = school.screener.submit(upload_of(AMIRA_HUE), build_draft("website", attestations=ATTESTED), OFFICE)
    later = machine_time() + timedelta(minutes=5)
    with school.services.store.transaction("system", school.clock()) as tx:
        taken = tx.check_work.take(check, machine_time(), later, only_due=False)
        assert taken is not None
        tx.check_work.failed(taken, later)
    school.clock.advance(minutes=6)
    return check


def figures(http: TestClient) -> dict[str, float]:
    answer = http.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line.split() for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_metrics_tell_what_waits_and_for_how_long(http: TestClient, waiting: str) -> None:
    """Counts and seconds in Prometheus' text format, without a key."""
    found = figures(http)
    assert found.pop("gatekeeper_disk_free_bytes") > 0
    assert found == {
        "gatekeeper_checks_waiting": 1,
        "gatekeeper_checks_oldest_seconds": 360,
        "gatekeeper_checks_retried": 1,
        "gatekeeper_checks_not_examined": 0,
        "gatekeeper_queue_late": 1,
    }


def test_ready_says_degraded_while_a_check_waits_too_long(http: TestClient, school: School, waiting: str) -> None:
    """With the figures; once the check has its answer, all is well again."""
    answer = http.get("/readyz")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["status"], found["queue"], found["waiting"], found["oldest_seconds"]) == ("degraded", "late", 1, 360)
    school.services.queue.run(waiting)
    assert http.get("/readyz").json()["status"] == "ok"


def test_ready_says_degraded_when_a_check_fails_again_and_again(http: TestClient, school: School, waiting: str) -> None:
    """Three attempts in vain are no passing fault, however short the wait."""
    school.clock.advance(minutes=-6)
    assert http.get("/readyz").json()["status"] == "ok"
    later = machine_time() + timedelta(minutes=5)
    with school.services.store.transaction("system", school.clock()) as tx:
        for _ in range(2):
            taken = tx.check_work.take(waiting, machine_time(), later, only_due=False)
            assert taken is not None
            tx.check_work.failed(taken, later)
    assert http.get("/readyz").json()["status"] == "degraded"


def test_the_overview_tells_administrators(new_person: NewPerson, school: School, waiting: str) -> None:
    """Under what waits: how many, since when, and what was refused without being examined."""
    page = new_person("admin", Role.ADMIN).get("/admin").text
    assert "picture waits to be examined" in page
    assert "The longest for 6 minutes. 1 tried in vain so far." in page
    school.screener.give_up(waiting)
    assert "1 refused since yesterday without being examined." in new_person("chief", Role.ADMIN).get("/admin").text


def test_every_metric_is_explained() -> None:
    """The reference has a line for each, in the words of the service, and none besides."""
    lines = re.findall(r"^\| `(\w+)` \| gauge \| (.+) \|$", REFERENCE.read_text("utf-8"), re.MULTILINE)
    assert dict(lines) == METRICS
