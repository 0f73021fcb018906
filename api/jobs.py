"""Checks that nobody waits for: a small pool in this process.

The `checks` table itself is the queue. A check is committed before it is put
here, and whatever a crash leaves unfinished is taken up again at the next start
(`Screener.resume`), so losing this pool loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)


class Queue(Protocol):
    """Somewhere to leave a check that is to be run soon."""

    def submit(self, check_id: str) -> None:
        """Run this check, once it can be; returns at once."""


class Pool:
    """Runs checks on threads of this process; the work releases the GIL."""

    def __init__(self, run: Callable[[str], object], workers: int) -> None:
        self._run = run
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="check")

    def submit(self, check_id: str) -> None:
        self._pool.submit(self._run, check_id).add_done_callback(_report)

    def close(self) -> None:
        """Finish what is running; what has not begun is taken up at the next start."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _report(done: Future[object]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("check_failed", error=type(error).__name__)
