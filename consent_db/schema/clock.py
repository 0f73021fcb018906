"""The last moment that was believed: the heartbeat against which the clock is judged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class ClockRow(Table):
    """One row; see `consent_db.core.clock`."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    believed_at: Mapped[datetime]
    boot: Mapped[str]
    running: Mapped[int]
    database_at: Mapped[datetime | None]
    latest_at: Mapped[datetime]
