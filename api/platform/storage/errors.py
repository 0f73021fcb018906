"""What can go wrong with stored objects."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Error numbers of a disk or quota without room."""


class NoSuchPicture(Exception):
    """Nothing is stored under that key."""


class AlreadyStored(Exception):
    """Something else is stored under that key already."""


class StorageFull(Exception):
    """There is no room for another picture; free some space and try again."""


class StorageAway(Exception):
    """The bucket does not answer, or refuses these credentials; nothing is certain to be stored. Try again later.

    Attributes:
        reason: a short code for the log and for metrics: `refused` for credentials, otherwise `unreachable`.
    """

    def __init__(self, reason: str = "unreachable") -> None:
        super().__init__(_AWAY[reason])
        self.reason = reason


_AWAY: Final = {
    "unreachable": (
        "The storage of pictures (GATEKEEPER_PICTURES) does not answer. Nothing was approved. Try again in a minute; "
        "`gatekeeper doctor` says whether it can be reached."
    ),
    "refused": (
        "The storage of pictures (GATEKEEPER_PICTURES) refuses these credentials, or there is no such bucket. Check "
        "the cloud's own environment variables, and that reading, writing, listing and deleting are allowed."
    ),
}


class StorageProblem(Exception):
    """The storage cannot be used as it is set up; the message says what to do."""


def is_full(error: BaseException | None) -> bool:
    """Say whether an error, or what it came from, is that a disk, a quota or the database's disk is full."""
    while error is not None:
        original = getattr(error, "orig", None)
        if isinstance(error, StorageFull) or _errno_of(error) in FULL or _is_full_database(original):
            return True
        error = error.__cause__ or error.__context__
    return False


def _errno_of(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None


def _is_full_database(original: object) -> bool:
    """Say so of an error of SQLite (SQLITE_FULL) or PostgreSQL (53100, disk_full)."""
    code = getattr(original, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(original, "sqlstate", None) == "53100"
