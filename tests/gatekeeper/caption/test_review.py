"""What goes out with a picture: first names of those who are in it, and nothing else changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.caption import Rules, compose_caption, review_text
from gatekeeper.caption.text.words import clean
from gatekeeper.register import Register
from gatekeeper.types import FindingCode, PersonId, Remedy, Severity, Words
from tests.support.gate import RegisterBuilder

AMIRA, TOM, WILL, AMIRA_LEE, THOMAS = (PersonId(f"per_{number}") for number in range(1, 6))
FULL_NAME, NOT_IN_PHOTO = FindingCode.CAPTION_FULL_NAME, FindingCode.CAPTION_NAME_NOT_IN_PHOTO
PERSONAL, LINK = FindingCode.CAPTION_PERSONAL_DATA, FindingCode.CAPTION_LINK


def _register() -> Register:
    builder = RegisterBuilder()
    builder.person("Amira", "Khan", also=("Amina",))
    builder.person("Tom", "O'Brien")
    builder.person("Will", "Green")
    builder.person("Amira", "Lee")
    builder.person("Thomas", "Smith", also=("Tom",))
    builder.person("May", "Bishop")
    builder.person("Rose", "Hill")
    builder.person("Summer", "Brown")
    builder.person("Grace", "Field")
    builder.person("Jack", "Cook")
    return builder.build()


NAMES = _register().names
PRESENT = {AMIRA: "Amira", TOM: "Tom"}


def review(text: str, nameable: dict[PersonId, str] | None = None) -> tuple[str | None, set[FindingCode]]:
    """The text as it would go out or is proposed, and what else blocks it."""
    reviewed = review_text(text, Words.CAPTION, Rules(NAMES, PRESENT if nameable is None else nameable))
    blocking = {finding.code for finding in reviewed.findings if finding.severity is Severity.BLOCK}
    return reviewed.proposed or reviewed.text, blocking - {FindingCode.CAPTION_CHANGED}


@pytest.mark.parametrize("text", [None, "", "  ", "\u200b\n"])
def test_no_text_is_no_text(text: str | None) -> None:
    """An empty caption is none, and has no finding."""
    reviewed = review_text(text, Words.CAPTION, Rules(NAMES, PRESENT))
    assert (reviewed.text, reviewed.findings) == (None, ())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Amira Khan wins", "Amira wins"),
        ("Amira Khan's beans", "Amira's beans"),
        ("Khan, Amira wins", "Amira wins"),
        ("AMIRA KHAN WINS", "AMIRA WINS"),
        ("Well done #AmiraKhan!", "Well done #Amira!"),
        ("Amira Jane Khan and Tom O’Brien dig", "Amira and Tom dig"),
        ("With A. Khan and T.O'Brien", "With Amira and Tom"),
        ("Amira K. and Tom dig", "Amira and Tom dig"),
        ("By Amira K. Great!", "By Amira. Great!"),
        ("Amira (Khan) digs", "Amira digs"),
        ("A\u200bmira Kh\u200dan", "Amira"),
        ("Amina digs", "Amira digs"),
    ],
)
def test_names_become_first_names(text: str, written: str) -> None:
    """However the name of somebody present is written, the public first name is proposed, and a note says why."""
    reviewed = review_text(text, Words.CAPTION, Rules(NAMES, PRESENT))
    assert reviewed.proposed == written
    assert {(finding.code, finding.severity) for finding in reviewed.findings} == {
        (FindingCode.CAPTION_CHANGED, Severity.BLOCK),
        (FULL_NAME, Severity.NOTE),
    }


@pytest.mark.parametrize(
    "text", ["Amira and Tom dig", "AMIRA digs", "amira's beans", "#Amira #Tom", "Ámira", "Tom and friends"]
)
def test_first_names_stand_as_written(text: str) -> None:
    """A first name of somebody present is left exactly as it was typed."""
    assert review_text(text, Words.CAPTION, Rules(NAMES, PRESENT)).text == text
    assert review_text(text, Words.CAPTION, Rules(NAMES, PRESENT)).findings == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Will Green digs", {FULL_NAME}),
        ("Well done Will", {NOT_IN_PHOTO}),
        ("Amira Lee digs", {FULL_NAME}),
        ("Amira O'Brien", {FULL_NAME}),
        ("Tom Khan", {FULL_NAME}),
        ("The Khan family", {FULL_NAME}),
        ("Khan wins", {FULL_NAME}),
        ("Amira is 8 and digs", {PERSONAL}),
        ("Amira. She is aged 8", {PERSONAL}),
        ("8-year-old Tom", {PERSONAL}),
        ("Happy 8th birthday Tom", {PERSONAL}),
        ("Amira digs, see www.example.org", {LINK}),
        ("Write to tom@example.org", {PERSONAL}),
        ("Follow @tom_ob", {LINK}),
        ("Will Green, call 07700 900123 or @will", {FULL_NAME, PERSONAL, LINK}),
    ],
)
def test_what_blocks(text: str, codes: set[FindingCode]) -> None:
    """Surnames, absent people, ages with names, personal data and links block, each with its code."""
    assert review(text)[1] == codes


def test_a_surname_alone_is_not_replaced() -> None:
    """A surname may mean anybody of the family, so it blocks and stays for the person to see."""
    assert review("The Khan family") == ("The Khan family", {FULL_NAME})


@pytest.mark.parametrize("text", ["Amira digs", "Amira Khan digs", "With A. Khan"])
def test_nobody_may_be_named(text: str) -> None:
    """Where nobody may be named every name blocks, and nothing is replaced."""
    written, codes = review(text, {})
    assert written == text
    assert codes


def test_two_people_with_the_same_first_name() -> None:
    """A shared first name stands as long as one of them is there, and a full name means only its bearer."""
    assert review("Amira digs") == ("Amira digs", set())
    assert review("Amira Lee digs", {AMIRA_LEE: "Amira"}) == ("Amira digs", set())
    assert review("Amira digs", {AMIRA: "Amira", AMIRA_LEE: "Amira"}) == ("Amira digs", set())
    assert review("Amira Khan and Amira Lee", {AMIRA: "Amira", AMIRA_LEE: "Amira"}) == ("Amira and Amira", set())


def test_a_nickname_of_one_is_the_name_of_another() -> None:
    """A name that somebody present goes by stands; one that could be either of two is not guessed."""
    assert review("Tom digs", {TOM: "Tom", THOMAS: "Thomas"}) == ("Tom digs", set())
    assert review("Tom digs", {THOMAS: "Thomas"}) == ("Thomas digs", set())
    both = {TOM: "Tommy", THOMAS: "Thomas"}
    assert review("Tom digs", both) == ("Tom digs", {NOT_IN_PHOTO})


def test_the_same_finding_is_told_once() -> None:
    """A caption that repeats a mistake is told of it once, and what to do about it."""
    reviewed = review_text("Will and Will and Will", Words.ALT_TEXT, Rules(NAMES, PRESENT))
    (finding,) = reviewed.findings
    assert finding.remedies == (Remedy.EDIT_CAPTION,)
    assert "alternative text" in finding.message
    assert "Will" not in finding.message


ORDINARY = """
Year 3 planting beans in the school garden
Will you come to our summer fair on Saturday?
Green fingers at work in the allotment
May half term: the school is closed from 25 May to 29 May
May the best team win!
Mark your calendars: sports day is on 4 July
Hope to see you there
Petals of a rose and daisy chains in the infants' playground
We say grace before lunch
Our Year 6 netball team won 12-10 in extra time
U11s beat St. Peter's 3-0, what a game!
A fantastic day at the museum
An unforgettable trip to the coast
The hill behind the school was covered in snow
We cook soup with vegetables from our own field
A brown bear visited Reception today (a toy one!)
Bishop's Court, our new sports hall, is open
Class 4B built bridges out of spaghetti
100% attendance for 5S this week
Well done, everybody! 🎉🎉
Thank you to all our families ❤️
👨‍👩‍👧 Family picnic at 3.30pm
World Book Day: so many wonderful costumes
Maths week: 1,024 problems solved in 5 days
House points: Red 120, Blue 118, Yellow 97
£1,250 raised for Children in Need
Back to school on 3 September 2026
The season 2025-26 starts on 12.09.2026
Our choir sang in the cathedral
Y7 2nd and Y8 1st in the cross-country
Science club: making volcanoes
Eco council collected 43 bags of litter
New library books have arrived!
Rehearsals for "Oliver!" have begun
Lunch today: fish and chips
PTA cake sale in the hall at 15:15
Reception's first week at school
The chess team came third in the county
Cycling proficiency: everyone passed!
Forest School in the rain
Poetry workshop with a visiting author
Harvest festival at the church
Music lessons start on Monday
Year 10 work experience week
GCSE art exhibition, open until Friday
Duke of Edinburgh's Award: bronze expedition
Swimming gala results are in
Anti-bullying week: odd socks day
Our robot won the county competition
The school orchestra in rehearsal
Coding club meets on Tuesdays after school
Nativity play: three shepherds and a donkey
Remembrance assembly
Carol concert on 17 December at 6pm
Snow day fun
Building dens in the woods
Egg and spoon race, Year 1
Visit from the fire service
Reading corner in the sunshine
Black History Month assembly
International food evening: dishes from 23 countries
The gardening club's first tomatoes
Year 9 in Paris: day 2
Staff versus pupils: 4-4 after penalties
A will to win
Such a joy to see them grow
"""


@pytest.mark.parametrize("line", ORDINARY.strip().splitlines())
def test_ordinary_captions_have_no_finding(line: str) -> None:
    """A usual school caption without names is left as it is, though the register has a Will, a May and a Green."""
    reviewed = review_text(line, Words.CAPTION, Rules(NAMES, PRESENT))
    assert reviewed.text == line
    assert reviewed.findings == ()


@pytest.mark.parametrize("line", ["Jack and the beans", "Rose petals", "Grace before lunch", "Joy of Rose"])
def test_in_doubt_it_is_the_name(line: str) -> None:
    """Where only the sense tells a word from a child's name, the caption blocks and can be reworded."""
    assert review(line)[1] == {NOT_IN_PHOTO}


