"""Passwords of requests: hashed while no transaction is open, and only as many at a time as may wait."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Final

from api.problems import Problem
from api.services import Services
from consent_db.passwords import Compared, Credential, compare
from consent_db.users import Users

MOST_HASHING: Final = 8
"""Requests that hash a password or wait to: of the 40 threads that answer requests, guessing takes no more."""

_PLACES: Final = BoundedSemaphore(MOST_HASHING)


def compare_for(services: Services, actor: str, credential: Callable[[Users], Credential], password: str) -> Compared:
    """Read a credential and compare a password with it, holding no connection while argon2id runs.

    Args:
        services: of the application.
        actor: who asks.
        credential: reads it of the users of a reading transaction.
        password: as it was typed.

    Raises:
        Problem: 503, too many wait already; nothing was compared.
    """
    if not _PLACES.acquire(blocking=False):
        raise Problem("unavailable", 503, "Many people sign in just now. Try again in a moment.", {"Retry-After": "2"})
    try:
        with services.store.reading(actor, services.clock()) as tx:
            known = credential(tx.users)
        return compare(known, password)
    finally:
        _PLACES.release()
