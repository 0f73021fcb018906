"""Authentication: API clients, users and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
)
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class ClientRow(Table):
    """A program that may use the API."""

    __tablename__ = "clients"
    id: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[bytes]
    scopes: Mapped[str]
    channels: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    holder: Mapped[str | None]


class ClientKeyRow(Table):
    """A key of a program, found by the part of it that is no secret; two while they are changed."""

    __tablename__ = "client_keys"
    prefix: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id"), index=True)
    secret_sha256: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used: Mapped[datetime | None]


class UserRow(Table):
    """An account that may sign in."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[bytes]
    email_index: Mapped[bytes] = mapped_column(unique=True)
    password: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    name: Mapped[bytes | None]
    factor_due_at: Mapped[datetime | None]


class SavedViewRow(Table):
    """Filters and order of a list that a user keeps under a name; both are sealed."""

    __tablename__ = "saved_views"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    path: Mapped[str]
    content: Mapped[bytes]
    saved_at: Mapped[datetime]


class IdentityRow(Table):
    """A user's account at the school's sign-in service: a blind index of its issuer and subject."""

    __tablename__ = "identities"
    subject_index: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)


class SecondFactorRow(Table):
    """The sealed secret of a user's authenticator app; in force once it is confirmed."""

    __tablename__ = "second_factors"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[bytes]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]


class RecoveryCodeRow(Table):
    """A recovery code that was not used yet, by its SHA-256."""

    __tablename__ = "recovery_codes"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    code_sha256: Mapped[str] = mapped_column(primary_key=True)


class LinkRow(Table):
    """A one-time link that is not used yet, by the SHA-256 of its token."""

    __tablename__ = "links"
    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime]


class SessionRow(Table):
    """A signed-in browser, found by the SHA-256 of its token."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    step: Mapped[str]
    device: Mapped[str]
    started_at: Mapped[datetime]
    last_used: Mapped[datetime]
    proved_at: Mapped[datetime]


class NewsReadRow(Table):
    """The last entry of the audit that an account had seen when it was last told of changes to accounts."""

    __tablename__ = "account_news_read"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seq: Mapped[int]
