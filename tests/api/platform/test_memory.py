"""What the process takes does not grow with every thread that has worked."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, sys, threading
from api.platform.memory import use_few_arenas
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


_GROWS = """
import sys
from api.platform.memory import give_back, use_few_arenas
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
use_few_arenas()
blocks = [b"x" * 100_000 for _ in range(2_000)]
kept = blocks[::50]
del blocks
before = resident()
give_back()
print((before - resident()) // 1_000_000, len(kept))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library gives nothing back")
def test_what_a_burst_took_is_given_back() -> None:
    """Of 200 MB in small pieces, of which every fiftieth is still held, at least half goes back to the system."""
    program = [sys.executable, "-c", _GROWS]
    done = subprocess.run(program, check=True, capture_output=True, text=True)  # noqa: S603 (ours)
    assert int(done.stdout.split()[0]) > 100
