"""What was published, the people it shows, and what has to come down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class PublicationRow(Table):
    """One post somewhere; where exactly is sealed, since addresses may spell names."""

    __tablename__ = "publications"
    id: Mapped[str] = mapped_column(primary_key=True)
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), index=True)
    channel: Mapped[str] = mapped_column(ForeignKey("channels.name"))
    release_sha256: Mapped[str] = mapped_column(index=True)
    post_index: Mapped[bytes] = mapped_column(unique=True)
    post: Mapped[bytes]
    published_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    taken_down_at: Mapped[datetime | None]


class PublicationPersonRow(Table):
    """A person that a published picture shows: bound when it was checked, or found by a search since."""

    __tablename__ = "publication_people"
    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    named: Mapped[bool]
    found_by: Mapped[str]


class TakedownRow(Table):
    """One publication that has to come down, with a clock; open until a proof is given."""

    __tablename__ = "takedowns"
    id: Mapped[str] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"), index=True)
    why: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    outcome: Mapped[str | None]
    proof: Mapped[bytes | None]


class SearchRow(Table):
    """A search of the released pictures for one person that was asked for, and what came of it."""

    __tablename__ = "release_searches"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    finished_at: Mapped[datetime | None]
    looked: Mapped[int | None]
    found: Mapped[int | None]


class ReceiptUseRow(Table):
    """The one use of a receipt that holds for one post: who verified it, and until when they may report the post."""

    __tablename__ = "receipt_uses"
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    client: Mapped[str]
    key: Mapped[bytes | None]
    used_at: Mapped[datetime]
    held_until: Mapped[datetime]
