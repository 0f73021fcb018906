"""Objects as files below one folder of this machine: durable (fsync), readable by their owner only."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from api.platform.storage.errors import FULL, AlreadyStored, NoSuchPicture, StorageFull
from api.platform.storage.objects import checked
from consent_db.keys.private_files import is_abandoned, write_private


class Folder:
    """Files by keys such as `uploads/x1`; the folder is made with mode 0700."""

    local = True

    def __init__(self, path: Path) -> None:
        self._folder = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, key: str, data: bytes, *, replace: bool = False) -> None:
        path = self._path(key)
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_private(path, data, replace=replace)
        except FileExistsError as error:
            if path.read_bytes() != data:
                raise AlreadyStored(key) from error
        except OSError as error:
            if error.errno in FULL:
                raise StorageFull("There is no room for another picture. Free some space and try again.") from error
            raise

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchPicture(key) from error

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def modified(self, key: str) -> datetime | None:
        with suppress(FileNotFoundError):
            return _written(self._path(key))
        return None

    def listing(self, group: str) -> Mapping[str, datetime]:
        """Return the files of a group; drafts of killed processes are removed on the way."""
        found = {}
        for path in (self._folder / group).glob("*"):
            with suppress(FileNotFoundError):
                if not path.name.startswith("."):
                    found[f"{group}/{path.name}"] = _written(path)
                elif is_abandoned(path):
                    path.unlink()
        return found

    def must_answer(self) -> None:
        """Do nothing: what is wrong with a disk, `api.platform.disk` says."""

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
