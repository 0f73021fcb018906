"""Privilege drop: confine a process before it decodes untrusted bytes.

Linux only. Used by the worker's children, each of which opens one upload.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from contextlib import suppress
from typing import Final

from gatekeeper.media.core_dumps import forbid_core_dumps
from gatekeeper.media.limits import Limits
from gatekeeper.media.sandbox.seccomp import Filter

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWNET: Final = 0x40000000
_STANDARD: Final = 3
UNPRIVILEGED: Final = 65534
"""User and group that own nothing; what a process of the superuser becomes."""
_libc: Final = ctypes.CDLL(None, use_errno=True)
_FILTER: Final = Filter.for_this_machine()


def leave_network() -> None:  # pragma: no cover - runs in the worker process
    """Move this process, and those that it starts, to a network of their own with nothing in it.

    Where that is not allowed - only the superuser may - nothing happens: the
    filter forbids sockets anyway.
    """
    with suppress(OSError):
        _check(_libc.unshare(_CLONE_NEWNET))


def enter(limits: Limits, parent: int) -> None:  # pragma: no cover - runs in a process that leaves no trace
    """Give up, for good, everything that decoding does not need.

    Afterwards only descriptors 0 to 2 (all /dev/null or the like) are open and
    no other can be, not even in their place; no file can grow, and memory and
    processor time are bounded. The process is alone in its group, belongs to
    an unprivileged user if it belonged to the superuser, and dies with its parent. The
    kernel ends it when it asks for more than computing takes (`seccomp.py`),
    so that not even code which took a decoder over can do anything but answer.

    Raises:
        OSError: a restriction could not be put in place; nothing may be opened then.
    """
    os.setpgid(0, 0)
    os.closerange(_STANDARD, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for what, soft, hard in (
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1),  # SIGXCPU first, SIGKILL after
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, 0, 0),
    ):
        resource.setrlimit(what, (soft, hard))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
        os.setresuid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
    forbid_core_dumps()  # changing the user would have undone it
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # changing the user would have undone it
    if os.getppid() != parent:
        raise OSError("the parent is gone already")
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if not limits.unsafe_without_filter:
        _FILTER.install()


def _prctl(option: int, value: int) -> None:  # pragma: no cover - runs in a process that leaves no trace
    _check(_libc.prctl(option, value, 0, 0, 0))


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
