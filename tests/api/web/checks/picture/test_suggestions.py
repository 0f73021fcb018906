"""Who an open face may be: suggested beside it, named by one tap."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from tests.support.gate import upload_of
from tests.support.http import NewPerson
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

NEAR_AMIRA = AMIRA_HUE + 14
"""Too far to be recognised, near enough to be alike."""


def suggested(page: str) -> list[str]:
    """Return the ids of those whom one tap names."""
    return re.findall(r'<button class="suggestion" name="person" value="(per_\w+)"', page)


def test_the_likeliest_are_suggested_and_one_tap_names_the_face(office: TestClient, school: School) -> None:
    """First who is alike, then whom the engine knows nothing of; whom the face does not fit is left to the search."""
    address = ask(office, school, NEAR_AMIRA)
    page = office.get(address)
    assert suggested(page.text) == [school.people["Amira"], school.people["Zoe"]]
    assert "Tom Jones (a colleague has to agree)" in read(page)
    assert "Amira Khan (" not in read(page)
    named = resolve(office, address, action="identify", face="1", person=school.people["Amira"])
    assert "Approved" in read(named)
    taken = re.search(
        r'<form method="post" action="(/checks/chk_\w+)/resolutions">\s+<input[^>]*name="face" value="1"', named.text
    )
    assert taken is not None, "what one tap has said, one tap takes back"
    assert "The name was removed." in read(resolve(office, taken[1], action="not_them", face="1"))


def test_what_the_button_says_of_a_second_person_is_what_the_gate_asks(office: TestClient, school: School) -> None:
    """Naming Tom is said to need a colleague, and then does."""
    address = ask(office, school, NEAR_AMIRA)
    found = office.post(f"{address}/faces/1", data={"search": "jones", "group": ""})
    assert "Tom Jones Then a colleague has to agree" in read(found)
    named = resolve(office, address, action="identify", face="1", person=school.people["Tom"])
    assert "does not resemble the photographs of the person it was named as" in read(named)


def test_the_photograph_of_who_is_suggested_is_shown_and_no_other(
    office: TestClient, new_person: NewPerson, school: School
) -> None:
    """Only beside that face, and only to those who may see the picture."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for name in ("Amira", "Tom"):
            tx.reference_photos.replace(school.people[name], [upload_of(AMIRA_HUE)])
    address = ask(office, school, NEAR_AMIRA)
    photo = f"{address}/faces/1/reference?person={school.people['Amira']}"
    assert photo in office.get(address).text
    shown = office.get(photo)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert office.get(f"{address}/faces/1/reference?person={school.people['Tom']}").status_code == 404
    assert office.get(f"{address}/faces/1/reference?person=per_nobody").status_code == 404
    assert office.get(f"{address}/faces/1/reference").status_code == 404
    assert new_person("other").get(photo).status_code == 404


def test_a_face_near_a_listed_person_has_no_suggestions(office: TestClient, school: School) -> None:
    """Any would tell who may not be published."""
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Amira"], "Ask first.", None)
    page = office.get(ask(office, school, NEAR_AMIRA))
    assert suggested(page.text) == []
    assert "Amira" not in read(page)


def test_of_a_large_register_without_a_class_only_those_alike_are_suggested(office: TestClient, school: School) -> None:
    """A stranger of whom nothing is known gets the search alone."""
    for number in range(61):
        school.add(f"Pupil{number}", "Example", None)
    assert suggested(office.get(ask(office, school, STRANGER_HUE)).text) == []
    assert suggested(office.get(ask(office, school, NEAR_AMIRA)).text) == [school.people["Amira"]]
