"""Imports: the school's own list becomes the register, after everything that it changes was seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from api.application.register.pending_import import Decided, WaitingFile
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.platform import labels as words
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.web import choices
from api.web.register.imports.import_forms import DecidedFields, UploadFields, first_reading, reading
from api.web.register.imports.import_views import (
    ColumnView,
    DateView,
    PlanView,
    columns,
    date_views,
    in_office_words,
    meanings,
    plan_view,
    sheet_names,
)
from api.web.register.person.person_views import who
from api.web.templating import Page, render
from consent_db import roster_export, roster_import
from consent_db.accounts.records import SessionRecord
from consent_db.errors import ConsentDbError, NotFound, NotPossible
from consent_db.roster.fields.date_columns import DatesUnclear
from consent_db.roster.rejected import rejected_csv
from consent_db.transaction import Transaction

router = Router(prefix="/admin/imports")

_WAITING = "/admin/imports/waiting"


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import that was made."""

    number: int
    text: str
    by: str
    undone: str | None
    undoable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsPage(Page):
    """A form for a file, and the imports that were made."""

    template: ClassVar[str] = "imports.html"
    nav: str = "imports"
    imports: tuple[ImportView, ...]
    layouts: tuple[str, ...]
    kinds: tuple[choices.Choice, ...]
    waiting: bool
    unlocked: bool
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage(Page):
    """What a file is going to change; nothing is changed yet."""

    template: ClassVar[str] = "import.html"
    nav: str = "imports"
    columns: tuple[ColumnView, ...]
    meanings: tuple[choices.Choice, ...]
    kinds: tuple[choices.Choice, ...]
    decided: Decided
    bundle: bool
    plan: PlanView | None
    seen: str
    sheets: tuple[str, ...] = ()
    dates: tuple[DateView, ...] = ()
    unlocked: bool
    error: str | None = None


