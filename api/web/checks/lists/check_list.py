"""Pictures as rows of a list, told apart by what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.application.services import Services
from api.platform import labels
from api.web import choices
from api.web.checks.result import views
from consent_db.approvals.records import CheckRecord
from consent_db.checks.overview import Outcome
from consent_db.publishing.records import PublicationRecord, TakedownRecord
from consent_db.transaction import Transaction

SHOW: Final[Mapping[str, tuple[Outcome, str]]] = {
    "approved": (Outcome.APPROVED, "Approved"),
    "blocked": (Outcome.BLOCKED, "Blocked"),
    "waiting": (Outcome.WAITING, "Being checked"),
    "ended": (Outcome.ENDED, "Ended"),
}
"""What may be shown alone, and the words for it."""


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
