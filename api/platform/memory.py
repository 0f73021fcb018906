"""Keeping what the nets give back from staying with the process."""

from __future__ import annotations

import ctypes
from contextlib import AbstractContextManager
from typing import Final

from api.platform.background import repeated

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's mallopt(3)."""

_ARENAS: Final = 2

_EVERY: Final = 60.0
"""Seconds between two looks whether memory is to be given back."""


def use_few_arenas() -> None:
    """Let all threads allocate from two arenas; does nothing where the C library has no such setting.

    glibc gives each thread an arena of its own and keeps what is freed there. Nets
    free hundreds of megabytes a picture, on whichever thread: the process grew to
    1.2 GB and stays at 0.9 with two, and is no slower.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, _ARENAS)


def give_back() -> bool:
    """Give the operating system what is free at the top and within the heap (malloc_trim(3)); say if there was any.

    Does nothing where the C library has no such function.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))


def giving_back() -> AbstractContextManager[None]:
    """Give memory back again and again for as long as the block lasts: what a burst took does not stay."""
    return repeated(lambda _: give_back(), _EVERY, "memory_not_given_back")
