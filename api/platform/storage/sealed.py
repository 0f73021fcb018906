"""Small objects that have to open without the database: sealed with a key of the key ring, bound to their name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from api.platform.storage.errors import NoSuchPicture
from api.platform.storage.objects import Objects
from consent_db.data_rights import tombstones
from consent_db.data_rights.tombstones import Tombstones
from consent_db.keys.crypto import Place
from consent_db.keys.keyring import Keyring

_GROUP = "tombstones"


class Sealed:
    """Objects of a storage, sealed and opened."""

    def __init__(self, objects: Objects, keyring: Keyring) -> None:
        self.objects = objects
        self._key = keyring.object_key()

    def get(self, key: str) -> bytes | None:
        """Return an object; None if nothing is there.

        Raises:
            SealBroken: it was changed or moved, or other keys made it.
            StorageAway: the storage does not answer.
        """
        try:
            return self._key.open(self.objects.get(key), _place(key))
        except NoSuchPicture:
            return None

    def put(self, key: str, data: bytes, *, replace: bool = False) -> None:
        """Store an object.

        Raises:
            AlreadyStored: something is there, and `replace` is false.
            StorageAway: the storage does not answer.
        """
        self.objects.put(key, self._key.seal(data, _place(key)), replace=replace)


def remember(objects: Objects, keyring: Keyring, more: Tombstones) -> None:
    """Keep tombstones where no backup of the database undoes it: beside the key file, or in the bucket.

    In a bucket each state is an object named by its content, so machines that add at the same time lose
    nothing: what is replaced are objects that the new one wholly contains.
    """
    if objects.local:
        tombstones.add(tombstones.beside(keyring.path), more)
        return
    sealed, before = Sealed(objects, keyring), objects.listing(_GROUP)
    together = _read(sealed, before) | more
    content = tombstones.dumped(together)
    name = f"{_GROUP}/{keyring.index(hashlib.sha256(content).hexdigest(), _GROUP).hex()[:40]}"
    if name not in before:
        sealed.put(name, content, replace=True)
    for old in set(before) - {name}:
        objects.delete(old)


def remembered(objects: Objects, keyring: Keyring) -> Tombstones | None:
    """Return the tombstones in a bucket; None if there are none."""
    found = objects.listing(_GROUP)
    return _read(Sealed(objects, keyring), found) if found else None


def _read(sealed: Sealed, keys: Iterable[str]) -> Tombstones:
    together = Tombstones()
    for key in keys:
        content = sealed.get(key)  # None: another machine has put it into its own meanwhile
        together |= Tombstones() if content is None else tombstones.parsed(content)
    return together


def _place(key: str) -> Place:
    return Place("objects", key, "sealed")
