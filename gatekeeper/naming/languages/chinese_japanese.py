"""Transliteration of Chinese characters and kana.

Chinese: Hanyu Pinyin (ISO 7098) by `anyascii`, and for surnames also Cantonese and Wade-Giles
spellings (`chinese_surnames.tsv`). Japanese kana: Hepburn, also with long vowels in each of
their ways, Kunrei and Nihon-shiki (ISO 3602). How a Japanese name in Chinese characters is
read cannot be told from its spelling; the register has to have the reading.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from gatekeeper.naming.folding import fold
from gatekeeper.naming.languages.tables import table

_SMALL_Y: Final = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}
_HEPBURN_TO_KUNREI: Final = (
    ("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ji", "zi"), ("sh", "sy"), ("ch", "ty"), ("j", "zy"),
)  # fmt: skip
_LONG: Final = (("ou", "o"), ("oo", "o"), ("uu", "u"), ("aa", "a"), ("ii", "i"), ("ei", "e"))
_DOUBLED: Final = re.compile("っ(?=.)")
_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def one_kana(text: str) -> str:
    """Return text with hiragana for katakana, each character in its place."""
    return text.translate(_KATAKANA)


@lru_cache(maxsize=1 << 12)
def kana_spellings(word: str) -> frozenset[str]:
    """Return the usual ways of writing kana in small ASCII letters."""
    hepburn = _hepburn(one_kana(word))
    ways = {hepburn}
    for two, one in _LONG:
        ways |= {way.replace(two, one) for way in ways} | {way.replace(two, one + "h") for way in ways if two[0] == "o"}
    ways |= {re.sub("n(?=[bmp])", "m", way) for way in ways}
    return frozenset(ways | {_kunrei(way) for way in ways})


def _hepburn(kana: str) -> str:
    written = ""
    for char in kana:
        if char in _SMALL_Y and written.endswith("i"):
            sound = _SMALL_Y[char]
            written = written[:-1] + (sound[1:] if written.endswith(("shi", "chi", "ji")) else sound)
        elif char == "ー" and written:
            written += written[-1]
        elif char == "っ":
            written += "*"
        else:
            written += fold(anyascii(char))
    return re.sub(r"\*(.)", lambda found: ("t" if found[1] == "c" else found[1]) + found[1], written).replace("*", "")


def _kunrei(hepburn: str) -> str:
    for one, other in _HEPBURN_TO_KUNREI:
        hepburn = hepburn.replace(one, other)
    return hepburn


@lru_cache(maxsize=1 << 12)
def han_spellings(word: str) -> frozenset[str]:
    """Return a word of Chinese characters in pinyin without tones; a surname also as it is spelt elsewhere."""
    syllables = syllables_of(word)
    plain = "".join(syllables)
    umlaut = (
        {plain.replace("lu", "lv"), plain.replace("nu", "nv"), plain.replace("lu", "lyu")} if "u" in plain else set()
    )
    return frozenset({plain} | umlaut | elsewhere(plain))


@lru_cache(maxsize=1 << 12)
def syllables_of(word: str) -> tuple[str, ...]:
    """Return each character's reading in pinyin without tones, in small letters."""
    return tuple(fold(anyascii(char)) for char in word)


def elsewhere(pinyin: str) -> frozenset[str]:
    """Return how a surname in pinyin is spelt in Hong Kong, Taiwan, Malaysia and Singapore."""
    return frozenset(table("chinese_surnames").get(pinyin, ()))
