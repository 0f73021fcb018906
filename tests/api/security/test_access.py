"""The table of who may ask for what, held against every route of the application."""

from __future__ import annotations

import re
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Route, compile_path
from starlette.testclient import TestClient

from api.app import create_app
from api.platform.settings import Settings
from api.security.access import MANAGERS, PUBLIC, Asker, declare, may, place, reference
from api.security.admission import STEP_PAGE
from api.security.routing import Router, hold_to_table, lines_of
from api.web.navigation import DAILY, MANAGING
from consent_db.accounts.records import Step
from gatekeeper.types import Role
from tests.support.access import RULES
from tests.support.http import ORIGIN, PASSWORD, NewPerson, Program
from tests.support.paths import ROOT
from tests.support.school import School

VALUES = {
    "check_id": "chk_" + "0" * 32,
    "batch_id": "bat_" + "0" * 32,
    "number": "1",
    "token": "x" * 43,
    "person_id": "per_" + "0" * 32,
    "takedown_id": "tkd_" + "0" * 32,
    "publication_id": "pub_" + "0" * 32,
    "group_id": "grp_" + "0" * 32,
    "objection_id": "obj_" + "0" * 32,
    "user_id": "usr_" + "0" * 32,
    "client_id": "cli_" + "0" * 32,
    "session_id": "ses_" + "0" * 32,
    "webhook_id": "whk_" + "0" * 32,
    "path": "gatekeeper.css",
}


def address(line: str) -> tuple[str, str]:
    """Return method and address of a line, with something in each variable part."""
    method, path = line.split()
    return method, re.sub(r"\{(\w+)(?::path)?\}", lambda found: VALUES.get(found[1], "x" * 40), path)


def outcome(browser: TestClient, line: str, headers: dict[str, str] | None = None) -> str:
    """Say what became of a request: `in`, `refused`, `unknown` (401 for programs), or where it was sent first."""
    method, path = address(line)
    answer = browser.request(method, path, headers={"Origin": ORIGIN, **(headers or {})})
    elsewhere = answer.headers.get("Location", "").partition("?")[0]
    if answer.status_code == 303 and elsewhere in {"/sign-in", "/confirm", *STEP_PAGE.values()}:
        return elsewhere
    if path.startswith("/v1/") and answer.status_code == 401:
        return "unknown"
    return "refused" if answer.status_code == 403 else "in"


LINES = sorted(RULES, key=lambda line: line == "POST /sign-out")  # last, because it ends the session
NOTHING_DUE = "GET /account/second-factor/soon"  # sends on at once where no second factor is due
OF_PEOPLE = {line: who for line, who in RULES.items() if who.asker is Asker.PERSON}


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    """The table is complete, and it is the one that reviewers read."""
    assert lines_of(create_app(Settings()).routes) == set(RULES)
    assert reference() in (ROOT / "docs" / "reference" / "access.md").read_text("utf-8"), "python -m scripts.references"


def test_a_route_that_does_not_say_who_may_call_it_keeps_the_program_from_starting() -> None:
    """Neither a router of ours nor one of the framework's serves an endpoint without access."""
    with pytest.raises(TypeError, match=r"/forgotten: write @allow\(...\) above forgotten"):

        @Router().get("/forgotten")
        def forgotten() -> None: ...

    plain = create_app(Settings())
    plain.add_api_route("/forgotten", lambda: "something", methods=["GET"])
    with pytest.raises(RuntimeError, match="GET /forgotten"):
        hold_to_table(plain.routes)


def test_no_route_is_declared_twice() -> None:
    """A second declaration does not change who may call a route."""
    with pytest.raises(ValueError, match="GET /admin is declared twice"):
        declare("GET /admin", PUBLIC)
    assert RULES["GET /admin"] == MANAGERS


