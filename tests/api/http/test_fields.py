"""Wrong fields are named, lists are read in every spelling, and no name that was made up comes back."""

from __future__ import annotations

from typing import Any, cast

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api.http.fields import known_fields
from api.v1.arrays import gathered
from tests.support.gate import upload_of
from tests.support.http import LOOKED, NewClient, Program
from tests.support.school import AMIRA_HUE


@pytest.fixture
def program(new_client: NewClient) -> Program:
    return new_client("check", "publish", "audit", "roster", "resolve")


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("GET", "/v1/checks?limit=-1", None, "limit"),
        ("POST", "/v1/webhooks", {"url": "https://a.example/x", "events": ["nonsense"]}, "events"),
        ("POST", "/v1/webhooks", {}, "url"),
        ("POST", "/v1/webhooks/whk_1/secret", {"overlap_hours": 999}, "overlap_hours"),
        ("POST", "/v1/webhooks/whk_1/replay", {"since": "yesterday"}, "since"),
        ("POST", "/v1/audit/verification", {"checkpoint": 5}, "checkpoint"),
        ("GET", "/v1/audit/entries?after=-1", None, "after"),
        ("GET", "/v1/takedowns?state=all", None, "state"),
        ("POST", "/v1/receipts/verify", {"receipt": "x"}, "sha256"),
        ("POST", "/v1/takedowns/tkd_1/done", {}, "proof"),
        ("POST", "/v1/publications", {"check": "chk_1", "url": "javascript:alert(1)"}, "url"),
    ],
)
def test_a_wrong_field_is_named(program: Program, method: str, path: str, body: Any, field: str) -> None:
    """Whatever is wrong in a query or a body is named in the problem."""
    answer = program.http.request(method, path, headers=program.headers, json=body)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_every_parameter_of_the_description_is_known(program: Program) -> None:
    """Each parameter and each field that the description names can be named in a problem."""
    app = cast("FastAPI", program.http.app)
    names = {
        parameter["name"]
        for operations in app.openapi()["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    }
    assert names <= known_fields(app)
    assert {"photo", "box", "width", "events", "grant_type"} <= known_fields(app)


def test_a_name_that_was_made_up_is_not_repeated(program: Program) -> None:
    """A field that there is not is refused without its name, which may be about a person."""
    answer = program.check(AMIRA_HUE, amira_khan="4B")
    assert answer.status_code == 422
    assert "amira" not in answer.text


@pytest.mark.parametrize(
    "names", [("attestations[]",) * 2, ("attestations[0]", "attestations[1]"), ("attestations",) * 2]
)
def test_lists_are_read_as_clients_spell_them(program: Program, names: tuple[str, str]) -> None:
    """`name`, `name[]` and `name[0]`, as Guzzle and axios send them, are one list."""
    parts: list[tuple[str, Any]] = [("photo", ("a.png", upload_of(AMIRA_HUE), "image/png"))]
    values = ("appropriately_dressed", "not_compromising")
    parts += [
        ("attested_by", (None, LOOKED)),
        ("channel", (None, "website")),
        *((name, (None, value)) for name, value in zip(names, values, strict=True)),
    ]
    answer = program.http.post("/v1/checks", headers=program.headers, files=parts)
    assert (answer.status_code, answer.json().get("decision")) == (201, "approve")


@given(st.lists(st.text(max_size=3), max_size=8), st.randoms(use_true_random=False))
def test_numbered_items_keep_their_order(values: list[str], random: Any) -> None:
    """Items come in the order of their numbers, in whichever order they were sent."""
    sent = [(f"left[{number}]", value) for number, value in enumerate(values)]
    random.shuffle(sent)
    found = gathered(dict(sent), {"left"})
    assert found.get("left", []) == values


def test_only_lists_are_spelled_out() -> None:
    """Brackets behind the name of no list stay what they are, and are refused as unknown."""
    assert gathered({"caption[]": "x", "left[a]": "y"}, {"left"}) == {"caption[]": "x", "left[a]": "y"}
