"""Statements, restrictions and objections, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import Statement
from gatekeeper.types import Objection, PersonId


class Source(StrEnum):
    """How a statement came to be written down."""

    HAND = "hand"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement as remembered, without its evidence."""

    id: int
    statement: Statement
    source: Source
    recorded_by: str
    recorded_at: datetime
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class RestrictionRecord:
    """One entry of the history of listings and holds; `in_force` True sets it, False lifts it."""

    id: int
    person: PersonId
    restriction: Restriction
    in_force: bool
    at: datetime
    by: str
    has_reason: bool


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A listing or a hold in force, and when it is to be looked at again."""

    person: PersonId
    restriction_id: int
    restriction: Restriction
    since: datetime
    review_on: date | None


@dataclass(frozen=True, slots=True)
class ObjectionRecord:
    """A person on an event's list of those who asked not to be photographed."""

    event: str
    objection: Objection
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None = None
    ended: frozenset[str] = field(default=frozenset(), compare=False)
    """The approvals that ended when it was written down; only `Objections.add` tells."""
