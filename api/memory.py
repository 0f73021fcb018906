"""Keeping what the nets give back from staying with the process."""

from __future__ import annotations

import ctypes
from typing import Final

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's mallopt(3)."""

_ARENAS: Final = 2


def use_few_arenas() -> None:
    """Let all threads allocate from two arenas; does nothing where the C library has no such setting.

    glibc gives each thread an arena of its own and keeps what is freed there. Nets
    free hundreds of megabytes a picture, on whichever thread: the process grew to
    1.2 GB and stays at 0.9 with two, and is no slower.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, _ARENAS)
