"""Transliteration of Cyrillic and Greek, in all the usual systems at once.

Cyrillic: ISO 9 with its marks left out, BGN/PCGN (1944, 1947, 2019), the passports' ICAO Doc
9303, Ukraine's Resolution 55, Bulgaria's Transliteration Act, and Gaj's Latin for Serbian.
Greek: ISO 843 / ELOT 743 and the spellings that families use.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from gatekeeper.naming.folding import APOSTROPHES
from gatekeeper.naming.languages.tables import combinations, table

_MOST: Final = 400
"""Ways of writing one word."""
_NO_APOSTROPHES: Final = dict.fromkeys(map(ord, APOSTROPHES))


def cyrillic_spellings(word: str) -> frozenset[str]:
    """Return the usual ways of writing a Cyrillic word in small ASCII letters; at most 400."""
    composed = unicodedata.normalize("NFC", word.casefold())
    return _spelt(composed.translate(_NO_APOSTROPHES), table("cyrillic"))


def greek_spellings(word: str) -> frozenset[str]:
    """Return the usual ways of writing a Greek word in small ASCII letters; at most 400."""
    bare = unicodedata.normalize("NFD", word.casefold())
    return _spelt("".join(char for char in bare if not unicodedata.combining(char)), table("greek"))


def _spelt(word: str, letters: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    pieces: list[tuple[str, ...]] = []
    at = 0
    while at < len(word):
        length = 2 if word[at : at + 2] in letters else 1
        letter = word[at : at + length]
        pieces.append(letters.get(letter, (letter,)))
        at += length
    return combinations(pieces, _MOST)
