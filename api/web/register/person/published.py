"""The posts that show a person, up or down, each with what is kept of its picture and its take-downs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.application.services import Services
from api.http.problems import Problem
from api.platform import labels as words
from api.web.checks.access import visible_check
from api.web.checks.result.second_opinions import name_of
from api.web.register.impact import PostView, post
from consent_db.accounts.records import SessionRecord
from consent_db.publishing.records import PublicationRecord, TakedownOutcome, TakedownRecord
from consent_db.transaction import Transaction

MOST: Final = 50
"""How many posts a person's page shows."""

_ENDED: Final = {
    TakedownOutcome.DOWN: "Taken down",
    TakedownOutcome.EDITED: "Its text was changed",
    TakedownOutcome.KEPT: "May stay: it shows another person",
}


@dataclass(frozen=True, slots=True)
class ShownIn:
    """One post.

    Attributes:
        check: the id of the check of its picture.
        picture: where a small picture is; None if none is kept, or this reader may not see it.
        standing: whether it is up, in a sentence.
        takedowns: what was done about it, each in a sentence.
    """

    post: PostView
    check: str
    picture: str | None
    mood: words.Mood
    standing: str
    takedowns: tuple[str, ...]


def shown_in(
    services: Services, tx: Transaction, session: SessionRecord, published: Sequence[PublicationRecord]
) -> tuple[ShownIn, ...]:
    """Return posts with what was done about them."""
    each: defaultdict[str, list[TakedownRecord]] = defaultdict(list)
    for takedown in tx.takedowns.of([one.id for one in published]):
        each[takedown.publication.id].append(takedown)
    return tuple(_shown(services, tx, session, (one, each[one.id])) for one in published)


def _shown(
    services: Services, tx: Transaction, session: SessionRecord, about: tuple[PublicationRecord, list[TakedownRecord]]
) -> ShownIn:
    record, takedowns = about
    mood, standing = _standing(services, record, takedowns)
    return ShownIn(
        post=post(services, tx, record),
        check=record.check_id,
        picture=_picture(tx, session, record.check_id),
        mood=mood,
        standing=standing,
        takedowns=tuple(_told(services, tx, one) for one in takedowns),
    )


def _standing(
    services: Services, record: PublicationRecord, takedowns: Sequence[TakedownRecord]
) -> tuple[words.Mood, str]:
    zone = services.policy.zone
    due = next((one.due_at for one in takedowns if one.done_at is None), None)
    if record.taken_down_at is not None:
        return "ok", f"Down since {words.moment(record.taken_down_at, zone)}."
    if due is not None:
        return "stop", f"Has to come down by {words.moment(due, zone)}."
    return "ask", "Up."


def _picture(tx: Transaction, session: SessionRecord, check: str) -> str | None:
    """Return the address of a small picture, if one is kept and this reader may see it."""
    try:
        record = visible_check(tx, check, session)
    except Problem:
        return None
    return f"/checks/{check}/picture?small=true" if record.examined_key is not None else None


def _told(services: Services, tx: Transaction, one: TakedownRecord) -> str:
    zone = services.policy.zone
    if one.done_at is None or one.outcome is None:
        return f"{one.why.sentence} Asked for {words.moment(one.opened_at, zone)}."
    return f"{_ENDED[one.outcome]}, {words.moment(one.done_at, zone)}, says {name_of(tx, one.done_by or '')}."
