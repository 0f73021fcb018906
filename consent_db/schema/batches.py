"""Pictures that were sent together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class BatchRow(Table):
    """Many pictures that were chosen at once: how many they were, and the names of their files, sealed."""

    __tablename__ = "batches"
    id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    expected: Mapped[int]
    names: Mapped[bytes | None]


class BatchCheckRow(Table):
    """One check of a batch, and its place among the files as chosen; a check belongs to one batch at most."""

    __tablename__ = "batch_checks"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    place: Mapped[int]
