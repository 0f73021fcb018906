"""Common English words, so that a loose reading of a word is not believed where the word says enough by itself.

The lists are those of `zxcvbn` (Wikipedia's and subtitles' most frequent words, without its
lists of first names and surnames), which the project has for passwords.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import Final

from zxcvbn.frequency_lists import FREQUENCY_LISTS

_WORDS: Final = ("english_wikipedia", "us_tv_and_film")
_MOST: Final = 12_000
"""Words of each list; further down, more and more are names."""
_NAMES: Final = ("female_names", "male_names", "surnames")


@cache
def common_words() -> frozenset[str]:
    """Return some 15,000 folded English words that are not listed as names."""
    words = {word for name in _WORDS for word in islice(FREQUENCY_LISTS[name], _MOST)}
    return frozenset(words - known_names())


@cache
def known_names() -> frozenset[str]:
    """Return some 13,000 folded first names and surnames that are in use in the United States."""
    return frozenset(word for name in _NAMES for word in FREQUENCY_LISTS[name])


def says_enough(folded: str) -> bool:
    """Say whether a folded word is a common word or another well-known name, and so no misspelling."""
    return folded in common_words() or folded in known_names()
