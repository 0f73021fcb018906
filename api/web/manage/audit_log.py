"""The audit log: entries, export, and verification of the hash chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, ClassVar, Final
from urllib.parse import urlencode

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.platform import labels
from api.security.access import MANAGERS, allow, may
from api.security.routing import Router
from api.web import tables
from api.web.register.person.person_views import who
from api.web.tables import Cell, Column, Filter, Layout
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.audit.records import AuditEntry, AuditReport, AuditSearch
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction
from gatekeeper.types import Role

router = Router(prefix="/admin/audit")

_LONGEST_ID: Final = 100
_PATH: Final = "/admin/audit"

_KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "people": ("People", ("person.", "people.", "references.", "template", "review.", "erasure.")),
    "consent": ("Consent and protection", ("consent.", "protected.", "objection.", "reason.")),
    "checks": ("Checks and releases", ("check.", "release.", "picture.", "phrase.", "receipt.")),
    "posts": ("Posts and take-downs", ("publication.", "takedown.", "search.", "channel.", "event.")),
    "access": ("Accounts and access", ("user", "session.", "second_factor.", "link.", "client.", "keys.", "webhook.")),
    "school": (
        "The installation",
        ("school.", "installation.", "backup.", "clock.", "retention.", "roster.", "layout."),
    ),
}
"""What entries are about, by how their actions begin."""


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
    proof: Proof | None = None
    checkpoint: str | None = None


@router.get("")
@allow(MANAGERS)
def show_audit(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show the entries, the newest first; or those that the address asks for."""
    layout = _layout(request.query_params)
    query = tables.read(layout, request.query_params)
    return render(_page(services, tx, session.user.role, layout, query), request.scope)


@router.post("")
@allow(MANAGERS)
def search_audit(
    request: Request, services: Use, session: Session, tx: Reading, sent: Annotated[tables.Sent, Form()]
) -> Response:
    """Show the entries that match what was typed: it may be a name by mistake, and has no place in an address."""
    asked = {**request.query_params, **sent.parameters}
    layout = _layout(asked)
    query = tables.read(layout, asked, sent.words)
    if not query.words:
        return RedirectResponse(tables.address(layout, query), HTTPStatus.SEE_OTHER)
    return render(_page(services, tx, session.user.role, layout, query), request.scope)


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
        layout = _layout({})
        return _page(services, tx, session.user.role, layout, tables.read(layout, {}))


def _layout(asked: Mapping[str, str]) -> Layout:
    """Return the table; one thing that the address names is a filter of its own."""
    about = asked.get("about", "").strip()[:_LONGEST_ID]
    one = (Filter("about", "About", {about: about}, "Everything"),) if about else ()
    kinds = Filter("kind", "What", {name: label for name, (label, _) in _KINDS.items()})
    columns = (
        Column("seq", "Entry", lambda entry: entry.seq, latest_first=True),
        Column("what", "What"),
        Column("by", "By"),
        Column("about", "About"),
        Column("hash", "Hash"),
    )
    return Layout(_PATH, columns, (kinds, *one), sort="seq", noun=("entry", "entries"))


def _page(services: Services, tx: Transaction, role: Role, layout: Layout, query: tables.Query) -> AuditPage:
    search = _search(tx, query)
    found = tx.audit.count(search)
    query = tables.within(query, found)
    shown = tx.audit.page(search, tables.skipped(query), query.size, oldest_first=not query.descending)
    names = {actor: who(tx, actor) for actor in {entry.actor for entry in shown}}
    rows = tuple(_row(services, names, role, entry) for entry in shown)
    return AuditPage(title="Audit", table=tables.page_of(layout, query, rows, found, tx.audit.count(AuditSearch())))


def _search(tx: Transaction, query: tables.Query) -> AuditSearch:
    kind, words = query.chosen.get("kind"), query.words.casefold()
    return AuditSearch(
        about=query.chosen.get("about", ""),
        words=query.words,
        actors=tuple(user.id for user in tx.users.all() if words in user.email.casefold()) if words else (),
        kinds=_KINDS[kind][1] if kind else (),
    )


def _row(services: Services, names: Mapping[str, str], role: Role, entry: AuditEntry) -> tables.Row:
    person = f"/admin/people/{entry.object_id}"
    known = entry.object_id.startswith("per_") and may(role, person)
    link = person if known else f"{_PATH}?{urlencode({'about': entry.object_id})}"
    return tables.Row((
        Cell(f"{entry.seq:,}", note=labels.moment(entry.at, services.policy.zone)),
        Cell(entry.action.replace(".", ": ").replace("_", " "), note=entry.payload if entry.payload != "{}" else ""),
        Cell(names[entry.actor]),
        Cell(entry.object_id, link),
        Cell(entry.hash[:12]),
    ))  # fmt: skip


def _proof(report: AuditReport, *, compared: bool) -> Proof:
    if not report.ok:
        return Proof("stop", f"Broken at entry {report.first_broken}: {report.problem}")
    if compared:
        return Proof("ok", f"Whole: {report.length} entries, and the checkpoint is among them.")
    note = "That nothing was cut off at the end shows only against a checkpoint kept elsewhere."
    return Proof("ok", f"Whole: {report.length} entries. {note}")
