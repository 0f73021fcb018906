"""Channels on the pages: who keeps them, who approves them, and what closing one ends."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from consent_db.approvals.records import CheckState
from gatekeeper.types import Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import AMIRA_HUE, School

GRAM = {
    "name": "Instagram",
    "title": "Our Instagram",
    "platform": "instagram",
    "address": "@ourschool",
    "purposes": "Social media\n",
    "staff": "Ms Bell\r\nMr Rowe",
}


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def head(new_person: NewPerson) -> TestClient:
    """Somebody of the leadership who has just signed in."""
    return new_person("head", Role.APPROVER)


def test_a_channel_is_added_and_approved_by_somebody_else(admin: TestClient, head: TestClient, school: School) -> None:
    """The administrator puts it on record, the leadership opens it."""
    assert admin.post("/admin/channels", data=GRAM).status_code == 303
    text = read(admin.get("/admin/channels"))
    assert "Our Instagram instagram Not open: the leadership has to approve it" in text
    assert "instagram · @ourschool Run by Ms Bell, Mr Rowe · consent for social media counts too" in text
    assert admin.post("/admin/channels/instagram/approval").status_code == 403
    assert head.post("/admin/channels/instagram/approval").status_code == 303
    assert "Open, approved by head@school.example on 10 March 2026" in read(admin.get("/admin/channels"))
    with school.services.store.reading("user:admin", school.clock()) as tx:
        channel = tx.channels.get("instagram")
    assert channel is not None
    assert channel.as_channel().purposes == {"social_media"}


@pytest.mark.parametrize(
    ("wrong", "sentence"), [({"name": "our gram!"}, "name"), ({"name": "website"}, "There is"), ({"name": ""}, "name")]
)
def test_a_channel_that_cannot_be_added(admin: TestClient, wrong: dict[str, str], sentence: str) -> None:
    """Is answered with a sentence, and what was typed stays typed."""
    answer = admin.post("/admin/channels", data=GRAM | wrong)
    assert (answer.status_code, sentence in read(answer)) == (422, True)
    assert "@ourschool" in answer.text


def test_one_person_does_not_run_a_channel_alone(admin: TestClient, head: TestClient) -> None:
    """It cannot be approved, and the page says what is missing."""
    admin.post("/admin/channels", data=GRAM | {"staff": "Ms Bell\nms  bell"})
    assert "name at least 2 people who run it" in read(head.get("/admin/channels"))
    assert "Approve it" not in head.get("/admin/channels").text
    assert head.post("/admin/channels/instagram/approval").status_code == 409


def test_other_staff_need_no_new_approval_but_another_address_does(admin: TestClient) -> None:
    """As the register has it: what the leadership looked at is what they approved."""
    website = {"title": "Website", "purposes": "publicity", "staff": "a\nc"}
    admin.post("/admin/channels/website", data=website)
    assert "Run by a, c" in read(admin.get("/admin/channels"))
    assert "Open, approved by" in read(admin.get("/admin/channels"))
    admin.post("/admin/channels/website", data=website | {"address": "https://elsewhere.example"})
    assert "Not open: the leadership" in read(admin.get("/admin/channels"))


def test_closing_ends_what_was_approved(admin: TestClient, head: TestClient, school: School) -> None:
    """At once; the leadership opens it again."""
    check = school.check(AMIRA_HUE)
    assert admin.post("/admin/channels/website/closing").status_code == 303
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.checks.get(check.id).state is CheckState.REVOKED
    assert "Closed since 10 March 2026" in read(head.get("/admin/channels"))
    assert "Open it again" in head.get("/admin/channels").text
    head.post("/admin/channels/website/approval")
    assert "Open, approved by head@school.example" in read(head.get("/admin/channels"))


def test_a_channel_that_is_not_there(admin: TestClient, head: TestClient) -> None:
    """Nothing is changed, approved or closed."""
    assert admin.post("/admin/channels/myspace", data=GRAM).status_code == 404
    assert head.post("/admin/channels/myspace/approval").status_code == 404
    assert admin.post("/admin/channels/myspace/closing").status_code == 404
