"""Whether other processes work with the same data folder.

The web app and a command may run side by side. Only a process that starts alone
may sweep stored pictures, and need not wait for the leases of checks to end:
whatever it finds then is no other process's work in progress.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def present(folder: Path, if_alone: Callable[[], object]) -> Iterator[None]:
    """Be known to work in `folder`; call `if_alone` first when no other process does.

    Others that start meanwhile wait until `if_alone` has returned. The lock is
    the kernel's, so it ends with the process, however that ends.
    """
    descriptor = os.open(folder / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _locked_alone(descriptor):
            if_alone()
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _locked_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
