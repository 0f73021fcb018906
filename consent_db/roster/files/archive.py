"""A zip file that others made: its parts by name, never more of them than fits. Runs in the limited process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import IO, Final

from consent_db.errors import ImportRefused
from consent_db.roster.files.zips import UNREADABLE

MOST_UNPACKED: Final = 60_000_000
"""Bytes that the parts which are read may have together, unpacked."""

_BLOCK: Final = 65_536
_ENCRYPTED: Final = 0x1


class Archive:
    """The parts of a zip by their names in small letters."""

    def __init__(self, data: bytes) -> None:
        """Read the directory.

        Raises:
            ImportRefused: it is damaged, or a part has a password.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except UNREADABLE:
            raise damaged() from None
        self._members = {_plain(member.filename): member for member in self._zip.infolist()}
        self._left = MOST_UNPACKED
        if any(member.flag_bits & _ENCRYPTED for member in self._members.values()):
            raise ImportRefused("The file has a password. Save it again without one.", 1)

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts, in small letters and with `/` between folders."""
        return frozenset(self._members)

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece.

        Raises:
            ImportRefused: there is no such part, it is damaged, or all that was read is too much.
        """
        try:
            with self._open(name) as part:
                while block := part.read(_BLOCK):
                    self._left -= len(block)
                    if self._left < 0:
                        raise ImportRefused("The file is too large; keep one sheet with the people only.", 1)
                    yield block
        except UNREADABLE:
            raise damaged() from None

    def read(self, name: str) -> bytes:
        """Return a part; see `blocks`."""
        return b"".join(self.blocks(name))

    def _open(self, name: str) -> IO[bytes]:
        member = self._members.get(_plain(name))
        if member is None:
            raise damaged()
        return self._zip.open(member)


def damaged() -> ImportRefused:
    """Return what to say of a file that cannot be taken apart."""
    return ImportRefused("The file is damaged and cannot be read; export it again, or save it as CSV UTF-8.", 1)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()
