"""Concurrency limits: places for requests, threads and connections, fitted to each other.

A request holds at most one connection of the database at any time (a test watches every one),
and gets a place before a thread or a connection is asked for. So as many connections as there
are threads are enough, no thread ever waits for a connection that another waiting thread holds,
and what is beyond the places waits on the event loop, where it costs neither.
"""

from __future__ import annotations

from typing import Final

EXAMINING: Final = 16
"""Requests at once that take a picture or a list in, or examine one: each may keep a thread for seconds."""
QUICK: Final = 16
"""All other requests at once; they take milliseconds, and the interpreter lock lets one of them run at a time."""
THREADS: Final = 40
"""Threads for both: the places, and 8 more for single steps that hold no place and no connection, such as
writing a part of an upload to disk or reading the next piece of a file that is sent. It is the number that
Starlette's threads are limited to by AnyIO; a test compares the two."""
LOOKUPS: Final = 2
"""Threads that look keys up, and as many that look sessions up: authentication works however busy the others are.
They are few, because the event loop takes turns with each of them at the interpreter lock."""
SWITCH_SECONDS: Final = 0.001
"""After which a thread that computes lets the event loop go on, where that waits (Python's own: 0.005)."""
BACKGROUND: Final = 14
"""Connections for what a service does by itself: eight deliveries at once, and one each for the daily run,
searches, last uses, the queue and its leases, with one to spare."""


def connections(workers: int) -> int:
    """Return how many connections the pool needs so that nothing ever waits for one.

    Args:
        workers: checks that are worked on at once beside the requests.
    """
    return THREADS + 2 * LOOKUPS + BACKGROUND + workers