@router.get("")
@allow(ADMIN)
def show_imports(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show the form, and the imports that were made."""
    return render(_page(services, tx, session), request.scope)


@router.post("")
@allow(ADMIN)
def take_file(
    request: Request, services: Use, session: Session, tx: Reading, fields: Annotated[UploadFields, Form()]
) -> Response:
    """Keep a file sealed, and lead to what it is going to change."""
    content = fields.file.file.read() if fields.file is not None else b""
    try:
        decided = first_reading(tx, content, fields)
    except ConsentDbError as error:
        page = replace(_page(services, tx, session), error=in_office_words(str(error)))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    _file(services, session).keep(decided, content)
    return _to(_WAITING)


@router.get("/waiting")
@allow(ADMIN)
def show_waiting(
    request: Request, services: Use, session: Session, tx: Reading, page: Annotated[int, Query(ge=1, le=1000)] = 1
) -> Response:
    """Show what the file that waits is going to change."""
    found = _file(services, session).open()
    if found is None:
        return _to("/admin/imports")
    return render(_waiting_page(services, tx, session, *found, page), request.scope)


@router.post("/waiting")
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
    found = _file(services, session).open()
    if found is None:
        return _to("/admin/imports")
    decided = fields.decided(found[0])
    if decided.sheet != found[0].sheet:  # another sheet has other columns
        decided = reading(tx, found[1], UploadFields(kind=decided.kind), decided.sheet)
    _file(services, session).keep(decided, found[1])
    if fields.save_as is not None and decided.complete:
        try:
            tx.layouts.save("-".join(fields.save_as.casefold().split()), decided.layout)
        except NotPossible as error:
            page = replace(_waiting_page(services, tx, session, decided, found[1]), error=in_office_words(str(error)))
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _to(_WAITING)


@router.post("/waiting/discard")
@allow(ADMIN)
def discard(services: Use, session: Session) -> Response:
    """Forget the file."""
    _file(services, session).discard()
    return _to("/admin/imports")


@router.post("/waiting/rejected")
@allow(ADMIN)
def hand_out_rejected(services: Use, session: Session, tx: Reading) -> Response:
    """Hand out the rows that cannot be read, with the reasons, to be corrected and sent again."""
    found = _file(services, session).open()
    if found is None:
        return _to("/admin/imports")
    decided, content = found
    try:
        made = rejected_csv(content, decided.choices, roster_import.plan(content, tx, decided.choices))
    except ConsentDbError:  # the page says why
        return _to(_WAITING)
    headers = {"Content-Disposition": 'attachment; filename="not-imported.csv"'}
    return Response(made, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/waiting/import")
@allow(ADMIN.just_now)
def import_file(
    request: Request, services: Use, session: Session, seen: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Import the file, if it still changes exactly what was seen."""
    waiting = _file(services, session)
    found = waiting.open()
    if found is None:
        return _to("/admin/imports")
    with services.store.transaction(session.user.id, services.clock()) as tx:
        page = _waiting_page(services, tx, session, *found)
        if page.plan is None or seen != page.seen:
            said = "Something has changed since you looked. Look at this first; nothing was imported."
            return render(replace(page, error=page.error or said), request.scope, HTTPStatus.CONFLICT)
        roster_import.apply(roster_import.plan(found[1], tx, found[0].choices), tx)
    waiting.discard()
    return _to("/admin/imports")


@router.post("/{number}/undo")
@allow(ADMIN.just_now)
def undo(number: Annotated[int, Path(ge=1, le=2**31)], tx: Writing) -> Response:
    """Take the newest import back."""
    with suppress(NotFound):
        tx.imports.undo(number)
    return _to("/admin/imports")


@router.post("/export")
@allow(ADMIN.just_now)
def export(tx: Writing) -> Response:
    """Export the register as a file that an import takes back without any change."""
    headers = {"Content-Disposition": f'attachment; filename="register-{tx.today.isoformat()}.csv"'}
    return Response(roster_export.export(tx).data, media_type="text/csv; charset=utf-8", headers=headers)


def _file(services: Services, session: SessionRecord) -> WaitingFile:
    return WaitingFile(services.settings.data, services.store, session.user.id)


def _to(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def _page(services: Services, tx: Transaction, session: SessionRecord) -> ImportsPage:
    return ImportsPage(
        title="Import and export",
        imports=tuple(_imports(services, tx)),
        layouts=tuple(tx.layouts.names()),
        kinds=_kinds(),
        waiting=_file(services, session).open() is not None,
        unlocked=proved_lately(session, services.clock()),
    )


def _imports(services: Services, tx: Transaction) -> Iterator[ImportView]:
    zone = services.policy.zone
    for record in tx.imports.all():
        counts = ", ".join(f"{count} {name}" for name, count in record.counts.items())
        undone = words.moment(record.undone_at, zone) if record.undone_at else None
        text = f"{words.moment(record.at, zone)}: {counts}"
        yield ImportView(record.number, text, who(tx, record.by), undone, record.undoable)


def _kinds() -> tuple[choices.Choice, ...]:
    return tuple(choices.Choice(kind.value, text) for kind, text in words.KIND.items())


def _waiting_page(
    services: Services,
    tx: Transaction,
    session: SessionRecord,
    decided: Decided,
    content: bytes,
    shown: int = 1,
) -> WaitingPage:
    plan, error, unclear = None, None, set[str]()
    if decided.complete:
        try:
            plan = roster_import.plan(content, tx, decided.choices)
        except ConsentDbError as refused:
            error = in_office_words(str(refused))
            unclear = set(refused.columns) if isinstance(refused, DatesUnclear) else unclear
    said = f"{plan and plan.register_version} {tx.today} {decided.model_dump_json()}"
    return WaitingPage(
        title="Review the import",
        columns=columns(decided, content),
        meanings=meanings(tx, decided),
        kinds=_kinds(),
        decided=decided,
        bundle=not decided.meanings,
        plan=plan_view(tx, plan, shown) if plan else None,
        sheets=sheet_names(decided, content),
        dates=date_views(decided, unclear),
        seen=hashlib.sha256(said.encode()).hexdigest(),
        unlocked=proved_lately(session, services.clock()),
        error=error,
    )
