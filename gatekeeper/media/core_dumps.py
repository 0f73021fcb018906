"""No core dumps: what is in memory, keys and pictures among it, is not written to a disk when a process dies."""

from __future__ import annotations

import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
_PR_GET_DUMPABLE: Final = 3


def forbid_core_dumps() -> None:
    """Let this process, and those that it forks, leave no core dump, and others of its user not read its memory.

    The limit alone does not hold where core dumps are piped to a program (`core(5)`), as with
    systemd-coredump; there the kernel asks whether the process is dumpable (`prctl(2)`,
    PR_SET_DUMPABLE). That is set anew by every exec, so each program calls this for itself.

    Does not keep memory from a swap device or a snapshot of the machine: encrypt those.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def leaves_core_dumps() -> bool:
    """Say whether this process would leave one."""
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0:
        return False
    return resource.getrlimit(resource.RLIMIT_CORE)[0] != 0
