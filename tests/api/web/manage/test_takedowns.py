"""Take-downs on the pages: the clock, the proof, and who may say that something stays."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from api.web.manage.takedowns import left
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import PublicationDraft
from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.types import Kind, PersonId, Role
from tests.support.http import PASSWORD, NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, MORNING, TOM_HUE, School

POST = "https://school.example/news/1"


@pytest.fixture
def head(new_person: NewPerson) -> TestClient:
    """Somebody of the leadership who has just signed in."""
    return new_person("head", Role.APPROVER)


def publish(school: School, *hues: float, caption: str | None = None) -> str:
    """Publish a picture of these people; return the release's hash."""
    check = school.check(*hues, caption=caption)
    with school.services.store.transaction("user:office", school.clock()) as tx:
        post = tx.publications.record(PublicationDraft(check.id, school.clock(), POST))
    return post.release_sha256


def only(browser: TestClient) -> str:
    """Return the address of the one take-down that waits."""
    found: set[str] = set(
        re.findall(r"/admin/takedowns/tkd_[0-9a-f]{32}(?=/down)", browser.get("/admin/takedowns").text)
    )
    assert len(found) == 1
    return next(iter(found))


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=20), "1 minute left"),
        (timedelta(minutes=59), "59 minutes left"),
        (timedelta(hours=47, minutes=59), "47 hours left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(0), "1 minute overdue"),
        (timedelta(hours=-1), "1 hour overdue"),
    ],
)
def test_the_clock_is_read(away: timedelta, words: str) -> None:
    """In the unit that somebody would say."""
    assert left(MORNING + away, datetime.fromisoformat("2026-03-10T09:00:00+00:00")) == words


def test_a_refusal_starts_the_clock_and_a_proof_stops_it(head: TestClient, school: School) -> None:
    """Twenty-four hours from then; overdue after them; done with what was seen, by whom and when."""
    publish(school, AMIRA_HUE)
    assert "Nothing has to come down." in read(head.get("/admin/takedowns"))
    school.say("Amira", Stance.REFUSED)
    text = read(head.get("/admin/takedowns"))
    assert f"Website, 10 March 2026 · {POST}" in text
    assert "24 hours left by 11 March 2026, 09:00" in text
    school.clock.advance(hours=25)
    head.post("/sign-in", data={"email": "head@school.example", "password": PASSWORD})
    assert "1 hour overdue" in read(head.get("/admin/takedowns"))
    assert head.post(f"{only(head)}/down", data={"proof": "The page answers 404"}).status_code == 303
    text = read(head.get("/admin/takedowns"))
    assert "Nothing has to come down." in text
    assert "Taken down 11 March 2026, 10:00, by head@school.example, late" in text
    assert "Proof: The page answers 404" in text


def test_a_clock_does_not_stop_without_proof(head: TestClient, school: School) -> None:
    """Nor by saying that a text was changed where the picture is what may not be shown."""
    publish(school, AMIRA_HUE)
    school.say("Amira", Stance.REFUSED)
    one = only(head)
    for path, proof in ((f"{one}/down", " "), (f"{one}/edited", "Changed"), (f"{one}/kept", "Looked")):
        answer = head.post(path, data={"proof": proof})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert only(head) == one


def test_a_name_can_be_taken_out(head: TestClient, school: School) -> None:
    """Where only the name may not be given any more, changing the text is enough."""
    publish(school, AMIRA_HUE, caption="Amira at the fair")
    school.say("Amira", Stance.REFUSED, Subject.NAME)
    assert "The name is out of its text" in read(head.get("/admin/takedowns"))
    assert head.post(f"{only(head)}/edited", data={"proof": "The text is without it"}).status_code == 303
    assert "Changed 10 March 2026, 09:00" in read(head.get("/admin/takedowns"))


def test_only_the_leadership_says_that_something_may_stay(
    head: TestClient, new_person: NewPerson, school: School
) -> None:
    """What a search found may be somebody else; an administrator has no button for it, and is refused."""
    release = publish(school, TOM_HUE)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        person: PersonId = tx.people.add(PersonDraft(Kind.PUPIL, "Zainab", "Okafor"))
        tx.publications.found(person, release)
    admin = new_person("admin", Role.ADMIN)
    assert "it may stay" not in read(admin.get("/admin/takedowns"))
    one = only(admin)
    assert admin.post(f"{one}/kept", data={"proof": "It is not her"}).status_code == 403
    assert "it may stay" in read(head.get("/admin/takedowns"))
    assert head.post(f"{one}/kept", data={"proof": "It is not her"}).status_code == 303
    assert "May stay 10 March 2026" in read(head.get("/admin/takedowns"))


def test_what_only_lapsed_waits_for_a_person(head: TestClient, school: School) -> None:
    """No clock runs for somebody who left, until somebody decides that the post comes down."""
    publish(school, AMIRA_HUE)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        amira = tx.people.get(school.people["Amira"])
        draft = PersonDraft(amira.profile.kind, "Amira", "Khan", leaving_date=tx.today - timedelta(days=1))
        tx.people.change(amira.id, draft)
    page = head.get("/admin/takedowns")
    assert "To look at" in read(page)
    (address,) = re.findall(r"/admin/publications/pub_[0-9a-f]{32}/takedown", page.text)
    assert head.post(address).status_code == 303
    assert "To look at" not in read(head.get("/admin/takedowns"))
    assert only(head)


def test_what_is_not_there(head: TestClient) -> None:
    """A take-down or a post that nobody opened."""
    nothing = "0" * 32
    assert head.post(f"/admin/takedowns/tkd_{nothing}/down", data={"proof": "x"}).status_code == 404
    assert head.post(f"/admin/publications/pub_{nothing}/takedown").status_code == 404


def test_a_persons_page_points_at_them(new_person: NewPerson, school: School) -> None:
    """As long as something that shows them has to come down."""
    publish(school, AMIRA_HUE)
    school.say("Amira", Stance.REFUSED)
    admin = new_person("admin", Role.ADMIN)
    text = read(admin.get(f"/admin/people/{school.people['Amira']}"))
    assert "1 post that shows them has to come down. See the take-downs" in text
    assert f"Website, 10 March 2026 · {POST}" in text
