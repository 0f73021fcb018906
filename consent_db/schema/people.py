"""The people on the register, and what is kept about them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class PersonRow(Table):
    """A person on the register; after an erasure only the id, the kind and the day remain."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    leaving_date: Mapped[date | None]
    external_index: Mapped[bytes | None] = mapped_column(unique=True)
    wrapped_key: Mapped[bytes | None]
    profile: Mapped[bytes | None]
    erased_at: Mapped[datetime | None]


class RegisterChangeRow(Table):
    """Where in the order of changes a person's part of the register changed last; written by triggers alone.

    A change is one of the person's kind, leaving date, profile or erasure, of a statement, a
    restriction or a template. Positions only grow, in the order of commits.
    """

    __tablename__ = "register_changes"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, unique=True)


class MembershipRow(Table):
    """Who is in which class or club."""

    __tablename__ = "memberships"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


class NoteRow(Table):
    """Sealed words about an append-only row, apart from it so that erasure can destroy them."""

    __tablename__ = "notes"
    about: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    sealed: Mapped[bytes]


class SiblingRow(Table):
    """A person who was confirmed to be a sibling or twin of the others of their family, which is a random id."""

    __tablename__ = "siblings"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    family: Mapped[str] = mapped_column(index=True)
    confirmed_at: Mapped[datetime]


class TemplateRow(Table):
    """One person's sealed template under one engine."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("person_id", "engine"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    engine: Mapped[str] = mapped_column(index=True)
    photographs: Mapped[int]
    enrolled_at: Mapped[datetime]
    ages_from: Mapped[datetime]
    sealed: Mapped[bytes]
