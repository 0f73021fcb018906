"""What has to go is taken out, and whole sentences are left; the answer says what was done."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.caption import Reviewed, Rules, review_text
from gatekeeper.caption.rewrite import sentences
from gatekeeper.testing import RegisterBuilder
from gatekeeper.types import ChangeReason, PersonId, Severity, Words

AMIRA, TOM = PersonId("per_1"), PersonId("per_2")


def _rules() -> Rules:
    builder = RegisterBuilder()
    for first, last in (("Amira", "Khan"), ("Tom", "O'Brien"), ("Will", "Green"), ("Nadia", "Popescu")):
        builder.person(first, last)
    return Rules(builder.build().names, {AMIRA: "Amira", TOM: "Tom"}, ("www.school.example", "@school"))


RULES = _rules()


def review(text: str) -> Reviewed:
    return review_text(text, Words.CAPTION, RULES)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        # one of a list
        ("Amira, Nadia and Tom dig", "Amira and Tom dig"),
        ("Amira Khan, Nadia Popescu and Tom O'Brien dig", "Amira and Tom dig"),
        ("Amira & Nadia at the beach", "Amira at the beach"),
        ("Amira and Nadia", "Amira"),
        ("Nadia and Amira are planting beans.", "Amira is planting beans."),
        ("Amira and Nadia were brilliant", "Amira was brilliant"),
        ("Nadia, Amira and Will won the relay!", "Amira won the relay!"),
        # in brackets
        ("A day at the farm (photo: Nadia Popescu)", "A day at the farm"),
        ("Beans (ring 020 7946 0958) are growing.", "Beans are growing."),
        # among tags
        ("Sports day! #fun #NadiaPopescu #school", "Sports day! #fun #school"),
        ("Sports day! #NadiaPopescu", "Sports day!"),
        ("Sports day! @nadia_p", "Sports day!"),
        # a sentence of several
        ("We dug for hours. Nadia found a worm. It rained.", "We dug for hours. It rained."),
        ("Well done Nadia! What a day at the beach.", "What a day at the beach."),
        ("A great day.\nMore at www.example.org\nCome along!", "A great day.\nCome along!"),
        ("What a match! Ring 07700 900123 for tickets.", "What a match!"),
        ("The Popescu family came. Everybody danced.", "Everybody danced."),
        ("Amira is aged 8. She digs well.", "She digs well."),
        ("Reception had fun. An 8 year old in 4B won.", "Reception had fun."),
        ("Mr. Smith came at 10 a.m. with Nadia. It rained.", "It rained."),
        # a list of which nobody may be named
        ("Rain all day. Nadia and Will swam anyway.", "Rain all day."),
        # where one fewer would be wrong
        ("What fun. Amira and Nadia both dig.", "What fun."),
        ("What fun. Between Amira and Nadia there was a draw.", "What fun."),
        ("What fun. Amira and Nadia dig.", "What fun."),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    """The least goes that leaves whole sentences, with a note for each kind of thing."""
    reviewed = review(text)
    assert reviewed.text == left
    assert reviewed.changes
    assert {finding.severity for finding in reviewed.findings} == {Severity.NOTE}


@pytest.mark.parametrize(
    "text",
    [
        "Nadia dug.",
        "Well done Nadia",
        "#NadiaPopescu #fun",
        "Thanks to Nadia Popescu and Will Green!",
        "Ring 07700 900123",
        "Nadia \U0001f389",
        "(Nadia)",
    ],
)
def test_what_would_leave_nothing_blocks(text: str) -> None:
    """Where no sentence would be left the text blocks as it is, and says what would have to go."""
    reviewed = review(text)
    assert reviewed.blocks
    assert reviewed.text == text
    assert [change.became for change in reviewed.changes] == [""] * len(reviewed.changes)


def test_changes_say_where_and_why() -> None:
    """Each change has its place in what was typed, what stands there now, and the reason."""
    text = "Amira Khan and Will at the farm. See www.example.org."
    reviewed = review(text)
    assert reviewed.text == "Amira at the farm."
    assert [(text[c.start : c.end], c.became, c.reason) for c in reviewed.changes] == [
        ("Amira Khan and Will", "Amira", ChangeReason.NOT_NAMED),
        ("See www.example.org.", "", ChangeReason.LINK),
    ]


def test_no_finding_repeats_a_name() -> None:
    """Sentences about words, and what is printed of a change, hold nothing of them."""
    reviewed = review("Rain. Nadia Popescu and Will swam. Ring 07700 900123.")
    shown = " ".join(finding.message for finding in reviewed.findings) + repr(reviewed.changes)
    assert not any(word in shown for word in ("Nadia", "Popescu", "Will ", "07700"))


def test_what_the_school_allows_stays() -> None:
    """Its own pages and accounts may be given."""
    text = "More at https://www.school.example/news, from @School"
    assert (review(text).text, review(text).changes) == (text, ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("Mr. Smith came. St. Mary's.", ["Mr. Smith came. ", "St. Mary's."]),
        ("A. Khan dug", ["A. Khan dug"]),
        ("Fun! \U0001f389 More", ["Fun! \U0001f389 ", "More"]),
        ("One\nTwo", ["One\n", "Two"]),
        ("It is 3.5 m", ["It is 3.5 m"]),
        ("", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    """A point ends a sentence, but not that of an abbreviation, an initial or a number."""
    assert [text[start:end] for start, end in sentences(text)] == found


PIECES = (
    "Amira|Tom|Nadia|Will Green|Popescu|and|,|.|!|dig|are|both|(|)|#Nadia|@nadia|07700 900123|www.example.org|\n"
    "|aged 8|the farm|\U0001f389|K\u2b50han|P0pescu"
)
words = st.sampled_from(PIECES.split("|"))


@given(st.lists(words, max_size=14).map(" ".join))
def test_nothing_that_has_to_go_is_left(text: str) -> None:
    """What goes out unblocked passes a second review unchanged, and its changes are in order and apart."""
    reviewed = review(text)
    places = [(change.start, change.end) for change in reviewed.changes]
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    if not reviewed.blocks and reviewed.text:
        again = review(reviewed.text)
        assert (again.text, again.findings) == (reviewed.text, ())
