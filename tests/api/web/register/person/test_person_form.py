"""Putting somebody on the register, and changing who they are, on a page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from consent_db.approvals.records import CheckState
from consent_db.people.records import PersonDraft, PersonRecord
from gatekeeper.types import Kind, PersonId, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School

NEW = "/admin/people/new"
ZAINAB = {
    "kind": "pupil",
    "first_name": " Zainab ",
    "last_name": "Okafor",
    "known_as": "Zee",
    "external_id": "1207",
    "date_of_birth": "2016-04-05",
    "leaving_date": "",
    "groups": "4B\r\n\r\nchoir",
}


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


def record(school: School, person: str) -> PersonRecord:
    with school.services.store.reading("user:admin", school.clock()) as tx:
        return tx.people.get(PersonId(person))


def test_somebody_is_added(admin: TestClient, school: School) -> None:
    """With everything that was filled in; nothing is permitted yet."""
    answer = admin.post(NEW, data=ZAINAB)
    assert answer.status_code == 303
    known = record(school, answer.headers["Location"].rpartition("/")[2].partition("?")[0]).profile
    born, groups = date(2016, 4, 5), frozenset({"4B", "choir"})
    assert known == PersonDraft(Kind.PUPIL, "Zainab", "Okafor", "Zee", "1207", born, None, groups)
    assert "May not be shown" in read(admin.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_name": " "}, "Fill in the first name."),
        ({"last_name": "x" * 101}, "at most 100 letters"),
        ({"date_of_birth": "2027-01-01"}, "lies in the future"),
        ({"date_of_birth": "5/4/16"}, "write all four"),
        ({"leaving_date": "2015-07-31"}, "before the date of birth"),
        ({"groups": "4B\n" + "x" * 101}, "class or club"),
        ({"kind": "cat"}, "Choose one from the list."),
        ({"external_id": "77"}, "Another person on the register has this number"),
    ],
)
def test_a_form_that_cannot_be_saved(admin: TestClient, school: School, wrong: dict[str, str], sentence: str) -> None:
    """Says beside the field what to do, and keeps all that was typed."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Ella", "Brown", external_id="77"))
    answer = admin.post(NEW, data=ZAINAB | wrong)
    assert answer.status_code == 422
    assert sentence in read(answer)
    (name,) = wrong
    assert f'aria-describedby="{name}-wrong"' in answer.text
    assert ('value="Zee"' in answer.text, "choir</textarea>" in answer.text or name == "groups") == (True, True)


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [("amira", "KHAN"), ("Ámira Jane", "Khan"), ("Khan", "Amira"), ("Амира", "Хан"), ("أميرة", "خان")],
)
def test_a_namesake_is_asked_about(admin: TestClient, school: School, first_name: str, last_name: str) -> None:
    """A person who may not be shown does not come back as a new one unnoticed, however the name is spelt."""
    amira = {"kind": "pupil", "first_name": first_name, "last_name": last_name}
    asked = admin.post(NEW, data=amira)
    assert asked.status_code == 409
    assert f'href="/admin/people/{school.people["Amira"]}"' in asked.text
    assert admin.post(NEW, data=amira | {"somebody_else": "true"}).status_code == 303


def test_who_somebody_is_is_changed(admin: TestClient, school: School) -> None:
    """The form has what is known; what was typed is known afterwards."""
    page = f"/admin/people/{school.people['Amira']}/particulars"
    assert 'value="Amira"' in admin.get(page).text
    changed = {"kind": "staff", "first_name": "Amira", "last_name": "Khan-Jones", "groups": "choir"}
    assert admin.post(page, data=changed).status_code == 303
    assert record(school, school.people["Amira"]).profile.last_name == "Khan-Jones"


def test_a_change_that_ends_something_is_seen_first(admin: TestClient, school: School) -> None:
    """An earlier last day ends an approval: once that was read, it is made."""
    check = school.check(AMIRA_HUE)
    page = f"/admin/people/{school.people['Amira']}/particulars"
    left = {"kind": "staff", "first_name": "Amira", "last_name": "Khan", "leaving_date": "2026-03-09"}
    shown = admin.post(page, data=left)
    assert "1 approval ends." in read(shown)
    assert record(school, school.people["Amira"]).profile.leaving_date is None
    assert admin.post(page, data=left | {"sure": "true"}).status_code == 303
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED


def test_a_form_from_before_a_colleagues_change_does_not_undo_it(admin: TestClient, school: School) -> None:
    """A last day that was set meanwhile stays, also behind the page that shows an impact; the form is shown anew."""
    amira = school.people["Amira"]
    page = f"/admin/people/{amira}/particulars"
    form = {"kind": "staff", "first_name": "Amira", "last_name": "Khan-Jones"}
    (was,) = re.findall(r'name="was" value="([0-9a-f]{16})"', admin.get(page).text)
    last_day = school.clock().date() - timedelta(days=1)
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.people.change(amira, replace(tx.people.get(amira).profile, leaving_date=last_day))
    for sure in ({}, {"sure": "true"}):
        stale = admin.post(page, data=form | {"was": was} | sure)
        assert (stale.status_code, "were changed after you opened this page" in read(stale)) == (409, True)
        assert f'value="{last_day.isoformat()}"' in stale.text
    assert record(school, amira).profile.leaving_date == last_day
    (now,) = re.findall(r'name="was" value="([0-9a-f]{16})"', stale.text)
    assert admin.post(page, data=form | {"was": now}).status_code == 303
    assert record(school, amira).profile.leaving_date is None


def test_somebody_who_is_not_there_cannot_be_changed(admin: TestClient) -> None:
    """The form and what it sends are nothing."""
    page = f"/admin/people/per_{'0' * 32}/particulars"
    assert [admin.get(page).status_code, admin.post(page, data=ZAINAB).status_code] == [404, 404]
