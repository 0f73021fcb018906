"""The audit of acts by hand, and of everything that is handed out: one entry for each act."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.application.checks.resolve.hand_acts import _ACTS
from api.application.checks.resolve.resolution import Action
from api.http.present import release_path
from consent_db.checks.acts.hand_acts import HandAct
from gatekeeper.types import Role
from tests.support.batches import three
from tests.support.http import NewClient, NewPerson
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School


def entries(school: School, action: str) -> list[dict[str, Any]]:
    """Return actor, object and payload of the entries of a kind, in order; the chain has to be whole."""
    assert school.services.store.verify_audit().ok
    with school.services.store.reading("user:admin", school.clock()) as tx:
        found = [entry for entry in tx.audit.entries(limit=10_000) if entry.action == action]
    return [{"actor": one.actor, "about": one.object_id, **json.loads(one.payload)} for one in found]


def check_of(address: str) -> str:
    return address.rpartition("/")[2]


@pytest.mark.parametrize(
    ("data", "act"),
    [
        ({"action": "identify", "face": 2, "person": "Tom"}, HandAct.NAMED),
        ({"action": "not_a_face", "face": 2}, HandAct.DISMISSED),
        ({"action": "cover", "face": 2}, HandAct.COVERED),
        ({"action": "cover"}, HandAct.COVERED),
    ],
)
def test_an_act_on_a_face_is_one_entry(
    office: TestClient, school: School, data: dict[str, Any], act: HandAct
) -> None:  # fmt: skip
    """Who did it, and which face: its number and the middle of its place; a person is an opaque id."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    sent = {name: school.people["Tom"] if name == "person" else value for name, value in data.items()}
    resolve(office, address, **sent)
    (entry,) = entries(school, act)
    (face,) = entry["faces"]
    assert entry["actor"].startswith("usr_")
    assert (entry["replaces"], face["face"]) == (check_of(address), 2)
    assert entry["about"] != entry["replaces"]
    assert face.get("person") == (school.people["Tom"] if act is HandAct.NAMED else None)
    assert all(isinstance(number, int) and 0 <= number <= 100 for number in face["at"])
    assert "Jones" not in json.dumps(entry)


@pytest.mark.parametrize(
    ("data", "act"),
    [
        ({"action": "missed_face", "left": 80, "top": 5, "right": 95, "bottom": 30}, HandAct.MARKED),
        ({"action": "crop", "left": 0, "top": 0, "right": 50, "bottom": 100}, HandAct.CROPPED),
        ({"action": "reword", "caption": "Beans"}, HandAct.REWORDED),
        ({"action": "attest", "attestations": ["a_code"]}, HandAct.CONFIRMED),
    ],
)
def test_what_else_is_done_by_hand(
    office: TestClient, school: School, data: dict[str, Any], act: HandAct
) -> None:  # fmt: skip
    """Each is one entry too; of new words only that there are some."""
    resolve(office, ask(office, school, AMIRA_HUE, STRANGER_HUE), **data)
    (entry,) = entries(school, act)
    assert entry.get("confirmed") == (["a_code"] if act is HandAct.CONFIRMED else None)
    assert "Beans" not in json.dumps(entry)


def test_every_action_is_an_act_of_its_own() -> None:
    """A new one fails here until the audit has a word for it."""
    assert {*_ACTS} == {*Action}
    assert {*_ACTS.values()} | {HandAct.RESTORED} == {*HandAct}, "RESTORED: no name, of a find that was called no face"


def test_a_name_that_is_taken_back_is_an_entry(office: TestClient, school: School) -> None:
    """With the face that it is about."""
    address = ask(office, school, STRANGER_HUE)
    named = resolve(office, address, action="identify", face=1, person=school.people["Tom"])
    resolve(office, str(named.url.path), action="not_them", face=1)
    (entry,) = entries(school, HandAct.UNNAMED)
    assert entry["faces"][0]["face"] == 1


