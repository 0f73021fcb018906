"""Passwords: what is accepted, and argon2id (19 MiB, 2 passes, OWASP's minimum; half the processors at most)."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from consent_db.errors import PasswordUnfit

SHORTEST: Final = 12
LONGEST: Final = 128
FEWEST_GUESSES: Final = 10**10
"""How many guesses a password has to stand, by zxcvbn's count: lists of passwords in use and of
words and names, keyboard rows, repeats, years and the usual letters swapped, all without a network."""

_OURS: Final = ("gatekeeper", "school", "academy", "college", "primary", "secondary", "pupils", "photos", "consent")
# Each takes a processor for 20 ms and 19 MiB: many sign-ins at once must leave both to everything else.
_AT_ONCE: Final = BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
_HASHER: Final = PasswordHash([Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)])


@dataclass(frozen=True, slots=True)
class Credential:
    """What a password is compared with: both None where there is no such account."""

    user: str | None
    kept: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether a password is right for a credential as it was read, and a fresh hash if the kept one is outdated."""

    known: Credential
    right: bool
    fresh: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Hashed:
    """A new password that was accepted, as it is kept."""

    kept: str = field(repr=False)


def hashed(password: str, email: str) -> Hashed:
    """Accept and hash a new password of an account; like `compare`, outside a transaction.

    Raises:
        PasswordUnfit: it cannot be accepted.
    """
    return Hashed(hash_password(password, words_of(email)))


def words_of(address: str) -> list[str]:
    """Return the parts of an address, which every guess would include."""
    return [part for part in re.split(r"[^\w]+|_", address) if part]


@cache
def unknown_to_all() -> Hashed:
    """Return a password that no person knows, for accounts whose owner has not chosen theirs."""
    return Hashed(_HASHER.hash(secrets.token_urlsafe(32)))


def compare(known: Credential, password: str) -> Compared:
    """Compare a password; takes 20 ms and 19 MiB of argon2id, so no transaction should be open meanwhile."""
    right, fresh = verify_password(password, known.kept)
    return Compared(known, right, fresh)


def hash_password(password: str, about: Iterable[str] = ()) -> str:
    """Return the argon2id hash of a new password.

    Args:
        password: as it was typed; any letters, nothing is cut off or changed.
        about: words that are tried first, such as the parts of the person's address.

    Raises:
        PasswordUnfit: it has fewer than 12 or more than 128 letters, or is soon guessed.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"A password has {SHORTEST} to {LONGEST} letters; choose another."
        raise PasswordUnfit(message)
    if _guesses(password, about) < FEWEST_GUESSES:
        message = "This password would soon be guessed; take three or four words that do not belong together."
        raise PasswordUnfit(message)
    with _AT_ONCE:
        return _HASHER.hash(password)


def _guesses(password: str, about: Iterable[str]) -> float:
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- ranks its 90,000 words as it is imported

    return float(zxcvbn(password, [*_OURS, *about], max_length=LONGEST)["guesses"])


def verify_password(password: str, known: str | None) -> tuple[bool, str | None]:
    """Say whether a password is right, and return a fresh hash if the kept one is outdated.

    With `known` None (no such user) it takes as long and the answer is no.
    """
    if len(password) > LONGEST:
        return False, None
    with _AT_ONCE:
        right, fresh = _HASHER.verify_and_update(password, known or _decoy_hash())
    return (right, fresh) if known is not None else (False, None)


@cache
def _decoy_hash() -> str:
    return _HASHER.hash("the password of no account")
