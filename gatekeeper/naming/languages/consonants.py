"""Consonant skeletons of names: how Arabic, Hebrew and Indic writing is held against Latin.

These scripts leave short vowels out or write them as marks, and the systems (DIN 31635, ALA-LC,
BGN/PCGN, ISO 259, ISO 15919 and Hunterian) differ in the rest, so families spell as they like:
`عمر` is Omar and Umar, `חיים` Chaim and Haim. The consonants that the systems agree about, in
order, are what can be compared. Only words of different scripts are compared so.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product
from typing import Final

from anyascii import anyascii

from gatekeeper.naming.folding import fold
from gatekeeper.naming.scripts import Script, script_of

_ARTICLE: Final = re.compile("^(?:و?ال)(?=\\w{3})")
"""The Arabic article, written as one word with the name."""
_VOWEL_LETTERS: Final = {Script.ARABIC: "واىيیآأإئؤءعةهھہ", Script.HEBREW: "אויעה"}
"""Letters that are vowels, or silent, or are often not written in Latin."""
_NASAL: Final = re.compile("[\u0901\u0902\u0981\u0982\u0a01\u0a02\u0a70\u0a82\u0b02](?!\u0939)")
"""The nasal signs of Indic scripts, which are n at the end of a name and before most letters."""
_LATIN_ARTICLE: Final = re.compile("^(?:[aeu]l|ash|as|an|ar|at|ad|az)-?(?=\\w{4})")
"""The same in Latin letters, also where its l is that of the name."""
_TAMIL: Final = {"\u0b95": "kg", "\u0b9a": "sk", "\u0b9f": "td", "\u0ba4": "td", "\u0baa": "pb", "\u0bb4": "lg"}
"""Letters that Tamil has for several sounds, and their classes: `முருகன்` is Murugan."""
_MOST: Final = 64
_DOUBLED: Final = re.compile(r"(.)\1+")
"""One consonant in those scripts."""
_CLASSES: Final = tuple(
    (re.compile(pattern), becomes)
    for pattern, becomes in (
        ("m(?=h$)|m(?=[gk])", "n"), ("nh$", "ng"), ("ksh|x", "ks"), ("t[sz]", "s"), ("k?hh|kh|ch|q|c|ck", "k"),
        ("sh", "s"), ("gh|j|dj|zh", "g"), ("th", "t"), ("dh", "d"), ("ph|f", "p"), ("bh|v", "b"), ("z", "s"),
        ("[^bdgklmnprst]", ""),
    )
)  # fmt: skip
"""In this order, what is written for a class of consonants, and its letter."""


@lru_cache(maxsize=1 << 14)
def consonants(word: str) -> frozenset[str]:
    """Return a word's consonants by class, in order, in each way they may be meant: `Omar` and `عمر` have `mr`."""
    script = script_of(word)
    if script is Script.LATIN:
        return frozenset(map(_classes, _latin_ways(_DOUBLED.sub(r"\1", fold(word)))))
    plain = _NASAL.sub("n", _ARTICLE.sub("", word))
    if script is Script.ARABIC:
        plain = _DOUBLED.sub(r"\1", plain)
    silent = _VOWEL_LETTERS.get(script, "")
    letters = [char for char in plain if char not in silent or char in _HEBREW]
    return frozenset(_classes("".join(way)) for way in islice(product(*map(_native_ways, letters)), _MOST))


_HEBREW: Final = {"\u05d5": ("", "v"), "\u05d7": ("kh", "")}
"""Letters that are a consonant in one name and silent in the next: `יצחק` is Yitzhak and Yitzchak."""


def _native_ways(char: str) -> tuple[str, ...]:
    """Return what one letter may be in Latin; the point keeps two letters from being read as one, as d and j are."""
    ways = _HEBREW.get(char) or _TAMIL.get(char) or (anyascii(char).casefold(),)
    return tuple(way + "." if way else way for way in ways)


def _latin_ways(folded: str) -> frozenset[str]:
    """Return a Latin word also without an article, and as French and German write it."""
    ways = {folded, _LATIN_ARTICLE.sub("", folded)}
    ways |= {way.replace("w", "v") for way in ways}
    return frozenset(ways | {way.replace("j", "y") for way in ways} | {way.replace("ch", "sh") for way in ways})


def _classes(letters: str) -> str:
    for pattern, becomes in _CLASSES:
        letters = pattern.sub(becomes, letters)
    return letters
