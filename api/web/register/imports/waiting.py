"""The file that waits: what its columns mean, what is asked about it, every row, and the import itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from api.application.register.pending_import import Decided, WaitingFile
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.web import choices, tables
from api.web.register.imports.column_words import in_office_words
from api.web.register.imports.import_forms import DecidedFields, FormOutOfDate, UploadFields, kinds, reading
from api.web.register.imports.import_views import PlanView, plan_view
from api.web.register.imports.look import Look
from api.web.register.imports.mapping import ColumnView, DateView, date_views, file_key, meanings
from api.web.register.imports.rows_table import LAYOUT, table_of
from api.web.templating import Page, render
from consent_db import roster_import
from consent_db.accounts.records import SessionRecord
from consent_db.errors import ConsentDbError, NotPossible
from consent_db.roster.rejected import left_out_rows, rejected_csv
from consent_db.transaction import Transaction

PATH: Final = "/admin/imports/waiting"

MADE: Final = "/admin/imports/made"
"""Where the pages of imports that were made are."""

router = Router(prefix=PATH)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage(Page):
    """What a file is going to change; nothing is changed yet.

    Attributes:
        file: which file and sheet its form is about.
        lacking: what no column says although it is needed.
        table: the rows to look at, or all if there are none.
        seen: what the import is compared with.
        save_as: the name for the columns that was typed, `save_error` what is wrong with it.
    """

    template: ClassVar[str] = "import.html"
    nav: str = "imports"
    file: str
    columns: tuple[ColumnView, ...]
    meanings: tuple[choices.Choice, ...]
    kinds: tuple[choices.Choice, ...]
    decided: Decided
    bundle: bool
    lacking: tuple[str, ...] = ()
    plan: PlanView | None
    table: tables.Table | None
    seen: str
    sheets: tuple[str, ...] = ()
    dates: tuple[DateView, ...] = ()
    unlocked: bool
    error: str | None = None
    save_as: str = ""
    save_error: str = ""

    @property
    def undecided(self) -> int:
        """How many columns something is still to be decided of."""
        return sum(bool(one.problem) for one in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPage(Page):
    """The rows of a file as a table, of which every part can be looked at."""

    template: ClassVar[str] = "import_rows.html"
    nav: str = "imports"
    plan: PlanView
    table: tables.Table
    seen: str
    unlocked: bool


@router.get("")
@allow(ADMIN)
def show_waiting(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show what the file that waits is going to change."""
    found = waiting_file(services, session).open()
    if found is None:
        return _to_imports()
    return render(_page(services, tx, session, *found), request.scope)


@router.post("")
@allow(ADMIN)
def decide(request: Request, services: Use, session: Session, fields: Annotated[DecidedFields, Form()]) -> Response:
    """Note what was decided about the file, and show anew what it is going to change."""
    # Only a layout to be saved is written; looking at a file holds no write lock.
    begin = services.store.transaction if fields.save_as is not None else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        return _decided(request, services, session, tx, fields)


def _decided(
    request: Request, services: Services, session: SessionRecord, tx: Transaction, fields: DecidedFields
) -> Response:
    waiting = waiting_file(services, session)
    found = waiting.open()
    if found is None:
        return _to_imports()
    before, content = found
    try:
        decided = _taken_over(tx, before, content, fields)
    except FormOutOfDate as error:
        page = replace(_page(services, tx, session, before, content), error=str(error))
        return render(page, request.scope, HTTPStatus.CONFLICT)
    waiting.keep(decided, content)
    if fields.save_as is not None and decided.complete:
        try:
            tx.layouts.save("-".join(fields.save_as.casefold().split()), decided.layout)
        except NotPossible as error:
            page = _page(services, tx, session, decided, content)
            page = replace(page, save_as=fields.save_as, save_error=in_office_words(str(error)))
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)


def _taken_over(tx: Transaction, before: Decided, content: bytes, fields: DecidedFields) -> Decided:
    """Return what is decided with a form.

    Raises:
        FormOutOfDate: it was made for another file or sheet.
    """
    if fields.file != file_key(before, content):
        raise FormOutOfDate
    decided = fields.decided(before)
    if decided.sheet != before.sheet:  # another sheet has other columns
        return reading(tx, content, UploadFields(kind=decided.kind), decided.sheet)
    if any(fields.alike) and decided.complete:
        try:
            plan = roster_import.plan(content, tx, decided.choices)
        except ConsentDbError:  # the page says why
            return decided
        decided = decided.model_copy(update={"answers": fields.answered_alike(plan) | decided.answers})
    return decided


