"""Places, threads and connections fit each other."""

from __future__ import annotations

from anyio import to_thread

from api.platform import capacity
from tests.support.loops import run


async def _threads() -> float:
    return to_thread.current_default_thread_limiter().total_tokens


def test_there_is_a_thread_for_every_place() -> None:
    """Starlette's threads are as many as this project reckons with, and more than the places."""
    assert run(_threads()) == capacity.THREADS
    assert capacity.EXAMINING + capacity.QUICK < capacity.THREADS


def test_there_is_a_connection_for_every_thread() -> None:
    """However many checks are worked on, and no more than a PostgreSQL server offers by default."""
    for workers in (1, 4, 32):
        assert capacity.connections(workers) >= capacity.THREADS + 2 * capacity.LOOKUPS + workers
    assert capacity.connections(4) < 100
