"""Personal data that is no name is found, and ordinary numbers are not taken for it."""

from __future__ import annotations

import time

import pytest

from gatekeeper.caption.identifying import People, find_identifying
from gatekeeper.caption.links import find_links
from gatekeeper.caption.personal import find_personal


def _beside(text: str) -> list[str]:
    """Return what identifies Amira, whose name the text begins with."""
    return [text[one.start : one.end] for one in find_identifying(text, People(sure=[(0, len("Amira"))]))]


@pytest.mark.parametrize(
    "text",
    [
        "Write to amira.khan@example.org",
        "amira.khan+pics@mail.example.co.uk",
        "amira (at) example.org",
        "amira[at]example.org",
        "amira @ example.org",
        "amira\uff20example.org",
        "Call 07700 900123",
        "Call 07700900123.",
        "Call 020 7946 0958",
        "Call (020) 7946 0958",
        "Call 0117-496-0123",
        "Call +44 20 7946 0958",
        "Call +44(0)20 7946 0958",
        "Call +4420.7946.0958",
        "Call 555-123-4567",
        "Call \uff10\uff17\uff17\uff10\uff10 \uff19\uff10\uff10\uff11\uff12\uff13",
        "Meet at SW1A 1AA",
        "Meet at sw1a1aa",
        "Meet at M1 1AE",
        "Meet at 12 Station Road",
        "Meet at 12a, Old Mill Lane",
        "Meet at 7 St Mary's Close",
        "born 3 May",
        "DOB: 03/05/2014",
        "Birthday: 3.5.",
    ],
)
def test_personal_data(text: str) -> None:
    """E-mail addresses, telephone numbers, postcodes, streets and birthdays are found however they are written."""
    assert find_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/x",
        "HTTP://EXAMPLE.ORG",
        "www.example.org",
        "see example.co.uk",
        "see example.com/amira",
        "bit.ly/3xyz",
        "youtu.be/abc",
        "www\uff0eexample\uff0eorg",
        "@amira_k",
        "by @Amira2014!",
        "\uff20amira",
        "Insta: amirak",
        "snapchat = amirak",
    ],
)
def test_links_and_accounts(text: str) -> None:
    """Links, with or without a scheme, and accounts are found."""
    assert find_links(text, ())


def test_an_address_is_not_also_a_link() -> None:
    """What is found as an e-mail address is not reported as a link too."""
    assert not find_links("Write to amira.khan@example.org", ())


@pytest.mark.parametrize(
    "text",
    [
        "aged 8",
        "age 11",
        "8-year-old",
        "8 years old",
        "an 8 year old",
        "eight-year-old",
        "turned 9",
        "turns nine",
        "8th birthday",
    ],
)
def test_ages(text: str) -> None:
    """An age is found in figures and in words."""
    assert _beside(f"Amira {text}")


@pytest.mark.parametrize("text", ["Year 8", "in 8B", "8 goals", "the ages", "page 8", "turned up", "100 years"])
def test_no_ages(text: str) -> None:
    """Year groups, classes and scores are no ages."""
    assert not _beside(f"Amira {text}")


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Amira, 8, won", True),
        ("Amira (8) won", True),
        ("Amira, 8 and Tom", True),
        ("Amira, 8", True),
        ("Amira 8", False),
        ("Amira, 800 metres", False),
        ("Amira, 3 goals", False),
        ("Amira (Year 8)", False),
    ],
)
def test_a_number_behind_a_name(text: str, *, age: bool) -> None:
    """A bare number set apart behind a name is an age."""
    assert bool(_beside(text)) is age


@pytest.mark.parametrize(
    "text",
    [
        "Year 7 won 12-10, 15-13 and 11-9",
        "Champions 2023 2024 2025",
        "The season 2024-25 and 2025-26",
        "On 12.06.2025 and 13.06.2025",
        "12/06/2025 - 14/06/2025",
        "£1,234,567 raised",
        "1,000,000 steps in 30 days",
        "Ran 1500 metres in 4:52.31",
        "U12 1st, U13 2nd, Y6 3rd and Y10 4th",
        "Y7 2nd in the relay",
        "Year 7 Tennis Court opening",
        "Class 4 Forest Way walk",
        "3.30pm in the hall, 45 pupils",
        "At 10 o'clock @ the hall",
        "Score: 3 - 2. Great!",
        "Mr. and Mrs. e.g. i.e. etc.",
        "A birthday cake for the school",
        "Room 101. Well done!",
        "Open 9am-12pm Mon-Fri",
        "The school was 150 years old",
    ],
)
def test_ordinary_numbers(text: str) -> None:
    """Scores, dates, seasons, sums and results are nobody's number."""
    assert not find_personal(text)
    assert not find_links(text, ())


@pytest.mark.parametrize(
    "piece", ["a", "a-", "a.", "1 ", "1-", "@", "0 (", "A1 ", "1 Aa ", "+", "(at)", "www", "born "]
)
def test_long_texts_are_searched_quickly(piece: str) -> None:
    """No text, however built, keeps the search busy for long."""
    text = piece * (20_000 // len(piece))
    started = time.process_time()
    find_personal(text)
    find_links(text, ())
    find_identifying(text, People([(0, 1)], [(0, 1)]))
    assert time.process_time() - started < 2
