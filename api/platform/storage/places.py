"""Opening the storage that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.platform.settings import Settings
from api.platform.storage.bucket import Bucket
from api.platform.storage.folder import Folder
from api.platform.storage.objects import Objects
from api.platform.storage.pictures import Pictures
from consent_db.data_rights import tombstones
from consent_db.store import Store
from consent_db.transaction import Transaction


def kept_in(address: str) -> Objects:
    """Open what an address names: a folder's path, or a bucket such as `s3://bucket/prefix`.

    Raises:
        StorageProblem: it cannot be opened.
    """
    return Bucket(address) if "://" in address else Folder(Path(address))


def pictures_of(settings: Settings, store: Store) -> Pictures:
    """Open the pictures of an installation.

    Raises:
        StorageProblem: their storage cannot be opened.
    """
    return Pictures(kept_in(settings.pictures_at), store)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where everything of a school lies: rows, stored pictures, keys; `clock` tells the moment."""

    store: Store
    pictures: Pictures
    settings: Settings
    clock: Callable[[], datetime]

    @property
    def key_file(self) -> Path:
        """The key file's path."""
        return self.settings.keys

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.settings.data

    def keep_tombstones(self, tx: Transaction) -> None:
        """Note beside the keys, where no backup undoes it, what was erased."""
        tombstones.add(tombstones.beside(self.key_file), tx.lifecycle.tombstones())
