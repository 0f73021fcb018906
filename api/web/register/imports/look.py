"""A waiting file as it is read now: its columns, and what it changes once everything about it is decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Self

from api.application.register.pending_import import Decided
from api.web.register.imports.column_words import in_office_words
from api.web.register.imports.mapping import ColumnView, columns, file_key, missing_columns, sheet_of
from consent_db import roster_import
from consent_db.errors import ConsentDbError
from consent_db.roster.fields.date_columns import DatesUnclear
from consent_db.roster.files.sheet import Sheet
from consent_db.roster.plan import Plan
from consent_db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a file.

    Attributes:
        sheet: None for a bundle, whose columns are known.
        lacking: what no column says although it is needed.
        plan: what it does; None while something is undecided, or for the reason that `error` gives.
        unclear: the columns of which the order of dates is asked.
        seen: what the import is compared with.
    """

    sheet: Sheet | None
    columns: tuple[ColumnView, ...]
    lacking: tuple[str, ...]
    plan: Plan | None
    error: str | None
    unclear: frozenset[str]
    seen: str

    @classmethod
    def at(cls, tx: Transaction, decided: Decided, content: bytes) -> Self:
        """Look at a file, with what was decided about it."""
        sheet = sheet_of(decided, content)
        shown, lacking = columns(decided, sheet), missing_columns(decided)
        settled = decided.complete and not lacking and not any(one.problem for one in shown)
        plan, error, unclear = _plan(tx, decided, content) if settled else (None, None, frozenset[str]())
        said = f"{plan and plan.register_version} {tx.today} {file_key(decided, content)} {decided.model_dump_json()}"
        return cls(sheet, shown, lacking, plan, error, unclear, hashlib.sha256(said.encode()).hexdigest())


def _plan(tx: Transaction, decided: Decided, content: bytes) -> tuple[Plan | None, str | None, frozenset[str]]:
    """Return what the file does; or why that cannot be said, and of which columns the dates are not clear."""
    try:
        return roster_import.plan(content, tx, decided.choices), None, frozenset()
    except DatesUnclear as refused:
        return None, in_office_words(str(refused)), frozenset(refused.columns)
    except ConsentDbError as refused:
        return None, in_office_words(str(refused)), frozenset()
