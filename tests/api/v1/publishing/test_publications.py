"""What was published is written down once, and what has to come down can be found and closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from gatekeeper.consent.permission import Stance
from tests.support.http import NewClient, Program
from tests.support.school import AMIRA_HUE, School


@pytest.fixture
def publisher(new_client: NewClient) -> Program:
    return new_client("check", "publish")


@pytest.fixture
def post(publisher: Program, school: School) -> dict[str, Any]:
    """What a scheduler reports when it has published an approved picture."""
    check = publisher.check(AMIRA_HUE).json()
    return {"check": check["id"], "url": "https://school.example/1", "published_at": school.clock().isoformat()}


def report(program: Program, post: dict[str, Any], **changed: Any) -> Response:
    return program.http.post("/v1/publications", headers=program.headers, json={**post, **changed})


def done(program: Program, takedown: str, **form: str) -> Response:
    body = {"proof": "404 at 10:15", **form}
    return program.http.post(f"/v1/takedowns/{takedown}/done", headers=program.headers, json=body)


def test_a_post_is_written_down_once(publisher: Program, post: dict[str, Any]) -> None:
    """201 first, 200 when it is reported again; the list has it once, and nobody's name or id."""
    first, again = report(publisher, post), report(publisher, post)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    listed = publisher.get("/v1/publications")
    assert listed.json() == {"publications": [first.json()], "next": None}
    assert "per_" not in listed.text
    assert first.json()["takedown"] is None


def test_a_receipt_names_the_check_as_well(publisher: Program, post: dict[str, Any]) -> None:
    """Whoever kept the receipt needs no id; both together, or a changed one, are refused."""
    receipt = publisher.get(f"/v1/checks/{post['check']}").json()["receipt"]
    by_receipt = {name: value for name, value in post.items() if name != "check"} | {"receipt": receipt}
    assert report(publisher, by_receipt).json()["check"] == post["check"]
    assert report(publisher, post, receipt=receipt).status_code == 422
    assert report(publisher, by_receipt, receipt=receipt[:-4]).status_code == 422


