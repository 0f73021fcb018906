"""What is asked of a check, whichever front end asks it."""

from __future__ import annotations

import hashlib
import io
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import UploadFile
from hypothesis import given
from hypothesis import strategies as st

from api.application.checks.submission import MOST_CHARACTERS, SubmissionInvalid, build_draft
from api.v1.checks.forms import CheckForm
from api.web.forms import CheckFields
from consent_db.approvals.records import CheckDraft
from gatekeeper.rendition import LEAST_BYTES, LEAST_SIDE, SizeLimit
from gatekeeper.types import WORD_FIELDS, AcceptedChange, Channel, CheckRequest, Request

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def test_what_is_left_out_and_what_is_empty_is_the_same() -> None:
    """None, an empty text and a text of blanks ask for nothing."""
    asked = build_draft("website", caption=None, alt_text="", credit=" \n", event="", max_side=None, max_bytes=0)
    assert asked == CheckDraft("website")


def test_every_field_arrives_where_it_belongs() -> None:
    """Texts, choices and limits are in the request, channel, event and moment beside it."""
    asked = build_draft(
        "website",
        caption="Beans",
        event="Oak",
        publish_at=NOON,
        attestations=["a", "a"],
        accepted_changes=["surnames"],
        single_use=True,
        max_side=LEAST_SIDE,
    )
    request = CheckRequest(
        caption="Beans",
        attestations=frozenset({"a"}),
        accepted_changes=frozenset({AcceptedChange.SURNAMES}),
        single_use=True,
        size_limit=SizeLimit(LEAST_SIDE, 0),
    )
    assert asked == CheckDraft("website", request, "Oak", NOON)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *((name, "x" * (MOST_CHARACTERS + 1)) for name in WORD_FIELDS),
        ("max_side", LEAST_SIDE - 1),
        ("max_bytes", LEAST_BYTES - 1),
        ("publish_at", NOON.replace(tzinfo=None)),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(field: str, wrong: object) -> None:
    """The error carries the name of the one field that is wrong."""
    with pytest.raises(SubmissionInvalid) as caught:
        build_draft("website", **{field: wrong})
    assert caught.value.field == field


def test_a_field_that_does_not_exist_is_an_error() -> None:
    """A misspelt field is not silently left out."""
    with pytest.raises(TypeError, match="captoin"):
        build_draft("website", captoin="Beans")


_SENT = st.fixed_dictionaries(
    {"channel": st.just("website")},
    optional={
        "caption": st.text("abc é", max_size=20),
        "alt_text": st.text("abc", max_size=20),
        "credit": st.text("abc", max_size=20),
        "event": st.just("Oak"),
        "attestations": st.lists(st.sampled_from(["a", "b"])),
        "publish_at": st.integers(-5, 5).map(
            lambda hours: NOON.astimezone(timezone(timedelta(hours=hours))).isoformat()
        ),
    },
)


@given(_SENT)
def test_page_and_api_ask_the_same(sent: dict[str, Any]) -> None:
    """The same fields make the same request, whether they come from the page or from a program."""
    page = CheckFields.model_validate(sent).draft(ZoneInfo("Europe/London"))
    program = CheckForm.model_validate({**sent, "photo": UploadFile(io.BytesIO(b""))}).draft(None)
    assert page == program


def test_a_request_is_known_again_after_an_upgrade() -> None:
    """Fields that came later count for idempotency only where they are set."""
    form = CheckForm.model_validate({"channel": "website", "photo": UploadFile(io.BytesIO(b"a"))})
    empty = dict.fromkeys(("caption", "alt_text", "credit", "event", "publish_at"))
    first = {"channel": "website", "single_use": False, "accept_changes": [], "attestations": []}
    assert form.said() == {**empty, **first, "photo": hashlib.sha256(b"a").hexdigest()}
    assert form.model_copy(update={"max_side": 400}).said() == form.said() | {"max_side": 400}


@given(st.sampled_from(["caption", "alt_text", "credit"]), st.text("ab", min_size=1))
def test_the_gate_gets_all_that_is_asked(name: str, text: str) -> None:
    """Whatever a check's request holds is in the gate's, field by field."""
    wish = build_draft("website", **{name: text}, attestations={"a"}, max_side=400).request
    request = Request.of(wish, Channel("website", frozenset(), approved=True), NOON)
    assert {one.name: getattr(request, one.name) for one in fields(CheckRequest)} == {
        one.name: getattr(wish, one.name) for one in fields(CheckRequest)
    }


def test_a_request_without_words_keeps_everything_else() -> None:
    """Free texts go, choices stay."""
    request = build_draft("website", caption="a", alt_text="b", credit="c", attestations={"a"}).request
    assert request.words == ("a", "b", "c")
    assert request.without_words() == replace(request, caption=None, alt_text=None, credit=None)
