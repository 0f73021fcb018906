"""Naming several faces of a picture in one form."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from consent_db.people.records import PersonDraft
from gatekeeper.types import Kind
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

ANOTHER_HUE = 300.0


def offered(text: str, face: int) -> list[str]:
    """Return whom the page offers for a face."""
    return re.findall(rf'<option value="{face} per_\w+">([^<(]+?)(?: \([^<]*)?</option>', text)


@pytest.fixture
def blocked(office: TestClient, school: School) -> str:
    """The address of a picture of Amira, Tom and Cleo, of whom the engine knows Amira."""
    school.add("Cleo", "Marsh", 60)
    return ask(office, school, AMIRA_HUE, STRANGER_HUE, ANOTHER_HUE)


def test_several_faces_are_named_at_once(office: TestClient, school: School, blocked: str) -> None:
    """One form, one new check, and everybody has a name."""
    assert offered(office.get(blocked).text, 2) == ["Cleo Marsh", "Tom Jones", "Zoe Moss"]
    who = ["", f"2 {school.people['Tom']}", f"3 {school.people['Cleo']}"]
    words = read(resolve(office, blocked, action="identify", who=who))
    assert "2 · Tom Jones" in words
    assert "3 · Cleo Marsh" in words
    assert "Who is it?" not in words


def test_those_who_are_left_empty_stay_open(office: TestClient, school: School, blocked: str) -> None:
    """A face that nobody chose a name for is as it was."""
    words = read(resolve(office, blocked, action="identify", who=["", f"3 {school.people['Cleo']}"]))
    assert "2 Not recognised" in words


@pytest.mark.parametrize(
    ("who", "status"),
    [([], 409), (["", ""], 409), (["2 per_nobody"], 409), (["9 {Tom}"], 409), (["two {Tom}"], 422), (["2"], 422)],
)
def test_what_names_nobody_is_refused(
    office: TestClient, school: School, blocked: str, who: list[str], status: int
) -> None:
    """No name, somebody who is not on the register, a face that is not there, or no pair at all."""
    fields = {"action": "identify", "who": [one.format(**school.people) for one in who]}
    assert office.post(f"{blocked}/resolutions", data=fields).status_code == status


def test_a_large_register_is_not_offered_whole(office: TestClient, school: School, blocked: str) -> None:
    """With more than sixty people they are searched for each face."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for number in range(60):
            tx.people.add(PersonDraft(Kind.PUPIL, f"Pupil{number}", "Example"))
    assert offered(office.get(blocked).text, 2) == []
    assert "Name, number or class of face 2" in read(office.get(blocked))


def test_the_radio_buttons_of_a_face_name_it_too(office: TestClient, school: School, blocked: str) -> None:
    """One group of them for each face; two people for one face are refused, and nothing is said."""
    tom, cleo = school.people["Tom"], school.people["Cleo"]
    both = {"action": "identify", "who": f"2 {cleo}", "who_2": f"2 {tom}"}
    refused = office.post(f"{blocked}/resolutions", data=both)
    assert refused.status_code == 409
    assert "Two people were chosen for face 2. Choose one of them." in read(refused)
    words = read(resolve(office, blocked, action="identify", who=[""], who_2=f"2 {tom}", who_3=f"3 {cleo}"))
    assert "2 · Tom Jones" in words
    assert "3 · Cleo Marsh" in words
