"""Search the released pictures again for a person: one newly listed may be in them unnoticed.

A search is asked for in the transaction of the listing and done afterwards, in the
background. It keeps nothing but what it found: posts that come down, approvals that
end. A search that was cut off is done again from its beginning, which changes nothing
that it had found already.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from api.application.checks.submission import SYSTEM
from api.platform.background import repeated
from api.platform.storage import NoSuchPicture, Pictures
from consent_db.approvals.records import CheckRecord
from consent_db.errors import SealBroken
from consent_db.publishing.records import SearchRecord
from consent_db.store import Store
from gatekeeper.errors import ReleaseNotClean
from gatekeeper.identity.released_search import may_show
from gatekeeper.register import Gallery
from gatekeeper.types import PersonId
from gatekeeper.vision.engine import Engine

log = structlog.get_logger(__name__)

_LOOK_EVERY: Final = 20.0
"""Seconds between two looks for searches that wait."""

_FOUND: Final = "search_found"


@dataclass(frozen=True, slots=True)
class Searched:
    """What came of one search.

    Attributes:
        search: its id.
        looked: in how many pictures.
        found: in how many the person may be.
        missing: how many could not be looked at, because they are not stored any more.
        takedowns: what is open because of it.
        revoked: approvals that ended.
    """

    search: str
    looked: int
    found: int
    missing: int
    takedowns: tuple[str, ...]
    revoked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseSearch:
    """Everything that a search needs."""

    store: Store
    pictures: Pictures
    engine: Engine
    clock: Callable[[], datetime]

    def run_waiting(self, advance: Callable[[], None] = lambda: None) -> list[Searched]:
        """Do every search that waits, the oldest first.

        Args:
            advance: called after each picture.
        """
        with self.store.reading(SYSTEM, self.clock()) as tx:
            waiting = tx.searches.waiting()
        return [self.run(search, advance) for search in waiting]

    def run(self, search: SearchRecord, advance: Callable[[], None] = lambda: None) -> Searched:
        """Do one search: every picture that is up or approved, compared with one person."""
        with self.store.reading(SYSTEM, self.clock()) as tx:
            gallery = tx.register(self.engine.name, self.engine.embedder.dimension).gallery
            checks = [tx.checks.get(check_id) for check_id in tx.searches.released()]
        looked = found = 0
        takedowns: list[str] = []
        revoked: list[str] = []
        for check in checks:
            shows = self._shows(check, search.person, gallery)
            looked += shows is not None
            if shows:
                found += 1
                opened, ended = self._take_out(check, search.person)
                takedowns += opened
                revoked += ended
            advance()
        with self.store.transaction(search.asked_by, self.clock()) as tx:
            tx.searches.finish(search.id, looked, found)
        log.info("released_pictures_searched", looked=looked, found=found)
        missing = len(checks) - looked
        return Searched(search.id, looked, found, missing, tuple(takedowns), tuple(revoked))

    def _shows(self, check: CheckRecord, person: PersonId, gallery: Gallery) -> bool | None:
        """Say whether a check's picture may show a person; None if it cannot be looked at."""
        try:
            picture = self.pictures.get(check.examined_key or "none/none")
            return may_show(picture, person, gallery, self.engine)
        except (NoSuchPicture, SealBroken, ReleaseNotClean):
            return None

    def _take_out(self, check: CheckRecord, person: PersonId) -> tuple[tuple[str, ...], list[str]]:
        """Have the posts of a picture come down, and its approval end, in one transaction."""
        now = self.clock()
        with self.store.transaction(SYSTEM, now) as tx:
            stands = tx.checks.get(check.id).stands(now)
            if stands:
                tx.checks.revoke(check.id, _FOUND)
            release = check.facts.release if check.facts else None
            opened = tx.publications.found(person, release.sha256) if release else ()
        return opened, [check.id] if stands else []


def searching(search: ReleaseSearch) -> AbstractContextManager[None]:
    """Do searches that wait, and those that are asked for, for as long as the block lasts."""
    return repeated(search.run_waiting, _LOOK_EVERY, "search_failed")
