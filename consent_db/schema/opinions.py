"""What a second person said about a picture."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class OpinionRow(Table):
    """A second person looked at a blocked picture and agreed to it or declined; the note is sealed."""

    __tablename__ = "opinions"
    id: Mapped[str] = mapped_column(primary_key=True)
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    agreed: Mapped[bool]
    note: Mapped[bytes]
