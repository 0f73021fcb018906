"""Programs are told what happens, until it has arrived, and nobody else is."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from api.application.publishing.deliveries import Deliveries
from consent_db.publishing.records import PublicationDraft
from consent_db.webhooks.outbox import Event
from consent_db.webhooks.service import PAUSES, WebhookRecord
from gatekeeper.consent.permission import Stance
from tests.support.http import NewClient, Program
from tests.support.receiver import Receiver, receiving
from tests.support.school import AMIRA_HUE, School

URL = "https://scheduler.example/hook"


@pytest.fixture
def publisher(new_client: NewClient) -> Program:
    return new_client("check", "publish")


@pytest.fixture
def webhook(school: School, publisher: Program, receiver: Receiver) -> WebhookRecord:
    """The publisher's webhook, which leads to the receiver."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return tx.webhooks.add(publisher.id, receiver.url, list(Event))


def ask(program: Program, method: str, path: str = "", **body: Any) -> Response:
    content = body if method == "POST" else None
    return program.http.request(method, f"/v1/webhooks{path}", headers=program.headers, json=content)


def test_a_program_is_told_what_becomes_of_its_pictures(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """The whole life of a post, in order, signed, with ids and nothing else."""
    check = publisher.check(AMIRA_HUE, caption="Amira plants beans").json()["id"]
    school.clock.advance(minutes=1)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        post = tx.publications.record(PublicationDraft(check, school.clock(), "https://school.example/1"))
    school.say("Amira", Stance.REFUSED)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        (takedown,) = tx.takedowns.waiting()
        tx.takedowns.done(takedown.id, "404")
    assert deliveries.run_waiting() == 4
    about = {"takedown": takedown.id, "publication": post.id}
    told = {one.event["type"]: one.event["data"] for one in receiver.received}
    assert told == {
        "check.completed": {"check": check},
        "approval.revoked": {"check": check},
        "takedown.opened": about,
        "takedown.closed": about,
    }
    first = receiver.received[0]
    assert (first.event["type"], first.path) == ("check.completed", "/hook?a=1")
    assert all(one.signed_with(webhook.secrets[0]) for one in receiver.received)
    assert not first.signed_with("whsec_AAAA")
    assert deliveries.run_waiting() == 0


def test_what_is_undone_is_not_told(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """It is written down with what it tells: both are there, or neither."""
    check = publisher.check(AMIRA_HUE).json()["id"]
    deliveries.run_waiting()

    def begin() -> None:
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            tx.checks.revoke(check, "a_test")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin()
    assert deliveries.run_waiting() == 0
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.checks.revoke(check, "a_test")
        assert tx.webhooks.waiting()


def test_a_program_is_told_of_its_own_checks_and_channels_only(
    new_client: NewClient, publisher: Program, school: School, receiver: Receiver, deliveries: Deliveries
) -> None:
    """Another program's check is its own business, and another channel's approvals are nobody else's."""
    others = [new_client("publish").id, new_client("publish", channels=("newsletter",)).id]
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        for other in others:
            tx.webhooks.add(other, receiver.url, list(Event))
    publisher.check(AMIRA_HUE)
    school.say("Amira", Stance.WITHDRAWN)
    deliveries.run_waiting()
    assert [one.event["type"] for one in receiver.received] == ["approval.revoked"]


def test_what_does_not_arrive_is_sent_again_for_three_days(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """Later each time, under the same id and with a new moment; then it is given up."""
    publisher.check(AMIRA_HUE)
    receiver.answers = [500] * 20
    for pause in PAUSES:
        assert (deliveries.run_waiting(), deliveries.run_waiting()) == (1, 0)
        school.clock.advance(seconds=pause.total_seconds())
    assert (deliveries.run_waiting(), len(receiver.received)) == (1, len(PAUSES) + 1)
    school.clock.advance(days=30)
    assert deliveries.run_waiting() == 0
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert len({one.headers["webhook-timestamp"] for one in receiver.received}) == len(PAUSES) + 1
    assert timedelta(days=3) <= sum(PAUSES, timedelta()) < timedelta(days=4)


def test_a_machine_that_stops_while_it_sends_sends_again(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """What was taken up and never noted is taken up again, and not by two at once."""
    publisher.check(AMIRA_HUE)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliveries.run_waiting(stop)
    assert deliveries.run_waiting() == 0
    school.clock.advance(minutes=2)
    assert (deliveries.run_waiting(), len(receiver.received)) == (1, 1)


def test_a_receiver_that_is_gone_is_told_nothing_more_until_it_asks(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """410 disables; a replay enables it and sends everything since a moment."""
    since = school.clock()
    receiver.answers = [410]
    publisher.check(AMIRA_HUE)
    deliveries.run_waiting()
    school.clock.advance(days=1)
    publisher.check(AMIRA_HUE)
    assert deliveries.run_waiting() == 0
    (listed,) = ask(publisher, "GET").json()["webhooks"]
    assert (listed["disabled_why"], listed["secret"]) == ("gone", None)
    again = ask(publisher, "POST", f"/{webhook.id}/replay", since=since.isoformat())
    assert (again.status_code, again.json()) == (202, {"queued": 1})
    assert deliveries.run_waiting() == 1
    assert ask(publisher, "GET").json()["webhooks"][0]["disabled_at"] is None
    (delivery,) = ask(publisher, "GET", f"/{webhook.id}/deliveries").json()["deliveries"]
    assert (delivery["last_status"], delivery["next_try_at"]) == (204, None)


def test_one_receiver_that_fails_does_not_keep_the_others_waiting(
    new_client: NewClient, publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver,
    deliveries: Deliveries,
) -> None:  # fmt: skip
    """It is tried once a round, however much waits for it."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.webhooks.add(publisher.id, "http://localhost:9/", list(Event))
    for _ in range(3):
        publisher.check(AMIRA_HUE)
    assert deliveries.run_waiting() == 3 + 1
    assert len(receiver.received) == 3


def test_one_receiver_that_hangs_delays_nobody(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """While one receiver does not answer, others are told, of what happens meanwhile too."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with school.services.store.transaction("user:admin", school.clock()) as tx:
            tx.webhooks.add(publisher.id, f"http://localhost:{silent.getsockname()[1]}/", list(Event))
        publisher.check(AMIRA_HUE)
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(deliveries.run_waiting)
            _wait_for(lambda: len(receiver.received) == 1)
            publisher.check(AMIRA_HUE)
            _wait_for(lambda: len(receiver.received) == 2)
            assert not sending.done()
            waiting, _ = silent.accept()
            waiting.close()
            assert sending.result() == 2 + 1


def _wait_for(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + 8  # less than a receiver's silence is suffered
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_redirect_is_not_followed(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """It counts as a failure; nothing is sent where it leads."""
    with receiving() as elsewhere:
        receiver.answers, receiver.location = [307], elsewhere.url
        publisher.check(AMIRA_HUE)
        deliveries.run_waiting()
        assert elsewhere.received == []
    (delivery,) = ask(publisher, "GET", f"/{webhook.id}/deliveries").json()["deliveries"]
    assert (delivery["last_status"], delivery["tries"]) == (307, 1)


def test_a_secret_is_shown_once_and_changed_with_an_overlap(
    publisher: Program, school: School, receiver: Receiver, webhook: WebhookRecord, deliveries: Deliveries
) -> None:
    """Both sign for as long as was asked, then the new one alone."""
    made = ask(publisher, "POST", url=URL, events=["takedown.opened"])
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    assert all(one["secret"] is None for one in ask(publisher, "GET").json()["webhooks"])
    old = webhook.secrets[0]
    new = ask(publisher, "POST", f"/{webhook.id}/secret", overlap_hours=1).json()["secret"]
    for hours, both in [(0, True), (1, False)]:
        school.clock.advance(hours=hours)
        publisher.check(AMIRA_HUE)
        deliveries.run_waiting()
        assert receiver.received[-1].signed_with(new)
        assert receiver.received[-1].signed_with(old) is both


def test_a_deleted_webhook_is_told_nothing(
    publisher: Program, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """Also not what was on its way."""
    publisher.check(AMIRA_HUE)
    assert ask(publisher, "DELETE", f"/{webhook.id}").status_code == 204
    assert (deliveries.run_waiting(), receiver.received) == (0, [])
    assert ask(publisher, "DELETE", f"/{webhook.id}").status_code == 404


def test_webhooks_of_others_are_not_there(new_client: NewClient, webhook: WebhookRecord, scheduler: Program) -> None:
    """Another program reads 404 for each; a key without the scope 403."""
    other = new_client("publish")
    assert ask(other, "GET").json() == {"webhooks": []}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("DELETE", "", {}),
        ("POST", "/secret", {}),
        ("GET", "/deliveries", {}),
        ("POST", "/replay", {"since": "2026-01-01T00:00:00Z"}),
    ]
    for method, path, body in calls:
        assert ask(other, method, f"/{webhook.id}{path}", **body).status_code == 404
        assert ask(scheduler, method, f"/{webhook.id}{path}", **body).status_code == 403
    assert ask(scheduler, "GET").status_code == 403
    assert ask(scheduler, "POST", url=URL).status_code == 403


def test_a_program_has_ten_at_most(publisher: Program) -> None:
    """The eleventh is refused."""
    made = [ask(publisher, "POST", url=URL).status_code for _ in range(11)]
    assert made == [201] * 10 + [409]


@pytest.mark.parametrize("url", ["http://scheduler.example/", "https://127.0.0.1/", "https://user:pw@example.org/"])
def test_an_address_inside_is_refused_when_it_is_given(publisher: Program, url: str) -> None:
    """422 that says what to give instead, and does not repeat the address."""
    refused = ask(publisher, "POST", url=url)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "url")
    assert url not in refused.text


def test_what_was_told_long_ago_is_forgotten(
    publisher: Program, school: School, webhook: WebhookRecord, deliveries: Deliveries
) -> None:
    """With the checks it was about; what still has to arrive stays."""
    publisher.check(AMIRA_HUE)
    deliveries.run_waiting()
    school.clock.advance(days=2)
    publisher.check(AMIRA_HUE)
    school.believe_the_clock()
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.retain(timedelta(days=1))
        (left,) = tx.webhooks.deliveries(webhook.id)
    assert left.next_try_at is not None


def test_the_end_of_an_approval_by_time_is_told_once(
    publisher: Program, school: School, webhook: WebhookRecord, receiver: Receiver, deliveries: Deliveries
) -> None:
    """When its time has come, and not of one that was revoked before."""
    kept, revoked = (publisher.check(AMIRA_HUE).json()["id"] for _ in range(2))
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.checks.revoke(revoked, "a_test")
    deliveries.run(lambda: None)
    assert "approval.expired" not in {one.event["type"] for one in receiver.received}
    school.clock.advance(hours=school.services.policy.approval_hours)
    for _ in range(2):
        deliveries.run(lambda: None)
    ended = [one.event["data"] for one in receiver.received if one.event["type"] == "approval.expired"]
    assert ended == [{"check": kept}]


@pytest.mark.parametrize("since", [0, "1767225600", "2026-01-01"])
def test_a_moment_is_taken_only_as_it_is_written(publisher: Program, webhook: WebhookRecord, since: object) -> None:
    """A number would be read as seconds since 1970, and a day has no time zone: both are refused."""
    assert ask(publisher, "POST", f"/{webhook.id}/replay", since=since).status_code == 422
