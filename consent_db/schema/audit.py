"""The audit's hash chain: append-only."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class AuditRow(Table):
    """One link of the chain; append-only. `at` is text, because its very letters are hashed."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "action", "seq"),)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    object_id: Mapped[str] = mapped_column(index=True)
    payload: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]
