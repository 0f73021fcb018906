"""Tokens: ten minutes, no more than the key may, and gone with the client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from tests.support.http import NewClient, Program
from tests.support.school import AMIRA_HUE, School


def ask(program: Program, user: str | None = None, key: str | None = None, **form: str) -> Response:
    body = {"grant_type": "client_credentials", **form}
    return program.http.post("/v1/oauth/token", data=body, auth=(user or program.id, key or program.key))


def with_token(program: Program, **form: str) -> Program:
    return Program(program.http, program.id, ask(program, **form).json()["access_token"])


@pytest.fixture
def publisher(new_client: NewClient) -> Program:
    return new_client("check", "publish")


def test_a_token_does_what_the_key_does(publisher: Program) -> None:
    """The check that is asked for with it is the client's own."""
    answer = ask(publisher)
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 600, "check publish")
    made = with_token(publisher).check(AMIRA_HUE)
    assert publisher.get(made.headers["Location"]).json() == made.json()


def test_a_token_may_do_less_and_never_more(publisher: Program) -> None:
    """With a narrower scope the rest is 403; a scope that the key lacks is refused as RFC 6749 says."""
    narrow = with_token(publisher, scope="publish")
    assert narrow.check(AMIRA_HUE).status_code == 403
    assert narrow.get("/v1/takedowns").status_code == 200
    refused = ask(publisher, scope="check resolve")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_a_token_ends_after_ten_minutes(publisher: Program, school: School) -> None:
    """Not a second later."""
    token = with_token(publisher)
    school.clock.advance(seconds=599)
    assert token.get("/v1/checks").status_code == 200
    school.clock.advance(seconds=1)
    assert token.get("/v1/checks").status_code == 401


def test_a_token_ends_with_its_client(publisher: Program, school: School) -> None:
    """At the next request after the client was revoked."""
    token = with_token(publisher)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.clients.revoke(publisher.id)
    assert token.get("/v1/checks").status_code == 401


def test_a_token_ends_with_its_key(publisher: Program, school: School) -> None:
    """A key that is changed without an overlap takes its tokens along at once; with one they stay as it does."""

    def rotate(days: int) -> None:
        now = school.clock()
        with school.services.store.transaction("user:admin", now) as tx:
            tx.clients.rotate(publisher.id, now + timedelta(days=30), timedelta(days=days))

    token = with_token(publisher)
    rotate(days=1)
    assert token.get("/v1/checks").status_code == 200
    rotate(days=0)
    assert token.get("/v1/checks").status_code == 401


def test_only_the_clients_own_key_gets_a_token(publisher: Program, new_client: NewClient) -> None:
    """Another client's id, a wrong key, a token in place of the key, no proof at all: `invalid_client`."""
    token = ask(publisher).json()["access_token"]
    tries = [
        ask(publisher, user=new_client().id),
        ask(publisher, key=publisher.key[:-2] + "xx"),
        ask(publisher, key=token),
        publisher.http.post("/v1/oauth/token", headers=publisher.headers),
        publisher.http.post("/v1/oauth/token", headers={"Authorization": "Basic !"}),
    ]
    assert {(answer.status_code, answer.json()["error"]) for answer in tries} == {(401, "invalid_client")}
    assert {answer.headers["WWW-Authenticate"] for answer in tries} == {'Basic realm="gatekeeper"'}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("scope=check", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        ("grant_type=client_credentials&scope=" + "x" * 201, "invalid_request"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ("grant_type=client_credentials&scope=everything", "invalid_scope"),
    ],
)
def test_a_refusal_is_the_one_of_rfc_6749(publisher: Program, body: str, error: str) -> None:
    """Section 5.2: 400 with the code as JSON, kept by nobody."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = publisher.http.post("/v1/oauth/token", content=body, headers=headers, auth=(publisher.id, publisher.key))
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/json", "no-store")


def test_a_receipt_is_no_token_and_a_token_no_receipt(publisher: Program) -> None:
    """They are signed with the same keys, and one is never taken for the other."""
    receipt = publisher.check(AMIRA_HUE).json()["receipt"]
    assert Program(publisher.http, publisher.id, receipt).get("/v1/checks").status_code == 401
    body = {"receipt": ask(publisher).json()["access_token"], "sha256": "0" * 64, "channel": "website"}
    answer = publisher.http.post("/v1/receipts/verify", headers=publisher.headers, json=body)
    assert answer.json()["type"] == "urn:gatekeeper:problem:receipt-invalid"


def test_a_changed_token_is_none(publisher: Program) -> None:
    """Any letter of it."""
    token = ask(publisher).json()["access_token"]
    for place in (0, len(token) // 2, len(token) - 2):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert Program(publisher.http, publisher.id, changed).get("/v1/checks").status_code == 401
