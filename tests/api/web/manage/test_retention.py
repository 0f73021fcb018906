"""Retention on the pages: what goes when, and only for somebody who is sure."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

import pytest
from starlette.testclient import TestClient

from api.application.data_rights import housekeeping
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import PublicationDraft
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

PAGE = "/admin/retention"


@pytest.fixture
def old(school: School) -> School:
    """A school with two checks that are over, one of which is published, and one that is over soon."""
    published = school.check(AMIRA_HUE)
    school.check(STRANGER_HUE)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.publications.record(PublicationDraft(published.id, school.clock(), "https://school.example/1"))
    school.clock.advance(days=20)
    school.check(STRANGER_HUE)
    school.clock.advance(days=school.services.policy.retention_days - 19)
    school.believe_the_clock()
    return school


def lead(new_person: NewPerson) -> TestClient:
    return new_person("lead", Role.SAFEGUARDING_LEAD)


def test_it_tells_what_goes_and_what_stays(new_person: NewPerson, old: School) -> None:
    """What is over now, what within a month, and what is kept because it is still up; templates are too old too."""
    text = read(lead(new_person).get(PAGE))
    assert "Finished checks, with pictures and words 1 more within 30 days 1 with the next run" in text
    assert "Templates of faces Nothing more within 30 days 2 with the next run" in text
    assert "1 old check stays for now" in text
    assert "There was no run yet." in text
    assert f"{old.services.policy.retention_days} days after it ended" in text


def test_nothing_is_deleted_by_somebody_who_is_not_sure(new_person: NewPerson, old: School) -> None:
    """With the tick what was told goes, and who did it stands there."""
    browser = lead(new_person)
    refused = browser.post(PAGE)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Tick that it is to be deleted for good" in read(refused)
    assert browser.post(PAGE, data={"sure": "yes"}).headers["Location"] == PAGE
    text = read(browser.get(PAGE))
    assert "asked for by lead@school.example: 1 check and 2 templates deleted." in text
    assert "Nothing is over" in text
    housekeeping.run(housekeeping.housekeeping(old.services))
    assert "by itself: 0 checks and 0 templates deleted." in read(browser.get(PAGE))


def test_it_tells_what_becomes_of_those_who_have_left(new_person: NewPerson, school: School) -> None:
    """Whose post is up, whose template goes, and who waits to be erased."""
    check = school.check(AMIRA_HUE)
    gone = date(2026, 3, 9)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/1"))
        tx.people.add(PersonDraft(Kind.PUPIL, "Ella", "Brown", leaving_date=gone))
        for name in ("Amira", "Tom"):
            tx.people.change(school.people[name], PersonDraft(Kind.STAFF, name, "Leaver", leaving_date=gone))
    text = read(lead(new_person).get(PAGE))
    assert "Ella Brown Left on 9 March 2026 No template and no post" in text
    assert "Amira Leaver Left on 9 March 2026 1 post is still up" in text
    assert "Nothing of them is published any more" not in read(new_person("a", Role.APPROVER).get(PAGE))
