"""Where reference photographs come from: a folder or a zip file. Whose each is, `photo_owners` says."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from consent_db.roster.files.zips import UNREADABLE
from gatekeeper.errors import GatekeeperError
from gatekeeper.media.limits import Limits

_CLUTTER: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_MOST_BYTES: Final = Limits().max_bytes
_LONGEST_END: Final = 22 + 65_535 + 76
"""Bytes at the end of a zip file among which its end record is: with the longest comment, and zip64's two records."""
_LOCATOR: Final = 20
_LARGEST_DIRECTORY: Final = 8 * 1024 * 1024
"""Bytes of the list of files in a zip file."""
MOST_FILES: Final = 10_000
"""Files in one zip file."""


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
def photos_in(source: Path) -> Iterator[list[ReferenceFile]]:
    """Give the photographs of a folder or zip file, clutter and the one folder around everything left away.

    Raises:
        PhotosUnusable: it is neither, or the zip file is damaged, or has more than `MOST_FILES` files.
    """
    if source.is_dir():
        paths = sorted(path for path in source.rglob("*") if path.is_file())
        found = [ReferenceFile(PurePosixPath(p.relative_to(source).as_posix()), p.read_bytes) for p in paths]
        yield [file for file in found if not _is_clutter(file.name)]
        return
    with opened_zip(source) as files:
        yield files


@contextmanager
def opened_zip(source: Path | BinaryIO) -> Iterator[list[ReferenceFile]]:
    """Give the photographs of a zip file; see `photos_in`. None is read before it is asked for.

    Raises:
        PhotosUnusable: it is damaged or none, or has more than `MOST_FILES` files.
    """
    try:
        _must_have_small_directory(source)
        archive = zipfile.ZipFile(source)
    except UNREADABLE as error:
        raise PhotosUnusable("There is no folder or zip file of photographs there; check the name.") from error
    with archive:
        members = sorted((member for member in archive.infolist() if not member.is_dir()), key=lambda m: m.filename)
        if len(members) > MOST_FILES:
            raise PhotosUnusable(f"The zip file has more than {MOST_FILES:,} files; make several of it.")
        yield _without_common_folder([_of_member(archive, member) for member in members])


def _must_have_small_directory(source: Path | BinaryIO) -> None:
    """Refuse a zip file whose list of files is too large to be read into memory (APPNOTE 4.3.14 to 4.3.16).

    Raises:
        PhotosUnusable: it is.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            _must_have_small_directory(file)
        return
    length = source.seek(0, SEEK_END)
    start = source.seek(max(0, length - _LONGEST_END))
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if at >= _LOCATOR and tail[at - _LOCATOR : at].startswith(b"PK\x06\x07"):  # zip64
        where = int.from_bytes(tail[at - _LOCATOR + 8 : at - _LOCATOR + 16], "little")
        source.seek(min(where, start + at))
        size = int.from_bytes(source.read(56)[40:48], "little")
    source.seek(0)
    if size > _LARGEST_DIRECTORY:
        raise PhotosUnusable(f"The zip file has more than {MOST_FILES:,} files; make several of it.")


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


def _is_clutter(name: PurePosixPath) -> bool:
    return any(part.startswith(".") or part.casefold() in _CLUTTER for part in name.parts)
