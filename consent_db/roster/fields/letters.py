"""Letters that went wrong on a file's way: invisible ones, lost ones, and those that were encoded twice.

A name with an invisible letter in it is another name to a comparison, so that a
listed person would come back as a new person.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LOST: Final = "\ufffd"
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS: Final = frozenset("\u200c\u200d")
_JOINED: Final = frozenset(
    {"ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "TAMIL", "TELUGU"}
    | {"SINHALA", "ORIYA", "MONGOLIAN", "KHMER"}
)
"""Scripts in which words are written with joiners and non-joiners."""

_RUN: Final = re.compile(r"[^\x00-\x7f]{2,}")
_WRONG: Final = ("cp1252", "latin-1", "mac_roman", "cp850", "cp437", "cp1250")
"""What programs take UTF-8 for."""
_LEADS: Final = "ÂÃÄÅ"
_LOST_TAIL: Final = re.compile(r"[a-zß-ÿ]Ã(?=$|[\s-])")
"""An à whose second byte, a hard space, was trimmed."""


def invisible(text: str) -> bool:
    """Say whether text has invisible letters that its script does not need."""
    return without_invisible(text) != text


def without_invisible(text: str) -> str:
    """Return text without invisible letters, but with the joiners between letters of scripts that need them."""
    return _INVISIBLE.sub(lambda found: found[0] if _needed(text, found.start()) else "", text)


def trouble(text: str) -> str | None:
    """Return what is wrong with the letters of a cell and what to do, as the end of a sentence; None if nothing is."""
    if _LOST in text:
        return "has letters that were lost (�). Export the list again, as CSV UTF-8 or .xlsx."
    if _TURNING.search(text):
        return "has marks that turn the order of its letters round. Type it again without them."
    if _encoded_twice(text):
        return "has letters that were encoded twice (such as Ã© for é). Export the list again, as CSV UTF-8 or .xlsx."
    return None


def _needed(text: str, place: int) -> bool:
    if text[place] not in _JOINERS or not 0 < place < len(text) - 1:
        return False
    return all(_script(text[at]) in _JOINED for at in (place - 1, place + 1))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _encoded_twice(text: str) -> bool:
    return _LOST_TAIL.search(text) is not None or any(_is_utf_8(run) for run in _RUN.findall(text))


def _is_utf_8(run: str) -> bool:
    """Say whether a run of letters beyond ASCII is UTF-8 that was taken for another encoding."""
    suspicious = run[0] in _LEADS or any(unicodedata.category(letter)[0] not in "LM" for letter in run)
    return suspicious and any(_reads_as_letters(run, encoding) for encoding in _WRONG)


def _reads_as_letters(run: str, encoding: str) -> bool:
    try:
        raw = b"".join(_byte(letter, encoding) for letter in run)
        read = raw.decode()
    except UnicodeError:
        return False
    return all(unicodedata.category(letter)[0] in "LMP" or unicodedata.category(letter) == "Zs" for letter in read)


def _byte(letter: str, encoding: str) -> bytes:
    """Return a letter's byte; what Windows-1252 does not have passes through programs as a control character."""
    return bytes([ord(letter)]) if "\x80" <= letter <= "\x9f" else letter.encode(encoding)
