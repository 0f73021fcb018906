"""Private files: readable by their owner only, and written atomically.

A draft has no name while it is written (`O_TMPFILE`), so a process that is killed leaves
nothing. Where the file system has no such files (NFS, SMB) it has one, and is locked by its
process; an unlocked draft is a leftover (`is_abandoned`).
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from consent_db.errors import KeyringProblem

DRAFT: Final = ".key-"
"""How the names of drafts begin."""

_TOO_OPEN: Final = stat.S_IRWXG | stat.S_IRWXO
_NO_NAMELESS_FILES: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS})


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
    with private_draft(path.parent) as draft:
        draft.file.write(data)
        draft.finish()
        if replace:
            draft.replace(path)
        else:
            draft.link_once(path)


class Draft:
    """A file that is being written; `file` takes its content."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self._folder, self._prefix = folder, prefix
        self.name: Path | None = None
        """Where it can be seen meanwhile; None if nowhere."""
        self.file: BinaryIO = os.fdopen(self._open(), "wb")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def _open(self) -> int:
        try:
            return os.open(self._folder, os.O_TMPFILE | os.O_RDWR, 0o600)
        except OSError as error:
            if error.errno not in _NO_NAMELESS_FILES:
                raise
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=self._prefix)  # 0600 too
        self.name = Path(name)
        return descriptor

    def finish(self) -> int:
        """Make sure that what was written survives a loss of power; return how many bytes it is."""
        self.file.flush()
        os.fsync(self.file.fileno())
        return os.fstat(self.file.fileno()).st_size

    def link_once(self, path: Path) -> None:
        """Let the finished file be at `path`; what is there already is never replaced.

        Raises:
            FileExistsError: there is something.
        """
        try:
            self._link(path)  # unlike a rename, a link refuses to replace
        except FileExistsError:
            raise FileExistsError(errno.EEXIST, "There is a file already, which is never replaced", str(path)) from None
        sync_folder(path.absolute().parent)

    def replace(self, path: Path) -> None:
        """Let the finished file be at `path`, in place of what is there."""
        if self.name is None:
            name = self._folder / f"{self._prefix}{secrets.token_hex(8)}"
            self._link(name)
            self.name = name
        self.name.replace(path)
        self.name = None
        sync_folder(path.absolute().parent)

    def _link(self, path: Path) -> None:
        if self.name is not None:
            os.link(self.name, path)
            return
        folder = os.open(path.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
        try:  # with a descriptor of a folder Python calls linkat(2), which can follow what /proc points at
            os.link(f"/proc/self/fd/{self.file.fileno()}", path.name, dst_dir_fd=folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        """Forget the draft; the file stays where it was linked to."""
        if self.name is not None:
            self.name.unlink(missing_ok=True)
        self.file.close()


@contextmanager
def private_draft(folder: Path, prefix: str = DRAFT) -> Iterator[Draft]:
    """Give a draft in a folder, which is gone when the block is left."""
    draft = Draft(folder, prefix)
    try:
        yield draft
    finally:
        draft.close()


@contextmanager
def private_folder(within: Path, prefix: str) -> Iterator[Path]:
    """Give a folder for the time of the block, locked by this process; `is_abandoned` tells when that was killed."""
    with tempfile.TemporaryDirectory(dir=within, prefix=prefix) as name:
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield Path(name)
        finally:
            os.close(descriptor)


def is_abandoned(path: Path) -> bool:
    """Say whether no process works with a draft or a private folder any more."""
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True
    return False


def sync_folder(folder: Path) -> None:
    """Make sure that what was renamed or linked in a folder survives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
