"""Imports: the school's own list becomes the register, after everything that it changes was seen."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Form, Path, Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.web import choices, tables
from api.web.register.imports.column_words import in_office_words
from api.web.register.imports.import_forms import UploadFields, first_reading, kinds
from api.web.register.imports.import_table import import_table
from api.web.register.imports.made import ImportView
from api.web.register.imports.waiting import PATH, waiting_file
from api.web.templating import Page, render
from consent_db import roster_export
from consent_db.accounts.records import SessionRecord
from consent_db.errors import ConsentDbError, NotFound
from consent_db.transaction import Transaction

router = Router(prefix="/admin/imports")

Sent = Annotated[tables.Sent, Form()]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsPage(Page):
    """A form for a file, and the imports that were made."""

    template: ClassVar[str] = "imports.html"
    nav: str = "imports"
    table: tables.Table
    undoable: ImportView | None
    layouts: tuple[str, ...]
    kinds: tuple[choices.Choice, ...]
    waiting: bool
    unlocked: bool
    error: str | None = None
    kind: str = ""
    layout: str = ""


@router.get("")
@allow(ADMIN)
def show_imports(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show the form, and the imports that were made, as far as the address asks for them."""
    return render(_page(services, tx, session, request.query_params), request.scope)


@router.post("/found")
@allow(ADMIN)
def search_imports(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show the imports that match what was typed."""
    made = import_table(services, tx)
    return made.answer(
        request.query_params,
        sent,
        lambda found: render(replace(_page(services, tx, session, {}), table=found), request.scope),
    )


@router.post("/list.csv")
@allow(ADMIN.just_now)
def hand_out_imports(request: Request, services: Use, tx: Writing, sent: Sent) -> Response:
    """Hand out the list of imports that are found, on all pages, as a file."""
    return import_table(services, tx).hand_out(tx, request.query_params, sent, "imports")


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
        page = replace(
            _page(services, tx, session, {}),
            error=in_office_words(str(error)),
            kind=fields.kind or "",
            layout=fields.layout or "",
        )
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    waiting_file(services, session).keep(decided, content)
    return _to(PATH)


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


def _to(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def _page(services: Services, tx: Transaction, session: SessionRecord, asked: Mapping[str, str]) -> ImportsPage:
    made = import_table(services, tx)
    return ImportsPage(
        title="Import and export",
        table=tables.with_saved(tx, session.user.id, made.table(made.asked(asked))),
        undoable=next((one for one in made.items if one.undoable), None),
        layouts=tuple(tx.layouts.names()),
        kinds=kinds(),
        waiting=waiting_file(services, session).waits(services.clock()),
        unlocked=proved_lately(session, services.clock()),
    )