@pytest.mark.parametrize("changed", [{"url": None}, {"check": None}, {"published_at": "2026-03-10T09:00:00"}])
def test_a_report_that_is_not_enough_is_refused(
    publisher: Program, post: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Which check, which post and a moment with its time zone are needed."""
    assert report(publisher, post, **changed).status_code == 422


def test_a_clock_that_is_a_little_ahead_is_forgiven(publisher: Program, post: dict[str, Any], school: School) -> None:
    """Two minutes are taken for now; an hour is refused."""
    ahead = school.clock() + timedelta(minutes=2)
    assert report(publisher, post, published_at=ahead.isoformat()).status_code == 201
    later = (ahead + timedelta(hours=1)).isoformat()
    assert report(publisher, post, published_at=later, url="https://school.example/2").status_code == 409


def test_what_is_published_without_an_approval_has_to_come_down(
    publisher: Program, post: dict[str, Any], school: School
) -> None:
    """The answer to the report itself says so."""
    school.say("Amira", Stance.WITHDRAWN)
    reported = report(publisher, post).json()
    (takedown,) = publisher.get("/v1/takedowns").json()["takedowns"]
    assert reported["takedown"] == takedown["id"]
    assert (takedown["url"], takedown["overdue"], takedown["done_at"]) == (post["url"], False, None)
    assert "Amira" not in publisher.get("/v1/takedowns").text


def test_a_post_from_before_its_approval_has_to_come_down(
    publisher: Program, post: dict[str, Any], school: School
) -> None:
    """An approval covers nothing that was published before it, but for clocks that differ by minutes."""
    early = school.clock() - timedelta(minutes=6)
    assert report(publisher, post, published_at=early.isoformat()).json()["takedown"] is not None
    close = school.clock() - timedelta(minutes=4)
    assert (
        report(publisher, post, url="https://school.example/2", published_at=close.isoformat()).json()["takedown"]
        is None
    )


def test_a_post_on_another_channel_has_to_come_down(publisher: Program, post: dict[str, Any]) -> None:
    """An approval for one channel covers no post that is reported to be on another."""
    assert report(publisher, post, channel="press").json()["takedown"] is not None
    same = report(publisher, post, url="https://school.example/2", channel="website")
    assert same.json()["takedown"] is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "school.example/1", "https://", "ftp://a/b"]
)
def test_an_address_that_is_no_page_is_refused(publisher: Program, post: dict[str, Any], url: str) -> None:
    """Only http and https lead to a post that somebody can look at."""
    answer = report(publisher, post, url=url)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "url"


def test_a_withdrawal_lists_the_post_until_it_is_down(publisher: Program, post: dict[str, Any], school: School) -> None:
    """It is due within a day; closing it stops the clock, is safe to repeat, and is told in the ledger."""
    report(publisher, post)
    school.say("Amira", Stance.REFUSED)
    (takedown,) = publisher.get("/v1/takedowns").json()["takedowns"]
    school.clock.advance(hours=25)
    assert publisher.get("/v1/takedowns").json()["takedowns"][0]["overdue"]
    closed = done(publisher, takedown["id"])
    assert (closed.status_code, closed.json()["outcome"]) == (200, "down")
    assert done(publisher, takedown["id"]).json() == closed.json()
    assert publisher.get("/v1/takedowns").json() == {"takedowns": []}
    assert publisher.get("/v1/takedowns?state=done").json() == {"takedowns": [closed.json()]}
    assert publisher.get("/v1/publications").json()["publications"][0]["taken_down_at"] is not None


def test_only_people_may_say_that_a_post_stays(publisher: Program, post: dict[str, Any], school: School) -> None:
    """A program can say that it is down; where a picture has to go, taking out the name is not enough."""
    report(publisher, post)
    school.say("Amira", Stance.WITHDRAWN)
    (takedown,) = publisher.get("/v1/takedowns").json()["takedowns"]
    assert done(publisher, takedown["id"], outcome="kept").status_code == 422
    assert done(publisher, takedown["id"], outcome="edited").status_code == 409
    assert done(publisher, takedown["id"], proof=" ").status_code == 422


def test_a_program_sees_its_channels_only(
    publisher: Program, post: dict[str, Any], new_client: NewClient, school: School
) -> None:
    """Checks, posts and take-downs of other channels read like ones that are not there."""
    report(publisher, post)
    school.say("Amira", Stance.WITHDRAWN)
    (takedown,) = publisher.get("/v1/takedowns").json()["takedowns"]
    other = new_client("publish", channels=("newsletter",))
    assert report(other, post).status_code == 404
    assert other.get("/v1/publications").json()["publications"] == []
    assert other.get("/v1/takedowns").json() == {"takedowns": []}
    assert done(other, takedown["id"]).status_code == 404
    assert done(other, "tkd_" + "0" * 32).status_code == 404


def test_checking_is_not_publishing(scheduler: Program, post: dict[str, Any]) -> None:
    """A key without the scope gets 403 everywhere here."""
    answers = [
        report(scheduler, post),
        scheduler.get("/v1/publications"),
        scheduler.get("/v1/takedowns"),
        done(scheduler, "tkd_0"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_the_list_goes_on_where_it_ended(publisher: Program, post: dict[str, Any], school: School) -> None:
    """Page by page, the latest first, each post comes once, also those of the same moment."""
    for number in range(5):
        school.clock.advance(minutes=number % 2)
        report(publisher, post, url=f"https://school.example/{number}", published_at=school.clock().isoformat())
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = publisher.get(f"/v1/publications?limit=2{cursor and '&cursor=' + cursor}").json()
        seen += page["publications"]
        cursor = page["next"]
    assert seen == publisher.get("/v1/publications").json()["publications"]
    assert len({one["id"] for one in seen}) == 5
    moments = [one["published_at"] for one in seen]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "MjAyNi0wMy0xMA", "%00", "a" * 201])
def test_a_cursor_that_is_none_is_refused(publisher: Program, cursor: str) -> None:
    """422, and never the first page again without a word."""
    assert publisher.get(f"/v1/publications?cursor={cursor}").status_code == 422
