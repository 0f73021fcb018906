"""Resolving a block by API: more facts, and the gate looks again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from api.application.checks.submission import build_draft
from gatekeeper.policy.describe import in_words
from gatekeeper.types import Role
from tests.support.gate import upload_of
from tests.support.http import LOOKED, NewClient, NewPerson, Program
from tests.support.pages import read, resolve
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, School


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
    status, new = _resolve(staff_program, old["id"], action="identify", face=1, person=school.people["Zoe"])
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


def test_a_program_says_who_looked(staff_program: Program, school: School) -> None:
    """What it attests counts with the account of a person; alone, or with an address of nobody, it does not."""
    wrong = staff_program.check(AMIRA_HUE, attested_by="nobody@school.example")
    assert wrong.status_code == 422
    assert "attested_by" in wrong.json()["detail"]
    old = _alone(staff_program)
    assert {finding["code"] for finding in old["findings"]} == {"attestation_missing"}
    assert all("who looked" in finding["message"] for finding in old["findings"])
    attest = {"action": "attest", "attestations": sorted(ATTESTED)}
    assert _resolve(staff_program, old["id"], **attest)[0] == 409
    status, new = _resolve(staff_program, old["id"], **attest, attested_by=LOOKED)
    assert (status, new["decision"]) == (201, "approve")


def _alone(program: Program) -> dict[str, Any]:
    answer = program.http.post(
        "/v1/checks",
        headers=program.headers,
        data={"channel": "website", "attestations": ",".join(sorted(ATTESTED))},
        files={"photo": ("a.png", upload_of(AMIRA_HUE), "image/png")},
    )
    found: dict[str, Any] = answer.json()
    return found


def test_a_policy_may_let_programs_attest(school: School, new_client: NewClient) -> None:
    """Then it shows among the policy's sentences, and nothing need be named."""
    screener = replace(school.services.screener, policy=replace(school.services.policy, programs_attest=True))
    client = new_client("check")
    record = screener.check(upload_of(AMIRA_HUE), build_draft("website", attestations=ATTESTED), client.id)
    assert record.approved
    assert any("A program may confirm" in sentence for sentence in in_words(screener.policy))


def test_a_program_confirms_nothing_that_takes_eyes(staff_program: Program, school: School) -> None:
    """That a person who objected is not in the picture counts neither with the upload nor afterwards."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.groups.add_event("fair", "Fair", school.clock().date(), frozenset(school.people.values()))
        code = tx.objections.add("fair", "a man in a red cap").objection.attestation
    check = staff_program.check(AMIRA_HUE, event="fair", attestations=[*ATTESTED, code]).json()
    assert [finding["code"] for finding in check["findings"]] == ["asked_not_to_be_shown"]
    assert _resolve(staff_program, check["id"], action="attest", attestations=[code], attested_by=LOOKED)[0] == 403


def test_a_program_and_its_holder_are_one(school: School, new_person: NewPerson, http: TestClient) -> None:
    """What a key said, whoever holds the key cannot agree to, and no key agrees to anything."""
    head, other = new_person("head", Role.APPROVER), new_person("other", Role.APPROVER)
    now = school.clock()
    with school.services.store.transaction("user:admin", now) as tx:
        holder = tx.users.find("head@school.example")
        assert holder is not None
        made = tx.clients.add("x", ("check", "resolve"), ("website",), now + timedelta(days=1), holder.id)
        tx.users.add(LOOKED, None, Role.STAFF)
    program = Program(http, made.id, made.key)
    old = program.check(AMIRA_HUE).json()
    named = _resolve(program, old["id"], action="identify", face=1, person=school.people["Tom"])[1]
    assert _resolve(program, str(named["id"]), action="approve")[0] == 403
    assert head.post(f"/checks/{named['id']}/resolutions", data={"action": "approve"}).status_code == 409
    assert "Approved" in read(resolve(other, f"/checks/{named['id']}", action="approve"))


def test_a_person_looks_at_what_a_program_sent(scheduler: Program, new_person: NewPerson) -> None:
    """It waits under Approvals for everybody who may look; the program is told which check takes its place."""
    check = scheduler.check().json()
    office = new_person("office")
    assert "Sent by the program A program.No person in the picture can be recognised." in read(office.get("/approvals"))
    confirmed = resolve(office, f"/checks/{check['id']}", action="attest", attestations=[NOBODY])
    assert "A second person has to look too." in read(confirmed)
    assert "Approved" in read(resolve(new_person("second"), confirmed.url.path, action="approve"))
    old = scheduler.get(f"/v1/checks/{check['id']}").json()
    between = scheduler.get(f"/v1/checks/{old['replaced_by']}").json()
    new = scheduler.get(f"/v1/checks/{between['replaced_by']}").json()
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
