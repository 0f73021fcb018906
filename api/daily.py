"""What a service does by itself once a day: delete what is over, and keep the tombstones up to date.

Several processes may serve the same data folder; the kernel's lock lets one of
them do it, and the day that is written into the locked file keeps the others from
doing it again. A day on which nobody served is made good at the next start.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Final

import structlog

from api.logs import why
from api.services import Services
from api.storage import Pictures
from consent_db import tombstones
from consent_db.retention import Retained
from consent_db.store import Store
from gatekeeper import Policy

log = structlog.get_logger(__name__)

SYSTEM: Final = "system"
"""Who the audit names for what nobody asked for."""

_LOOK_EVERY: Final = 600.0
"""Seconds between two looks at the calendar."""


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """What the daily run needs."""

    store: Store
    pictures: Pictures
    policy: Policy
    folder: Path
    """The data folder, where the lock lies."""
    key_file: Path
    clock: Callable[[], datetime]


def housekeeping(services: Services) -> Housekeeping:
    """Return what the daily run needs of what is open."""
    pictures, settings = services.screener.pictures, services.settings
    return Housekeeping(services.store, pictures, services.policy, settings.data, settings.keys, services.clock)


def run(keeping: Housekeeping, actor: str = SYSTEM) -> Retained:
    """Delete what is over, and have come down what may not be up any more from today."""
    moment = keeping.clock()
    with keeping.store.transaction(actor, moment) as tx:
        tx.publications.catch_up()
        done = tx.retain(timedelta(days=keeping.policy.retention_days))
    for key in done.files:
        keeping.pictures.delete(key)
    with keeping.store.reading(actor, moment) as tx:
        tombstones.add(tombstones.beside(keeping.key_file), tx.lifecycle.tombstones())
    return done


def run_if_due(keeping: Housekeeping) -> bool:
    """Delete what is over, unless that was done today already or another process is at it."""
    today = keeping.clock().astimezone(keeping.policy.zone).date().isoformat()
    descriptor = os.open(keeping.folder / "daily.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.pread(descriptor, len(today), 0).decode() != today:
                run(keeping)
                os.pwrite(descriptor, today.encode(), 0)
                return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def every_day(keeping: Housekeeping) -> Iterator[None]:
    """Run by itself, once a day, for as long as the block lasts."""
    stop = Event()
    thread = Thread(target=_watch, args=(keeping, stop), name="daily", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(keeping: Housekeeping, stop: Event) -> None:
    while True:
        try:
            run_if_due(keeping)
        except Exception as error:  # noqa: BLE001, whatever it is, the service goes on and it is tried again
            # Not `exception`: a traceback quotes values, and values are about people.
            log.error("daily_run_failed", error=type(error).__name__, reason=why(error))  # noqa: TRY400
        if stop.wait(_LOOK_EVERY):
            return
