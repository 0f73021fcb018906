"""My pictures: what one has checked, what became of it, and what happened since."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.platform import labels as words
from api.security.access import SIGNED_IN, allow, proved_lately
from api.security.routing import Router
from api.web import tables
from api.web.checks.lists.check_table import EVERYONE, SEARCHED, CheckTable, State
from api.web.checks.lists.way import Way
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.checks.batch.batches import BatchRecord
from consent_db.transaction import Transaction

router = Router()

Sent = Annotated[tables.Sent, Form()]

_BATCHES: Final = 5


@dataclass(frozen=True, slots=True)
class BatchLink:
    """A batch of one's own."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage(Page):
    """One's own pictures."""

    template: ClassVar[str] = "history.html"
    nav: str = "list"
    batches: tuple[BatchLink, ...]
    table: tables.Table
    states: tuple[State, ...]
    unlocked: bool
    everyone: int = EVERYONE
    searched: int = SEARCHED


@router.get("/checks")
@allow(SIGNED_IN)
def show_history(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show this person's pictures, each once, the latest first, and what happened to them since."""
    query = CheckTable.of(tx, session).asked(request.query_params)
    return render(_page(services, tx, session, query), request.scope)


@router.post("/checks/found")
@allow(SIGNED_IN)
def search_history(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show the pictures whose caption has what was typed; without words the answer is an address that can be kept."""
    pictures = CheckTable.of(tx, session)
    query = pictures.asked({**request.query_params, **sent.parameters}, sent.words)
    if not query.words:
        return RedirectResponse(tables.address(pictures.layout, query), HTTPStatus.SEE_OTHER)
    return render(_page(services, tx, session, query), request.scope)


@router.post("/checks/list.csv")
@allow(SIGNED_IN.just_now)
def hand_out_history(request: Request, services: Use, session: Session, tx: Writing, sent: Sent) -> Response:
    """Hand out the list of the pictures that are found, on all pages, as a file."""
    pictures = CheckTable.of(tx, session)
    rows = pictures.rows(services, pictures.asked({**request.query_params, **sent.parameters}, sent.words))
    return tables.handed_out(tx, rows, "pictures")


def _page(services: Services, tx: Transaction, session: SessionRecord, query: tables.Query) -> HistoryPage:
    listed = CheckTable.of(tx, session)
    pictures = listed.pictures(query)
    way = Way.mine(dict(parse_qsl(urlsplit(tables.address(listed.layout, query)).query)))
    return HistoryPage(
        title="My pictures",
        batches=tuple(_link(services, batch) for batch in tx.batches.recent(session.user.id, _BATCHES)),
        table=tables.with_saved(tx, session.user.id, listed.table(services, query, pictures, way.suffix)),
        states=listed.states(query, pictures),
        unlocked=proved_lately(session, services.clock()),
    )


def _link(services: Services, batch: BatchRecord) -> BatchLink:
    return BatchLink(batch.id, f"{batch.expected} pictures, {words.moment(batch.created_at, services.policy.zone)}")
