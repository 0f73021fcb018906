"""Checks that nobody waits for: a small pool in this process.

The `checks` table itself is the queue. A check is committed before it is put
here, and whatever a crash leaves unfinished is taken up again at the next start
(`Screener.resume`), so losing this pool loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

import structlog

from api.problems import busy

log = structlog.get_logger(__name__)


MOST_WAITING: Final = 500
"""Checks that may wait: beyond that whoever sends more is told to wait instead."""


class Queue(Protocol):
    """Somewhere to leave a check that is to be run soon."""

    def must_have_room(self) -> None:
        """Send whoever comes now away if too much waits already; to be asked before anything is stored.

        Raises:
            Problem: 503, with the time after which to ask again.
        """

    def submit(self, check_id: str) -> None:
        """Run this check, once it can be; returns at once."""


class Pool:
    """Runs checks on threads of this process; the work releases the GIL."""

    def __init__(self, run: Callable[[str], object], workers: int) -> None:
        self._run = run
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="check")
        self._waiting: set[Future[object]] = set()

    def must_have_room(self) -> None:
        if len(self._waiting) >= MOST_WAITING:
            raise busy()

    def submit(self, check_id: str) -> None:
        job = self._pool.submit(self._run, check_id)
        self._waiting.add(job)
        job.add_done_callback(self._waiting.discard)
        job.add_done_callback(_report)

    def close(self) -> None:
        """Finish what is running; what has not begun is taken up at the next start."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _report(done: Future[object]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("check_failed", error=type(error).__name__)
