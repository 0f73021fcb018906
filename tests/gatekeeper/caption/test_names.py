"""Names of the register are found however they are written, and ordinary words are not names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.caption.names import MentionKind, find_mentions
from gatekeeper.caption.text.words import clean
from gatekeeper.register import Register
from tests.support.gate import RegisterBuilder

FULL, SURNAME, FIRST = MentionKind.FULL_NAME, MentionKind.SURNAME, MentionKind.FIRST_NAME


def _register() -> Register:
    builder = RegisterBuilder()
    for first, last, also in (
        ("Amira", "Khan", ()),
        ("Tom", "O'Brien", ("Thomas",)),
        ("Will", "Green", ()),
        ("May", "Smith-Jones", ()),
        ("Zoë", "de la Cruz", ()),
        ("Amira", "Lee", ()),
        ("Anne-Marie", "Ng", ()),
        ("An", "Nguyen", ()),
        ("Summer", "Young", ()),
        ("Mary Jane", "Le", ()),
    ):
        builder.person(first, last, also=also)
    return builder.build()


REGISTER = _register()


def found(text: str) -> list[tuple[MentionKind, str]]:
    text = clean(text)
    return [(mention.kind, text[mention.start : mention.end]) for mention in find_mentions(text, REGISTER.names)]


@pytest.mark.parametrize(
    "name",
    [
        "Amira Khan",
        "Amira KHAN",
        "amira khan",
        "AMIRA KHAN",
        "Khan Amira",
        "Khan, Amira",
        "KHAN, Amira",
        "Ámira Khàn",
        "Amira  Khan",
        "Amira\u00a0Khan",
        "Amira\nKhan",
        "Amira (Khan)",
        "Amira_Khan",
        "Amira.Khan",
        "Amira-Khan",
        "Amira / Khan",
        "AmiraKhan",
        "amirakhan",
        "KhanAmira",
        "Amira K",
        "A Khan",
        "A. Khan",
        "Khan A",
        "Amira Jane Khan",
        "Amira J. Khan",
        "Amira Jane Louise Khan",
        "Tom O'Brien",
        "Tom O’Brien",
        "Tom OBrien",
        "Tom O`Brien",
        "Thomas O'Brien",
        "T. O'Brien",
        "TomO'Brien",
        "Will Green",
        "May Smith-Jones",
        "May Smith\u2010Jones",
        "May Smith Jones",
        "May Smith",
        "May Jones",
        "Zoë de la Cruz",
        "Zoe de la Cruz",
        "Zoe Cruz",
        "zoedelacruz",
        "Anne-Marie Ng",
        "Anne Marie Ng",
        "Marie Ng",
        "Mary Jane Le",
        "Jane Le",
        "An Nguyen",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "Well done {} today", "With {}!", "(by {})"])
def test_full_names(name: str, frame: str) -> None:
    """A full name is found as one, all of it, wherever it stands."""
    assert found(frame.format(name)) == [(FULL, clean(name))]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Amira Khan's beans", "Amira Khan"),
        ("Amira Khan’s beans", "Amira Khan"),
        ("#AmiraKhan", "AmiraKhan"),
        ("#amirakhan2026", "amirakhan"),
        ("#TeamAmiraKhan", "AmiraKhan"),
        ("#Amira #Khan", "Amira #Khan"),
        ("A\u200bmi\u2060ra Kh\u200dan", "Amira Khan"),
        ("\u0410mira Kh\u0430n", "\u0410mira Kh\u0430n"),
        ("With Amira K. and others", "Amira K."),
        ("With Amira K. Great day", "Amira K"),
        ("Amira. Khan", "Amira. Khan"),
        ("Amira Khan-Smith", "Amira Khan"),
        ("Go Amira-Khan", "Amira-Khan"),
        ("Amira Khan Aa L", "Amira Khan"),
        ("K h a n, Amira", "K h a n, Amira"),
        ("Amira K.h.a.n", "Amira K.h.a.n"),
        ("Ami-ra Kh-an", "Ami-ra Kh-an"),
        ("Tom O Brien", "Tom O Brien"),
        ("Tom Brien", "Tom Brien"),
    ],
)
def test_full_names_in_their_surroundings(text: str, written: str) -> None:
    """Endings, tags, hidden and look-alike characters do not hide a full name."""
    assert (FULL, written) in found(text)


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        pytest.param("Amira Khan and Tom O'Brien", [(FULL, "Amira Khan"), (FULL, "Tom O'Brien")], id="two"),
        pytest.param("Amira and Tom", [(FIRST, "Amira"), (FIRST, "Tom")], id="first-names"),
        pytest.param("Amira, Tom O'Brien", [(FIRST, "Amira"), (FULL, "Tom O'Brien")], id="a-list"),
        pytest.param("Amira & Will Green", [(FIRST, "Amira"), (FULL, "Will Green")], id="an-ampersand"),
        pytest.param("Amira O'Brien", [(FIRST, "Amira"), (SURNAME, "O'Brien")], id="one's-first-another's-last"),
        pytest.param("Tom, Khan", [(FIRST, "Tom"), (SURNAME, "Khan")], id="two-people-in-a-list"),
        pytest.param("The Khan family", [(SURNAME, "Khan")], id="surname-alone"),
        pytest.param("Khan wins", [(SURNAME, "Khan")], id="surname-first-in-the-sentence"),
        pytest.param("khan wins", [(SURNAME, "khan")], id="without-any-capitals"),
        pytest.param("The Khans at home", [(SURNAME, "Khans")], id="the-family"),
        pytest.param("#Khan #khan", [(SURNAME, "Khan"), (SURNAME, "khan")], id="surname-tags"),
        pytest.param("Mrs Green's class", [(SURNAME, "Green")], id="after-a-title"),
        pytest.param("MRS GREEN", [(SURNAME, "GREEN")], id="after-a-title-in-capitals"),
        pytest.param("our Green won", [(SURNAME, "Green")], id="a-capital-within-the-sentence"),
        pytest.param("a day with amira", [(FIRST, "amira")], id="a-small-first-name"),
        pytest.param("#amira", [(FIRST, "amira")], id="a-first-name-tag"),
        pytest.param("WELL DONE AMIRA", [(FIRST, "AMIRA")], id="capitals"),
        pytest.param("Amira's and Tom’s", [(FIRST, "Amira"), (FIRST, "Tom")], id="possessive"),
        pytest.param("Well done Will", [(FIRST, "Will")], id="an-ordinary-word-with-a-capital"),
        pytest.param("Will scored twice", [(FIRST, "Will")], id="an-ordinary-word-first"),
        pytest.param("May, Will and Summer", [(FIRST, "May"), (FIRST, "Will"), (FIRST, "Summer")], id="words-listed"),
        pytest.param("Mary Jane sings", [(FIRST, "Mary Jane")], id="a-double-first-name"),
        pytest.param("Anne-Marie and Anne", [(FIRST, "Anne-Marie"), (FIRST, "Anne")], id="a-hyphenated-one"),
        pytest.param("Amiras beans", [(FIRST, "Amiras")], id="without-the-apostrophe"),
        pytest.param("A m i r a", [(FIRST, "A m i r a")], id="spelt-out"),
        pytest.param("k h a n", [(SURNAME, "k h a n")], id="spelt-out-in-small-letters"),
        pytest.param("Team-Amira", [(FIRST, "Amira")], id="a-part-of-a-word"),
    ],
)
def test_mentions(text: str, mentions: list[tuple[MentionKind, str]]) -> None:
    """What is not a full name is a first name or a surname."""
    assert found(text) == mentions


@pytest.mark.parametrize(
    "text",
    [
        "Will you come to the fair?",
        "WILL YOU COME TO THE FAIR?",
        "will you come?",
        "Fun for all. Will we see you there?",
        "Green fingers at work",
        "Green Team won the relay",
        "Well done everyone. Green fingers all round!",
        "a green will",
        "May half term is near",
        "May we invite you",
        "See you in May",
        "On 4 May and May 5",
        "Summer Fair on Friday",
        "Our Summer Concert",
        "Such a lovely summer",
        "An amazing day",
        "Young people at work",
        "#summer #will #Green",
        "An apple a day",
        "A young man",
        "I will",
        "Eat your greens",
        "Greens for lunch",
        "Two wills and three mays",
        "A B C and P.E.",
        "Plan A B",
    ],
)
def test_ordinary_words_are_not_names(text: str) -> None:
    """Words that only happen to be somebody's name are left alone."""
    assert found(text) == []


