"""What is left of a name when its vowels are: how Arabic, Hebrew and Indic writing is held against Latin.

These scripts leave short vowels out or write them as marks, and the systems (DIN 31635, ALA-LC,
BGN/PCGN, ISO 259, ISO 15919 and Hunterian) differ in the rest, so families spell as they like:
`عمر` is Omar and Umar, `חיים` Chaim and Haim. The consonants that the systems agree about, in
order, are what can be compared. Only words of different scripts are compared so.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
        folded = _DOUBLED.sub(r"\1", fold(word))
        return frozenset(map(_classes, (folded, folded.replace("w", "v"))))
    plain = _ARTICLE.sub("", word).replace("\u05d7", "kh")
    plain = _NASAL.sub("n", plain)
    silent = _VOWEL_LETTERS.get(script, "")
    ways = (plain, plain.replace("\u05d5", "v")) if script is Script.HEBREW else (plain,)
    return frozenset(_classes(anyascii("".join(c for c in way if c not in silent)).casefold()) for way in ways)


def _classes(letters: str) -> str:
    for pattern, becomes in _CLASSES:
        letters = pattern.sub(becomes, letters)
    return letters
