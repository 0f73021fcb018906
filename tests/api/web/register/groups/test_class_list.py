"""The class list for the member of staff with the camera: names and two marks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from api.web.register.groups.events import group_id_of
from consent_db.people.records import PersonDraft
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School

ADDRESS = f"/class-list?group={group_id_of('7A')}&channel=website"
Change = Callable[[Transaction, PersonId, Statement], object]


@pytest.fixture
def pupils(school: School) -> dict[str, PersonId]:
    """Ada and Ben of 7A, whose parents agreed to everything, and Cai of whom nothing is known."""
    drafts = [
        PersonDraft(Kind.PUPIL, name, "Abara", None, None, date(2014, 1, 2), groups=frozenset({"7A"}))
        for name in ("Ada", "Ben", "Cai")
    ]
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        people = tx.people.add_all(drafts)
        for person in people[:2]:
            tx.consent.record(person, agreed(school))
    school.clock.advance(minutes=1)
    return dict(zip(("Ada", "Ben", "Cai"), people, strict=True))


def agreed(school: School, **changes: object) -> Statement:
    facts = {"party": Party.PARENT, "subject": Subject.PICTURE, "scope": EVERYWHERE, "stance": Stance.GRANTED}
    return Statement(**facts | changes, said_at=school.clock(), since=school.clock().date())  # type: ignore[arg-type]


def marks(page: str) -> dict[str, bool]:
    found = re.findall(r"(Ada|Ben|Cai) Abara (May be shown|No pictures)", page)
    return {name: may == "May be shown" for name, may in found}


def listed(tx: Transaction, person: PersonId, _: Statement) -> object:
    return tx.consent.list_person(person, "Adopted")


def held(tx: Transaction, person: PersonId, _: Statement) -> object:
    return tx.consent.hold(person, "A court order")


def refused(tx: Transaction, person: PersonId, no: Statement) -> object:
    return tx.consent.record(person, no)


def objecting(tx: Transaction, person: PersonId, _: Statement) -> object:
    tx.groups.add_event("sports", "Sports day", tx.today, frozenset())
    return tx.objections.add("sports", "A girl in blue", person)


def test_names_and_marks_only(office: TestClient, pupils: dict[str, PersonId]) -> None:
    """In the order of lists, with a count; no number, no birthday, no address of a person."""
    answer = office.get(ADDRESS)
    text = read(answer)
    assert "2 of 3 may be shown." in text
    assert marks(text) == {"Ada": True, "Ben": True, "Cai": False}
    assert not any(person in answer.text for person in pupils.values())


@pytest.mark.parametrize("change", [listed, held, refused, objecting])
def test_no_reason_is_told_apart(
    office: TestClient, school: School, pupils: dict[str, PersonId], change: Change
) -> None:  # fmt: skip
    """The page of a listed, held, refusing or objecting pupil is, but for the name, that of one without consent."""
    no = agreed(school, party=Party.PUPIL, stance=Stance.REFUSED)
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        change(tx, pupils["Ada"], no)
    text = read(office.get(ADDRESS))
    assert marks(text) == {"Ada": False, "Ben": True, "Cai": False}
    rows = re.findall(r"<tr><th scope=\"row\">(?:Ada|Cai) Abara</th>(.*?)</tr>", office.get(ADDRESS).text)
    assert len(rows) == 2
    assert rows[0] == rows[1]
    assert not any(word in text for word in ("do-not-publish", "court", "Adopted", "refus", "blue"))


def test_an_event_to_come_holds_for_its_day(office: TestClient, school: School, pupils: dict[str, PersonId]) -> None:
    """Whose consent ends, or who has left, before the event is not shown on it."""
    day = school.clock().date() + timedelta(days=30)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        profile = tx.people.get(pupils["Ben"]).profile
        tx.people.change(pupils["Ben"], replace(profile, leaving_date=day - timedelta(days=1)))
        tx.groups.add_event("sports", "Sports day", day, frozenset(pupils.values()))
    text = read(office.get(f"/class-list?group={group_id_of('sports')}&channel=website"))
    assert marks(text) == {"Ada": True, "Ben": False, "Cai": False}
    assert marks(read(office.get(ADDRESS)))["Ben"]


def test_who_looked_is_in_the_audit(office: TestClient, school: School, pupils: dict[str, PersonId]) -> None:
    """With class, channel and count, each time; the choice alone is no entry."""
    office.get("/class-list")
    office.get(ADDRESS)
    with school.services.store.reading("tests", school.clock()) as tx:
        entries = tx.audit.about(group_id_of("7A"))
    assert [one.action for one in entries] == ["people.class_list_shown"]
    assert entries[0].actor.startswith("usr_")
    assert json.loads(entries[0].payload) == {"channel": "website", "people": 3}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        (f"?group={group_id_of('7A')}", 200),
        (f"?group={group_id_of('9Z')}&channel=website", 404),
        (f"?group={group_id_of('7A')}&channel=nowhere", 404),
        ("?group=7A&channel=website", 422),
    ],
)
def test_what_is_not_there(office: TestClient, pupils: dict[str, PersonId], query: str, status: int) -> None:
    """Is answered, and shows no names."""
    answer = office.get(f"/class-list{query}")
    assert (answer.status_code, "Abara" in answer.text) == (status, False)


def test_it_is_for_those_who_are_signed_in(
    http: TestClient, new_person: NewPerson, pupils: dict[str, PersonId]
) -> None:  # fmt: skip
    """Every role, and no others."""
    for role in Role:
        assert new_person(f"one.{role.value}", role).get(ADDRESS).status_code == 200
    http.cookies.clear()
    assert http.get(ADDRESS, follow_redirects=False).status_code in {303, 401}
