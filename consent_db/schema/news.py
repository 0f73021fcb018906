"""How far people have read what others did to accounts."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class NewsReadRow(Table):
    """The last entry of the audit that an account had seen when it was last told of changes to accounts."""

    __tablename__ = "account_news_read"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seq: Mapped[int]
