"""One encrypted file with everything: the database, the stored pictures and, unless left out, the keys.

It is made while the service runs. The database is read from one moment; a picture
is always stored before a row names it, so whatever that moment's rows name is there,
unless it was deleted meanwhile, which the file says at its end.

Inside the encryption (`consent_db.keys.passphrase`) is a tar file: `manifest.json`,
`keys.json`, `database/1` and on (`consent_db.core.dump`), `pictures/...` (sealed, as they
lie in the storage), and `end.json`.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from api.application import leftovers
from api.application.data_rights.integrity import problems
from api.application.errors import UseCaseError
from api.platform.storage import Folder, Installation, NoSuchPicture, Objects, Pictures, remember
from consent_db import Keyring, Store
from consent_db.data_rights.restoring import Settled
from consent_db.data_rights.tombstones import Tombstones
from consent_db.keys.passphrase import OpeningReader, SealingWriter
from consent_db.keys.private_files import private_draft, private_folder

ACTOR: Final = "command line"
FORMAT: Final = 1


class BackupUnfit(UseCaseError):
    """A backup, or the place to restore it to, cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        size: of the file, in bytes.
        pictures: how many stored pictures are in it.
        gone: keys of those that were deleted while it was made.
    """

    size: int
    pictures: int
    gone: tuple[str, ...]


def make(kept: Installation, file: Path, passphrase: str, *, with_keys: bool = True) -> Made:
    """Write a backup; the file is there completely or not at all.

    Raises:
        PassphraseProblem: the passphrase is too short.
        FileExistsError: there is something at `file` already.
        NotPossible: the audit chain is broken, so there is nothing to vouch for.
    """
    with kept.store.reading(ACTOR, kept.clock()) as tx:
        kept.keep_tombstones(tx)
    data = kept.folder
    with private_draft(file.absolute().parent, leftovers.BACKUP) as draft, leftovers.noted(data, draft.name):
        with SealingWriter(draft.file, passphrase) as writer:
            count, gone = _fill(writer, kept, with_keys=with_keys)
        made = Made(draft.finish(), count, gone)
        draft.link_once(file)
    with kept.store.transaction(ACTOR, kept.clock()) as tx:
        tx.audit.append("backup.made", "school", {"pictures": count, "keys": with_keys, "bytes": made.size})
    return made


def _fill(writer: io.RawIOBase, kept: Installation, *, with_keys: bool) -> tuple[int, tuple[str, ...]]:
    moment = kept.clock()
    checkpoint = kept.store.audit_checkpoint(moment)
    manifest = {"format": FORMAT, "made_at": moment.isoformat(), "release": metadata.version("gatekeeper-photos")}
    with tarfile.open(fileobj=writer, mode="w|") as archive:
        _add(archive, "manifest.json", json.dumps(manifest | {"audit": checkpoint}).encode())
        if with_keys:
            _add(archive, "keys.json", kept.keys)
        for number, line in enumerate(kept.store.dump()):
            _add(archive, f"database/{number}", line.encode())
        with kept.store.reading(ACTOR, moment) as tx:
            needed = sorted(tx.checks.picture_keys())
        gone = tuple(key for key in needed if not _add_picture(archive, key, kept.pictures))
        _add(archive, "end.json", json.dumps({"gone": gone}).encode())
    return len(needed) - len(gone), gone


def _add_picture(archive: tarfile.TarFile, key: str, pictures: Pictures) -> bool:
    try:
        sealed = pictures.get_sealed(key)
    except NoSuchPicture:
        return False
    _add(archive, f"pictures/{key}", sealed)
    return True


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


# --- restoring -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """An empty place to restore to."""

    pictures: Objects
    """Where pictures are stored."""
    url: str
    """The address of the database."""
    key_file: Path
    key: str = ""
    """The content of a key file that takes its place."""
    proof: bool = False
    """Whether it is gone afterwards, so that nothing is written down beside the key file."""

    def keyring(self) -> Keyring:
        """Return the keys."""
        return Keyring.of_text(self.key, self.key_file) if self.key else Keyring.load(self.key_file)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came out of a backup.

    Attributes:
        made_at: when the backup was made; what was written down since is lost.
        settled: what was ended and destroyed again.
        problems: what is not whole, in sentences.
    """

    made_at: datetime
    settled: Settled
    problems: tuple[str, ...]


