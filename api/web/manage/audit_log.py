"""The audit log: entries, export, and verification of the hash chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Query, Request
from starlette.responses import Response, StreamingResponse

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.platform import labels
from api.security.access import MANAGERS, allow, may
from api.security.routing import Router
from api.web.register.person.person_views import who
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.audit.records import AuditEntry, AuditReport
from consent_db.errors import NotFound, NotPossible
from consent_db.transaction import Transaction
from gatekeeper.types import Role

router = Router(prefix="/admin/audit")

_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry of the chain."""

    seq: int
    at: str
    by: str
    action: str
    about: str
    link: str | None
    payload: str
    hash: str


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
    entries: tuple[EntryView, ...]
    about: str
    newer: bool
    older: int | None
    proof: Proof | None = None
    checkpoint: str | None = None


@router.get("")
@allow(MANAGERS)
def show_audit(
    request: Request,
    services: Use,
    session: Session,
    tx: Reading,
    about: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Show the entries, the newest first; or those about one id."""
    return render(_page(services, tx, session.user.role, (about.strip(), before)), request.scope)


@router.post("")
@allow(MANAGERS)
def search_audit(
    request: Request, services: Use, session: Session, tx: Reading, about: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Show the entries about what was typed: it may be a name by mistake, and names have no place in an address."""
    return render(_page(services, tx, session.user.role, (about.strip(), None)), request.scope)


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
        return _page(services, tx, session.user.role, ("", None))


def _page(services: Services, tx: Transaction, role: Role, asked: tuple[str, int | None]) -> AuditPage:
    about, before = asked
    newest = _newest(tx)
    last = min(newest, (before or newest + 1) - 1)
    first = max(0, last - _SHOWN)
    found = tx.audit.about(about) if about else tx.audit.entries(first, last - first)
    shown = found[-_SHOWN:]
    names = {actor: who(tx, actor) for actor in {entry.actor for entry in shown}}
    return AuditPage(
        title="Audit",
        entries=tuple(_view(services, names, role, entry) for entry in reversed(shown)),
        about=about,
        newer=last < newest and not about,
        older=first + 1 if first and not about else None,
    )


def _newest(tx: Transaction) -> int:
    try:
        return tx.audit.newest().seq
    except NotFound:
        return 0


def _view(services: Services, names: Mapping[str, str], role: Role, entry: AuditEntry) -> EntryView:
    path = f"/admin/people/{entry.object_id}"
    return EntryView(
        seq=entry.seq,
        at=labels.moment(entry.at, services.policy.zone),
        by=names[entry.actor],
        action=entry.action.replace(".", ": ").replace("_", " "),
        about=entry.object_id,
        link=path if entry.object_id.startswith("per_") and may(role, path) else None,
        payload=entry.payload if entry.payload != "{}" else "",
        hash=entry.hash[:12],
    )


def _proof(report: AuditReport, *, compared: bool) -> Proof:
    if not report.ok:
        return Proof("stop", f"Broken at entry {report.first_broken}: {report.problem}")
    if compared:
        return Proof("ok", f"Whole: {report.length} entries, and the checkpoint is among them.")
    note = "That nothing was cut off at the end shows only against a checkpoint kept elsewhere."
    return Proof("ok", f"Whole: {report.length} entries. {note}")
