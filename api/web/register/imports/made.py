"""An import that was made: what it did, which rows it left out and why, and the same rows as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import Path, Request
from starlette.responses import Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import not_found
from api.platform import labels as words
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.web import tables
from api.web.register.imports.column_words import in_office_words
from api.web.register.imports.waiting import MADE
from api.web.register.person.person_views import who
from api.web.tables import Cell, Column
from api.web.templating import Page, render
from consent_db.register.left_out import LIFE, LeftOutRow
from consent_db.roster.rejected import csv_of_left_out
from consent_db.roster.undo import ImportRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key

router = Router(prefix=MADE)

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

_CALLED: Final = {"bad": "left out", "waiting": "left out because a question was not answered", "left": "leaving"}
"""Counts whose names in the register are not the words of the office."""


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import that was made.

    Attributes:
        did: what it did, in figures.
        kept: how many rows that it left out can still be looked at.
    """

    number: int
    at: str
    did: str
    by: str
    undone: str | None
    undoable: bool
    left_out: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage(Page):
    """What an import did, and the rows that it left out."""

    template: ClassVar[str] = "import_made.html"
    nav: str = "imports"
    made: ImportView
    table: tables.Table
    days: int
    unlocked: bool


def import_view(services: Services, tx: Transaction, record: ImportRecord, kept: int) -> ImportView:
    """Return an import in words."""
    zone = services.policy.zone
    done = [f"{count:,} {_CALLED.get(name, name)}" for name, count in record.counts.items() if count]
    return ImportView(
        number=record.number,
        at=words.moment(record.at, zone),
        did=", ".join(done) or "nothing changed",
        by=who(tx, record.by),
        undone=words.moment(record.undone_at, zone) if record.undone_at else None,
        undoable=record.undoable,
        left_out=record.counts.get("bad", 0) + record.counts.get("waiting", 0),
        kept=kept,
    )


@router.get("/{number}")
@allow(ADMIN)
def show_made(request: Request, number: Number, services: Use, session: Session, tx: Reading) -> Response:
    """Show what an import did, and which rows it left out."""
    record, rows = _record(tx, number), tx.left_out.of(number)
    layout = _layout(number)
    query = tables.read(layout, request.query_params)
    page = MadePage(
        title=f"Import {number}",
        made=import_view(services, tx, record, len(rows)),
        table=tables.table(layout, query, tables.ordered(layout, query, rows), len(rows), _as_row),
        days=LIFE.days,
        unlocked=proved_lately(session, services.clock()),
    )
    return render(page, request.scope)


@router.post("/{number}/left-out")
@allow(ADMIN.just_now)
def hand_out_left_out(number: Number, tx: Writing) -> Response:
    """Hand the rows out that an import left out, with the reasons, to be corrected and imported."""
    _record(tx, number)
    rows = tx.left_out.of(number)
    tx.hand_outs.list_exported(len(rows))
    headers = {"Content-Disposition": f'attachment; filename="left-out-of-import-{number}.csv"'}
    return Response(csv_of_left_out(rows), media_type="text/csv; charset=utf-8", headers=headers)


def _record(tx: Transaction, number: int) -> ImportRecord:
    """Return an import.

    Raises:
        Problem: 404, there is none of this number.
    """
    for record in tx.imports.all():
        if record.number == number:
            return record
    raise not_found()


def _layout(number: int) -> tables.Layout:
    return tables.Layout(
        path=f"{MADE}/{number}",
        columns=(
            Column("name", "Name", lambda row: natural_key(row.name)),
            Column("line", "Line", lambda row: row.line),
            Column("why", "Why it was left out"),
        ),
        sort="line",
        noun=("row left out", "rows left out"),
    )


def _as_row(row: LeftOutRow) -> tables.Row:
    name = f"{row.name.strip() or 'No name'}{f' ({row.number})' if row.number else ''}"
    return tables.Row((Cell(name), Cell(str(row.line)), Cell(in_office_words(row.reason))), label=name)
