"""A streamed zip archive: no file on the disk, one member in memory at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import RawIOBase
from typing import Any, Final

_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip can give; when a picture was made or taken out must not show."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the zip."""

    name: str
    data: bytes = field(repr=False)


class _Outlet(RawIOBase):
    """Takes what is written, and gives it away again."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield the bytes of a zip; pictures are compressed already, so nothing is compressed again."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            archive.writestr(zipfile.ZipInfo(member.name, _BEGINNING), member.data)
            yield outlet.taken()
    yield outlet.taken()
