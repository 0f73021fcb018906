"""A semaphore for examinations that a caller waits for, with a bounded queue."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final

MOST_WAITING: Final = 16
"""Requests that may wait for their turn: fewer than there are threads, so that everything else is still answered."""


class Overloaded(Exception):
    """Too much waits already, so nothing of this was stored.

    Attributes:
        retry_after: seconds after which to ask again.
    """

    def __init__(self, retry_after: int = 10) -> None:
        super().__init__("Too much waits already.")
        self.retry_after = retry_after


class ShareUsedUp(Overloaded):
    """One person or program has as much waiting as may wait of one; others are still served."""


class Turns:
    """A turn is what `with` gives, sooner or later; thread-safe."""

    def __init__(self, at_once: int, most_waiting: int = MOST_WAITING) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._most_waiting = most_waiting
        self._waiting = 0
        self._lock = threading.Lock()

    def must_have_room(self) -> None:
        """Refuse a request if the queue is full; call it before anything is stored.

        Raises:
            Overloaded: with the time after which to ask again.
        """
        if self._waiting >= self._most_waiting:
            raise Overloaded

    def __enter__(self) -> None:
        self._count(1)
        try:
            self._free.acquire()
        finally:
            self._count(-1)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._free.release()

    def _count(self, by: int) -> None:
        with self._lock:
            self._waiting += by