def test_an_act_that_is_refused_is_no_entry(office: TestClient, school: School) -> None:
    """There is no face 9."""
    address = ask(office, school, AMIRA_HUE, STRANGER_HUE)
    assert office.post(f"{address}/resolutions", data={"action": "not_a_face", "face": 9}).status_code == 409
    assert entries(school, HandAct.DISMISSED) == []


def test_a_download_is_one_entry_of_who_took_it(office: TestClient, school: School) -> None:
    """Each time; and nothing leaves once the approval has ended."""
    address = ask(office, school, AMIRA_HUE)
    assert f'href="{address}/release"' in office.get(address).text
    answers = [office.get(f"{address}/release") for _ in range(2)]
    assert {(one.status_code, one.headers["Content-Disposition"].split(";")[0]) for one in answers} == {
        (200, "attachment")
    }
    found = entries(school, "release.downloaded")
    assert [(one["actor"][:4], one["about"]) for one in found] == [("usr_", check_of(address))] * 2
    school.clock.advance(days=2)
    assert office.get(f"{address}/release").status_code in {303, 410}
    assert len(entries(school, "release.downloaded")) == 2


def test_others_cannot_download_what_they_may_not_see(
    office: TestClient, school: School, new_person: NewPerson
) -> None:  # fmt: skip
    """And leave no entry."""
    address = ask(office, school, AMIRA_HUE)
    blocked = ask(office, school, STRANGER_HUE)
    assert new_person("other").get(f"{address}/release").status_code == 404
    assert office.get(f"{blocked}/release").status_code == 404
    assert entries(school, "release.downloaded") == []


def test_a_zip_is_one_entry_that_names_its_checks(office: TestClient, school: School) -> None:
    """Those that were approved, and no others."""
    address = three(office, school)
    assert office.get(f"{address}/approved.zip").status_code == 200
    (entry,) = entries(school, "release.zipped")
    with school.services.store.reading("user:admin", school.clock()) as tx:
        batch = tx.batches.find(check_of(address))
        assert batch is not None
        approved = [one.id for one in tx.checks.several(batch.checks) if one.approved]
    assert (entry["about"], sorted(entry["checks"])) == (check_of(address), sorted(approved))
    assert len(approved) == 2


def test_the_first_use_of_a_release_address_is_noted(http: TestClient, school: School) -> None:
    """Later uses tell nothing new; an address that is not used leaves no entry."""
    first, second = (school.check(AMIRA_HUE) for _ in range(2))
    addresses = [release_path(school.screener.releases.token(record) or "") for record in (first, second)]
    for _ in range(3):
        assert http.get(addresses[0]).status_code == 200
    assert [one["about"] for one in entries(school, "release.fetched")] == [first.id]
    assert http.get(addresses[1]).status_code == 200
    assert [one["about"] for one in entries(school, "release.fetched")] == [first.id, second.id]


def test_a_list_of_people_that_a_program_reads_is_one_entry(new_client: NewClient, school: School) -> None:
    """However many pages it takes."""
    registrar = new_client("roster")
    page = registrar.get("/v1/roster/people?limit=1").json()
    assert registrar.get(f"/v1/roster/people?limit=1&after={page['next']}").status_code == 200
    (entry,) = entries(school, "roster.read")
    assert (entry["actor"], entry["people"]) == (registrar.id, len(school.people))


def test_leadership_sees_how_much_is_decided_by_hand(
    office: TestClient, school: School, new_person: NewPerson
) -> None:  # fmt: skip
    """Faces of the last four weeks that were named, dismissed and marked; older ones are not counted."""
    resolve(office, ask(office, school, STRANGER_HUE), action="identify", face=1, person=school.people["Tom"])
    resolve(office, ask(office, school, STRANGER_HUE), action="not_a_face", face=1)
    head = new_person("head", Role.APPROVER)
    text = read(head.get("/admin"))
    assert "1 face named by hand in four weeks" in text
    assert "1 dismissed as no face, 0 marked." in text
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert not any(tx.hand_acts.faces_since(school.clock() + timedelta(minutes=1)).values())
