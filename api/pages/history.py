"""My pictures: what one has checked, what became of it, and what happened since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.dependencies import Reading, Session, Use
from api.pages import lists, rows, words
from api.pages.templating import Page, render
from api.services import Services
from consent_db.batches import BatchRecord
from consent_db.publication_records import PublicationRecord, TakedownRecord
from consent_db.records import CheckRecord
from consent_db.transaction import Transaction

router = APIRouter()

_MOST: Final = 200
_BATCHES: Final = 5

Show = Annotated[str, Query(max_length=20)]


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
    filters: tuple[rows.Filter, ...]
    show: str
    rows: tuple[rows.Row, ...]
    most: int
    cut: bool
    """Whether there are older ones that are not shown."""


@router.get("/checks")
def show_history(request: Request, services: Use, session: Session, tx: Reading, show: Show = "") -> Response:
    """Show this person's latest pictures, each once, and what happened to them since."""
    user = session.user.id
    records = tx.checks.recent(actor=user, limit=_MOST)
    waiting = {takedown.publication.id: takedown for takedown in tx.takedowns.waiting()}
    found = [
        rows.row(services, tx, record, tuple(_happened(services, tx, record, waiting)))
        for record in rows.latest(tx, records)
    ]
    page = HistoryPage(
        title="My pictures",
        batches=tuple(_link(services, batch) for batch in tx.batches.recent(user, _BATCHES)),
        filters=rows.filters(found),
        show=show if show in rows.SHOW else "",
        rows=rows.shown(found, show),
        most=_MOST,
        cut=len(records) == _MOST,
    )
    return render(page, request.scope)


def since(services: Services, tx: Transaction, record: CheckRecord) -> tuple[str, ...]:
    """Return what happened to one picture after it was approved, in sentences."""
    waiting = {takedown.publication.id: takedown for takedown in tx.takedowns.waiting()}
    return tuple(_happened(services, tx, record, waiting))


def _happened(
    services: Services, tx: Transaction, record: CheckRecord, waiting: Mapping[str, TakedownRecord]
) -> Iterator[str]:
    """Yield the posts of the picture, of the checks that this one replaced too, and what became of each."""
    before: CheckRecord | None = record
    while before is not None:
        for post in tx.publications.of_check(before.id):
            yield _post(services, tx, post, waiting.get(post.id))
        before = tx.checks.find(before.draft.supersedes) if before.draft.supersedes else None


def _post(services: Services, tx: Transaction, post: PublicationRecord, takedown: TakedownRecord | None) -> str:
    zone = services.policy.zone
    where = f"Published on {lists.channel_title(tx, post.channel)} on {words.day(post.published_at, zone)}"
    if post.taken_down_at is not None:
        return f"{where}, taken down on {words.day(post.taken_down_at, zone)}."
    if takedown is not None:
        return f"{where}. It has to come down by {words.moment(takedown.due_at, zone)}."
    return f"{where}."


def _link(services: Services, batch: BatchRecord) -> BatchLink:
    return BatchLink(batch.id, f"{batch.expected} pictures, {words.moment(batch.created_at, services.policy.zone)}")
