"""Opening the storage that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.platform.settings import Settings, checked_storage
from api.platform.storage.bucket import Bucket
from api.platform.storage.errors import StorageProblem
from api.platform.storage.folder import Folder
from api.platform.storage.objects import Objects
from api.platform.storage.pictures import Pictures
from api.platform.storage.sealed import remember
from consent_db.keys.keyring import Keyring
from consent_db.store import Store
from consent_db.transaction import Transaction


def kept_in(address: str) -> Objects:
    """Open what an address names: a folder's path, or a bucket such as `s3://bucket/prefix`.

    Raises:
        StorageProblem: it cannot be opened, or is neither.
    """
    try:
        place = checked_storage(address)
    except ValueError as error:
        raise StorageProblem(f"Where pictures are stored {error}.") from None
    return Bucket(place) if "://" in place else Folder(Path(place))


def keyring_of(settings: Settings) -> Keyring:
    """Take the keys from the environment (`GATEKEEPER_KEY`), or from the key file.

    Raises:
        KeyringProblem: they are missing or damaged, or others may read the file.
    """
    return Keyring.of_text(settings.key, settings.keys) if settings.key else Keyring.load(settings.keys)


def waiting_in(settings: Settings) -> Objects:
    """Open where files wait between one page and the next: the data folder, or the bucket.

    Raises:
        StorageProblem: it cannot be opened.
    """
    return kept_in(settings.pictures if settings.bucket else str(settings.data))


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
    def keys(self) -> bytes:
        """The content of the key file, or of the secret in its place."""
        return self.settings.key.encode() or self.settings.keys.read_bytes()

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.settings.data

    def keep_tombstones(self, tx: Transaction) -> None:
        """Note beside the keys, where no backup undoes it, what was erased."""
        remember(self.pictures.objects, self.store.keyring, tx.lifecycle.tombstones())
