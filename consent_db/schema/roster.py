"""What imports leave behind: how columns are read, what can be taken back, and reference photographs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class RosterMappingRow(Table):
    """What the columns of one kind of file mean, under a name."""

    __tablename__ = "roster_mappings"
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class RosterImportRow(Table):
    """One import: when, by which account, how much, and whether it was taken back."""

    __tablename__ = "roster_imports"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    counts: Mapped[str]
    undone_at: Mapped[datetime | None]


class RosterTouchedRow(Table):
    """What the newest import did to one person, sealed: enough to take it back."""

    __tablename__ = "roster_touched"
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    sealed: Mapped[bytes]


class RosterLeftOutRow(Table):
    """A row of a file that an import left out, sealed; it need not be about a person on the register."""

    __tablename__ = "roster_left_out"
    id: Mapped[str] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id"), index=True)
    kept_at: Mapped[datetime]
    sealed: Mapped[bytes]


class MissingProtectedRow(Table):
    """A listed or held person that an import did not have: a question for the safeguarding lead."""

    __tablename__ = "missing_protected"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    answer: Mapped[str | None]


class ReferencePhotoRow(Table):
    """A photograph that a template was made of, sealed with its person's key."""

    __tablename__ = "reference_photos"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kept_at: Mapped[datetime]
    sealed: Mapped[bytes]


class PhotoUploadRow(Table):
    """Photographs that were given together for many people: when, and by which account."""

    __tablename__ = "photo_uploads"
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]


class PhotoResultRow(Table):
    """One of these files: how far it is, and sealed its name and why it was refused."""

    __tablename__ = "photo_results"
    id: Mapped[str] = mapped_column(primary_key=True)
    upload_id: Mapped[str] = mapped_column(ForeignKey("photo_uploads.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[str]
    sealed: Mapped[bytes]
    due_at: Mapped[datetime | None]