def restore(
    file: Path, passphrase: str, place: Place, known: Callable[[Keyring], Tombstones], now: datetime
) -> Restored:
    """Bring everything back to an empty place, and keep what ended since from coming alive.

    `known` gives the tombstones, once the keys are in place: those in a bucket are sealed.

    Raises:
        PassphraseProblem: the passphrase is wrong, or the file is damaged.
        NotPossible: there is a database already.
        BackupUnfit: other keys are there, or none.
    """
    with file.open("rb") as sealed, OpeningReader(sealed, passphrase) as reader:
        contents = _Contents(reader)
        manifest = contents.take_json("manifest.json")
        keys = contents.take("keys.json") if contents.name == "keys.json" else None
        _place_keys(place, keys)
        tombstones = known(place.keyring())
        Store.fill(place.url, contents.take_all("database/"))
        with closing(Store.open(place.url, place.keyring())) as store:
            pictures = Pictures(place.pictures, store)
            while contents.name.startswith("pictures/"):
                key = contents.name.removeprefix("pictures/")
                pictures.put_sealed(key, contents.take(contents.name))
            gone = contents.take_json("end.json")["gone"]
            contents.finish()
            return _settle(store, pictures, place, tombstones, Moment(manifest, gone, now))


@dataclass(frozen=True, slots=True)
class Moment:
    """What a backup says of itself, and when it is restored."""

    manifest: dict[str, Any]
    gone: Sequence[str]
    now: datetime


def _settle(store: Store, pictures: Pictures, place: Place, known: Tombstones, moment: Moment) -> Restored:
    made_at = datetime.fromisoformat(moment.manifest["made_at"])
    report = store.verify_audit(moment.manifest["audit"])
    with store.transaction(ACTOR, moment.now) as tx:
        settled = tx.settle_after_restore(known, made_at)
    for key in settled.files:
        pictures.delete(key)
    if not place.proof:
        with store.reading(ACTOR, moment.now) as tx:
            remember(pictures.objects, store.keyring, known | tx.lifecycle.tombstones())
    found = problems(store, pictures, moment.now, frozenset(moment.gone))
    return Restored(made_at, settled, (*found, *([str(report.problem)] if not report.ok else [])))


def verify(kept: Installation, file: Path, passphrase: str, scratch: Path) -> Restored:
    """Prove that a backup can be restored, by restoring it into a folder that is deleted afterwards."""
    with private_folder(scratch, leftovers.PROOF) as folder:
        # The installation's own key file serves: there is never a second copy of the keys.
        place = Place(
            Folder(folder / "pictures"),
            f"sqlite:///{folder / 'database.sqlite3'}",
            kept.settings.keys,
            kept.settings.key,
            proof=True,
        )
        return restore(file, passphrase, place, lambda _keyring: Tombstones(), kept.clock())


def _place_keys(place: Place, keys: bytes | None) -> None:
    """Put the keys where they belong; keys that are there already are never replaced."""
    path = place.key_file
    if place.key:
        place.keyring()  # a damaged one is said to be that
        if keys is not None and json.loads(keys) != json.loads(place.key):
            raise BackupUnfit("GATEKEEPER_KEY holds other keys than the backup. Give the ones that it was made with.")
        return
    if keys is None:
        if not path.exists():
            raise BackupUnfit(f"This backup holds no keys. Put the key file at {path} first, and restore again.")
    elif not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(keys)
            file.flush()
            os.fsync(file.fileno())
    elif path.read_bytes() != keys:
        raise BackupUnfit(f"There are other keys at {path}. Move that file away, and restore again.")


class _Contents:
    """The files in a backup, one after the other."""

    def __init__(self, reader: io.RawIOBase) -> None:
        self._reader = io.BufferedReader(reader)
        self._archive = tarfile.open(fileobj=self._reader, mode="r|")  # noqa: SIM115, it lives as long as this
        self._entry = self._archive.next()

    @property
    def name(self) -> str:
        """What comes next; empty at the end."""
        return self._entry.name if self._entry else ""

    def take(self, name: str) -> bytes:
        """Return the next file, which has to have this name.

        Raises:
            BackupUnfit: something else comes next.
        """
        content = self._archive.extractfile(self._entry) if self._entry and self._entry.name == name else None
        if content is None:
            raise BackupUnfit("The backup lacks a part that it should have; take another one.")
        data = content.read()
        self._entry = self._archive.next()
        return data

    def take_json(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.take(name))
        return content

    def take_all(self, folder: str) -> Iterator[str]:
        """Yield the files of one folder that come next, as text."""
        while self.name.startswith(folder):
            yield self.take(self.name).decode()

    def finish(self) -> None:
        """Read on to the end, so that a backup that was cut short is found to be."""
        while self._reader.read(1 << 20):
            pass
