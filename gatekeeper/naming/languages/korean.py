"""Transliteration of Korean names: Revised Romanisation (2000), McCune-Reischauer, and what passports have.

A syllable is taken apart as The Unicode Standard, section 3.12, does it, and each of its
sounds is written in each of its usual ways. Surnames have spellings of their own (`이`: Lee).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from gatekeeper.naming.languages.tables import combinations, table

_FIRST, _VOWELS, _FINALS = 0xAC00, 21, 28
_ONSETS: Final = ("g k", "kk gg", "n", "d t", "tt dd", "r l", "m", "b p", "pp bb", "s sh", "ss", "-", "j ch", "jj",
                  "ch", "k", "t", "p", "h")  # fmt: skip
_NUCLEI: Final = ("a ah", "ae", "ya", "yae", "eo u o", "e", "yeo yu you", "ye", "o", "wa", "wae", "oe", "yo",
                  "u oo woo", "wo", "we", "wi", "yu yoo", "eu u", "ui hee ee", "i ee yi")  # fmt: skip
_CODAS: Final = ("-", "k g", "k", "k", "n", "n", "n", "t d", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p b",
                 "p", "t s", "t", "ng", "t", "t", "k", "t", "p", "t")  # fmt: skip
_MOST: Final = 300


@lru_cache(maxsize=1 << 12)
def korean_spellings(word: str) -> frozenset[str]:
    """Return the usual ways of writing Hangul in small ASCII letters, without spaces; at most 300 and a surname's."""
    pieces = [piece for char in word for piece in _sounds(char)]
    return combinations(pieces, _MOST) | frozenset(table("korean_surnames").get(word, ()))


def _sounds(char: str) -> list[list[str]]:
    """Return onset, vowel and coda of a syllable, each in its ways; a character that is none as it is."""
    number = ord(char) - _FIRST
    if not 0 <= number < len(_ONSETS) * _VOWELS * _FINALS:
        return [[char]]
    onset, rest = divmod(number, _VOWELS * _FINALS)
    vowel, coda = divmod(rest, _FINALS)
    vowels = _NUCLEI[vowel].split()
    vowels = [way for way in vowels if way != "ah" or coda == 0]
    return [_ONSETS[onset].replace("-", "").split() or [""], vowels, _CODAS[coda].replace("-", "").split() or [""]]
