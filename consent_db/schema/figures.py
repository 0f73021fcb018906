"""Statistics without decryption, and approvals whose expiry is still to be announced."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class CheckBlockRow(Table):
    """One reason for which a check was blocked: a code of the findings, and no more."""

    __tablename__ = "check_blocks"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True, index=True)


class ExpiryRow(Table):
    """An approval whose end by time is not announced yet."""

    __tablename__ = "expiries"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
