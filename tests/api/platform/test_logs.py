"""Logs tell what happened, never to whom."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from api.platform.logs import FIELDS
from consent_db.people.records import PersonDraft
from gatekeeper.types import Kind
from tests.support.http import ORIGIN, PASSWORD, Program
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

UNUSUAL = [f"Zyx{chr(97 + number % 26)}{number}" for number in range(60)]


def test_nothing_about_people_gets_into_the_logs(
    scheduler: Program, office: TestClient, school: School, log_lines: Callable[[], str]
) -> None:
    """After checks, resolutions, pages and errors with a roster of unusual names: not one of them is written."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for name in UNUSUAL:
            tx.people.add(PersonDraft(Kind.PUPIL, name, f"{name}son"))
    scheduler.check(AMIRA_HUE, STRANGER_HUE, caption=" ".join(UNUSUAL), alt_text="Amira Khan", credit="Tom Jones")
    scheduler.check(AMIRA_HUE, caption=f"{UNUSUAL[0]} {UNUSUAL[0]}son", event=UNUSUAL[1], publish_at=UNUSUAL[2])
    released = scheduler.check(AMIRA_HUE).json()["release"]["url"]
    scheduler.http.get(released)
    office.get(f"/checks/{UNUSUAL[3]}?search={UNUSUAL[4]}")
    office.post("/sign-in", data={"email": f"{UNUSUAL[5]}@school.example", "password": UNUSUAL[6]})
    logging.getLogger("some.library").error("cannot read %s", UNUSUAL[7])
    written = log_lines()
    assert written.count("\n") > 6
    secrets = [*UNUSUAL, "Amira", "Khan", "Tom", "4B.png", scheduler.key, released.rpartition("/")[2], PASSWORD, "@"]
    assert [secret for secret in secrets if secret in written] == []
    lines = [json.loads(line) for line in written.splitlines()]
    assert {name for line in lines for name in line} <= FIELDS


def test_each_request_is_one_line_with_its_route(scheduler: Program, log_lines: Callable[[], str]) -> None:
    """The route's pattern, the status, the time and who asked, under an id of its own."""
    scheduler.get("/v1/checks/chk_1")
    line = json.loads(log_lines())
    assert (line["route"], line["status"], line["actor"]) == ("/v1/checks/{check_id}", 404, scheduler.id)
    assert line["milliseconds"] >= 0


def test_a_library_that_complains_is_noted_without_its_words(log_lines: Callable[[], str]) -> None:
    """Where it came from and the kind of error, not the message."""
    try:
        int("Amira")
    except ValueError:
        logging.getLogger("library").exception("cannot find Amira")
    line = json.loads(log_lines())
    assert (line["reason"], line["error"]) == ("library", "ValueError")
    assert "Amira" not in json.dumps(line)


@pytest.mark.parametrize("origin", [ORIGIN, "http://evil.example"])
def test_control_characters_make_no_second_line(http: TestClient, log_lines: Callable[[], str], origin: str) -> None:
    """Whatever is in a method, address or header, one request is one line."""
    http.request("GE:T", "/%0d%0a{}", headers={"Origin": origin})
    assert log_lines().count("\n") == 1
