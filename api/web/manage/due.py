"""What falls due: consents and templates that end, reviews, leavers and eighteenth birthdays, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from api.application.register.directory import AHEAD, Entry, directory
from api.application.register.references import missing_references
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.platform import labels
from api.security.access import KEEPERS, allow, proved_lately
from api.security.routing import Router
from api.web import choices, tables
from api.web.register.people import register_of
from api.web.tables import Cell, Column, Filter, Layout, Query
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.data_rights.lifecycle import Due, DueKind
from consent_db.transaction import Transaction
from gatekeeper.naming import finder

router = Router(prefix="/admin/due")

Sent = Annotated[tables.Sent, Form()]

_WHAT: Final[Mapping[DueKind, str]] = {
    DueKind.CONSENT_ENDS: "A consent ends: ask again",
    DueKind.REVIEW: "Review whether it stays",
    DueKind.LEAVING: "Leaves: nothing is permitted afterwards",
    DueKind.TEMPLATE_ENDS: "The template gets too old: take new photographs",
    DueKind.COMES_OF_AGE: "Comes of age: ask them, not the parents",
    DueKind.TEMPLATE_HALF_TIME: "Half the time of the reference photos is over: add a new one when you can",
    DueKind.REFERENCE_MISSING: "No reference photo under a year old: take one",
}
_KIND: Final[Mapping[str, str]] = {
    DueKind.CONSENT_ENDS.value: "Consents that end",
    DueKind.REVIEW.value: "Reviews",
    DueKind.LEAVING.value: "Leavers",
    DueKind.TEMPLATE_ENDS.value: "Old reference photos",
    DueKind.COMES_OF_AGE.value: "Eighteenth birthdays",
    DueKind.TEMPLATE_HALF_TIME.value: "Reference photos at half time",
    DueKind.REFERENCE_MISSING.value: "Without a reference photo under a year old",
}
_WHEN: Final = {"overdue": "Overdue", "ahead": "Still ahead"}
_LEFT: Final = "has left"


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing that falls due, and the person it is about."""

    due: Due
    entry: Entry


_LAYOUT: Final = Layout(
    path="/admin/due",
    columns=(
        Column("name", "Name", lambda line: line.entry.name_key),
        Column("class", "Class", lambda line: line.entry.group_key),
        Column("what", "What to do", lambda line: list(_WHAT).index(line.due.kind)),
        Column("day", "Day", lambda line: line.due.urgency),
    ),
    filters=(Filter("kind", "What", _KIND), Filter("when", "When", _WHEN)),
    sort="day",
    noun=("thing to do", "things to do"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage(Page):
    """What falls due, the most urgent first unless it is sorted otherwise."""

    template: ClassVar[str] = "due.html"
    nav: str = "due"
    days: int = AHEAD
    table: tables.Table
    unlocked: bool


@router.get("")
@allow(KEEPERS)
def show_due(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show what falls due, and what is overdue."""
    return render(_page(services, tx, session, tables.read(_LAYOUT, request.query_params)), request.scope)


@router.post("")
@allow(KEEPERS)
def search_due(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show what falls due for those who match what was typed; without words the answer is an address."""
    query = tables.read(_LAYOUT, {**request.query_params, **sent.parameters}, sent.words)
    if not query.words:
        return RedirectResponse(tables.address(_LAYOUT, query), HTTPStatus.SEE_OTHER)
    return render(_page(services, tx, session, query), request.scope)


@router.post("/list.csv")
@allow(KEEPERS.just_now)
def hand_out_due(request: Request, services: Use, tx: Writing, sent: Sent) -> Response:
    """Hand out what falls due, as far as it is found, on all pages, as a file."""
    query = tables.read(_LAYOUT, {**request.query_params, **sent.parameters}, sent.words)
    rows = tables.rows_of(_LAYOUT, query, map(_row_on(tx.today), _found(_lines(services, tx), query, tx.today)))
    return tables.handed_out(tx, rows, "coming-up")


def _lines(services: Services, tx: Transaction) -> list[_Line]:
    register = register_of(services, tx)
    people, missing = directory(tx, register), missing_references(tx, register, services.policy)
    entries = {entry.record.id: entry for entry in people.entries}
    return [_Line(due, entries[due.person.id]) for due in (*people.falling_due, *missing)]


def _found(lines: list[_Line], query: Query, today: date) -> list[_Line]:
    is_meant = finder(query.words)
    found = [
        line for line in lines if _is_let_through(line.due, query, today) and is_meant(line.entry.searched)
    ] if query.words or query.chosen else lines  # fmt: skip
    return tables.ordered(_LAYOUT, query, found)


def _page(services: Services, tx: Transaction, session: SessionRecord, query: Query) -> DuePage:
    lines = _lines(services, tx)
    found = tables.table(_LAYOUT, query, _found(lines, query, tx.today), len(lines), _row_on(tx.today))
    return DuePage(
        title="Coming up",
        table=tables.with_saved(tx, session.user.id, found),
        unlocked=proved_lately(session, services.clock()),
    )


def _is_let_through(due: Due, query: Query, today: date) -> bool:
    kind, when = query.chosen.get("kind"), query.chosen.get("when")
    return kind in {None, due.kind} and (when is None or (when == "overdue") is due.is_overdue(today))


def _row_on(today: date) -> Callable[[_Line], tables.Row]:
    """Return what makes a row, with what is overdue that day marked."""

    def row(line: _Line) -> tables.Row:
        due, left = line.due, line.due.detail == _LEFT
        late = due.is_overdue(today)
        what = "Has left: erase them when nothing is needed any more" if left else _WHAT[due.kind]
        day = labels.date(due.day)
        return tables.Row((
            Cell(choices.full_name(due.person.profile), f"/admin/people/{due.person.id}"),
            Cell(", ".join(line.entry.groups)),
            Cell(what, note="" if left else due.detail.replace("_", " ")),
            Cell(f"Since {day}" if due.day < today else day, mood="stop" if late else None),
        ))  # fmt: skip

    return row
