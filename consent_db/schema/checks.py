"""Checks, what they rest on, and what they left behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class CheckRow(Table):
    """One photo, from its arrival to the end of its approval."""

    __tablename__ = "checks"
    __table_args__ = (
        Index(None, "actor", "created_at"),
        Index(None, "state", "created_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    actor: Mapped[str]
    channel: Mapped[str] = mapped_column(ForeignKey("channels.name"), index=True)
    event: Mapped[str | None]
    publish_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    request: Mapped[bytes]
    upload_key: Mapped[str | None]
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("checks.id"))
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("checks.id"))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    facts: Mapped[bytes | None]
    examined_key: Mapped[str | None]
    release_token_sha256: Mapped[str | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None]


class CheckPersonRow(Table):
    """A person an approval rests on."""

    __tablename__ = "check_people"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class DeletedPictureRow(Table):
    """The marks of a picture that was deleted as compromising; no picture."""

    __tablename__ = "deleted_pictures"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str | None]
    features: Mapped[bytes | None]
    deleted_at: Mapped[datetime]
    deleted_by: Mapped[str]


class IdempotencyRow(Table):
    """A request that was made before, by its owner's key: the check that it made, or the sealed answer that it got."""

    __tablename__ = "idempotency"
    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    check_id: Mapped[str | None] = mapped_column(ForeignKey("checks.id"))
    created_at: Mapped[datetime]
    answer: Mapped[bytes | None]


class CheckBlockRow(Table):
    """One reason for which a check was blocked: a code of the findings, and no more."""

    __tablename__ = "check_blocks"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True, index=True)


class ExpiryRow(Table):
    """An approval whose end by time is not announced yet."""

    __tablename__ = "expiries"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)


class OpinionRow(Table):
    """A second person looked at a blocked picture and agreed to it or declined; the note is sealed."""

    __tablename__ = "opinions"
    id: Mapped[str] = mapped_column(primary_key=True)
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    agreed: Mapped[bool]
    note: Mapped[bytes]
