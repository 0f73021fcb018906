"""Password hashing of requests: outside of transactions, and with bounded concurrency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from api.application.services import Services
from api.http.problems import Problem
from consent_db.accounts.passwords import Compared, Credential, Hashed, compare, hashed
from consent_db.accounts.users import Users

MOST_HASHING: Final = 8
"""Requests that hash a password or wait to: of the 40 threads that answer requests, guessing takes no more."""
MOST_OF_STRANGERS: Final = 6
"""Of those: two are left for people who are signed in, or in a browser that their account is known in."""
MOST_OF_ONE: Final = 3
"""Of those of strangers: no network address takes them all."""


class Places:
    """So many requests at once, some of them for those who are known; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._strangers: Counter[str] = Counter()
        self._known = 0

    @contextmanager
    def one(self, stranger: str | None) -> Iterator[None]:
        """Hold a place, of a stranger's address or of one who is known (None).

        Raises:
            Problem: 503, too many hold one already.
        """
        if not self._take(stranger):
            detail = "Many people sign in just now. Try again in a moment."
            raise Problem("unavailable", 503, detail, {"Retry-After": "2"})
        try:
            yield
        finally:
            self._give_back(stranger)

    def _take(self, stranger: str | None) -> bool:
        with self._lock:
            others = self._strangers.total()
            if others + self._known >= MOST_HASHING:
                return False
            if stranger is None:
                self._known += 1
                return True
            if others >= MOST_OF_STRANGERS or self._strangers[stranger] >= MOST_OF_ONE:
                return False
            self._strangers[stranger] += 1
            return True

    def _give_back(self, stranger: str | None) -> None:
        with self._lock:
            if stranger is None:
                self._known -= 1
                return
            self._strangers[stranger] -= 1
            if not self._strangers[stranger]:
                del self._strangers[stranger]


PLACES: Final = Places()


def compare_for(
    services: Services,
    actor: str,
    credential: Callable[[Users], Credential],
    password: str,
    stranger: str | None = None,
) -> Compared:
    """Read a credential and compare a password with it, holding no connection while argon2id runs.

    Args:
        services: of the application.
        actor: the caller.
        credential: reads it of the users of a reading transaction.
        password: as it was typed.
        stranger: the address that it comes from, unless the person or their browser is known.

    Raises:
        Problem: 503, too many wait already; nothing was compared.
    """
    with PLACES.one(stranger):
        with services.store.reading(actor, services.clock()) as tx:
            known = credential(tx.users)
        return compare(known, password)


def hash_for(password: str, email: str) -> Hashed:
    """Hash a new password of a person who is known: signed in, or with a link that is good.

    Args:
        password: as it was typed.
        email: of the account; its parts make no password.

    Raises:
        PasswordUnfit: the password cannot be accepted.
        Problem: 503, too many wait already; nothing was hashed.
    """
    with PLACES.one(None):
        return hashed(password, email)