def test_no_router_takes_the_addresses_of_a_later_one() -> None:
    """The first route that fits an address is the one that was declared for it."""
    routes = [
        (route.path, route.original_route.methods)
        for route in iter_route_contexts(create_app(Settings()).routes)
        if isinstance(route.original_route, Route)
    ]
    for line in RULES:
        method, path = address(line)
        fitting = [
            template
            for template, methods in routes
            if template and method in (methods or ()) and compile_path(template)[0].fullmatch(path)
        ]
        assert fitting[:1] in ([], [line.split()[1]]), line


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_exactly_what_the_table_says(new_person: NewPerson, role: Role) -> None:
    """Every line is asked for by somebody who has just signed in; the interface wants a key, whoever asks."""
    browser = new_person("somebody", role)
    for line in LINES:
        who, found = RULES[line], outcome(browser, line)
        if who.asker is Asker.PROGRAM:
            assert found == "unknown", line
        elif who.asker is Asker.PERSON and Step.DONE not in who.steps:
            assert found == "/", line
        elif who.asker is Asker.PERSON and line != "POST /sign-out":
            opened = "/" if line == NOTHING_DUE else "in"
            assert found == (opened if role in who.roles else "refused"), line


def test_a_stranger_opens_only_what_is_open(http: TestClient) -> None:
    """People are sent to the sign-in page, programs told that they are not known."""
    for line, who in RULES.items():
        wanted = {Asker.PERSON: "/sign-in", Asker.PROGRAM: "unknown"}.get(who.asker)
        assert wanted is None or outcome(http, line) == wanted, line


def test_a_key_opens_no_page(scheduler: Program) -> None:
    """A program is a stranger to everything that is for people."""
    for line in OF_PEOPLE:
        assert outcome(scheduler.http, line, scheduler.headers) == "/sign-in", line


@pytest.mark.parametrize("step", [Step.CODE, Step.ENROL])
def test_whoever_is_half_signed_in_gets_no_further(school: School, http: TestClient, step: Step) -> None:
    """A right password alone opens the second half of signing in, the way out, and nothing else."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        user = tx.users.add("head@school.example", PASSWORD, Role.ADMIN)
    for line, who in OF_PEOPLE.items():
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            http.cookies.set("sid", tx.sessions.start(user.id, step))
        if step not in who.steps:
            assert outcome(http, line) == STEP_PAGE[step], line
        elif step is Step.CODE:
            assert outcome(http, line) in {"in", "/sign-in"}, line


def test_what_matters_wants_a_fresh_proof(new_person: NewPerson, school: School) -> None:
    """Eleven minutes after signing in, the lines marked so lead to the password first, and no others do."""
    browser = new_person("head", Role.ADMIN)
    school.clock.advance(minutes=11)
    for line in LINES:
        if RULES[line].asker is Asker.PERSON and line != "POST /sign-out":
            wanted = RULES[line].recently and Role.ADMIN in RULES[line].roles
            assert (outcome(browser, line) == "/confirm") is wanted, line


def test_nothing_private_is_kept_by_a_browser(new_person: NewPerson) -> None:
    """Every answer to somebody signed in, refusals too, says not to store it; styles and public keys may be kept."""
    browser = new_person("head", Role.ADMIN)
    for line in LINES:
        method, path = address(line)
        kept = browser.request(method, path, headers={"Origin": ORIGIN}).headers["Cache-Control"]
        assert (kept == "no-store") is not path.startswith(("/static/", "/.well-known/")), line


def test_what_is_not_in_the_table_is_not_served(office: TestClient, http: TestClient) -> None:
    """Even where the application has a route: an address without a line is nothing to anybody."""
    assert office.get("/nothing").status_code == 404
    assert http.get("/nothing").status_code == 404
    browser = http.get("/nothing", headers={"Accept": "text/html"})
    assert browser.headers["Location"] == "/sign-in?next=/nothing"
    answer = office.request("DELETE", "/checks", headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_a_route_without_a_line_is_closed(school: School, new_person: NewPerson) -> None:
    """A route that is added while the program runs is closed."""
    browser = new_person("head", Role.ADMIN)
    cast("FastAPI", browser.app).add_api_route("/forgotten", lambda: "something", methods=["GET"])
    assert browser.get("/forgotten").status_code == 404


def test_no_line_hides_another() -> None:
    """Each line finds itself: a literal address is never taken for a variable part of another line."""
    for line in RULES:
        assert place(*address(line)).line == line


def test_links_lead_nowhere_that_is_closed() -> None:
    """The navigation shows each role what it may open; staff have nothing to manage."""
    for entry in (*DAILY, *MANAGING):
        assert f"GET {entry.path}" in RULES
    assert not any(may(Role.STAFF, entry.path) for entry in MANAGING)
    assert all(may(role, entry.path) for role in Role for entry in DAILY)