@router.get("/rows")
@allow(ADMIN)
def show_rows(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show the rows of the file as a table."""
    return _rows(request, services, session, tx, tables.read(LAYOUT, request.query_params))


@router.post("/rows")
@allow(ADMIN)
def find_rows(
    request: Request, services: Use, session: Session, tx: Reading, sent: Annotated[tables.Sent, Form()]
) -> Response:
    """Show those of a name or number, which no address may hold; without one the answer is an address."""
    query = tables.read(LAYOUT, {**request.query_params, **sent.parameters}, sent.words)
    if not query.words:
        return RedirectResponse(tables.address(LAYOUT, query), HTTPStatus.SEE_OTHER)
    return _rows(request, services, session, tx, query)


def _rows(
    request: Request, services: Services, session: SessionRecord, tx: Transaction, query: tables.Query
) -> Response:
    found = waiting_file(services, session).open()
    if found is None:
        return _to_imports()
    page = _page(services, tx, session, *found)
    if page.plan is None:
        return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
    shown = RowsPage(
        title="Rows of the file",
        plan=page.plan,
        table=table_of(page.plan.lines, query),
        seen=page.seen,
        unlocked=page.unlocked,
    )
    return render(shown, request.scope)


@router.post("/discard")
@allow(ADMIN)
def discard(services: Use, session: Session) -> Response:
    """Forget the file."""
    waiting_file(services, session).discard()
    return _to_imports()


@router.post("/rejected")
@allow(ADMIN)
def hand_out_rejected(services: Use, session: Session, tx: Reading) -> Response:
    """Hand out the rows that cannot be read, with the reasons, to be corrected and sent again."""
    found = waiting_file(services, session).open()
    if found is None:
        return _to_imports()
    decided, content = found
    try:
        made = rejected_csv(content, decided.choices, roster_import.plan(content, tx, decided.choices))
    except ConsentDbError:  # the page says why
        return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
    headers = {"Content-Disposition": 'attachment; filename="not-imported.csv"'}
    return Response(made, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/import")
@allow(ADMIN.just_now)
def import_file(
    request: Request, services: Use, session: Session, seen: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Import the file, if it still changes exactly what was seen."""
    waiting = waiting_file(services, session)
    found = waiting.open()
    if found is None:
        return _to_imports()
    with services.store.transaction(session.user.id, services.clock()) as tx:
        plan = (look := Look.at(tx, *found)).plan
        if plan is None or seen != look.seen:
            page = _page(services, tx, session, *found)
            said = "Something has changed since you looked. Look at this first; nothing was imported."
            return render(replace(page, error=page.error or said), request.scope, HTTPStatus.CONFLICT)
        roster_import.apply(plan, tx, left_out_rows(found[1], found[0].choices, plan))
        made = "/admin/imports" if plan.empty else f"{MADE}/{tx.imports.all()[0].number}"
    waiting.discard()
    return RedirectResponse(made, HTTPStatus.SEE_OTHER)


def waiting_file(services: Services, session: SessionRecord) -> WaitingFile:
    """Return the place of the file that waits for a user."""
    return WaitingFile(services.waiting, services.store, session.user.id)


def _to_imports() -> Response:
    return RedirectResponse("/admin/imports", HTTPStatus.SEE_OTHER)


def _page(services: Services, tx: Transaction, session: SessionRecord, decided: Decided, content: bytes) -> WaitingPage:
    look = Look.at(tx, decided, content)
    view = plan_view(tx, look.plan, decided) if look.plan else None
    return WaitingPage(
        title="Review the import",
        file=file_key(decided, content),
        columns=look.columns,
        meanings=meanings(tx, decided),
        kinds=kinds(),
        decided=decided,
        bundle=not decided.meanings,
        lacking=look.lacking,
        plan=view,
        table=table_of(view.lines, _first_look(view)) if view else None,
        sheets=look.sheet.sheets if look.sheet and decided.sheet is not None else (),
        dates=date_views(decided, look.sheet, look.unclear),
        seen=look.seen,
        unlocked=proved_lately(session, services.clock()),
        error=look.error,
    )


def _first_look(view: PlanView) -> tables.Query:
    """Return which rows the preview shows: all that fit on a page, or of more those to look at."""
    many = len(view.lines) > tables.SIZES[0]
    return tables.read(LAYOUT, {"show": "look"} if many and view.to_look_at else {})
