"""What the process takes does not grow with every thread that has worked."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, sys, threading
from api.memory import use_few_arenas
if sys.argv[1] == "few":
    use_few_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
places, together = set(), threading.Barrier(6)
def work():
    together.wait()
    # An arena's heap starts at a multiple of 64 MB, so the places tell the arenas apart.
    places.add((libc.malloc(4096) or 0) >> 26)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(6)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
print(len(places))
"""


def arenas(how: str) -> int:
    program = [sys.executable, "-c", _PROGRAM, how]
    done = subprocess.run(program, check=True, capture_output=True, text=True)  # noqa: S603 (ours)
    return int(done.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this C library has no arenas")
def test_threads_share_two_arenas() -> None:
    """Six threads that allocate at once use two arenas, and would use more."""
    assert arenas("few") <= 2 < arenas("many")
