"""Two spellings of a name are equal, and nothing hides in a text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.caption.text.words import clean, fold, words

CYRILLIC_A, CYRILLIC_O, GREEK_ALPHA = "\u0430", "\u043e", "\u03b1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "zoe"),
        ("Zoe\u0308", "ZOË"),
        ("O’Brien", "OBRIEN"),
        ("O'Brien", "O\u00b4Brien"),
        ("O\u02bcBrien", "O‘Brien"),
        ("Łukasz", "lukasz"),
        ("Søren", "Soren"),
        ("Œdipe", "oedipe"),
        ("Straße", "STRASSE"),
        ("İpek", "ipek"),
        ("Yıldız", "Yildiz"),
        ("\uff2b\uff48\uff41\uff4e", "Khan"),  # full width
        ("\U0001d40a\U0001d421\U0001d41a\U0001d427", "Khan"),  # mathematical bold
        (f"Kh{CYRILLIC_A}n", "Khan"),
        (f"T{CYRILLIC_O}m", "Tom"),
        (f"Kh{GREEK_ALPHA}n", "Khan"),
        ("Smith\u2011Jones", "Smith-Jones"),
        ("Ami\u034fra", "Amira"),  # a combining mark that shows nothing
    ],
)
def test_spellings_that_are_equal(one: str, other: str) -> None:
    """Case, accents, width, apostrophes and look-alike letters do not make another name."""
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_to_a_reader(text: str) -> None:
    """A folded name compares equal to itself written in capitals, where capitals can be undone."""
    assert fold(text) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Sports day  ", "Sports day"),
        ("One\nTwo", "One\nTwo"),
        ("One\r\nTwo\rThree", "One\nTwoThree"),
        ("One\tTwo", "One Two"),
        ("Kh\u200ban", "Khan"),  # zero-width space
        ("Kh\u200dan", "Khan"),  # zero-width joiner
        ("Kh\u00adan", "Khan"),  # soft hyphen
        ("\u202eKhan\u202c", "nahK"),  # right-to-left override: as it is shown
        ("\u202enahK\u202c", "Khan"),
        ("Kh\u200ean\u2069", "Khan"),  # other directional marks
        ("J&uuml;rgen J%C3%BCrgen &amp;#252; fish &amp; chips 100%", "Jürgen Jürgen ü fish &amp; chips 100%"),
        ("https://a.example/a%20b?c=%41", "https://a.example/a%20b?c=%41"),
        ("Kh\u3164an\uffa0", "Khan"),  # letters that show nothing
        ("K\ue000han", "Khan"),  # private use
        ("K\ud800han", "Khan"),  # half a character
        ("Kh\x00an\x1b", "Khan"),
        ("Kha\u0301n", "Khán"),
        ("A \U0001f468\u200d\U0001f469\u200d\U0001f467 day", "A \U0001f468\u200d\U0001f469\u200d\U0001f467 day"),
        ("\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        ("A\u200d\U0001f525", "A\U0001f525"),
    ],
)
def test_what_does_not_show_is_taken_out(text: str, kept: str) -> None:
    """Hidden characters go, line breaks and whole emoji stay."""
    assert clean(text) == kept


@given(st.text())
def test_cleaning_is_done_once(text: str) -> None:
    """A cleaned text is clean, and can be written as UTF-8."""
    once = clean(text)
    assert clean(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Amira's beans", ["Amira", "beans"]),
        ("AMIRA’S BEANS", ["AMIRA", "BEANS"]),
        ("James' goal", ["James", "goal"]),
        ("O'Brien-Smith", ["O'Brien-Smith"]),
        ("Amira_Khan2024", ["Amira", "Khan"]),
        ("k\u0308han \u2764\ufe0fAmira", ["k\u0308han", "Amira"]),
        ("1st 2nd", ["st", "nd"]),
        ("", []),
        ("🎉 !?", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    """Words are letters with their accents, apostrophes and hyphens, without a possessive ending."""
    assert [word.text for word in words(text)] == found
    assert [text[word.start : word.end] for word in words(text)] == found


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("Will you", ["Will"]),
        ("One. two", ["One", "two"]),
        ("One! “Two” three", ["One", "Two"]),
        ("One\ntwo", ["One", "two"]),
        ("Day 🎉 will", ["Day", "will"]),
        ("(Will) and, Tom", ["Will"]),
    ],
)
def test_where_sentences_begin(text: str, opening: list[str]) -> None:
    """A sentence begins at the start, behind a full stop, a line break or an emoji."""
    assert [word.text for word in words(text) if word.opens_sentence] == opening


def test_hashtags_are_marked() -> None:
    """A word behind a hash sign is a hashtag, the next one is not."""
    assert [word.tagged for word in words("#One two \uff03three")] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("TeamAmiraKhan", ["Team", "Amira", "Khan"]),
        ("Team-Amira", ["Team", "Amira"]),
        ("Team\u2011amira", ["Team", "amira"]),
        ("ZoëKhan", ["Zoë", "Khan"]),
        ("AMIRA", ["AMIRA"]),
        ("amira", ["amira"]),
    ],
)
def test_words_come_apart_at_humps_and_hyphens(text: str, parts: list[str]) -> None:
    """Each part knows its own place in the text, and only the first can open a sentence."""
    (word,) = words(text)
    assert [part.text for part in word.parts()] == parts
    assert [text[part.start : part.end] for part in word.parts()] == parts
    assert [part.opens_sentence for part in word.parts()] == [True, *[False] * (len(parts) - 1)]
