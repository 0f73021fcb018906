"""Names whose beginning or end a Celtic language has changed: `Thom` for Tom, `a Sheáin` for Seán.

Welsh: soft, nasal and aspirate mutation. Irish and Scottish Gaelic: lenition, eclipsis, the
prefixes h, n and t, and the vocative and genitive by slenderisation.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WELSH: Final = (
    ("b", "p"), ("mh", "p"), ("ph", "p"), ("d", "t"), ("nh", "t"), ("th", "t"), ("g", "c"), ("ngh", "c"), ("ch", "c"),
    ("f", "b"), ("m", "b"), ("dd", "d"), ("n", "d"), ("ng", "g"), ("f", "m"), ("l", "ll"), ("r", "rh"),
)  # fmt: skip
_IRISH: Final = (
    ("bh", "b"), ("ch", "c"), ("dh", "d"), ("fh", "f"), ("gh", "g"), ("mh", "m"), ("ph", "p"), ("sh", "s"), ("th", "t"),
    ("mb", "b"), ("gc", "c"), ("nd", "d"), ("bhf", "f"), ("ng", "g"), ("bp", "p"), ("dt", "t"), ("ts", "s"),
)  # fmt: skip
_BEFORE_VOWEL: Final = re.compile(r"^(?:h|n|t)-?(?=[aeiou])")
_G_LOST: Final = re.compile(r"^(?:[aeiouwy]|l|r)")
_SLENDER: Final = re.compile(r"^(.*[aou])i([bcdfghlmnprst]{1,3})$")
_SHORTEST: Final = 3


@lru_cache(maxsize=1 << 14)
def unmutated(folded: str) -> frozenset[str]:
    """Return the folded names of which a folded word may be a mutated form."""
    found = {was + folded[len(now) :] for now, was in (*_WELSH, *_IRISH) if folded.startswith(now)}
    if _BEFORE_VOWEL.match(folded):
        found.add(_BEFORE_VOWEL.sub("", folded))
    if _G_LOST.match(folded):
        found.add("g" + folded)
    for way in (folded, *tuple(found)):
        if slender := _SLENDER.match(way):
            found.add(slender[1] + slender[2])
    return frozenset(way for way in found if len(way) >= _SHORTEST) - {folded}
