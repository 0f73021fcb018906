"""People found by what is typed: any part of a name, however it is spelt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from gatekeeper.naming.folding import fold, one_dash
from gatekeeper.naming.keys import sounds, spellings
from gatekeeper.naming.particles import name_parts

_GAP: Final = re.compile(r"[\s,]+")
_CONSONANTS: Final = 3
"""Consonants from which on a word is looked for in another script."""


def search_key(text: str) -> tuple[str, ...]:
    """Return the words of what was typed in a search field, folded, in order."""
    return tuple(key for word in _GAP.split(text) if (key := fold(one_dash(word)).replace("-", "")))


def is_found(typed: str, names: Iterable[str | None]) -> bool:
    """Say whether each word that was typed begins a part of one of the names, or stands within one.

    Args:
        typed: as typed; an empty text finds all.
        names: what a person is called: first name, surname, number.
    """
    return finder(typed)(search_text(names))


def search_text(names: Iterable[str | None]) -> str:
    """Return everything that a person can be found by, prepared for `finder` to look through many."""
    return "\n".join(frozenset[str]().union(*(_search_keys(name) for name in names if name)))


def finder(typed: str) -> Callable[[str], bool]:
    """Return the function that says of a `search_text` whether it has each word that was typed."""
    words = [_ways(raw) for raw in _GAP.split(typed) if search_key(raw)]
    return lambda text: all(any(way in text for way in ways) for ways in words)


@lru_cache(maxsize=1 << 12)
def _ways(word: str) -> frozenset[str]:
    """Return what a typed word may be meant for: itself, and its transliterations."""
    native, heard = sounds(word)
    far = frozenset("<>"[native] + key for key in heard if len(key) >= _CONSONANTS)
    own = frozenset(search_key(word))
    return own | far | (spellings(word) if not word.isascii() else frozenset())


@lru_cache(maxsize=1 << 14)
def _search_keys(name: str) -> frozenset[str]:
    """Return the keys of a name as a whole, and of each part, with consonants for the other scripts."""
    pieces = {name, *name_parts(name), *_GAP.split(name)}
    keys = frozenset(key for piece in pieces for key in spellings(piece))
    heard = {"><"[native] + key for piece in pieces for native, found in (sounds(piece),) for key in found}
    return keys | heard
