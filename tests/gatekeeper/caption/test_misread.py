"""Names that were read with wrong letters are known beside the rest of the name, and nothing else is."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.misread import misread_names
from gatekeeper.caption.names import MentionKind, find_mentions
from tests.support.gate import RegisterBuilder


def _index() -> NameIndex:
    builder = RegisterBuilder()
    for first, last in (
        ("Amira", "Khan"),
        ("Grace", "Green"),
        ("Zuzanna", "Kowalski"),
        ("Al", "Ng"),
        ("Will", "Fletcher"),
    ):
        builder.person(first, last)
    return builder.build().names


INDEX = _index()


@pytest.mark.parametrize(
    "text",
    [
        "Amira Kham",
        "AMIRA KHA",
        "Khar, Amira",
        "Arnira Khon",
        "Zuzanna Kovalsk1",
        "Kowa1sky Zuzanna",
        "Zuzana KOWALSKI",
        "Graoe Green",
        "AmiraKhen",
        "7 Will F1etchen 4B",
    ],
)
def test_one_or_two_wrong_letters(text: str) -> None:
    """A wrong letter, two in a long name, and shapes that are confused leave a name a name."""
    assert list(misread_names(text, INDEX))


@pytest.mark.parametrize(
    "text", ["Amira than", "Amira", "Kham", "Al No", "Grace grown", "Will fetched", "Will 2026", "Zuzanna Kuhlmann", ""]
)
def test_what_is_no_name(text: str) -> None:
    """Other words, short names, other surnames and a wrong word by itself are nobody."""
    assert not list(misread_names(text, INDEX))


def test_where_it_stands_and_who_is_meant() -> None:
    """The span covers both parts, the people are those who bear them."""
    ((start, end, people),) = misread_names("Well done Amira Kham, 4B", INDEX)
    assert "Well done Amira Kham, 4B"[start:end] == "Amira Kham"
    assert len(people) == 1


@given(st.integers(0, 7), st.sampled_from(string.ascii_lowercase))
def test_any_one_letter_of_a_long_name_may_be_wrong(at: int, letter: str) -> None:
    """Whichever letter is replaced, the name is known: as misread, or as another spelling of it."""
    text = f"Zuzanna {'kowalski'[:at]}{letter}{'kowalski'[at + 1 :]}"
    spelt = [mention.kind for mention in find_mentions(text, INDEX)]
    assert list(misread_names(text, INDEX)) or MentionKind.FULL_NAME in spelt


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    """Nothing that is read raises, and every span lies in the text."""
    for start, end, people in misread_names(text, INDEX):
        assert 0 <= start < end <= len(text)
        assert people
