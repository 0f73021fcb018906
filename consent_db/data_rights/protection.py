"""What a copy of a person's data leaves out, so that it does not tell that the person is protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from consent_db.core.notes import EVIDENCE, REASON
from gatekeeper.consent.permission import Party

Plain = dict[str, Any]

TABLES: Final = frozenset({"restrictions", "release_searches", "missing_protected"})
"""Tables that have rows about a person only because of a listing or a hold."""

NEUTRAL: Final = frozenset(
    {
        "check.decided",
        "check.expired",
        "check.received",
        "check.revoked",
        "check.superseded",
        "consent.recorded",
        "details.undone",
        "event.added",
        "event.changed",
        "objection.recorded",
        "objection.withdrawn",
        "person.added",
        "person.changed",
        "person.exported",
        "publication.recorded",
        "references.kept",
        "roster.imported",
        "siblings.confirmed",
        "siblings.removed",
        "takedown.done",
        "takedown.opened",
        "takedown.reopened",
        "template.stored",
        "templates.destroyed",
    }
)
"""The entries of the audit that a copy has; a new kind of entry is left out until it is named here."""

_TELLING: Final = frozenset({"why", "reason", "reasons"})
"""Parts of an entry that may tell why something was done."""


def without(tables: Mapping[str, Sequence[Plain]]) -> tuple[dict[str, list[Plain]], int]:
    """Return the tables without what tells of protection, and how many rows were left out.

    Tables that are nothing else are not even named.
    """
    hidden = {row["id"] for row in tables["statements"] if _by_court(row)}
    kept = {
        name: [row for row in rows if not _protects(name, row, hidden)]
        for name, rows in tables.items()
        if name not in TABLES
    }
    return kept, sum(map(len, tables.values())) - sum(map(len, kept.values()))


def neutral(entry: Plain) -> Plain | None:
    """Return an entry of the audit without what tells of protection; None if it is about nothing else."""
    said = entry["payload"].get("said") or [None]
    if entry["action"] not in NEUTRAL or said[0] == Party.COURT:
        return None
    return entry | {"payload": {name: part for name, part in entry["payload"].items() if name not in _TELLING}}


def _by_court(row: Plain) -> bool:
    return bool(row["party"] == Party.COURT)


def _protects(table: str, row: Plain, hidden: set[int]) -> bool:
    if table == "statements":
        return _by_court(row)
    return table == "notes" and (row["about"] == REASON or (row["about"] == EVIDENCE and row["row_id"] in hidden))
