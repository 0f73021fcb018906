"""What a service does by itself once a day: delete what is over, and keep the tombstones up to date.

Several processes may serve the same data folder; the kernel's lock lets one of
them do it, and the day that is written into the locked file keeps the others from
doing it again. A day on which nobody served is made good at the next start.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from api.background import repeated
from api.services import Services
from api.storage import Pictures
from api.waiting_import import forget_old
from consent_db import tombstones
from consent_db.retention import Retained
from consent_db.store import Store
from gatekeeper import Policy

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
    forget_old(keeping.folder, moment)
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


def every_day(keeping: Housekeeping) -> AbstractContextManager[None]:
    """Run by itself, once a day, for as long as the block lasts."""
    return repeated(lambda _: run_if_due(keeping), _LOOK_EVERY, "daily_run_failed")
