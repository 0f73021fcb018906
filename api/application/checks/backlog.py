"""How much the queue has to do, and when that is too much."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from api.application.checks.submission import SYSTEM
from consent_db.checks.work import Backlog
from consent_db.store import Store

TOO_LONG: Final = timedelta(minutes=5)
"""How long a check may wait before an administrator should look into it."""


def read_backlog(store: Store, now: datetime) -> Backlog:
    """Return what the queue looks like now, over all processes."""
    with store.reading(SYSTEM, now) as tx:
        return tx.check_work.backlog()


def is_late(backlog: Backlog, now: datetime) -> bool:
    """Say whether the oldest waits too long, or one fails again and again."""
    return backlog.age(now) > TOO_LONG or backlog.stubborn > 0
