"""Where names stand in Chinese, Japanese and Korean writing, and text that is shown otherwise than it is stored."""

from __future__ import annotations

import pytest

from gatekeeper.caption.names import MentionKind, find_mentions
from gatekeeper.caption.text.words import clean
from tests.gatekeeper.corpus.school import index

FULL, FIRST, SURNAME = MentionKind.FULL_NAME, MentionKind.FIRST_NAME, MentionKind.SURNAME


def found(text: str) -> list[tuple[MentionKind, str]]:
    text = clean(text)
    return [(mention.kind, text[mention.start : mention.end]) for mention in find_mentions(text, index())]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("今天王小明和小明在运动会上", [(FULL, "王小明"), (FIRST, "小明")]),
        ("김민준과 박서연이 함께", [(FULL, "김민준"), (FULL, "박서연")]),
        ("민준이가 왔다", [(FIRST, "민준")]),
        ("山田 太郎さんと田中先生", [(FULL, "山田 太郎"), (SURNAME, "田中")]),
        ("Jonas and 王小明 at the fair", [(FULL, "王小明")]),
        ("王国的历史", []),
        ("학교에서 김밥을 먹었다", []),
        ("さくらんぼ", []),
        ("小明朗的天气", [(FIRST, "小明")]),
    ],
)
def test_names_are_told_from_what_is_around_them(text: str, mentions: list[tuple[MentionKind, str]]) -> None:
    """A name ends where it ends though no space does; a surname of one character alone is a word."""
    assert found(text) == mentions


@pytest.mark.parametrize(
    "text",
    ["\u202enahK arimA\u202c won", "\u202enahK arimA", "Amira \u202enahK\u202c", "Amira%20Khan", "&#65;mira &#x4b;han"],
)
def test_what_is_shown_is_what_is_read(text: str) -> None:
    """A name that is turned round by an override, or encoded, is the name that a reader sees."""
    assert (FULL, "Amira Khan") in found(text)
