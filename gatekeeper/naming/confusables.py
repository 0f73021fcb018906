"""Characters that a reader takes for a Latin letter: Unicode's list of confusables, digits, signs, emoji.

The list is that of Unicode Technical Standard 39, as `confusable_homoglyphs` carries it. A
`skeleton` is coarser than `words.fold`: in it `4m1ra`, `AMlRA` and `Amira` are the same. It is
only asked for where a word looks disguised, because `10am` is no name.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

_DIGITS: Final = str.maketrans("01l3456789|!$@\u20ac\u00a3+", "oiieasgtbgiisaelt")
"""Digits and signs for letters, and `l` for `i`: both stand for one stroke."""
_PAIRS: Final = (("rn", "m"), ("vv", "w"))
"""Two letters that look like one."""
SIGNS: Final = frozenset("|!$@\u20ac\u00a3+")
"""Signs that stand for letters within a word."""

_REGIONAL, _NEGATIVE_CIRCLED, _NEGATIVE_SQUARED = 0x1F1E6, 0x1F150, 0x1F170
"""Where the alphabets begin that Unicode does not decompose to letters."""


def _looks() -> Iterator[tuple[int, str]]:
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415 -- reads 1 MB of JSON

    for letter in string.ascii_letters:
        for other in confusables_data.get(letter, ()):
            sign = other["c"]
            if len(sign) == 1 and sign.isalpha() and not sign.isascii() and not _decomposes(sign):
                yield ord(sign), letter.upper() if sign.isupper() else letter


def _decomposes(sign: str) -> bool:
    """Say whether Unicode itself turns a character into Latin letters, as it does with `\u00e9`."""
    return unicodedata.normalize("NFKD", sign)[0].isascii()


def _alphabets() -> Iterator[tuple[int, str]]:
    for start in (_REGIONAL, _NEGATIVE_CIRCLED, _NEGATIVE_SQUARED):
        for place, letter in enumerate(string.ascii_lowercase):
            yield start + place, letter


@cache
def look_alikes() -> dict[int, str]:
    """Return by code point the Latin letter that a letter of another kind looks like, in its case.

    The capital iota and its like are in the list as `l`.
    """
    return dict(_looks()) | dict.fromkeys(map(ord, "\u0399\u0406\u04c0"), "I")


_PICTURED: Final = dict(_alphabets())


def letters_of(char: str) -> str:
    """Return the letters that one character shows, also an encircled or an emoji one; empty for none."""
    if ord(char) in _PICTURED:
        return _PICTURED[ord(char)]
    return "".join(part for part in unicodedata.normalize("NFKD", char) if part.isalpha())


_STYLED: Final = str.maketrans(
    "яησнєιΛΘӨΣПΠИвƒυωѕνкмтгьлпщшфдЯЄЦᗷᗩᖇᑎᖴᕼᗪᗰᒪᑕᑭᔕᐯᗯᑌᐱᘜ",
    "rnoheiaooennnbfuwsvkmtrbnnwwoarewbarnfhdmlcpsvwuag",
)
"""Letters of other scripts as ornamental writing puts them for Latin ones: `вαяηαву`."""
_ALPHABETS: Final = ("LATIN", "GREEK", "CYRILLIC", "CANADIAN")


def styled(word: str) -> str | None:
    """Return a word in ornamental letters in Latin ones; None for a word in one script (UTS 39, section 5.1)."""
    names = {unicodedata.name(char, "").split(" ")[0] for char in word if char.isalpha()}
    return word.translate(_STYLED) if len(names & set(_ALPHABETS)) > 1 else None


@cache
def skeleton(folded: str) -> str:
    """Return what a folded word looks like at a glance."""
    seen = folded.translate(_DIGITS)
    for pair, letter in _PAIRS:
        seen = seen.replace(pair, letter)
    return seen