def test_who_is_meant() -> None:
    """A first name means everybody who bears it, a full name only its bearer, a family's name the family."""
    index = REGISTER.names
    both = {"per_1", "per_6"}
    assert [set(mention.people) for mention in find_mentions("Amira", index)] == [both]
    assert [set(mention.people) for mention in find_mentions("Amira Khan", index)] == [{"per_1"}]
    assert [set(mention.people) for mention in find_mentions("A. Lee", index)] == [{"per_6"}]
    assert [set(mention.people) for mention in find_mentions("Khans", index)] == [{"per_1"}]


def test_an_empty_register_names_nobody() -> None:
    """Without people no word is a name."""
    assert find_mentions("Amira Khan", RegisterBuilder().build().names) == ()


pieces = st.sampled_from(
    [
        "Amira",
        "khan",
        "Khan",
        "Will",
        "will",
        "A.",
        "Green",
        "de la",
        "Zoë",
        ", ",
        ". ",
        " ",
        "-",
        "#",
        "'s",
        "\n",
        "4",
        "🎉",
    ]
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_mentions_are_in_order_and_apart(text: str) -> None:
    """Mentions never overlap, come in reading order and lie within the text."""
    text = clean(text)
    places = [(mention.start, mention.end) for mention in find_mentions(text, REGISTER.names)]
    assert places == sorted(places)
    assert all(start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_full_name_is_found_in_any_company(before: str, after: str) -> None:
    """Whatever stands around it, a full name set apart by spaces does not go unnoticed."""
    text = clean(f"{before} Amira Khan {after}")
    people = {person for mention in find_mentions(text, REGISTER.names) for person in mention.people}
    assert people & {"per_1", "per_6"}  # what follows may make it the other Amira: `Amira Khan Lee`
