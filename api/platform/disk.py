"""The disk that the data folder lies on: how much room there is, and whether SQLite may live there."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENOUGH: Final = 1024**3
"""Bytes that should be free: a day's pictures, a backup's draft and the log of the database."""
LEAST: Final = 128 * 1024**2
"""Bytes without which nothing more is taken: a few pictures at once, each with its release."""

_NETWORK: Final = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|afs|ceph|9p|ncpfs|lustre|glusterfs|fuse\.(?!ext|ntfs)\S+")
"""Types of file systems whose locks SQLite cannot rely on (sqlite.org/faq.html, question 5)."""
_ESCAPED: Final = re.compile(r"\\(\d{3})")
_MOUNTS: Final = Path("/proc/self/mountinfo")


class DiskNearlyFull(Exception):
    """Too little room is left to take more pictures."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much room there is, in bytes."""

    free: int
    total: int

    @property
    def sentence(self) -> str:
        """What an administrator reads."""
        return f"{self.free / 1024**3:.1f} GiB of {self.total / 1024**3:.1f} GiB are free"


def room_at(folder: Path) -> Room:
    """Return the room on the disk of a folder, or of the folder that it will be made in."""
    there = next(one for one in (folder.resolve(), *folder.resolve().parents) if one.exists())
    usage = shutil.disk_usage(there)
    return Room(usage.free, usage.total)


def must_have_room(folder: Path) -> None:
    """Make sure that some pictures more can be taken.

    Raises:
        DiskNearlyFull: they cannot.
    """
    if room_at(folder).free < LEAST:
        raise DiskNearlyFull


def network_share(folder: Path, mounts: str | None = None) -> str | None:
    """Return the type of the file system of a folder if it is one of a network; None otherwise.

    Args:
        folder: where it lies.
        mounts: what Linux says of its mounts (`proc_pid_mountinfo(5)`); None asks it. Where
            nothing is said, nothing is known and None is returned.
    """
    if mounts is None:
        mounts = _MOUNTS.read_text("utf-8", "replace") if _MOUNTS.is_file() else ""
    path, best = folder.resolve(), ("", "")
    for line in mounts.splitlines():
        about, _, kind = line.partition(" - ")
        fields = about.split()
        point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4]) if len(fields) > 4 else ""  # noqa: PLR2004
        if point and path.is_relative_to(point) and len(point) >= len(best[0]):
            best = point, kind.partition(" ")[0]
    return best[1] if _NETWORK.fullmatch(best[1]) else None
