"""People, as those who keep the register look after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.web.register.groups.events import group_id_of
from consent_db.approvals.records import CheckState
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import PublicationDraft
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, TOM_HUE, School

WITHDRAWAL = {"party": "self", "subject": "picture", "scope": EVERYWHERE, "stance": "withdrawn"}


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def page(school: School) -> str:
    """The address of Amira's page."""
    return f"/admin/people/{school.people['Amira']}"


def pupil(school: School, **facts: object) -> PersonId:
    draft = PersonDraft(Kind.PUPIL, "Zainab", "Okafor", groups=frozenset({"4B"}), **facts)  # type: ignore[arg-type]
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return tx.people.add(draft)


def ends_soon(school: School) -> None:
    today = school.clock().date()
    statement = Statement(
        Party.SELF, Subject.NAME, EVERYWHERE, Stance.GRANTED, school.clock(), today, today + timedelta(days=20)
    )
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.consent.record(school.people["Tom"], statement)


def lists_tom(school: School) -> None:
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.consent.list_person(school.people["Tom"], "A reason nobody reads here")


def tom_left(school: School) -> None:
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        profile = tx.people.get(school.people["Tom"]).profile
        tx.people.change(school.people["Tom"], PersonDraft(profile.kind, "Tom", "Jones", leaving_date=date(2026, 1, 5)))


def names(answer: Response) -> set[str]:
    return {name for name in ("Amira Khan", "Tom Jones", "Zainab Okafor") if name in read(answer)}


def test_everybody_is_there_with_where_they_may_be_shown(admin: TestClient, school: School) -> None:
    """Each with their class, and somebody of whom nothing is known may not be shown."""
    pupil(school)
    text = read(admin.get("/admin/people"))
    assert "4 people." in text
    assert "Amira Khan choir Staff 1 May be shown" in text
    assert "Zainab Okafor 4B Pupil None May not be shown" in text


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"words": "khan am"}, {"Amira Khan"}),
        ({"words": "1207"}, {"Zainab Okafor"}),
        ({"words": "120"}, {"Zainab Okafor"}),
        ({"words": "4b"}, {"Zainab Okafor"}),
        ({"words": "Żäinąb"}, {"Zainab Okafor"}),
        ({"group": group_id_of("choir")}, {"Amira Khan", "Tom Jones"}),
        ({"kind": "staff"}, {"Amira Khan", "Tom Jones"}),
        ({"words": "tom", "group": group_id_of("4B")}, set()),
    ],
)
def test_people_are_found(admin: TestClient, school: School, search: dict[str, str], found: set[str]) -> None:
    """By parts of the name in any order, however spelt, by a part of the number, by class and by role."""
    pupil(school, external_id="1207")
    answer = admin.post("/admin/people", data=search, follow_redirects=True)
    assert (answer.status_code, names(answer)) == (200, found)
    assert ("No person matches." in read(answer)) is (not found)


@pytest.mark.parametrize(
    ("show", "before", "found"),
    [
        ("everywhere", pupil, {"Amira Khan", "Tom Jones"}),
        ("no-consent", pupil, {"Zainab Okafor"}),
        ("expiring", ends_soon, {"Tom Jones"}),
        ("few-photos", pupil, {"Amira Khan", "Tom Jones"}),
        ("listed", lists_tom, {"Tom Jones"}),
        ("leavers", tom_left, {"Tom Jones"}),
    ],
)
def test_filters(
    admin: TestClient, school: School, show: str, before: Callable[[School], object], found: set[str]
) -> None:
    """Each lets exactly those through whom it names."""
    before(school)
    answer = admin.get(f"/admin/people?show={show}")
    assert names(answer) == found


def test_no_name_is_in_an_address(admin: TestClient, school: School) -> None:
    """The form sends what is searched for in its body, and people are addressed by an id."""
    text = admin.get("/admin/people").text
    assert 'method="post" action="/admin/people"' in text
    assert f'href="/admin/people/{school.people["Amira"]}"' in text


def test_a_page_tells_what_is_permitted_and_why(admin: TestClient, page: str) -> None:
    """For each channel and for recognising, each with its reasons, and what was said with who wrote it down."""
    text = read(admin.get(page))
    assert "Website: Showing them is permitted" in text
    assert "The person agreed everywhere, from 10 March 2026." in text
    assert "Anywhere: Recognising them is permitted" in text
    assert "The person themselves agreed: showing them in pictures, everywhere." in text
    assert "Recorded 10 March 2026, 09:00 by user:admin. Evidence: form" in text
    assert "Not well: 55 of 100, made of 1 photograph." in text
    assert "Add 2 more photographs" in text


