"""Files that only their owner may read, written completely or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from consent_db.errors import KeyringProblem

_TOO_OPEN: Final = stat.S_IRWXG | stat.S_IRWXO


def read_private(path: Path, what: str) -> bytes:
    """Return a file's content.

    Args:
        path: of the file.
        what: what to call it in an error, such as `key file`.

    Raises:
        KeyringProblem: it cannot be read, or others may read it.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _TOO_OPEN:
                message = f"Others may read the {what}; run: chmod 600 {path}"
                raise KeyringProblem(message)
            return file.read()
    except OSError:
        message = f"The {what} cannot be read; put it at {path} or restore it from its own backup."
        raise KeyringProblem(message) from None


def write_private(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a whole file that only its owner may read: it is there completely or not at all.

    Raises:
        FileExistsError: there is something already, and `replace` is false.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(descriptor, "wb") as file:  # mkstemp makes it 0600
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(name).replace(path)
        else:
            link_once(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)
    sync_folder(path.parent)


def link_once(draft: Path, path: Path) -> None:
    """Let a finished file be at `path` too; what is there already is never replaced.

    Raises:
        FileExistsError: there is something.
    """
    try:
        os.link(draft, path)  # unlike a rename, a link refuses to replace
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "There is a file already, which is never replaced", str(path)) from None
    sync_folder(path.absolute().parent)


def sync_folder(folder: Path) -> None:
    """Make sure that what was renamed or linked in a folder survives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
