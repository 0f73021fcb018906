"""The folded form of a text: case, accents, width, apostrophes and look-alike letters do not count.

Folding follows Unicode's compatibility decomposition (NFKD) and full case folding. Letters
of the Latin script that do not decompose (ø, ł, ı, small capitals, the African letters) are
written in ASCII by `anyascii`; letters of other scripts that only look Latin are taken for
what they look like (`confusables.py`), so that one spelling of a name in one script always
folds to one form. Other scripts are not transliterated here, but in `transliteration.py`.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from gatekeeper.naming.confusables import look_alikes

APOSTROPHES: Final = (
    "'`\u00b4\u2018\u2019\u201a\u201b\u2032\u2035\ua78c\uff07"  # typed for one
    "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u055a\u05f3"  # letters of their own
)
"""Every sign that is typed or printed for an apostrophe, an okina or a glottal stop."""
DASHES: Final = "-\u00ad\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
"""Every sign that is typed or printed for a hyphen."""
HYPHENS: Final = "-\u2010\u2011\ufe63\uff0d"
"""Those that join two words; the longer ones may also stand between two sentences."""
_ONE_SIGN: Final = dict.fromkeys(map(ord, APOSTROPHES), "'") | dict.fromkeys(map(ord, HYPHENS), "-")
_NO_DECOMPOSITION: Final = str.maketrans(
    dict(zip("кмтнв", "kmthb", strict=True))  # small Cyrillic whose capitals look Latin
    | dict(zip("εηκτχ", "enktx", strict=True))  # Greek, loosely
)
_CACHED: Final = 1 << 15


def one_apostrophe(text: str) -> str:
    """Return `text`, each character in its place, with one kind of apostrophe and one of hyphen.

    Longer dashes separate words in a text, so they stay.
    """
    return text.translate(_ONE_SIGN)


def one_dash(name: str) -> str:
    """Return a name with one kind of apostrophe, and a hyphen for every dash."""
    return one_apostrophe(name).translate(dict.fromkeys(map(ord, DASHES), "-"))


@lru_cache(maxsize=_CACHED)
def fold(text: str) -> str:
    """Return the form under which two ways of typing the same letters are equal.

    `O’Brien` and `OBRIEN`, `Zoë` and `zoe`, `ꜱᴀᴍ` and `Sam` are equal.
    """
    plain = one_apostrophe(text).translate(look_alikes()).casefold()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    kept = (char for char in decomposed if char != "'" and not is_mark(char))
    return "".join(map(_ascii, kept)).translate(_NO_DECOMPOSITION)


def is_mark(char: str) -> bool:
    """Say whether a character is a combining mark."""
    return unicodedata.category(char).startswith("M")


def _ascii(char: str) -> str:
    """Return a Latin letter without what makes it a special one; other characters as they are."""
    if char.isascii() or not unicodedata.name(char, "").startswith("LATIN "):
        return char
    return anyascii(char).casefold() or char
