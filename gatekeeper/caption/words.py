"""Text as words that can be compared: folded, without accents or hidden characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?:\n]\s*[\"'“‘(]*\s*$")
_APOSTROPHES: Final = str.maketrans("", "", "'’`")
_POSSESSIVE: Final = re.compile(r"['’`]s?$")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, and how it compares."""

    start: int
    end: int
    text: str
    folded: str
    opens_sentence: bool

    @property
    def capitalised(self) -> bool:
        return self.text[:1].isupper()


def clean(text: str) -> str:
    """Return `text` in NFC without control, zero-width and other format characters.

    A name with a zero-width joiner inside looks like the name to a reader, so it
    has to look like the name to us.
    """
    kept = (" " if char in "\n\r\t" else char for char in unicodedata.normalize("NFC", text))
    return "".join(char for char in kept if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cn"}).strip()


def fold(text: str) -> str:
    """Return the form under which two spellings of a name are the same.

    Case, accents, width and apostrophes do not count: `O’Brien` and `OBRIEN`,
    `Zoë` and `zoe` are equal.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.translate(_APOSTROPHES).translate(_SPECIAL_LETTERS)


_SPECIAL_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def words(text: str) -> tuple[Word, ...]:
    """Split cleaned text into words; a possessive ending is not part of the word."""
    found = []
    for match in _WORD.finditer(text):
        bare = _POSSESSIVE.sub("", match.group())
        opens = match.start() == 0 or _SENTENCE_END.search(text[: match.start()]) is not None
        found.append(Word(match.start(), match.start() + len(bare), bare, fold(bare), opens))
    return tuple(found)
