"""Periodic background jobs, each on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog

from api.platform.logs import why

log = structlog.get_logger(__name__)


class Stopped(Exception):
    """The service ends; what was cut off is done again at the next start."""


@contextmanager
def repeated(work: Callable[[Callable[[], None]], object], pause: float, failure: str) -> Iterator[None]:
    """Do some work again and again for as long as the block lasts.

    Args:
        work: is given a function to call between two of its steps, which raises
            `Stopped` when the service ends.
        pause: seconds between the end of one round and the next.
        failure: what is logged if a round ends with an error.
    """
    stop = Event()
    thread = Thread(target=_repeat, args=(work, pause, failure, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _repeat(work: Callable[[Callable[[], None]], object], pause: float, failure: str, stop: Event) -> None:
    def step() -> None:
        if stop.is_set():
            raise Stopped

    while not stop.is_set():
        try:
            work(step)
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001, whatever it is, the service goes on and it is tried again
            # Not `exception`: a traceback quotes values, and values are about people.
            log.error(failure, error=type(error).__name__, reason=why(error))  # noqa: TRY400
        stop.wait(pause)
