"""A name is found through what was done to hide it."""

from __future__ import annotations

import pytest

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.names import MentionKind, find_mentions
from gatekeeper.caption.text.words import clean
from gatekeeper.naming.confusables import letters_of, skeleton
from tests.support.gate import RegisterBuilder

FULL, SURNAME, FIRST, INITIALS = (
    MentionKind.FULL_NAME,
    MentionKind.SURNAME,
    MentionKind.FIRST_NAME,
    MentionKind.INITIALS,
)


def _index() -> NameIndex:
    builder = RegisterBuilder()
    for first, last in (("Amira", "Khan"), ("Sam", "Best"), ("Will", "Young"), ("An", "Le"), ("Hunter", "Banks")):
        builder.person(first, last)
    return builder.build().names


INDEX = _index()


def found(text: str) -> list[tuple[MentionKind, str]]:
    text = clean(text)
    return [(mention.kind, text[mention.start : mention.end]) for mention in find_mentions(text, INDEX)]


@pytest.mark.parametrize(
    "name",
    [
        "4m1r4 Kh4n",
        "Am1ra Khan",
        "@mir@ Kh@n",
        "AMlRA KHAN",
        "AmIra Khan",
        "Arnira Khan",
        "Ami\U0001f31fra Kh\u2764\ufe0fan",
        "A\U0001f389m\U0001f389i\U0001f389r\U0001f389a K\U0001f389h\U0001f389a\U0001f389n",
        "A*m*i*r*a K*h*a*n",
        "A m i r a   K h a n",
        "A_m_i_r_a K_h_a_n",
        "Amira\u2b50Khan",
        "\u24b6\u24dc\u24d8\u24e1\u24d0 \u24c0\u24d7\u24d0\u24dd",
        "\U0001f1e6\U0001f1f2\U0001f1ee\U0001f1f7\U0001f1e6 Khan",
        "\U0001d4d0\U0001d4f6\U0001d4f2\U0001d4fb\U0001d4ea \U0001d4da\U0001d4f1\U0001d4ea\U0001d4f7",
        "amira khan",
        "will young",
        "AnLe",
    ],
)
def test_disguised_names(name: str) -> None:
    """Digits, signs, emoji, other alphabets and spaces between letters do not hide a full name."""
    assert [kind for kind, _ in found(f"Well done {name} at the farm")] == [FULL]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("#welldoneamirakhan", (FULL, "welldoneamirakhan")),
        ("IMG_2043_amira_khan.jpg", (FULL, "amira_khan")),
        ("amirakhan-sportsday.jpeg", (FULL, "amirakhan")),
        ("@amira_khan07", (FULL, "@amira_khan07")),
        ("Photo: AK", (INITIALS, "AK")),
        ("Well done A.K. and all", (INITIALS, "A.K.")),
        ("AK's painting", (INITIALS, "AK")),
        ("Amira Best in Year 4", (SURNAME, "Best")),
        ("Amira Young in Year 4", (SURNAME, "Young")),
    ],
)
def test_hidden_in_its_surroundings(text: str, mention: tuple[MentionKind, str]) -> None:
    """Tags, files' names, accounts, initials and somebody else's surname are found."""
    assert mention in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "At 5am and 10am",
        "Class 5B and 4S",
        "The 1st, 2nd and 5th",
        "P.E. and R.E. kit",
        "AK47 is a number",
        "UK and PE on TV",
        "Lean on me",
        "Best wishes and Young Voices",
        "Martin Luther King and Harry Potter",
        "100% of us",
        "",
    ],
)
def test_what_is_nobody(text: str) -> None:
    """Times, classes, abbreviations and well-known figures are not names of the register."""
    assert [mention for mention in found(text) if mention[0] is not FIRST] == []


def test_a_look_at_letters() -> None:
    """A skeleton is what a word looks like, and an emoji letter is its letter."""
    assert skeleton("4m1r4") == skeleton("amira") == skeleton("amlra") == skeleton("arnira")
    assert (letters_of("\u24b6"), letters_of("\U0001f1e6"), letters_of("4"), letters_of("\U0001f389")) == (
        "A",
        "a",
        "",
        "",
    )
