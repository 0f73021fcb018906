"""What has to go is taken out, and whole sentences are left; the answer says what was done."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.caption import Reviewed, Rules, review_text
from gatekeeper.caption.rewrite import sentences
from gatekeeper.types import AcceptedChange, ChangeReason, FindingCode, PersonId, Severity, Words
from tests.support.gate import RegisterBuilder

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
        # a surname
        ("Amira Khan digs", "Amira digs"),
        ("1. Amira Khan\n2. Tom O'Brien\n\nWell done!", "1. Amira\n2. Tom\n\nWell done!"),
        ("AMIRA KHAN  wins!", "AMIRA  wins!"),
        # one of a list that does not count
        ("Amira, Nadia and Tom dig", "Amira and Tom dig"),
        ("Amira Khan, Nadia Popescu and Tom O'Brien dig", "Amira and Tom dig"),
        ("Well done Nadia, Amira & Tom!", "Well done Amira & Tom!"),
        ("Amira, Nadia, and Tom dig", "Amira and Tom dig"),
        # all but one, where the sentence can be about one
        ("Amira & Nadia at the beach", "Amira at the beach"),
        ("Amira and Nadia", "Amira"),
        ("Well done to Amira and Nadia!", "Well done to Amira!"),
        ("Nadia and Amira are planting beans.", "Amira is planting beans."),
        # in brackets
        ("A day at the farm (photo: Nadia Popescu)", "A day at the farm"),
        ("Beans (ring 020 7946 0958) are growing.", "Beans are growing."),
        ("Amira (8) digs", "Amira digs"),
        # between commas
        ("Amira, 8, digs", "Amira digs"),
        ("Amira, aged 8, and Tom, 7, dig", "Amira and Tom dig"),
        ("Well done Amira, 8!", "Well done Amira!"),
        # among tags
        ("Sports day! #fun #NadiaPopescu #school", "Sports day! #fun #school"),
        ("Sports day! @nadia_p", "Sports day!"),
        # a sentence that only says how to get in touch
        ("A great day.\nMore at www.example.org\nCome along!", "A great day.\nCome along!"),
        ("What a match! Ring 07700 900123 for tickets.", "What a match!"),
    ],
)
def test_what_is_proposed(text: str, left: str) -> None:
    """The least goes that leaves what was typed true and whole; it waits for agreement."""
    reviewed = review(text)
    assert (reviewed.text, reviewed.proposed) == (text, left)
    blocking = [finding.code for finding in reviewed.findings if finding.severity is Severity.BLOCK]
    assert blocking == [FindingCode.CAPTION_CHANGED]
    assert reviewed.changes


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
        # a sentence does not vanish for a name
        "We dug for hours. Nadia found a worm. It rained.",
        "Well done Nadia! What a day at the beach.",
        "Mr. Smith came at 10 a.m. with Nadia. It rained.",
        # what would be left of lists and lines
        "1. Amira\n2. Nadia\n3. Tom",
        "- Amira\n- Nadia",
        "The winners are Amira and Nadia",
        "Winners: Amira, Nadia and Tom",
        "First Amira, second Nadia and third Tom",
        "From left to right: Amira, Nadia and Tom",
        "The three of us: Amira, Nadia and Tom dig",
        "Amira and Nadia are twins",
        "Amira and Nadia were brilliant",
        "Amira and Nadia are best friends",
        "Our captains Amira and Nadia",
        "Amira and Nadia at the fair with their mums",
        "Amira and Nadia holding hands",
        "Amira and Nadia both dig.",
        "Between Amira and Nadia there was a draw.",
        "Amira and Nadia dig.",
        "Photo by Nadia and Tom",
        "Amira, Tom and Nadia share a prize",
        "Nadia, Amira and Will won the relay!",
        # what refers to a sentence that would go
        "We met her. Ring 07700 900123. She would love it.",
        "Amira is 8 and digs",
        "Amira Khan Smithson digs",
    ],
)
def test_what_only_a_person_can_write(text: str) -> None:
    """Where a cut would leave something broken or untrue nothing is proposed, and the text blocks as it is."""
    reviewed = review(text)
    assert reviewed.blocks
    assert (reviewed.text, reviewed.proposed) == (text, None)


def test_changes_say_where_and_why() -> None:
    """Each change has its place in what was typed, what stands there now, and the reason."""
    text = "Amira Khan and Will at the farm. See www.example.org."
    reviewed = review(text)
    assert reviewed.proposed == "Amira at the farm."
    assert [(text[c.start : c.end], c.became, c.reason) for c in reviewed.changes] == [
        ("Amira Khan and Will", "Amira", ChangeReason.NOT_NAMED),
        (" See www.example.org.", "", ChangeReason.LINK),
    ]


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Amira Khan digs", "Amira digs"),
        ("AMIRA KHAN and Tom O'Brien!", "AMIRA and Tom!"),
        ("Amira Khan's beans", "Amira's beans"),
        ("Amira Jane Khan", "Amira"),
    ],
)
def test_a_surname_behind_a_first_name_may_be_accepted_beforehand(text: str, out: str) -> None:
    """A sender may agree in advance to surnames being cut, and to nothing else."""
    reviewed = review_text(text, Words.CAPTION, replace(RULES, accepted=[AcceptedChange.SURNAMES]))
    assert (reviewed.text, reviewed.proposed, reviewed.blocks) == (out, None, False)
    assert {(one.code, one.severity) for one in reviewed.findings} == {
        (FindingCode.CAPTION_FULL_NAME, Severity.NOTE),
    }


@pytest.mark.parametrize(
    "text",
    [
        "A. Khan digs",
        "Khan, Amira digs",
        "Amina Khan",
        "Amira, 8, digs",
        "Amira Khan and Nadia",
        "Amira Khan (ring 020 7946 0958)",
    ],
)
def test_nothing_else_is_accepted_beforehand(text: str) -> None:
    """Whatever else would change waits for a person to see it, also beside a surname."""
    reviewed = review_text(text, Words.CAPTION, replace(RULES, accepted=[AcceptedChange.SURNAMES]))
    assert reviewed.blocks
    assert reviewed.text == text


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
    """What goes out or is proposed passes a second review unchanged; changes are in order and apart."""
    reviewed = review(text)
    places = [(change.start, change.end) for change in reviewed.changes]
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    if out := reviewed.proposed or (None if reviewed.blocks else reviewed.text):
        again = review(out)
        assert (again.text, again.blocks, again.changes) == (out, False, ())
