"""The audit log: entries, export, and verification of the hash chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.platform import labels
from api.security.access import MANAGERS, allow
from api.security.routing import Router
from api.web import tables
from api.web.manage.audit_table import SEARCHED_DAYS, AuditTable
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.audit.records import LOOKED_THROUGH, AuditReport
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction

router = Router(prefix="/admin/audit")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a verification found."""

    mood: labels.Mood
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage(Page):
    """The newest entries, or those about one thing."""

    template: ClassVar[str] = "audit.html"
    nav: str = "audit"
    table: tables.Table
    days: int = SEARCHED_DAYS
    looked_through: int = LOOKED_THROUGH
    proof: Proof | None = None
    checkpoint: str | None = None


@router.get("")
@allow(MANAGERS)
def show_audit(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show the entries, the newest first; or those that the address asks for."""
    return render(_page(services, tx, session, request.query_params), request.scope)


@router.post("")
@allow(MANAGERS)
def search_audit(
    request: Request, services: Use, session: Session, tx: Reading, sent: Annotated[tables.Sent, Form()]
) -> Response:
    """Show the entries that match what was typed: it may be a name by mistake, and has no place in an address."""
    asked = {**request.query_params, **sent.parameters}
    if not sent.words.strip():
        return RedirectResponse(AuditTable.of(services, tx, session.user.role, asked).address, HTTPStatus.SEE_OTHER)
    return render(_page(services, tx, session, asked, sent.words), request.scope)


@router.post("/verification")
@allow(MANAGERS)
def verify(
    request: Request,
    services: Use,
    session: Session,
    checkpoint: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Walk the whole chain, and compare it with a checkpoint if one is given."""
    page = _fresh_page(services, session)
    kept = checkpoint.replace("\r\n", "\n").strip()
    try:
        report = services.store.verify_audit(f"{kept}\n" if kept else None)
    except NotPossible as error:
        page = replace(page, proof=Proof("ask", str(error)))
        return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(replace(page, proof=_proof(report, compared=bool(kept))), request.scope)


@router.post("/checkpoint")
@allow(MANAGERS)
def show_checkpoint(request: Request, services: Use, session: Session) -> Response:
    """Show a signed text that is to be kept elsewhere."""
    page = _fresh_page(services, session)
    return render(replace(page, checkpoint=services.store.audit_checkpoint(services.clock())), request.scope)


@router.post("/export")
@allow(MANAGERS)
def export(services: Use) -> Response:
    """Export every entry as JSON Lines, for verification elsewhere."""
    lines = (f"{line}\n" for line in services.store.export_audit())
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(lines, media_type="application/jsonl", headers=headers)


def _fresh_page(services: Services, session: SessionRecord) -> AuditPage:
    """Return the page, its connection given back before the chain is walked on another."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        return _page(services, tx, session, {})


def _page(
    services: Services, tx: Transaction, session: SessionRecord, asked: Mapping[str, str], words: str = ""
) -> AuditPage:
    found = AuditTable.of(services, tx, session.user.role, asked).table(words)
    return AuditPage(title="Audit", table=tables.with_saved(tx, session.user.id, found))


def _proof(report: AuditReport, *, compared: bool) -> Proof:
    if not report.ok:
        return Proof("stop", f"Broken at entry {report.first_broken}: {report.problem}")
    if compared:
        return Proof("ok", f"Whole: {report.length} entries, and the checkpoint is among them.")
    note = "That nothing was cut off at the end shows only against a checkpoint kept elsewhere."
    return Proof("ok", f"Whole: {report.length} entries. {note}")
