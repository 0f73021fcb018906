"""Requests that come twice, wherever something is made: one thing, one answer."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from tests.support.http import NewClient, Program
from tests.support.school import AMIRA_HUE, STRANGER_HUE, School

KEY = {"Idempotency-Key": "order-1"}
POST = {"url": "https://school.example/news/1", "published_at": "2026-03-10T09:00:00Z"}
HOOK = {"url": "https://scheduler.example/gate"}


@pytest.fixture
def publisher(new_client: NewClient) -> Program:
    return new_client("check", "publish", "resolve")


def send(program: Program, path: str, body: dict[str, Any]) -> Response:
    return program.http.post(path, headers=program.headers | KEY, json=body)


def twice(program: Program, path: str, body: dict[str, Any]) -> Response:
    """Send the same twice; the second answer has to be the first, and to say so."""
    first, again = send(program, path, body), send(program, path, body)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert first.headers.get("Location") == again.headers.get("Location")
    return first


def slug(answer: Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def test_a_webhook_is_added_once(publisher: Program) -> None:
    """The second answer holds the same secret, and there is one webhook."""
    assert twice(publisher, "/v1/webhooks", HOOK).json()["secret"].startswith("whsec_")
    assert len(publisher.get("/v1/webhooks").json()["webhooks"]) == 1


def test_a_secret_is_changed_once(publisher: Program, school: School) -> None:
    """Sent again the request gives the secret that it made, and makes no third."""
    hook = publisher.http.post("/v1/webhooks", headers=publisher.headers, json=HOOK).json()["id"]
    changed = twice(publisher, f"/v1/webhooks/{hook}/secret", {"overlap_hours": 1}).json()["secret"]
    with school.services.store.reading("user:admin", school.clock()) as tx:
        assert tx.webhooks.get(hook).secrets[0] == changed


def test_a_post_is_reported_once(publisher: Program) -> None:
    """The first answer is 201, and so is its repetition."""
    check = publisher.check(AMIRA_HUE).json()["id"]
    assert twice(publisher, "/v1/publications", POST | {"check": check}).status_code == 201


def test_a_resolution_is_made_once(publisher: Program) -> None:
    """Although the check that it was about has been replaced since."""
    check = publisher.check(AMIRA_HUE, STRANGER_HUE).json()["id"]
    new = twice(publisher, f"/v1/checks/{check}/resolutions", {"action": "cover", "face": 2}).json()
    assert (new["decision"], publisher.get(f"/v1/checks/{check}").json()["replaced_by"]) == ("approve", new["id"])


def test_a_key_is_for_one_request_at_one_address(publisher: Program) -> None:
    """Other words, another address, another kind of thing: 422, and nothing is done."""
    check = publisher.check(AMIRA_HUE, STRANGER_HUE, headers=KEY).json()["id"]
    tries = [
        send(publisher, "/v1/webhooks", HOOK),
        send(publisher, f"/v1/checks/{check}/resolutions", {"action": "cover", "face": 2}),
        send(publisher, "/v1/publications", POST | {"check": check}),
    ]
    assert [(answer.status_code, slug(answer)) for answer in tries] == [(422, "idempotency-key-reused")] * 3
    assert publisher.get("/v1/webhooks").json()["webhooks"] == []


def test_what_was_refused_may_be_sent_again(publisher: Program) -> None:
    """A key is taken by what was done; an error took none."""
    assert send(publisher, "/v1/publications", POST | {"check": "chk_none"}).status_code == 404
    check = publisher.check(AMIRA_HUE).json()["id"]
    assert send(publisher, "/v1/publications", POST | {"check": check}).status_code == 201
