"""Where reference photographs come from: a folder or a zip file, sorted by the external ids that names tell.

`<external id>.jpg`, or a folder `<external id>` of several. Nothing is guessed
from people's names: names that match no external id are left and reported.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from consent_db.roster.files.zips import UNREADABLE
from gatekeeper.errors import GatekeeperError
from gatekeeper.media.limits import Limits

_CLUTTER: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_MOST_BYTES: Final = Limits().max_bytes


class PhotosUnusable(GatekeeperError):
    """There is no folder or zip file of photographs there."""


class PhotoUnread(GatekeeperError):
    """One photograph of a zip file cannot be read."""


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """One photograph.

    Attributes:
        name: below the folder or in the zip file, for people.
        read: returns its bytes; raises PhotoUnread or OSError.
        ours: whether it was made by us already, and may be kept as it is.
    """

    name: PurePosixPath
    read: Callable[[], bytes]
    ours: bool = False


@contextmanager
def photos_by_owner(source: Path) -> Iterator[dict[str, list[ReferenceFile]]]:
    """Give the photographs of a folder or zip file by the external id that their place in it names.

    Raises:
        PhotosUnusable: it is neither, or the zip file is damaged.
    """
    if source.is_dir():
        paths = sorted(path for path in source.rglob("*") if path.is_file())
        yield _sorted([ReferenceFile(PurePosixPath(p.relative_to(source).as_posix()), p.read_bytes) for p in paths])
        return
    try:
        archive = zipfile.ZipFile(source)
    except UNREADABLE as error:
        raise PhotosUnusable("There is no folder or zip file of photographs there; check the name.") from error
    with archive:
        members = sorted((member for member in archive.infolist() if not member.is_dir()), key=lambda m: m.filename)
        yield _sorted(_without_common_folder([_of_member(archive, member) for member in members]))


def _of_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> ReferenceFile:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    return ReferenceFile(name, lambda: _read(archive, member))


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read one file; never more of it than a photograph may have, whatever the archive says."""
    try:
        with archive.open(member) as file:
            return file.read(_MOST_BYTES + 1)
    except UNREADABLE as error:
        raise PhotoUnread("It cannot be read from the zip file; pack it again, without a password.") from error


def _without_common_folder(files: list[ReferenceFile]) -> list[ReferenceFile]:
    """Take away the one folder that a zip file often has around everything, when folders or files are in it."""
    files = [file for file in files if not _is_clutter(file.name)]
    roots = {file.name.parts[0] for file in files}
    deep = all(len(file.name.parts) > 1 for file in files)
    if len(roots) != 1 or not deep or len(files) == 1:
        return files
    return [ReferenceFile(PurePosixPath(*file.name.parts[1:]), file.read) for file in files]


def _sorted(files: list[ReferenceFile]) -> dict[str, list[ReferenceFile]]:
    owned: dict[str, list[ReferenceFile]] = defaultdict(list)
    for file in files:
        if not _is_clutter(file.name):
            owned[file.name.parts[0] if len(file.name.parts) > 1 else file.name.stem].append(file)
    return dict(owned)


def _is_clutter(name: PurePosixPath) -> bool:
    return any(part.startswith(".") or part.casefold() in _CLUTTER for part in name.parts)
