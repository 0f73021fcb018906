"""Webhooks as an administrator looks after them, on the pages and at the command line."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.application.publishing.deliveries import Deliveries
from api.cli.main import run
from consent_db.webhooks.outbox import Event
from consent_db.webhooks.service import PAUSES
from gatekeeper.types import Role
from tests.support.http import NewClient, NewPerson, Program
from tests.support.pages import read
from tests.support.receiver import Receiver
from tests.support.school import AMIRA_HUE, School

URL = "https://scheduler.example/hook"


@pytest.fixture
def admin(new_person: NewPerson) -> TestClient:
    """An administrator who has just signed in."""
    return new_person("admin", Role.ADMIN)


@pytest.fixture
def publisher(new_client: NewClient) -> Program:
    return new_client("check", "publish")


@pytest.fixture
def page(school: School, publisher: Program, receiver: Receiver) -> str:
    """The page of the publisher's webhook, which leads to the receiver."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return f"/admin/webhooks/{tx.webhooks.add(publisher.id, receiver.url, list(Event)).id}"


def give_up(school: School, publisher: Program, receiver: Receiver, deliveries: Deliveries) -> None:
    """Have a message fail until it is not tried any more."""
    publisher.check(AMIRA_HUE)
    receiver.answers = [500] * (len(PAUSES) + 1)
    for pause in PAUSES:
        deliveries.run_waiting()
        school.clock.advance(seconds=pause.total_seconds())
    deliveries.run_waiting()
    receiver.received.clear()


def test_a_webhook_is_added_and_its_secret_shown_once(admin: TestClient, publisher: Program) -> None:
    """The same address that the interface would refuse is refused here, with its sentence."""
    form = {"client": publisher.id, "url": URL, "events": ["approval.expired", "takedown.opened"]}
    refused = admin.post("/admin/webhooks", data=form | {"url": "http://10.0.0.1/"})
    assert (refused.status_code, "begins with https://" in read(refused)) == (422, True)
    assert admin.post("/admin/webhooks", data=form | {"client": "cli_1"}).status_code == 422
    assert admin.post("/admin/webhooks", data=form | {"events": []}).status_code == 422
    made = admin.post("/admin/webhooks", data=form)
    found = re.search(r'id="the-secret">(whsec_[^<]+)<', made.text)
    assert made.status_code == 201
    assert found is not None
    assert "An approval has ended by time A post has to come down" in read(made)
    listed = admin.get("/admin/webhooks")
    told = "An approval has ended by time; A post has to come down"
    assert f"{URL} A program {told} 10 March 2026 In use" in read(listed)
    assert found[1] not in listed.text


def test_without_a_program_that_publishes_the_page_says_what_to_do(admin: TestClient, scheduler: Program) -> None:
    """A program that may only ask for checks is no choice."""
    text = read(admin.get("/admin/webhooks"))
    assert "No program may publish yet." in text
    assert "There is none yet." in text


def test_what_was_given_up_is_sent_again(
    admin: TestClient, publisher: Program, school: School, receiver: Receiver, deliveries: Deliveries, page: str
) -> None:
    """All of it or one message, also one that has arrived; the list says what became of each."""
    publisher.check(AMIRA_HUE)
    deliveries.run_waiting()
    first = receiver.received[0].headers["webhook-id"]
    give_up(school, publisher, receiver, deliveries)
    admin = relogin(admin)
    text = read(admin.get(page))
    assert "1 message has not arrived and is not tried any more." in text
    assert "answered 500" in text
    assert "Given up after 10 tries" in text
    assert admin.post(f"{page}/replay").headers["Location"] == page
    assert "On its way" in read(admin.get(page))
    assert (deliveries.run_waiting(), len(receiver.received)) == (1, 1)
    admin.post(f"{page}/replay", data={"event": first})
    assert deliveries.run_waiting() == 1
    assert receiver.received[-1].headers["webhook-id"] == first
    assert admin.post(f"{page}/replay", data={"event": "evt_" + "0" * 32}).status_code == 404


def relogin(admin: TestClient) -> TestClient:
    """Return the browser signed in again, since days have passed."""
    admin.post("/sign-in", data={"email": "admin@school.example", "password": "correct horse battery staple"})
    return admin


def test_a_webhook_that_is_switched_off_is_told_nothing_whatever_its_program_asks(
    admin: TestClient, publisher: Program, school: School, receiver: Receiver, deliveries: Deliveries, page: str
) -> None:
    """Until it is switched on; deleted, it has no page any more."""
    since = school.clock().isoformat()
    admin.post(f"{page}/disable")
    publisher.check(AMIRA_HUE)
    assert deliveries.run_waiting() == 0
    assert "Switched off on 10 March 2026" in read(admin.get(page))
    assert admin.post(f"{page}/replay").status_code == 409
    own = page.replace("/admin/", "/v1/")
    answer = publisher.http.post(f"{own}/replay", headers=publisher.headers, json={"since": since})
    assert (answer.status_code, "switched off by hand" in answer.json()["detail"]) == (409, True)
    admin.post(f"{page}/enable")
    publisher.check(AMIRA_HUE)
    assert deliveries.run_waiting() == 1
    assert admin.post(f"{page}/deletion").headers["Location"] == "/admin/webhooks"
    assert admin.get(page).status_code == 404


def test_another_secret_is_shown_once_and_signs_beside_the_old_one(
    admin: TestClient, publisher: Program, receiver: Receiver, deliveries: Deliveries, page: str
) -> None:
    """For as long as was chosen."""
    found = re.search(r'id="the-secret">(whsec_[^<]+)<', admin.post(f"{page}/secret", data={"overlap": "24"}).text)
    assert found is not None
    publisher.check(AMIRA_HUE)
    deliveries.run_waiting()
    assert receiver.received[-1].signed_with(found[1])
    assert len(receiver.received[-1].headers["webhook-signature"].split()) == 2
    assert admin.post(f"{page}/secret", data={"overlap": "169"}).status_code == 422


def test_the_command_line_does_the_same(publisher: Program, school: School, capsys: pytest.CaptureFixture[str]) -> None:
    """Add, list, rotate, switch off and on, send again, delete; and one sentence for what is not there."""
    where = ["--data", str(school.services.settings.data)]

    def webhook(*words: str) -> tuple[int, str]:
        code = run(["webhook", *words, *where])
        printed = capsys.readouterr()
        return code, " ".join((printed.out + printed.err).split())

    code, text = webhook("add", publisher.id, URL)
    made = re.search(r"whk_[0-9a-f]{32}", text)
    assert code == 0
    assert made is not None
    assert "whsec_" in text
    assert "whsec_" in webhook("rotate", made[0], "--overlap", "1")[1]
    assert webhook("disable", made[0])[0] == 0
    assert webhook("replay", made[0]) == (
        1,
        "This webhook is switched off; `gatekeeper webhook enable` comes first.",
    )
    assert webhook("enable", made[0])[0] == 0
    publisher.check(AMIRA_HUE)
    assert "next try" in webhook("deliveries", made[0])[1]
    assert webhook("replay", made[0]) == (0, "0 messages are sent again.")
    assert webhook("replay", made[0], "--event", "evt_1")[0] == 1
    assert "A program" in webhook("list")[1]
    assert webhook("delete", made[0])[0] == 0
    assert webhook("rotate", made[0]) == (1, "There is no webhook of this id.")
    assert webhook("add", publisher.id, "http://scheduler.example")[0] == 1
