"""Pictures as rows of a list, told apart by what became of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query

from api.application.services import Services
from api.platform import labels
from api.web import choices
from api.web.checks.result import views
from consent_db.approvals.records import CheckRecord
from consent_db.checks.overview import Glance, Outcome
from consent_db.publishing.records import PublicationRecord, TakedownRecord
from consent_db.transaction import Transaction

SHOW: Final[Mapping[str, tuple[Outcome, str]]] = {
    "approved": (Outcome.APPROVED, "Approved"),
    "blocked": (Outcome.BLOCKED, "Blocked"),
    "waiting": (Outcome.WAITING, "Being checked"),
    "ended": (Outcome.ENDED, "Ended"),
}
"""What may be shown alone, and the words for it."""

ON_A_PAGE: Final = 50
"""How many pictures are on one page."""

Since = Callable[[Sequence[CheckRecord]], Mapping[str, tuple[str, ...]]]
"""Returns what happened to each of these pictures, by the check's id."""


@dataclass(frozen=True, slots=True)
class Row:
    """One picture in a list; `since` is what is in its way, and what happened after it was approved."""

    id: str
    verdict: views.Verdict
    text: str
    channel: str
    created: str
    has_picture: bool
    since: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to show fewer rows; `name` is empty for all of them."""

    name: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are asked for, as the address says."""

    show: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows; `show` is empty for all, pages are counted from 1."""

    filters: tuple[Filter, ...]
    show: str
    rows: tuple[Row, ...]
    page: int
    pages: int


def wanted(
    show: Annotated[str, Query(max_length=20)] = "", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
) -> Wanted:
    """Read which rows are asked for; a kind that does not exist is all of them."""
    return Wanted(show if show in SHOW else "", page)


Asked = Annotated[Wanted, Depends(wanted)]


def listing(
    services: Services, tx: Transaction, pictures: Sequence[Glance], asked: Wanted, since: Since | None = None
) -> Listing:  # fmt: skip
    """Return one page of these pictures; behind the last page is the last page."""
    outcomes = {one.id: one.outcome(tx.now) for one in pictures}
    kind = SHOW[asked.show][0] if asked.show else None
    chosen = [check for check, outcome in outcomes.items() if kind in {None, outcome}]
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    page = min(asked.page, pages)
    records = tx.checks.several(chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
    titles, more = choices.channel_titles(tx), since(records) if since else {}
    found = tuple(row(services, titles, record, more.get(record.id, ())) for record in records)
    return Listing(_filters(outcomes.values()), asked.show, found, page, pages)


def row(services: Services, titles: Mapping[str, str], record: CheckRecord, since: tuple[str, ...] = ()) -> Row:
    """Return a check as a row; `titles` are those of all channels."""
    channel, facts = titles.get(record.draft.channel, record.draft.channel), record.facts
    verdict = views.verdict(record, channel, services.clock(), services.policy.zone)
    said = facts.caption if facts and verdict.mood == "approve" else record.draft.request.caption
    return Row(
        id=record.id,
        verdict=verdict,
        text=said or "No caption",
        channel=channel,
        created=labels.moment(record.created_at, services.policy.zone),
        has_picture=record.examined_key is not None,
        since=(views.in_the_way(facts), *since) if facts and verdict.mood == "block" else since,
    )


def _filters(outcomes: Collection[Outcome]) -> tuple[Filter, ...]:
    """Return every way to show fewer of these pictures that leaves some."""
    counts = Counter(outcomes)
    some = (Filter(name, label, counts[one]) for name, (one, label) in SHOW.items() if counts[one])
    return (Filter("", "All", len(outcomes)), *some)


def since_approval(services: Services, tx: Transaction, records: Sequence[CheckRecord]) -> dict[str, tuple[str, ...]]:
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
    where = f"Published on {titles.get(post.channel, post.channel)} on {labels.day(post.published_at, zone)}"
    if post.taken_down_at is not None:
        return f"{where}, taken down on {labels.day(post.taken_down_at, zone)}."
    if takedown is not None:
        return f"{where}. It has to come down by {labels.moment(takedown.due_at, zone)}."
    return f"{where}."
