"""Events and classes on the pages, and the lists of those who asked not to be shown."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.web.register.groups.events import group_id_of
from consent_db.approvals.records import CheckState
from consent_db.people.records import PersonDraft
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School

FAIR = {"title": "Summer fair", "day": "2026-06-20", "classes": ["choir"]}
CHOIR = f"/admin/events/{group_id_of('choir')}"


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


def fair(admin: TestClient, **fields: object) -> str:
    """Add the fair; return the address of its page."""
    answer = admin.post("/admin/events", data=FAIR | fields)
    assert answer.status_code == 303
    return answer.headers["Location"].partition("?")[0]


def test_classes_are_there_with_their_members(admin: TestClient) -> None:
    """Addressed without their name, which may be a teacher's."""
    page = admin.get("/admin/events")
    assert "choir Class or club 3" in read(page)
    assert f'href="{CHOIR}"' in page.text
    text = read(admin.get(CHOIR))
    assert "Amira Khan Staff · choir May be shown" in text
    assert "Asked not to be shown" not in text


def test_an_event_is_made_of_classes_and_people(admin: TestClient, school: School) -> None:
    """Further people are typed by name or number, each in a line."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Zainab", "Okafor", external_id="1207"))
        tx.people.add(PersonDraft(Kind.PUPIL, "Oleh", "Kovalenko", known_as="Ollie"))
    page = fair(admin, people="1207\r\n\r\n  ollie   KOVALENKO ")
    text = read(admin.get(page))
    assert "Summer fair 20 June 2026" in text
    assert "5 people" in text
    assert "Summer fair Event 20 June 2026 5" in read(admin.get("/admin/events"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "what the event is called"),
        ({"day": ""}, "on which day"),
        ({"people": "Nobody Here"}, "matches no person on the register"),
        ({"people": "Tom Jones"}, "several people"),
    ],
)
def test_an_event_that_cannot_be_added(admin: TestClient, school: School, wrong: dict[str, str], sentence: str) -> None:
    """Is answered with a sentence; what was typed stays typed."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Tom", "Jones"))
    answer = admin.post("/admin/events", data=FAIR | wrong)
    assert (answer.status_code, sentence in read(answer)) == (422, True)
    assert 'value="choir" checked' in answer.text


def test_the_same_event_twice(admin: TestClient) -> None:
    """The second one wants another title."""
    fair(admin)
    answer = admin.post("/admin/events", data=FAIR)
    assert (answer.status_code, "another title" in read(answer)) == (422, True)


def test_somebody_asks_not_to_be_shown(admin: TestClient, school: School) -> None:
    """By what they look like; approvals for the event end. They may take it back."""
    page = fair(admin)
    check = school.check(AMIRA_HUE, event="Summer fair, 2026-06-20")
    assert check.approved
    answer = admin.post(f"{page}/objections", data={"description": "A man in a red cap", "person": "tom jones"})
    assert answer.headers["Location"].startswith(f"{page}?done=")
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED
    shown = admin.get(page)
    assert "A man in a red cap Tom Jones · since 10 March 2026, 09:00" in read(shown)
    (back,) = re.findall(rf"{page}/objections/obj_[0-9a-f]{{32}}/withdrawal", shown.text)
    assert admin.post(back).status_code == 303
    assert "A man in a red cap Tom Jones" not in read(admin.get(page))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"description": " "}, "what to look for"),
        ({"description": "A hat", "person": "Nobody"}, "matches no person on"),
    ],
)
def test_an_objection_that_cannot_be_written_down(admin: TestClient, said: dict[str, str], sentence: str) -> None:
    """Is answered with a sentence."""
    answer = admin.post(f"{fair(admin)}/objections", data=said)
    assert (answer.status_code, sentence in read(answer)) == (422, True)


def test_a_class_has_no_such_list(admin: TestClient) -> None:
    """Nor has a group that is not there."""
    nothing = "0" * 32
    assert admin.post(f"{CHOIR}/objections", data={"description": "A hat"}).status_code == 404
    assert admin.get(f"/admin/events/grp_{nothing}").status_code == 404
    assert admin.post(f"{fair(admin)}/objections/obj_{nothing}/withdrawal").status_code == 404


def test_an_approver_reads_names_but_no_permissions(new_person: NewPerson) -> None:
    """Where people may be shown is for those who keep the register."""
    text = read(new_person("head", Role.APPROVER).get(CHOIR))
    assert "Amira Khan" in text
    assert "May be shown" not in text


def test_people_are_found_and_added_to_an_event(admin: TestClient, school: School) -> None:
    """Who is there already is not offered; one button adds somebody, one takes them off again."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        zainab = tx.people.add(PersonDraft(Kind.PUPIL, "Zainab", "Okafor", external_id="1207"))
    page = fair(admin)
    assert "No person of this name could be added." in read(admin.post(f"{page}/search", data={"name": "amira"}))
    assert f'value="{zainab}"' in admin.post(f"{page}/search", data={"name": "oka"}).text
    assert "1 person is added." in read(admin.post(f"{page}/people", data={"person": zainab}))
    assert "4 people" in read(admin.get(page))
    assert admin.post(f"{page}/people/{zainab}/removal").headers["Location"].startswith(page)
    assert "3 people" in read(admin.get(page))


def test_a_pasted_list_is_added_but_for_what_means_nobody(admin: TestClient, school: School) -> None:
    """Those lines come back to be corrected, and nothing of what was understood is lost."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Zainab", "Okafor", groups=frozenset({"4B"})))
        tx.people.add(PersonDraft(Kind.PUPIL, "Tom", "Jones", external_id="9"))
    page = fair(admin)
    answer = admin.post(f"{page}/people", data={"people": "Okafor, Zainab\r\nTom Jones\r\nNobody Here\r\n9"})
    assert "2 people are added." in read(answer)
    assert ">Tom Jones\nNobody Here</textarea>" in answer.text
    assert "No new people were named." in read(admin.post(f"{page}/people", data={"classes": "4B"}))


def test_a_class_is_changed_by_those_who_keep_the_register(admin: TestClient, new_person: NewPerson) -> None:
    """With the last of its people it is gone; an approver changes events only."""
    head, path = new_person("head", Role.APPROVER), CHOIR.replace("events", "classes")
    assert "Add people" not in read(head.get(CHOIR))
    assert head.post(f"{path}/people", data={"people": "9"}).status_code == 403
    first, second, third = re.findall(rf"{path}/people/per_[0-9a-f]{{32}}/removal", admin.get(CHOIR).text)
    assert admin.post(first).headers["Location"] == CHOIR
    assert "1 person is added." in read(admin.post(f"{path}/people", data={"people": "Amira Khan\nTom Jones"}))
    assert [admin.post(way).headers["Location"] for way in (first, second, third)] == [CHOIR, CHOIR, "/admin/events"]
    assert admin.get(CHOIR).status_code == 404


def test_members_of_what_is_not_there(admin: TestClient, school: School) -> None:
    """Neither a class nor an event, somebody who was erased, and a class asked for as an event."""
    nothing = f"grp_{'0' * 32}"
    assert admin.post(f"/admin/classes/{nothing}/people").status_code == 404
    assert admin.post(f"{CHOIR}/people").status_code == 404
    assert admin.post(f"{fair(admin)}/people", data={"person": f"per_{'0' * 32}"}).status_code == 404
