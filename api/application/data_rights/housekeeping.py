"""The daily job: delete what is past its retention period, and keep the tombstones up to date.

Several processes may serve the same data folder; the kernel's lock lets one of
them do it, and the day that is written into the locked file keeps the others from
doing it again. A day without a running server is made good at the next start.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from api.application.checks.deleting import SETTLED, sweep
from api.application.register import photo_uploading
from api.application.register.pending_import import forget_old
from api.application.services import Services
from api.platform.background import repeated
from api.platform.storage import Installation, waiting_in
from consent_db.data_rights.retention import Retained
from gatekeeper.policy.model import Policy

SYSTEM: Final = "system"
"""The actor of automatic work in the audit."""

_LOOK_EVERY: Final = 600.0
"""Seconds between two looks at the calendar."""

_HELD: Final = " held"
"""What is noted behind the day on which nothing was deleted, because the clock is in doubt."""
_LONGEST: Final = 40
"""Bytes of such a note, at most."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Housekeeping(Installation):
    """What the daily run needs."""

    policy: Policy


def housekeeping(services: Services) -> Housekeeping:
    """Return what the daily run needs of what is open."""
    return Housekeeping(services.store, services.screener.pictures, services.settings, services.clock, services.policy)


def run(keeping: Housekeeping, actor: str = SYSTEM) -> Retained:
    """Delete what is over, and have come down what may not be up any more from today.

    While the clock is in doubt nothing is deleted; what has to come down comes down.
    """
    moment = keeping.clock()
    with keeping.store.transaction(actor, moment) as tx:
        tx.publications.catch_up()
        done = tx.retain(timedelta(days=keeping.policy.retention_days))
    if done.held is not None:
        log.warning("retention_held", reason=done.held.value)
        return done
    for key in done.files:  # first, since these do not wait for a storage that is away
        keeping.pictures.discard(key)
    with keeping.store.reading(actor, moment) as tx:
        keeping.keep_tombstones(tx)
    for forget in (forget_old, photo_uploading.forget_old):
        forget(waiting_in(keeping.settings), moment)
    if not keeping.pictures.objects.local:
        sweep(keeping.store, keeping.pictures, moment, before=moment - SETTLED)
    return done


def run_if_due(keeping: Housekeeping) -> bool:
    """Delete what is over, unless that was done today already or another process is at it; say whether it was done."""
    today = keeping.clock().astimezone(keeping.policy.zone).date().isoformat()
    descriptor = os.open(keeping.folder / "daily.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.pread(descriptor, _LONGEST, 0).decode() not in _done(keeping, today):
                held = run(keeping).held is not None
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{today}{_HELD if held else ''}".encode(), 0)
                return not held
    finally:
        os.close(descriptor)
    return False


def _done(keeping: Housekeeping, today: str) -> tuple[str, ...]:
    """Return the notes by which nothing is left to do today; a run that was held is made up for once it can be."""
    with keeping.store.reading(SYSTEM, keeping.clock()) as tx:
        return (today,) if tx.clock.doubt is None else (today, f"{today}{_HELD}")


def beat(keeping: Housekeeping) -> None:
    """Keep the moment, so that the next start knows how long no server ran."""
    with keeping.store.transaction(SYSTEM, keeping.clock()):
        pass


def every_day(
    keeping: Housekeeping, at_first: Callable[[], object] = lambda: None
) -> AbstractContextManager[None]:  # fmt: skip
    """Run by itself, once a day, for as long as the block lasts, and keep the moment every ten minutes.

    Args:
        keeping: what it needs.
        at_first: what else is done once, on the same thread; again at the next look if it fails.
    """
    waiting = [at_first]

    def look(_step: object) -> None:
        beat(keeping)
        keeping.pictures.settle()
        while waiting:
            waiting[0]()
            waiting.pop()
        run_if_due(keeping)

    return repeated(look, _LOOK_EVERY, "daily_run_failed")