def test_a_person_who_is_not_there(admin: TestClient) -> None:
    """Or was erased: the page says that nothing is here."""
    assert admin.get("/admin/people/per_" + "0" * 32).status_code == 404
    assert admin.get("/admin/people/somebody").status_code == 404


def test_nothing_is_done_before_it_was_seen(admin: TestClient, school: School, page: str) -> None:
    """The first click shows the approval that ends and the post that comes down, and changes nothing."""
    check = school.check(AMIRA_HUE, TOM_HUE)
    with school.services.store.transaction("user:office", school.clock()) as tx:
        tx.publications.record(PublicationDraft(check.id, school.clock(), "https://school.example/news/1"))
    before = admin.get(page).text
    text = read(admin.post(f"{page}/statements", data=WITHDRAWAL | {"stance": "refused"}))
    assert "Nothing is changed yet" in text
    assert "1 approval ends." in text
    assert "1 post has to come down." in text
    assert "https://school.example/news/1" in text
    assert admin.get(page).text == before


def test_a_consent_is_taken_back_in_two_clicks(admin: TestClient, school: School, page: str) -> None:
    """The second click ends the approval, and the page tells the new answer and what was said."""
    check = school.check(AMIRA_HUE)
    assert admin.post(f"{page}/statements", data=WITHDRAWAL).status_code == 200
    answer = admin.post(f"{page}/statements", data=WITHDRAWAL | {"sure": "true"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}?saved=statements&approvals=1")
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED
        assert tx.consent.statements(school.people["Amira"])[-1].recorded_by.startswith("usr_")
    text = read(admin.get(page))
    assert "No: refused (Website: Showing them is not permitted.)" in text
    assert "The person themselves withdrew consent: showing them in pictures, everywhere." in text
    assert "admin@school.example" in text


def test_recognition_ends_with_its_consent(admin: TestClient, page: str) -> None:
    """It is said beforehand that the template goes; afterwards there is none."""
    said = WITHDRAWAL | {"subject": "biometrics"}
    assert "recognised by is deleted" in read(admin.post(f"{page}/statements", data=said))
    admin.post(f"{page}/statements", data=said | {"sure": "true"})
    assert "They cannot be recognised: there is no template." in read(admin.get(page))


def test_a_consent_is_given_with_evidence_and_an_end(admin: TestClient, school: School) -> None:
    """What a parent signed last week, until summer, for one channel."""
    person = pupil(school, date_of_birth=date(2018, 5, 1))
    said = {
        "party": "parent",
        "stance": "granted",
        "subject": "picture",
        "scope": "website",
        "said_on": "2026-03-02",
        "until": "2026-07-20",
        "evidence": "Form 4B, page 7",
        "sure": "true",
    }
    assert admin.post(f"/admin/people/{person}/statements", data=said).status_code == 303
    text = read(admin.get(f"/admin/people/{person}"))
    assert "Website: Showing them is permitted" in text
    assert "2 March 2026" in text
    assert "A parent agreed: showing them in pictures, for Website, until 20 July 2026." in text
    assert "Evidence: Form 4B, page 7" in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"scope": "myspace"}, "Choose from the list where it is to count."),
        ({"said_on": "2026-03-11"}, "future"),
        ({"until": "2026-03-01"}, "before"),
        ({"subject": "biometrics", "scope": "website"}, "everywhere"),
    ],
)
def test_what_cannot_be_said(admin: TestClient, page: str, wrong: dict[str, str], sentence: str) -> None:
    """Is answered with a sentence on the same page, and not written down."""
    answer = admin.post(f"{page}/statements", data=WITHDRAWAL | {"stance": "granted"} | wrong | {"sure": "true"})
    assert answer.status_code == 422
    assert sentence in read(answer)


def test_staff_and_approvers_do_not_read_the_register(new_person: NewPerson, page: str) -> None:
    """Neither the list nor a page; the safeguarding lead reads both."""
    for role in (Role.STAFF, Role.APPROVER):
        browser = new_person(role.value, role)
        assert [browser.get(path).status_code for path in ("/admin/people", page)] == [403, 403]
    lead = new_person("lead", Role.SAFEGUARDING_LEAD)
    assert [lead.get(path).status_code for path in ("/admin/people", page)] == [200, 200]
