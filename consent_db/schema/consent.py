"""Statements of consent and the school's restrictions: append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
)
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class StatementRow(Table):
    """What one party said once; append-only."""

    __tablename__ = "statements"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    party: Mapped[str]
    subject: Mapped[str]
    scope: Mapped[str]
    stance: Mapped[str]
    said_at: Mapped[datetime]
    since: Mapped[date]
    until: Mapped[date | None]
    first_said_at: Mapped[datetime | None]
    source: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class RestrictionRow(Table):
    """A listing or a hold, set or lifted; append-only, the last entry of a kind holds."""

    __tablename__ = "restrictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    restriction: Mapped[str]
    in_force: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[str]
