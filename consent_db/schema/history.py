"""What the answer at a past moment rests on besides statements."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class FormerFactsRow(Table):
    """Kind, leaving date and date of birth of a person as they were until `replaced_at`, sealed."""

    __tablename__ = "former_facts"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    replaced_at: Mapped[datetime]
    sealed: Mapped[bytes]


class TermsRow(Table):
    """What the school's policy says about the register, from `at` on; append-only, the last row holds."""

    __tablename__ = "school_terms"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    own_consent_age: Mapped[int]
    biometrics: Mapped[bool]
    takedown_hours: Mapped[int]


class ReviewRow(Table):
    """When a listing or hold is to be looked at again; append-only, the last row of a restriction holds."""

    __tablename__ = "restriction_reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    restriction_id: Mapped[int] = mapped_column(ForeignKey("restrictions.id"), index=True)
    review_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]


class ObjectionRow(Table):
    """A person who asked not to be photographed at an event, by description or on the register."""

    __tablename__ = "event_objections"
    id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(ForeignKey("events.name"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    description: Mapped[bytes]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]


class FormerValuesRow(Table):
    """What an act of a hand replaced, by the number of its entry in the audit; sealed, for its undo."""

    __tablename__ = "former_values"
    entry: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes]


class LetPassRow(Table):
    """A phrase that the school lets pass in its captions, and since when."""

    __tablename__ = "let_pass_phrases"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    phrase: Mapped[bytes]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
