"""Pictures as rows of a list, told apart by what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.pages import lists, views, words
from api.services import Services
from consent_db.records import CheckRecord
from consent_db.transaction import Transaction

SHOW: Final[Mapping[str, tuple[str, str]]] = {
    "approved": ("approve", "Approved"),
    "blocked": ("block", "Blocked"),
    "waiting": ("wait", "Being checked"),
    "ended": ("withdrawn", "Ended"),
}
"""What may be shown alone: the mood of its verdict, and the words for it."""


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


def latest(tx: Transaction, records: Iterable[CheckRecord]) -> list[CheckRecord]:
    """Replace each superseded check by the newest of its chain, and keep each once."""
    newest: dict[str, CheckRecord] = {}
    for found in records:
        record = found
        while record.superseded_by is not None:
            record = tx.checks.get(record.superseded_by)
        newest.setdefault(record.id, record)
    return list(newest.values())


def row(services: Services, tx: Transaction, record: CheckRecord, since: tuple[str, ...] = ()) -> Row:
    """Return a check as a row."""
    channel, facts = lists.channel_title(tx, record.draft.channel), record.facts
    verdict = views.verdict(record, channel, services.clock(), services.policy.zone)
    said = facts.caption if facts and verdict.mood == "approve" else record.draft.request.caption
    return Row(
        id=record.id,
        verdict=verdict,
        text=said or "No caption",
        channel=channel,
        created=words.moment(record.created_at, services.policy.zone),
        has_picture=record.examined_key is not None,
        since=(views.in_the_way(facts), *since) if facts and verdict.mood == "block" else since,
    )


def filters(found: Sequence[Row]) -> tuple[Filter, ...]:
    """Return every way to show fewer of these rows that leaves some."""
    moods: Counter[str] = Counter(one.verdict.mood for one in found)
    some = (Filter(name, label, moods[mood]) for name, (mood, label) in SHOW.items() if moods[mood])
    return (Filter("", "All", len(found)), *some)


def shown(found: Sequence[Row], show: str) -> tuple[Row, ...]:
    """Return the rows of one kind; all for a kind that does not exist."""
    mood = SHOW[show][0] if show in SHOW else None
    return tuple(one for one in found if mood is None or one.verdict.mood == mood)
