"""What falls due, as a table."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from consent_db.people.records import PersonDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School

NAMES = ("Ella Brown", "Zainab Okafor", "Tom Jones", "Nia Evans")


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def due(school: School) -> None:
    """One who has left, one who turns eighteen, a review, and one whose last day is far ahead."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Zainab", "Okafor", date_of_birth=date(2008, 4, 1)))
        tx.people.add(
            PersonDraft(Kind.PUPIL, "Ella", "Brown", leaving_date=date(2026, 3, 1), groups=frozenset({"13A"}))
        )
        tx.people.add(PersonDraft(Kind.PUPIL, "Nia", "Evans", leaving_date=date(2027, 7, 20)))
        tx.consent.list_person(school.people["Tom"], "A reason nobody reads here", date(2026, 4, 20))


def names(text: str) -> list[str]:
    """Return who is on a page, in its order."""
    return sorted((name for name in NAMES if name in text), key=text.index)


@pytest.mark.usefixtures("due")
def test_what_falls_due_is_told_with_its_day(admin: TestClient) -> None:
    """Overdue first, with what is to be done; what lies further ahead is left out."""
    text = read(admin.get("/admin/due"))
    assert "Ella Brown 13A Has left: erase them when nothing is needed any more Since 1 March 2026" in text
    assert "Zainab Okafor Comes of age: ask them, not the parents 1 April 2026" in text
    assert "Review whether it stays listing 20 April 2026" in text
    assert names(text) == ["Ella Brown", "Zainab Okafor", "Tom Jones"]
    assert "4 things to do." in text


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?sort=name&order=down", ["Zainab Okafor", "Tom Jones", "Ella Brown"]),
        ("?when=overdue", ["Ella Brown"]),
        ("?when=ahead&kind=review", ["Tom Jones"]),
        ("?when=overdue&kind=review", []),
    ],
)
def test_it_is_sorted_and_filtered(admin: TestClient, asked: str, found: list[str]) -> None:
    """By the address, so that it can be kept."""
    assert names(read(admin.get(f"/admin/due{asked}"))) == found


@pytest.mark.usefixtures("due")
def test_it_is_searched(admin: TestClient) -> None:
    """By name and class, with the filters that are set; nothing of it is in an address."""
    assert names(read(admin.post("/admin/due", data={"words": "13a"}))) == ["Ella Brown"]
    answer = admin.post("/admin/due", data={"words": "zainab", "when": "ahead"})
    assert names(read(answer)) == ["Zainab Okafor"]
    assert "zainab" not in "".join(part for part in answer.text.split('"') if part.startswith("/"))
    assert "None of 4 matches." in read(admin.post("/admin/due", data={"words": "zz"}))


def test_a_recent_reference_photograph_is_asked_for(admin: TestClient, school: School) -> None:
    """Of who may be recognised and has none; never of a pupil under five, and it is a reminder that is not overdue."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        baby = tx.people.add(PersonDraft(Kind.PUPIL, "Nia", "Evans", date_of_birth=date(2022, 1, 1)))
        now = school.clock()
        yes = Statement(Party.PARENT, Subject.BIOMETRICS, EVERYWHERE, Stance.GRANTED, now, now.date())
        tx.consent.record(baby, yes, evidence="form")
    text = read(admin.get("/admin/due?kind=reference_missing"))
    assert "Zoe Moss choir No reference photo under a year old: take one" in text
    assert names(text) == []
    assert "Zoe" not in read(admin.get("/admin/due?when=overdue"))


def test_nothing_is_due(admin: TestClient, school: School) -> None:
    """The page says so."""
    school.say("Zoe", Stance.REFUSED, Subject.BIOMETRICS)
    assert "Nothing is coming up." in read(admin.get("/admin/due"))
