"""Which writing system a word is in."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Script(StrEnum):
    """The writing systems that are told apart (names as in ISO 15924)."""

    LATIN = "Latn"
    CYRILLIC = "Cyrl"
    GREEK = "Grek"
    ARABIC = "Arab"
    HEBREW = "Hebr"
    INDIC = "Brah"
    """Devanagari, Bengali, Gurmukhi, Gujarati and the other Brahmic scripts of South Asia."""
    HANGUL = "Hang"
    KANA = "Kana"
    HAN = "Hani"
    OTHER = "Zyyy"


_RANGES: Final = (
    (Script.CYRILLIC, "\u0400-\u052f"),
    (Script.GREEK, "\u0370-\u03ff\u1f00-\u1fff"),
    (Script.ARABIC, "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"),
    (Script.HEBREW, "\u0590-\u05ff\ufb1d-\ufb4f"),
    (Script.INDIC, "\u0900-\u0dff"),
    (Script.HANGUL, "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f"),
    (Script.HAN, "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"),
    (Script.KANA, "\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe\u31f0-\u31ff\uff66-\uff9f"),
)
_OF: Final = tuple((script, re.compile(f"[{ranges}]")) for script, ranges in _RANGES)
_SPACELESS: Final = "".join(ranges for script, ranges in _RANGES if script in {Script.HANGUL, Script.HAN, Script.KANA})
EAST_ASIAN: Final = re.compile(f"[{_SPACELESS}]+(?:[\u30fb\u00b7\u2027 \u3000]?[{_SPACELESS}]+)*")
"""A run of Chinese, Japanese or Korean writing, with single spaces and middle dots within it."""
_ABJADS: Final = frozenset({Script.ARABIC, Script.HEBREW, Script.INDIC, Script.OTHER})


def script_of(word: str) -> Script:
    """Return the script of a word's first letter that is not Latin; LATIN if there is none, OTHER if unknown."""
    foreign = next((char for char in word if char.isalpha() and ord(char) > _LAST_LATIN), None)
    if foreign is None or _is_latin(foreign):
        return Script.LATIN
    return next((script for script, pattern in _OF if pattern.match(foreign)), Script.OTHER)


_LAST_LATIN: Final = 0x24F
_LATIN: Final = re.compile(
    "[\u0250-\u02af\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f\uff21-\uff5a]"
)


def _is_latin(char: str) -> bool:
    return _LATIN.match(char) is not None


def is_written_without_spaces(word: str) -> bool:
    """Say whether a word holds Chinese, Japanese or Korean writing."""
    return EAST_ASIAN.search(word) is not None


def leaves_vowels_out(script: Script) -> bool:
    """Say whether a script's usual transliterations differ so much that only consonants can be compared."""
    return script in _ABJADS
