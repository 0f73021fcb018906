"""Approximate matching of the register's names: a letter wrong, with stars in them, or romanised in another way.

`Amira Kahn`, `Am*ra K**n`, and `Bogdan Jaremtschuk` for Bohdan Yaremchuk.

Such a name may be another person's, so nothing is taken out for it; it is asked about. First
name and surname have to stand side by side and be nearly those of one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.text import ordinary
from gatekeeper.naming.common import common_words
from gatekeeper.naming.comparison import within_one_edit
from gatekeeper.naming.folding import fold
from gatekeeper.types import PersonId

_MASKS: Final = (
    "*_#^~=+\u00a4-\u00a7\u00b0\u00b7\u00d7\u2010-\u2015\u2020-\u2022\u2026\u2190-\u27bf\uff0a\u3007\u25cb\ufffd"
)
"""Signs that are put for letters: stars, dashes, boxes, daggers, and what stands for one that was lost."""
_WORD: Final = re.compile(rf"[^\W\d_](?:[^\W\d_]|['\u2019-](?=[^\W\d_])|[{_MASKS}]|(?:\?|\.{{2,}})(?=[^\W\d_]))*")
_MASKED: Final = re.compile(rf"(?:[{_MASKS}?]|\.{{2,}})+|(?<=\w)-{{2,}}")
_GAP: Final = re.compile(r"[ \u00a0]{1,2}|[ \u00a0]?[,.][ \u00a0]?")
_SHORTEST, _LONG = 4, 7
"""Letters from which on one letter may be wrong, and from which on two."""


@dataclass(frozen=True, slots=True)
class Near:
    """A stretch of the text that is nearly a whole name: `text[start:end]`."""

    start: int
    end: int
    people: frozenset[PersonId]
    """Whose it may be."""


def find_near(text: str, index: NameIndex) -> Iterator[Near]:
    """Yield what is nearly a whole name of the register, from left to right.

    Args:
        text: cleaned.
        index: the register's names.
    """
    words = [match for match in _WORD.finditer(text) if len(match.group()) > 1]
    for one, other in pairwise(words):
        if not _GAP.fullmatch(text, one.end(), other.start()) or not _may_be_names(one.group(), other.group()):
            continue
        people = _meant(one.group(), other.group(), index) | _meant(other.group(), one.group(), index)
        if people:
            yield Near(one.start(), other.end(), frozenset(people))


def _may_be_names(one: str, other: str) -> bool:
    """Say whether two words are written as names are: with capitals, or with stars in them."""
    return all(word[0].isupper() or _MASKED.search(word) for word in (one, other))


def _meant(given: str, surname: str, index: NameIndex) -> set[PersonId]:
    """Return whose first name and surname two words nearly are; empty if either cannot be."""
    first, last = _initial(given), _initial(surname)
    maybe = index.given.initials.get(first, set()) & index.surnames.initials.get(last, set())
    return _romanised(given, surname, index) | {
        person
        for person in maybe
        if any(_is_nearly(given, key) for key in index.plain[person][0])
        and any(_is_nearly(surname, key) for key in index.plain[person][1])
    }


def _romanised(given: str, surname: str, index: NameIndex) -> set[PersonId]:
    folded = [fold(word).replace("-", "") for word in (given, surname)]
    if any(word in common_words() or word in ordinary.ORDINARY for word in folded):
        return set()
    return index.romanised(*folded)


def _initial(word: str) -> str:
    return fold(word[0])[:1]


def _is_nearly(word: str, key: str) -> bool:
    """Say whether a word is a name, or is one but for a letter or stars."""
    if _MASKED.search(word):
        return _pattern(word).fullmatch(key) is not None
    folded = fold(word).replace("-", "")
    if folded == key:
        return True
    if len(key) < _SHORTEST or folded in common_words() or folded in ordinary.ORDINARY:
        return False
    return within_one_edit(folded, key) or (len(key) >= _LONG and _is_two_edits_away(folded, key))


@lru_cache(maxsize=1 << 10)
def _pattern(masked: str) -> re.Pattern[str]:
    """Return what fits a word with stars: each run of them stands for as many letters, or one more or less."""
    pieces = _MASKED.split(masked)
    runs = [len(run) for run in _MASKED.findall(masked)]
    gaps = [rf"\w{{{max(1, run - 1)},{run + 1}}}" for run in runs]
    folded = [re.escape(fold(piece)) for piece in pieces]
    return re.compile("".join(part for pair in zip(folded, [*gaps, ""], strict=True) for part in pair))


def _is_two_edits_away(one: str, other: str) -> bool:
    """Say whether two letters are more, less or other, with the rest in place."""
    if abs(len(one) - len(other)) > 2:  # noqa: PLR2004 -- two
        return False
    shorter = (other[:at] + other[at + 1 :] for at in range(len(other)))
    return any(within_one_edit(one, way) for way in shorter) or _wrong_letters(one, other) <= 2  # noqa: PLR2004


def _wrong_letters(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else len(one)