EMPTY = RegisterBuilder().build().names


@given(st.text(max_size=60))
def test_text_without_names_stays_byte_for_byte(text: str) -> None:
    """Nothing but hidden characters is ever taken out of a text that names nobody."""
    assert (review_text(text, Words.CAPTION, Rules(EMPTY, {})).text or "") == clean(text)


@given(
    st.text(max_size=30), st.sampled_from(["Amira Khan", "KHAN, Amira", "A. Khan", "AmiraKhan"]), st.text(max_size=30)
)
def test_what_goes_out_has_no_surname(before: str, name: str, after: str) -> None:
    """Whatever is typed around a full name, either it blocks or the surname is gone."""
    reviewed = review_text(f"{before} {name} {after}", Words.CAPTION, Rules(NAMES, PRESENT))
    blocked = any(finding.severity is Severity.BLOCK for finding in reviewed.findings)
    assert blocked or "khan" not in (reviewed.text or "").casefold()


@pytest.mark.parametrize(
    ("names", "event", "caption"),
    [
        ([], None, None),
        ([], "Sports Day", "Sports Day"),
        (["Amira"], None, "Amira"),
        (["Amira"], "Sports Day", "Amira at Sports Day"),
        (["Amira", "Tom"], None, "Amira and Tom"),
        (["Amira", "Tom", "Zoë"], "Sports Day", "Amira, Tom and Zoë at Sports Day"),
    ],
)
def test_composed_captions(names: list[str], event: str | None, caption: str | None) -> None:
    """Without a caption the names are listed, and the event, as much as there is."""
    assert compose_caption(names, event) == caption
