"""The roster for programs: lists in, permissions out, and no names."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from gatekeeper.consent.permission import Stance
from tests.support.http import NewClient, Program
from tests.support.school import School

HEADER = "external_id,first_name,last_name,kind,group,consent_all,evidence"
LIST = f"{HEADER}\nM-1,Zuleika,Ostrander,staff,Oak,yes,form 1\nM-2,Ines,Vance,staff,Oak,maybe,form 2\n"


@pytest.fixture
def mis(new_client: NewClient) -> Program:
    return new_client("roster")


def send(mis: Program, text: str = LIST, key: str | None = None, **fields: Any) -> Response:
    headers = mis.headers | ({"Idempotency-Key": key} if key else {})
    files = {"file": ("Ostrander.csv", text.encode(), "text/csv")}
    return mis.http.post("/v1/roster/imports", headers=headers, data=fields, files=files)


def test_a_list_is_looked_at_before_it_is_imported(mis: Program) -> None:
    """The dry run counts, names the lines that cannot be read, and changes nothing; no value of a cell comes back."""
    before = mis.get("/v1/roster/people").json()["people"]
    answer = send(mis)
    dry = answer.json()
    assert (answer.status_code, dry["imported"], dry["added"], dry["missing"]) == (200, False, 1, 0)
    assert [bad["line"] for bad in dry["bad"]] == [3]
    assert "Ostrander" not in answer.text
    assert len(mis.get("/v1/roster/people").json()["people"]) == len(before)


def test_exactly_what_was_looked_at_is_imported(mis: Program, school: School) -> None:
    """With its plan, once; with another file, or after the register has moved, nothing is."""
    plan = send(mis).json()["plan"]
    assert send(mis, LIST.replace("Oak", "Elm"), "k1", plan=plan).status_code == 409
    school.say("Amira", Stance.WITHDRAWN)
    assert send(mis, key="k2", plan=plan).status_code == 409
    plan = send(mis).json()["plan"]
    done = send(mis, key="k3", plan=plan)
    assert (done.status_code, done.json()["imported"], done.json()["number"]) == (201, True, 1)
    again = send(mis, key="k3", plan=plan)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (done.json(), "true")
    people = mis.get("/v1/roster/people").json()["people"]
    assert [one["groups"] for one in people if one["external_id"] == "M-1"] == [["Oak"]]


def test_an_import_needs_a_key_to_find_it_by(mis: Program) -> None:
    """400 without: if the answer were lost, nobody would know of the import."""
    refused = send(mis, plan=send(mis).json()["plan"])
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:gatekeeper:problem:idempotency-key-missing")


@pytest.mark.parametrize("wrong", [{"text": "no,list\n"}, {"layout": "nowhere"}, {"plan": "x"}, {"number": "name"}])
def test_a_list_that_cannot_be_used_is_refused(mis: Program, wrong: dict[str, str]) -> None:
    """422 with what to do."""
    assert send(mis, **wrong).status_code == 422


def test_it_is_told_what_is_permitted_and_not_why(new_client: NewClient, school: School) -> None:
    """On the client's channels alone; somebody on the list reads like somebody who said no."""
    mis = new_client("roster", channels=("website", "nowhere"))
    may = {one["id"]: one["may"] for one in mis.get("/v1/roster/people").json()["people"]}
    assert may[school.people["Amira"]] == [{"channel": "website", "picture": True, "name": True}]
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Amira"], "refuge")
    school.say("Tom", Stance.REFUSED)
    listed, refused = (mis.get(f"/v1/roster/people/{school.people[who]}") for who in ("Amira", "Tom"))
    assert listed.json()["may"][0]["picture"] is refused.json()["may"][0]["picture"] is False
    assert listed.json().keys() == refused.json().keys() == {"id", "external_id", "kind", "groups", "may"}
    assert mis.get("/v1/roster/people/per_nobody").status_code == 404


def test_everybody_is_on_one_page_or_another(mis: Program, school: School) -> None:
    """Each once."""
    everybody = [one["id"] for one in mis.get("/v1/roster/people").json()["people"]]
    page = mis.get("/v1/roster/people?limit=1").json()
    seen = [one["id"] for one in page["people"]]
    while page["next"]:
        page = mis.get(f"/v1/roster/people?limit=1&after={page['next']}").json()
        seen += [one["id"] for one in page["people"]]
    assert seen == everybody
    assert set(school.people.values()) <= set(seen)


@pytest.mark.parametrize("scopes", [("check", "publish", "resolve", "audit")])
def test_no_other_scope_sees_the_roster(new_client: NewClient, scopes: tuple[str, ...]) -> None:
    """403 for reading and for importing."""
    other = new_client(*scopes)
    assert other.get("/v1/roster/people").status_code == 403
    assert send(other).status_code == 403


def test_refused_rows_come_back_as_a_file_with_the_reasons(mis: Program) -> None:
    """Under the list's own headings; nothing is changed by asking."""
    files = {"file": ("list.csv", LIST.encode(), "text/csv")}
    answer = mis.http.post("/v1/roster/imports/rejected", headers=mis.headers, files=files)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == f"{HEADER},why it was not imported"
    assert [line.split(",")[0] for line in lines[1:]] == ["M-2"]
