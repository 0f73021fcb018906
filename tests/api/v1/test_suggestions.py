"""Whom an open face may be, for programs that act for staff."""

from __future__ import annotations

from typing import Any

from gatekeeper.consent.permission import Stance, Subject
from tests.support.http import NewClient, Program
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

NEAR_AMIRA = AMIRA_HUE + 14
"""Too far to be recognised, near enough to be alike."""


def _suggested(check: dict[str, Any], number: int = 1) -> Any:
    return next(face for face in check["faces"] if face["number"] == number)["suggestions"]


def test_an_open_face_has_the_likeliest_people_first_and_identify_takes_them(
    staff_program: Program, school: School
) -> None:
    """First who is alike, then of whom the engine knows nothing; a face that is recognised has none."""
    check = staff_program.check(NEAR_AMIRA).json()
    amira, zoe = school.people["Amira"], school.people["Zoe"]
    assert _suggested(check) == [
        {"person": amira, "first_name": "Amira", "alike": True, "needs_agreement": False},
        {"person": zoe, "first_name": "Zoe", "alike": False, "needs_agreement": False},
    ]
    assert staff_program.get(f"/v1/checks/{check['id']}").json() == check
    body = {"action": "identify", "face": 1, "person": _suggested(check)[0]["person"]}
    address = f"/v1/checks/{check['id']}/resolutions"
    named = staff_program.http.post(address, headers=staff_program.headers, json=body).json()
    assert (named["decision"], _suggested(named)) == ("approve", None)
    assert _suggested(staff_program.get(f"/v1/checks/{check['id']}").json()) is None, "it is superseded"


def test_no_key_without_resolve_and_no_list_has_suggestions(new_client: NewClient, staff_program: Program) -> None:
    """A key that only checks or publishes learns neither ids nor names of who resembles a face."""
    plain = new_client("check", "publish").check(NEAR_AMIRA, STRANGER_HUE)
    assert {face["suggestions"] for face in plain.json()["faces"]} == {None}
    assert "per_" not in plain.text
    staff_program.check(NEAR_AMIRA)
    listed = staff_program.get("/v1/checks").json()["checks"]
    assert [face["suggestions"] for check in listed for face in check["faces"]] == [None]


def test_a_name_that_may_not_be_given_is_not_in_a_suggestion(staff_program: Program, school: School) -> None:
    """The id stays, since the picture may still be shown; the first name needs its own consent."""
    school.say("Amira", Stance.WITHDRAWN, Subject.NAME)
    first = _suggested(staff_program.check(NEAR_AMIRA).json())[0]
    assert (first["person"], first["first_name"]) == (school.people["Amira"], None)


def test_a_face_near_a_listed_person_has_no_suggestions(staff_program: Program, school: School) -> None:
    """Any would tell who may not be published."""
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Amira"])
    check = staff_program.check(NEAR_AMIRA).json()
    assert not _suggested(check)
