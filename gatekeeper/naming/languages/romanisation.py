"""Latin spellings of one foreign name that follow different systems: `Jaremtschuk` and `Yaremchuk`.

A family keeps the spelling of the passport it came with, which is English, French, German or Polish
in its letters; a caption may have another of these. Each system has its own letters for the
sibilants, for y, v, u and g; those are read as one class each, and vowels by front and back. That
is coarser than a transliteration, so what is alike in this way is only asked about.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SIBILANT: Final = re.compile(
    "schtsch|chtch|shch|szcz|stsch|scht|tsch|tch|tsh|dsch|dzh|sch|sh|sz|zh|zs|cz|ts|tz|dz|dj|[sz]|c(?=[eiy])"
)
_LETTERS: Final = (
    (re.compile("ff?$|w"), "v"), (re.compile("ph"), "f"), (re.compile("th"), "t"), (re.compile("x"), "ks"),
    (re.compile("[kg]?h"), "g"), (re.compile("q|ck|c"), "k"),
    (re.compile("ou|oo|o"), "u"), (re.compile("[iyj]+(?=[aeou])"), ""), (re.compile("[eyj]"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip
"""In this order, what the systems write, and the one letter of its class."""
_SEVERAL: Final = (("ch", ("~", "h")), ("j", ("~", "j")))
"""Letters that are a sibilant in one language and another sound in the next; `~` is the sibilant."""
_SHORTEST: Final = 4


@lru_cache(maxsize=1 << 15)
def romanised(folded: str) -> frozenset[str]:
    """Return what a folded Latin word is as every system reads it; nothing for a short one."""
    if not folded.isascii() or len(folded) < _SHORTEST:
        return frozenset()
    ways = {_SIBILANT.sub("~", folded.replace("woo", "u"))}
    for letters, meant in _SEVERAL:
        ways = {way.replace(letters, one) for way in ways for one in meant}
    return frozenset(key for key in map(_classes, ways) if len(key) >= _SHORTEST)


def _classes(word: str) -> str:
    for pattern, becomes in _LETTERS:
        word = pattern.sub(becomes, word)
    return word
