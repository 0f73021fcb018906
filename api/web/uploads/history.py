"""My pictures: what one has checked, what became of it, and what happened since."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from fastapi import Request
from starlette.responses import Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.platform import labels as words
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web.checks.lists import check_list
from api.web.checks.lists.way import Listed, Way
from api.web.templating import Page, render
from consent_db.checks.batch.batches import BatchRecord

router = Router()

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
    listing: check_list.Listing
    way: str


@router.get("/checks")
@allow(SIGNED_IN)
def show_history(request: Request, services: Use, session: Session, tx: Reading, asked: check_list.Asked) -> Response:
    """Show this person's pictures, each once, the latest first, and what happened to them since."""
    user = session.user.id
    pictures = tx.overview.of_actor(user)
    since = partial(check_list.since_approval, services, tx)
    page = HistoryPage(
        title="My pictures",
        batches=tuple(_link(services, batch) for batch in tx.batches.recent(user, _BATCHES)),
        listing=check_list.listing(services, tx, pictures, asked, since),
        way=Way(Listed.MINE, asked.show).suffix,
    )
    return render(page, request.scope)


def _link(services: Services, batch: BatchRecord) -> BatchLink:
    return BatchLink(batch.id, f"{batch.expected} pictures, {words.moment(batch.created_at, services.policy.zone)}")
