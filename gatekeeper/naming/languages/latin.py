"""Latin letters that are written in two ways: ü as ue or u, ß as ss, ø as oe, å as aa, đ as dj.

Sources: DIN 5007-2 (German telephone lists), the machine-readable zone of ICAO Doc 9303
(part 3, section 6, which prescribes UE, OE, AE, SS, AA), ISO 9 and Hepburn with their marks
left out, and common usage.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import islice, product
from typing import Final

from gatekeeper.naming.common import common_words
from gatekeeper.naming.folding import fold

_WAYS: Final = {
    "ä": ("a", "ae"), "æ": ("ae", "a", "e"), "ö": ("o", "oe"), "ø": ("o", "oe"), "œ": ("oe", "o"),
    "ő": ("o", "oe"), "ű": ("u", "ue"), "ü": ("u", "ue"), "å": ("a", "aa", "o"), "ß": ("ss", "sz", "s"),
    "đ": ("d", "dj"), "ð": ("d", "th", "dh"), "þ": ("th", "t"), "ñ": ("n", "ny", "nh"), "ı": ("i", "y"),
    "ə": ("e", "a"), "ć": ("c", "ch"), "č": ("c", "ch"), "ç": ("c", "ch", "ss"), "š": ("s", "sh"), "ş": ("s", "sh"),
    "ș": ("s", "sh"), "ṣ": ("s", "sh"), "ž": ("z", "zh"), "ż": ("z", "zh"), "ğ": ("g", "gh", ""),
    "ħ": ("h", "kh"), "ŋ": ("ng", "n"), "ō": ("o", "ou", "oo", "oh"), "ū": ("u", "uu"),
}  # fmt: skip
"""By small letter, what stands for it in ASCII."""
_READ_BACK: Final = (("ue", "u"), ("oe", "o"), ("ae", "a"), ("aa", "a"), ("dj", "d"), ("oo", "o"), ("ou", "o"))
"""What may have been written for one letter with a mark."""
_MOST: Final = 96
_SHORTEST: Final = 3
"""Letters that must be left where two are read as one."""


@lru_cache(maxsize=1 << 14)
def latin_spellings(word: str) -> frozenset[str]:
    """Return the folded forms of one word in Latin letters, at most some hundred.

    Each special letter is written in each of its ways; and two letters that may stand for a
    special one are read as that, unless that makes a common word of a name (Moore, more).
    """
    composed = unicodedata.normalize("NFC", word.casefold() if "ß" not in word else word.lower())
    pieces = (_WAYS.get(char, (char,)) for char in composed)
    ways = {fold("".join(chosen)) for chosen in islice(product(*pieces), _MOST)} | {fold(word)}
    return frozenset(ways | {way for one in tuple(ways) for way in read_back(one)})


def read_back(folded: str) -> frozenset[str]:
    """Return what a folded word is if two letters were written for one: `mueller` may be `muller`."""
    found = {folded}
    for two, one in _READ_BACK:
        found |= {way.replace(two, one) for way in found if two in way}
    return frozenset(way for way in found - {folded} if len(way) >= _SHORTEST and way not in common_words())
