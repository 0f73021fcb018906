"""The data map: which tables hold personal data, and what erasure does with it.

The tables themselves are asked, so that a new one cannot be forgotten: rows that
point at a row of `people` are deleted, unless the table is named in `KEPT`. A
table that points at no person has to be named in `ABOUT_NO_PERSON`, with who takes people out
of it (tests go through all of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, LargeBinary
from sqlalchemy import Table as SqlTable

from consent_db.schema import PersonRow, Table

KEPT: Final[Mapping[str, str]] = {
    "statements": "what was said, under a bare id: the history is append-only",
    "restrictions": "that there was a listing or a hold, under a bare id: the history is append-only",
    "check_people": "which decisions rested on the bare id",
    "register_changes": "in which order what is read of a bare id changed: a number",
    "publication_people": "which published pictures have to come down, by a bare id",
}
"""Tables whose rows stay: ids, codes and days only."""

ABOUT_NO_PERSON: Final[Mapping[str, str]] = {
    "people": "the person's own row, which is blanked",
    "checks": "taken out by `checks_erasure`: words, bindings and pictures",
    "check_blocks": "codes of findings, of a check",
    "expiries": "that a check's end has still to be told",
    "batches": "taken out by `checks_erasure`: names of files that name the person, or are of a picture of theirs",
    "batch_checks": "which pictures were sent together",
    "opinions": "taken out by `checks_erasure`: notes that name the person, or are about a picture of theirs",
    "publications": "where a picture was published stays until it is taken down and its time is over",
    "takedowns": "what has to come down",
    "audit": "ids, counts and codes only",
    "restriction_reviews": "a day, about a restriction",
    "deleted_pictures": "hashes and features, of which no picture can be made",
    "let_pass_phrases": "words that staff say are about none of the school's own people",
    "idempotency": "hashes of requests, and for days what programs were answered about posts, webhooks and imports",
    "events": "titles and days",
    "former_values": "for an undo: fields of channels and roles, and bare ids of the people of events and posts",
    "clock": "moments of the machine",
    "receipt_uses": "which receipt was used up, by which program",
    "channels": "the school's own accounts and who runs them",
    "school_identity": "what the school is called, and its crest",
    "clients": "programs",
    "client_keys": "programs",
    "webhooks": "programs",
    "webhook_events": "ids of checks, posts and take-downs",
    "webhook_deliveries": "when programs were told",
    "users": "who may sign in: their accounts are ended, not erased as people of the register",
    "saved_views": "filters of lists, which have no names of people; what users call them is sealed and theirs alone",
    "identities": "who may sign in",
    "second_factors": "who may sign in",
    "recovery_codes": "who may sign in",
    "links": "who may sign in",
    "sessions": "who may sign in",
    "account_news_read": "who may sign in",
    "roster_mappings": "names of columns",
    "roster_imports": "counts",
    "roster_left_out": "taken out by `left_out`: rows with the name or number of the person",
    "photo_uploads": "when photographs were given, and by which account",
    "school": "one row about the school",
    "school_terms": "what the policy says",
}
"""Tables that point at no person on the register, and why that is all right."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with rows about people."""

    table: SqlTable
    person: Column[Any]
    """The column that says who it is about."""

    @property
    def kept(self) -> str | None:
        """Why its rows stay after an erasure; None if they go."""
        return KEPT.get(self.table.name)

    @property
    def sealed(self) -> tuple[Column[Any], ...]:
        """The columns with sealed bytes."""
        return tuple(column for column in self.table.columns if isinstance(column.type, LargeBinary))


def holdings() -> tuple[Holding, ...]:
    """Return every table with rows about people, those first that others do not depend on."""
    people = PersonRow.__table__
    return tuple(
        Holding(table, column)
        for table in reversed(Table.metadata.sorted_tables)
        for column in table.columns
        if any(key.column.table is people for key in column.foreign_keys)
    )
