"""What a stricter policy ends: approvals that rest on more than it allows, told to programs once a process starts.

The gate looks at this each time something is handed out or verified, so nothing depends
on it; it is done so that pages, programs and the audit say that an approval has ended.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import structlog

from api.application.checks.screening import Screener
from api.application.checks.submission import SYSTEM
from consent_db.errors import NotFound, NotPossible

log = structlog.get_logger(__name__)

_DONE: Final = "approvals_ended"


def end_outdated(screener: Screener) -> tuple[str, ...]:
    """End every standing approval that rests on nothing any more; return their ids, sorted.

    Each in a transaction of its own: requests are answered meanwhile.
    """
    with screener.store.reading(SYSTEM, screener.clock()) as tx:
        standing = tx.approvals.standing()
    ended = tuple(check for check in standing if _end(screener, check))
    if ended:
        log.info(_DONE, count=len(ended))
    return ended


def _end(screener: Screener, check: str) -> bool:
    with suppress(NotFound, NotPossible):  # deleted, replaced or withdrawn meanwhile
        with screener.store.reading(SYSTEM, screener.clock()) as tx:
            record = tx.checks.get(check)
        why = screener.releases.lapse(record)
        if why is not None:
            with screener.store.transaction(SYSTEM, screener.clock()) as tx:
                tx.checks.revoke(check, why.value)
            return True
    return False
