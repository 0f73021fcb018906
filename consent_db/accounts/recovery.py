"""Recovery codes: what lets a user in whose phone is lost. Shown once, kept as hashes, good once.

A code has 125 random bits, so a plain hash is enough: they cannot all be tried.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

COUNT: Final = 8
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_GROUPS, _GROUP = 5, 5


def new_codes() -> tuple[str, ...]:
    """Return eight codes such as `k7qf2-m3xda-...`: five groups of five letters."""
    return tuple("-".join(_group() for _ in range(_GROUPS)) for _ in range(COUNT))


def sha256(code: str) -> str:
    """Return the hash that is kept of a code, however it is spaced or capitalised."""
    letters = "".join(letter for letter in code.casefold() if letter in _LETTERS)
    return hashlib.sha256(letters.encode()).hexdigest()


def looks_like_one(text: str) -> bool:
    """Say whether a user typed a recovery code rather than the six digits of an app."""
    return any(letter.isalpha() for letter in text)


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_GROUP))
