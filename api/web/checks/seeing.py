"""What every page of a check needs of its request: who looks, what they may read, and by which way they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.web.checks.lists.way import Through, Way
from consent_db.accounts.records import SessionRecord
from consent_db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a page."""

    services: Services
    session: SessionRecord
    tx: Transaction
    way: Way


def sight(services: Use, session: Session, tx: Reading, way: Through) -> Sight:
    """Put a look together."""
    return Sight(services, session, tx, way)


Seeing = Annotated[Sight, Depends(sight)]
