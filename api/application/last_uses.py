"""Write-behind of the last use of keys and sessions: batched every few seconds in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.application.checks.submission import SYSTEM
from api.application.services import Services
from api.platform.background import repeated

_EVERY: Final = 15.0
"""Seconds; pages show last uses to the minute, and sessions end after half an hour without one."""


def write_last_uses(services: Services) -> None:
    """Write what is not written yet; what cannot be written is kept for the next time."""
    sessions, keys = services.last_uses.unwritten()
    if not (sessions or keys):
        return
    with services.store.transaction(SYSTEM, services.clock()) as tx:
        tx.write_last_uses(sessions, keys)
    services.last_uses.written(sessions, keys)


@contextmanager
def writing_last_uses(services: Services) -> Iterator[None]:
    """Write them again and again for as long as the block lasts, and once more at its end."""
    with repeated(lambda _: write_last_uses(services), _EVERY, "last_uses_not_written"):
        yield
    write_last_uses(services)
