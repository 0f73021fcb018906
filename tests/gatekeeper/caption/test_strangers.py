"""Names of people who are not on the register are noted, or stop the words where captions name nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gatekeeper.caption import Reviewed, Rules, phrases, review_text
from gatekeeper.caption.text.strangers import find_strangers
from gatekeeper.types import FindingCode, Kind, PersonId, Severity, Words
from tests.support.gate import RegisterBuilder

AMIRA, PATEL, DARWIN = PersonId("per_1"), PersonId("per_2"), PersonId("per_3")
OTHER = FindingCode.CAPTION_OTHER_NAME


def _rules() -> Rules:
    builder = RegisterBuilder()
    builder.person("Amira", "Khan")
    builder.person("Asha", "Patel", kind=Kind.STAFF)
    builder.person("Ella", "Darwin")
    builder.person("Ravi", "Patel")
    return Rules(builder.build().names, {AMIRA: "Amira", PATEL: "Asha"}, adults=frozenset({PATEL}))


RULES = _rules()
NOBODY = replace(RULES, nameable={}, nameless=True)


def review(text: str, rules: Rules = RULES, words: Words = Words.CAPTION) -> Reviewed:
    return review_text(text, words, rules)


@pytest.mark.parametrize(
    "name",
    [
        "Oliver Thompson",
        "Malorie Blackman",
        "Priya Ramanathan",
        "Lars van der Berg",
        "Chloe O'Neill-Jones",
        "Marie Skłodowska-Curie",
        "John Davies",
        "Sir David Hughes",
    ],
)
def test_a_full_name_is_noted_and_stops_where_nobody_is_named(name: str) -> None:
    """The same words go out with a note, or not at all, by what the policy promises."""
    text = f"We met {name} today"
    assert [(one.code, one.severity) for one in review(text).findings] == [(OTHER, Severity.NOTE)]
    assert [(one.code, one.severity) for one in review(text, NOBODY).findings] == [(OTHER, Severity.BLOCK)]
    assert [text[one.start : one.end] for one in review(text).other_names] == [name]


@pytest.mark.parametrize(
    "text",
    ["Our visitor Barack spoke", "Mrs Thompson with the class", "Grace Notregistered helped", "Well done Oliver"],
)
def test_where_nobody_is_named_less_than_a_full_name_stops_too(text: str) -> None:
    """A given name alone and a title with a surname name a person as well."""
    assert review(text).findings == ()
    assert review(text, NOBODY).blocks


@pytest.mark.parametrize(
    "text",
    [
        "Victoria Park was sunny",
        "Florence Road is closed",
        "We walked along Oliver Street",
        "Chelsea Football Club came",
        "Rose petals on the table",
        "Ada Lovelace, Rosa Parks and Harry Potter",
        "Summer Reading Challenge Starts Today",
        "St Mary's Church",
    ],
)
def test_places_figures_and_things_are_no_people(text: str) -> None:
    """A given name before a street, a club or a thing names no person; nor does a figure of history."""
    assert find_strangers(text) == ()


def test_a_pupils_first_name_with_an_unknown_surname_is_asked_about() -> None:
    """It may be the pupil under another surname, so it stops; nothing is proposed."""
    reviewed = review("Amira Thompson digs")
    assert [(one.code, one.severity) for one in reviewed.findings] == [(OTHER, Severity.BLOCK)]
    assert reviewed.proposed is None


def test_what_the_school_lets_pass() -> None:
    """A phrase is let pass whole, also where part of it is a pupil's name; a whole name of the register never is."""
    rules = replace(RULES, not_pupils={phrases.key("Charles Darwin"), phrases.key("Amira Khan")})
    assert review("A talk about CHARLES DARWIN", rules).findings == ()
    assert review("Darwin digs", rules).blocks
    assert review("Ella Darwin digs", rules).blocks
    assert review("Amira Khan digs", replace(rules, nameable={})).blocks


@pytest.mark.parametrize(
    ("phrase", "of_register"),
    [("Charles Darwin", False), ("Darwin", True), ("Ella Darwin", True), ("Amira", True), ("Rosa Parks", False)],
)
def test_what_may_be_let_pass(phrase: str, *, of_register: bool) -> None:
    """Not a name of the register, nor one part of one and nothing else."""
    assert phrases.is_of_register(phrase, RULES.names) is of_register


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("Mrs Patel with her class", "Mrs Patel with her class"),
        ("With Mrs Patel's violin group", "With Mrs Patel's violin group"),
        ("Mrs Patel and Year 4 at the farm", "Mrs Patel and Year 4 at the farm"),
    ],
)
def test_staff_go_by_title_and_surname(text: str, out: str) -> None:
    """Where the policy says so, of those in the picture who agreed."""
    titled = replace(RULES, titled={PATEL})
    assert (review(text, titled).text, review(text, titled).blocks) == (out, False)
    assert review(text).blocks
    assert review(text, replace(titled, nameable={AMIRA: "Amira"}, titled=())).blocks


@pytest.mark.parametrize("text", ["Patel with her class", "Mr Darwin", "Miss Khan", "Ravi Patel", "The Patels"])
def test_a_title_is_for_staff_only(text: str) -> None:
    """A surname without a title, and a pupil's with one, stop."""
    assert review(text, replace(RULES, titled={PATEL})).blocks


def test_of_a_title_and_a_whole_name_the_given_name_is_cut() -> None:
    """`Mrs Asha Patel` is proposed as a school would call her."""
    assert review("Mrs Asha Patel reads", replace(RULES, titled={PATEL})).proposed == "Mrs Patel reads"


def test_the_credit_line_names_the_author() -> None:
    """An account and a licence stand there only, and a full name where its bearer agreed."""
    for text in ("Photo: @jo.pictures", "Photo: J, CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"):
        assert not review(text, words=Words.CREDIT).blocks
        assert review(text).blocks
    agreed = replace(RULES, credited={phrases.key("Asha Patel"), phrases.key("Jo Thompson")})
    assert review("Photo: Asha Patel", words=Words.CREDIT).text == "Photo: Asha Patel"
    assert review("Photo: Asha Patel", words=Words.CREDIT).blocks
    assert review("Photo: Asha Patel and Jo Thompson", agreed, Words.CREDIT).findings == ()
    assert review("Asha Patel", agreed).blocks
    assert review("Photo: @amirakhan", words=Words.CREDIT).blocks
