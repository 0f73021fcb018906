"""The tables. Private to this package: what leaves it are the records.

Columns that tell who somebody is, or why something was decided, hold sealed
bytes (`crypto`); what is in clear is what queries need and says nothing without
the key. `audit`, `statements` and `restrictions` are append-only: triggers made
by the migrations refuse UPDATE and DELETE.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database; naive moments are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs its time zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        # SQLite keeps text. Read here, and not through two layers: a register has tens of thousands.
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


class Table(DeclarativeBase):
    """The base of all tables, with names for every constraint."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: String(),
        bytes: LargeBinary(),
        datetime: Instant(),
    }


class SchoolRow(Table):
    """The one row that every writing transaction locks first."""

    __tablename__ = "school"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    register_version: Mapped[int]
    own_consent_age: Mapped[int]
    wrapped_key: Mapped[bytes]


class PersonRow(Table):
    """Somebody on the register; after an erasure only the id, the kind and the day remain."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    leaving_date: Mapped[date | None]
    external_index: Mapped[bytes | None] = mapped_column(unique=True)
    wrapped_key: Mapped[bytes | None]
    profile: Mapped[bytes | None]
    erased_at: Mapped[datetime | None]


class MembershipRow(Table):
    """Who is in which class or club."""

    __tablename__ = "memberships"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


class StatementRow(Table):
    """What one party said once; append-only."""

    __tablename__ = "statements"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    party: Mapped[str]
    subject: Mapped[str]
    scope: Mapped[str]
    stance: Mapped[str]
    said_at: Mapped[datetime]
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class RestrictionRow(Table):
    """A listing or a hold, set or lifted; append-only, the last entry of a kind holds."""

    __tablename__ = "restrictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    restriction: Mapped[str]
    in_force: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[str]


class NoteRow(Table):
    """Sealed words about an append-only row, apart from it so that erasure can destroy them."""

    __tablename__ = "notes"
    about: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    sealed: Mapped[bytes]


class TemplateRow(Table):
    """One person's sealed template under one engine."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("person_id", "engine"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    engine: Mapped[str] = mapped_column(index=True)
    photographs: Mapped[int]
    enrolled_at: Mapped[datetime]
    sealed: Mapped[bytes]


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


class CheckPersonRow(Table):
    """Whom an approval rests on."""

    __tablename__ = "check_people"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class DeletedPictureRow(Table):
    """The marks of a picture that was deleted as compromising; no picture."""

    __tablename__ = "deleted_pictures"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str | None]
    deleted_at: Mapped[datetime]
    deleted_by: Mapped[str]


class IdempotencyRow(Table):
    """A request that was made before, by its owner's key."""

    __tablename__ = "idempotency"
    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"))
    created_at: Mapped[datetime]


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


class AuditRow(Table):
    """One link of the chain; append-only. `at` is text, because its very letters are hashed."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    object_id: Mapped[str] = mapped_column(index=True)
    payload: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]
