"""My pictures: what one has checked, what became of it, and what happened since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from fastapi import Request
from starlette.responses import Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.platform import labels as words
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web import choices
from api.web.templating import Page, render
from api.web.uploads import check_list
from consent_db.approvals.records import CheckRecord
from consent_db.checks.batches import BatchRecord
from consent_db.publishing.records import PublicationRecord, TakedownRecord
from consent_db.transaction import Transaction

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


@router.get("/checks")
@allow(SIGNED_IN)
def show_history(request: Request, services: Use, session: Session, tx: Reading, asked: check_list.Asked) -> Response:
    """Show this person's pictures, each once, the latest first, and what happened to them since."""
    user = session.user.id
    pictures = tx.overview.of_actor(user)
    page = HistoryPage(
        title="My pictures",
        batches=tuple(_link(services, batch) for batch in tx.batches.recent(user, _BATCHES)),
        listing=check_list.listing(services, tx, pictures, asked, lambda records: _since(services, tx, records)),
    )
    return render(page, request.scope)


def since(services: Services, tx: Transaction, record: CheckRecord) -> tuple[str, ...]:
    """Return what happened to one picture after it was approved, in sentences."""
    return _since(services, tx, [record])[record.id]


def _since(services: Services, tx: Transaction, records: Sequence[CheckRecord]) -> dict[str, tuple[str, ...]]:
    """Return the posts of each picture, of the checks that its newest one replaced too, and what became of them."""
    titles, waiting = choices.channel_titles(tx), {one.publication.id: one for one in tx.takedowns.waiting()}
    chains = tx.overview.chains([record.id for record in records])
    posts = defaultdict[str, list[str]](list)
    for post in tx.publications.of_checks(sorted({check for chain in chains.values() for check in chain})):
        posts[post.check_id].append(_post(services, titles, post, waiting.get(post.id)))
    return {newest: tuple(one for check in chain for one in posts[check]) for newest, chain in chains.items()}


def _post(
    services: Services, titles: Mapping[str, str], post: PublicationRecord, takedown: TakedownRecord | None
) -> str:
    zone = services.policy.zone
    where = f"Published on {titles.get(post.channel, post.channel)} on {words.day(post.published_at, zone)}"
    if post.taken_down_at is not None:
        return f"{where}, taken down on {words.day(post.taken_down_at, zone)}."
    if takedown is not None:
        return f"{where}. It has to come down by {words.moment(takedown.due_at, zone)}."
    return f"{where}."


def _link(services: Services, batch: BatchRecord) -> BatchLink:
    return BatchLink(batch.id, f"{batch.expected} pictures, {words.moment(batch.created_at, services.policy.zone)}")
