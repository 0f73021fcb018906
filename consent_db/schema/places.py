"""Where people are seen: events; and where pictures go: channels."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
)
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class EventRow(Table):
    """Something that happened, with a list of who was there."""

    __tablename__ = "events"
    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    date: Mapped[date]


class AttendanceRow(Table):
    """Who was at which event."""

    __tablename__ = "attendances"
    event: Mapped[str] = mapped_column(ForeignKey("events.name"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class ChannelRow(Table):
    """A school-owned account or outlet."""

    __tablename__ = "channels"
    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    platform: Mapped[str]
    address: Mapped[str]
    purposes: Mapped[str]
    staff: Mapped[bytes]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
