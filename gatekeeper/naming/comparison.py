"""Name matching, whether two people's names may be one: however spelt, in any order, with or without middle names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from gatekeeper.naming.folding import one_dash
from gatekeeper.naming.keys import heard, plain_keys, sounds, spellings, surname_elsewhere
from gatekeeper.naming.particles import is_particle, parts_as_written

_GAP: Final = re.compile(r"[\s.,]+")
_TYPED_WRONG: Final = 5
"""Letters of a part from which on one wrong letter is believed to be a mistake."""


class Likeness(IntEnum):
    """How much two names are alike; more is more."""

    DIFFERENT = 0
    SIMILAR = 1
    """One letter apart, or the same consonants in two scripts: worth a question."""
    PARTIAL = 2
    """One has everything that the other has, and more: middle names, a second surname."""
    SAME = 3
    """The same parts, spelt in ways that are one."""


def same_name(one: str, other: str) -> Likeness:
    """Say how much two whole names are alike: first names and surnames in any order.

    `Zoë O'Brien` and `OBRIEN, Zoe` are the same; `Anna Maria Nowak` is partly `Anna Nowak`.
    A single common part is not enough, unless one name has no other (a mononym).
    """
    ours, theirs = _parts(one), _parts(other)
    if not ours or not theirs:
        return Likeness.DIFFERENT
    fewer, more = sorted((len(ours), len(theirs)))
    matched = _matched(ours, theirs, _same)
    if matched == more or _whole(one) & _whole(other):
        return Likeness.SAME
    if fewer == 1 and more > 1:
        return Likeness.DIFFERENT
    if matched == fewer:
        return Likeness.PARTIAL
    return Likeness.SIMILAR if _matched(ours, theirs, _similar) == fewer else Likeness.DIFFERENT


def same_part(one: str, other: str) -> bool:
    """Say whether two single names (a first name, a surname) are spellings of one."""
    return _same(_part(one, one), _part(other, other))


def shares_part(one: str, other: str) -> bool:
    """Say whether two first names, or two surnames, have a part in common: `Anne-Sophie` and `Anne`."""
    return any(_same(ours, theirs) for ours in _parts(one) for theirs in _parts(other))


def name_keys(*names: str | None) -> frozenset[str]:
    """Return keys of which two names that `same_name` finds alike have one in common.

    To look for those who have to be compared at all; two names that have one may be different.
    """
    parts = [part for name in names if name for part in _parts(name)]
    return frozenset(
        key for part in parts for key in (*part.keys, *part.heard, *("<" + sound for sound in part.sounds))
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a name, in all its spellings."""

    keys: frozenset[str]
    heard: frozenset[str]
    native: bool
    sounds: frozenset[str]


@lru_cache(maxsize=1 << 14)
def _parts(name: str) -> tuple[_Part, ...]:
    """Return the parts of a whole name; particles only where there is nothing else."""
    written = parts_as_written(name) or [(part, part) for part in _GAP.split(one_dash(name)) if part]
    return tuple(_part(bare, glued) for bare, glued in written)


@lru_cache(maxsize=1 << 14)
def _part(bare: str, glued: str) -> _Part:
    keys = spellings(bare) | spellings(glued) | surname_elsewhere(bare)
    return _Part(keys, frozenset(map(heard, plain_keys(bare))), *sounds(bare))


@lru_cache(maxsize=1 << 14)
def _whole(name: str) -> frozenset[str]:
    """Return the keys of a whole name in one word, in either order of first name and surname."""
    words = [word for word in _GAP.split(one_dash(name)) if word and not is_particle(word)]
    orders = (words, [*words[1:], *words[:1]], [*words[-1:], *words[:-1]])
    return frozenset(key for order in orders for key in spellings("".join(order)))


def _matched(ours: Sequence[_Part], theirs: Sequence[_Part], alike: Callable[[_Part, _Part], bool]) -> int:
    """Return how many parts of one name are found in the other, each once."""
    left, count = list(theirs), 0
    for part in ours:
        found = next((other for other in left if alike(part, other)), None)
        if found is not None:
            left.remove(found)
            count += 1
    return count


def _same(one: _Part, other: _Part) -> bool:
    return bool(one.keys & other.keys) or (one.native != other.native and bool(one.sounds & other.sounds))


def _similar(one: _Part, other: _Part) -> bool:
    return _same(one, other) or bool(one.heard & other.heard) or _one_letter_apart(one.keys, other.keys)


def _one_letter_apart(mine: Iterable[str], theirs: Iterable[str]) -> bool:
    long, other = ([key for key in keys if len(key) >= _TYPED_WRONG] for keys in (mine, theirs))
    return any(within_one_edit(a, b) for a in long for b in other if a[0] == b[0])


def within_one_edit(one: str, other: str) -> bool:
    """Say whether one letter more, less, other, or two swapped make one word the other (Damerau 1964)."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[start:], other[start:]
    swapped = rest[:2] == others[1::-1] and rest[2:] == others[2:]
    return swapped or rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]
