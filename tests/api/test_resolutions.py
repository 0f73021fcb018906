"""Resolving a block by API: more facts, and the gate looks again."""

from __future__ import annotations

from tests.api.conftest import NewClient, Program
from tests.screening.conftest import AMIRA_HUE, STRANGER_HUE, School


def _resolve(program: Program, check: str, **body: object) -> tuple[int, dict[str, object]]:
    answer = program.http.post(f"/v1/checks/{check}/resolutions", headers=program.headers, json=body)
    return answer.status_code, answer.json()


def test_covering_a_stranger_makes_a_new_approved_check(staff_program: Program) -> None:
    """The answer is another check, with the face covered; the old one is no use any more."""
    old = staff_program.check(AMIRA_HUE, STRANGER_HUE).json()
    status, new = _resolve(staff_program, old["id"], action="cover", face=2)
    assert (status, new["decision"]) == (201, "approve")
    assert new["id"] != old["id"]
    assert _resolve(staff_program, old["id"], action="cover", face=2)[0] == 409


def test_naming_a_stranger_by_hand_needs_somebody_on_the_register(staff_program: Program, school: School) -> None:
    """A person who is there is taken; one who is not is refused and nothing changes."""
    old = staff_program.check(STRANGER_HUE).json()
    assert _resolve(staff_program, old["id"], action="identify", face=1, person="per_nobody")[0] == 409
    status, new = _resolve(staff_program, old["id"], action="identify", face=1, person=school.people["Tom"])
    assert (status, new["decision"]) == (201, "approve")


def test_a_scheduler_resolves_nothing(scheduler: Program) -> None:
    """Without the scope `resolve` it is 403."""
    old = scheduler.check(AMIRA_HUE, STRANGER_HUE).json()
    assert _resolve(scheduler, old["id"], action="cover", face=2)[0] == 403


def test_another_programs_check_cannot_be_resolved(staff_program: Program, new_client: NewClient) -> None:
    """It reads as not there."""
    old = staff_program.check(AMIRA_HUE, STRANGER_HUE).json()
    assert _resolve(new_client("resolve", "check"), old["id"], action="cover", face=2)[0] == 404


def test_a_resolution_that_is_none_is_refused(staff_program: Program) -> None:
    """No such face is 409; no such action, and unknown fields, are 422."""
    old = staff_program.check(AMIRA_HUE, STRANGER_HUE).json()
    assert _resolve(staff_program, old["id"], action="cover", face=7)[0] == 409
    assert _resolve(staff_program, old["id"], action="approve_it_anyway")[0] == 422
    assert _resolve(staff_program, old["id"], action="cover", face=2, decision="approve")[0] == 422
