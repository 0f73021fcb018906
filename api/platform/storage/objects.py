"""The storage protocol: whole objects by key, with conditional creation; what is stored is sealed before it comes here.

Both implementations pass one contract test (`tests/api/platform/storage/test_contract.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

_KEY: Final = re.compile(r"[a-z]+/[A-Za-z0-9_-]+(?:\.[a-z]+)?")


class Objects(Protocol):
    """Stored objects. A key is a group and a name, such as `uploads/x1`; safe to share between threads.

    Every method raises ValueError for a key of another form, and `StorageAway` if the storage
    does not answer. `StorageAway` after `put` leaves open whether the object was written.
    """

    @property
    def local(self) -> bool:
        """Whether the objects lie on this machine only."""

    def put(self, key: str, data: bytes, *, replace: bool = False) -> None:
        """Store an object durably; it is there completely when this returns, and never in part.

        Raises:
            AlreadyStored: other bytes are there, and `replace` is false.
            StorageFull: there is no room; nothing was kept.
        """

    def get(self, key: str) -> bytes:
        """Return an object.

        Raises:
            NoSuchPicture: nothing is there.
        """

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""

    def modified(self, key: str) -> datetime | None:
        """Return when an object was written (aware, by the storage's clock); None if nothing is there."""

    def listing(self, group: str) -> Mapping[str, datetime]:
        """Return the keys of a group, each with when it was written. Half-written objects are no objects."""

    def must_answer(self) -> None:
        """Make sure, within seconds, that the storage can be reached.

        Raises:
            StorageAway: it cannot.
        """


def checked(key: str) -> str:
    """Return a key.

    Raises:
        ValueError: it is none, and might lead elsewhere.
    """
    if not _KEY.fullmatch(key):
        raise ValueError("not a picture's key")
    return key
