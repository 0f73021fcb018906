"""Who may come in: programs, people and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
)
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class ClientRow(Table):
    """A program with a key to the API."""

    __tablename__ = "clients"
    id: Mapped[str] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    secret_sha256: Mapped[str]
    label: Mapped[bytes]
    scopes: Mapped[str]
    channels: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class UserRow(Table):
    """Somebody who may sign in."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[bytes]
    email_index: Mapped[bytes] = mapped_column(unique=True)
    password: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SessionRow(Table):
    """A signed-in browser, found by the SHA-256 of its token."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    started_at: Mapped[datetime]
    last_used: Mapped[datetime]
