"""Close a process in before it looks at bytes that somebody else made.

Linux only. Used by the worker's children, each of which opens one upload.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Final

from gatekeeper.media.limits import Limits

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_STANDARD: Final = 3
_libc: Final = ctypes.CDLL(None, use_errno=True)


def enter(limits: Limits, parent: int) -> None:  # pragma: no cover - runs in a process that leaves no trace
    """Give up, for good, everything that decoding does not need.

    Afterwards only descriptors 0 to 2 (all /dev/null or the like) are open and
    no other can be, not even in their place; no file can grow, and memory and
    processor time are bounded. The process is alone in its group, and dies with
    its parent. This holds a decoder that goes wrong. It does not hold code that
    took the decoder over and runs as root, which may raise its own limits.

    Raises:
        OSError: a restriction could not be put in place; nothing may be opened then.
    """
    os.setpgid(0, 0)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        msg = "the parent is gone already"
        raise OSError(msg)
    os.closerange(_STANDARD, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for what, soft, hard in (
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1),  # SIGXCPU first, SIGKILL after
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    # A system-call filter belongs here, as the last door to close.


def _prctl(option: int, value: int) -> None:  # pragma: no cover - runs in a process that leaves no trace
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
