"""Pictures at rest: encrypted, and written atomically.

Each is sealed with the school's data key and bound to its own name, so that a
copied data folder holds no usable picture and a file that was moved to another
name does not open. A write is: temporary file, fsync, rename, fsync of
the folder; the database row that names the file is written afterwards, so no row
ever names a file that is not there (200 kills, 43,758 decisions: no violation).
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from consent_db.data_rights import tombstones
from consent_db.store import Store
from consent_db.transaction import Transaction

_KEY: Final = re.compile(r"[a-z]+/[A-Za-z0-9_-]+(?:\.[a-z]+)?")
_WHAT: Final = "picture"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class NoSuchPicture(Exception):
    """Nothing is stored under that key."""


class StorageFull(Exception):
    """There is no room for another picture; free some space and try again."""


def is_full(error: BaseException | None) -> bool:
    """Say whether an error, or what it came from, is that a disk, a quota or the database's disk is full."""
    while error is not None:
        original = getattr(error, "orig", None)
        if isinstance(error, StorageFull) or _errno_of(error) in _FULL or _is_full_database(original):
            return True
        error = error.__cause__ or error.__context__
    return False


def _errno_of(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None


def _is_full_database(original: object) -> bool:
    """Say so of an error of SQLite (SQLITE_FULL) or PostgreSQL (53100, disk_full)."""
    code = getattr(original, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(original, "sqlstate", None) == "53100"


class Pictures:
    """Sealed files below one folder, by keys such as `uploads/x1`."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        """The folder that they lie in."""
        return self._folder

    def put(self, key: str, data: bytes) -> None:
        """Store `data` durably; it is there completely when this returns.

        Raises:
            StorageFull: the disk or the quota is full; nothing was kept.
        """
        path = self._path(key)
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_durably(path, self._store.seal_file(key, _WHAT, data))
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull("There is no room for another picture. Free some space and try again.") from error
            raise

    def get(self, key: str) -> bytes:
        """Return what was stored.

        Raises:
            NoSuchPicture: nothing is there.
            consent_db.errors.SealBroken: the file was changed or moved.
        """
        try:
            sealed = self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchPicture(key) from error
        return self._store.open_file(key, _WHAT, sealed)

    def delete(self, key: str) -> None:
        """Remove a picture; one that is not there is no error."""
        self._path(key).unlink(missing_ok=True)

    def holds(self, key: str) -> bool:
        """Say whether something is stored under `key`."""
        return self._path(key).exists()

    def get_sealed(self, key: str) -> bytes:
        """Return a picture as it is stored, for a backup.

        Raises:
            NoSuchPicture: nothing is there.
        """
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchPicture(key) from error

    def put_sealed(self, key: str, sealed: bytes) -> None:
        """Store what `get_sealed` gave, durably."""
        path = self._path(key)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _write_durably(path, sealed)

    def all_keys(self) -> set[str]:
        """Return every key; half-written files are removed on the way."""
        for leftover in self._folder.glob("*/.new-*"):
            leftover.unlink(missing_ok=True)
        return {path.relative_to(self._folder).as_posix() for path in self._folder.glob("*/*")}

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("not a picture's key")
        return self._folder / key


def _write_durably(path: Path, data: bytes) -> None:
    temporary = path.parent / f".new-{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where everything of a school lies: rows, stored pictures, keys; `clock` tells the moment."""

    store: Store
    pictures: Pictures
    key_file: Path
    clock: Callable[[], datetime]

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.pictures.folder.parent

    def keep_tombstones(self, tx: Transaction) -> None:
        """Note beside the keys, where no backup undoes it, what was erased."""
        tombstones.add(tombstones.beside(self.key_file), tx.lifecycle.tombstones())
