"""Resolving a block by API: more facts, and the gate looks again."""

from __future__ import annotations

from tests.api.conftest import NewClient, NewPerson, Program
from tests.api.test_pages import read, resolve
from tests.screening.conftest import AMIRA_HUE, ATTESTED, STRANGER_HUE, School


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


def test_cropping_a_stranger_away_makes_a_new_approved_check(staff_program: Program) -> None:
    """What is kept is given in fractions; the release is that part and nothing else."""
    old = staff_program.check(AMIRA_HUE, STRANGER_HUE).json()
    left = {"x": 0, "y": 0, "width": 0.5, "height": 1}
    status, new = _resolve(staff_program, old["id"], action="crop", box=left)
    assert (status, new["decision"]) == (201, "approve")
    release = new["release"]
    assert isinstance(release, dict)
    assert (release["width"], release["height"]) == (144, 144)


def test_a_missed_face_blocks_an_approved_picture(staff_program: Program) -> None:
    """Whoever sees a face that the gate does not can say so at any time."""
    old = staff_program.check(AMIRA_HUE).json()
    assert old["decision"] == "approve"
    there = {"x": 0.7, "y": 0.6, "width": 0.1, "height": 0.2}
    status, new = _resolve(staff_program, old["id"], action="missed_face", box=there)
    assert (status, new["decision"]) == (201, "block")
    assert new["faces"][1]["status"] == "unreadable"  # type: ignore[index]
    assert staff_program.get(old["release"]["url"]).status_code == 410


def test_places_outside_the_picture_are_refused(staff_program: Program) -> None:
    """A box is within the picture and has an area, and a crop needs one."""
    old = staff_program.check(AMIRA_HUE, STRANGER_HUE).json()
    whole = {"x": 0, "y": 0, "width": 1, "height": 1}
    for wrong in ({"x": 1}, {"x": -0.1}, {"width": 0}, {"height": 1.5}, {"depth": 1}, {"x": "NaN"}):
        assert _resolve(staff_program, old["id"], action="crop", box=whole | wrong)[0] == 422
    assert _resolve(staff_program, old["id"], action="crop")[0] == 409
    assert _resolve(staff_program, old["id"], action="crop", box=whole)[0] == 409


def test_naming_a_stranger_by_hand_needs_somebody_on_the_register(staff_program: Program, school: School) -> None:
    """A person who is there is taken; one who is not is refused and nothing changes."""
    old = staff_program.check(STRANGER_HUE).json()
    assert _resolve(staff_program, old["id"], action="identify", face=1, person="per_nobody")[0] == 409
    status, new = _resolve(staff_program, old["id"], action="identify", face=1, person=school.people["Tom"])
    assert (status, new["decision"]) == (201, "approve")


NOBODY = "nobody_recognisable"


def test_a_program_cannot_promise_that_nobody_can_be_recognised(staff_program: Program) -> None:
    """Neither with the picture nor afterwards: the finding stays, and the answer says who has to look."""
    check = staff_program.check(attestations=[*ATTESTED, NOBODY]).json()
    (finding,) = check["findings"]
    assert (finding["code"], finding["resolvable_by"]) == ("nobody_found", ["staff"])
    assert "does not count" in finding["message"]
    status, answer = _resolve(staff_program, check["id"], action="attest", attestations=[NOBODY])
    assert (status, answer["type"]) == (403, "urn:gatekeeper:problem:not-permitted")
    assert "colleague" in str(answer["detail"])


def test_a_person_looks_at_what_a_program_sent(scheduler: Program, new_person: NewPerson) -> None:
    """It waits under Approvals for everybody who may look; the program is told which check takes its place."""
    check = scheduler.check().json()
    office = new_person("office")
    assert "Sent by the program A program.Nobody in the picture can be recognised." in read(office.get("/approvals"))
    assert "Approved" in read(resolve(office, f"/checks/{check['id']}", action="attest", attestations=[NOBODY]))
    old = scheduler.get(f"/v1/checks/{check['id']}").json()
    new = scheduler.get(f"/v1/checks/{old['replaced_by']}").json()
    assert (new["decision"], bool(new["receipt"])) == ("approve", True)


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
