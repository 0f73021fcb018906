"""Every take-down as a table: what is open with its clock, what was closed with its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from api.application.services import Services
from api.platform import labels as words
from api.web import choices
from api.web.register.person.person_views import who
from api.web.tables import Cell, Column, Filter, Layout, Listing, Row
from consent_db.publishing.records import TakedownOutcome, TakedownRecord, Why
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key

PATH: Final = "/admin/takedowns"
ENDED: Final = {TakedownOutcome.DOWN: "Taken down", TakedownOutcome.EDITED: "Changed", TakedownOutcome.KEPT: "May stay"}

_STATE: Final = {"open": "To take down", "overdue": "Overdue", "closed": "Closed", "late": "Closed late"}
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def takedown_table(services: Services, tx: Transaction) -> Listing[TakedownRecord]:
    """Return every take-down, the latest first."""
    titles, now, zone = choices.channel_titles(tx), services.clock(), services.policy.zone
    records = sorted(tx.takedowns.all(), key=lambda one: one.opened_at, reverse=True)
    names = {actor: who(tx, actor) for actor in {one.done_by or "" for one in records if one.done_at}}

    def row(one: TakedownRecord) -> Row:
        post = one.publication
        day = words.day(post.published_at, zone)
        where = f"{titles.get(post.channel, post.channel)}, {day}"
        link = f"{PATH}?open={one.id}" if one.done_at is None else None
        return Row((
            Cell(where, link, post.address or post.post_id or ""),
            Cell(one.why.sentence),
            Cell(words.moment(one.due_at, zone)),
            Cell(words.moment(one.done_at, zone), note=f"by {names[one.done_by or '']}") if one.done_at else Cell(""),
            Cell(_said(one), note=one.proof or "", mood=_mood(one, now)),
        ))  # fmt: skip

    def searched(one: TakedownRecord) -> Iterator[str]:
        yield titles.get(one.publication.channel, one.publication.channel)
        yield from filter(None, (one.publication.address, one.publication.post_id, one.proof, one.why.sentence))

    def passes(one: TakedownRecord, name: str, value: str) -> bool:
        if name == "state":
            return value in _states(one, now)
        return value == (one.publication.channel if name == "channel" else one.why.value)

    return Listing(_layout(titles), records, row, searched, passes)


def _layout(titles: Mapping[str, str]) -> Layout:
    def post(one: TakedownRecord) -> object:
        return natural_key(titles.get(one.publication.channel, "")), one.publication.published_at

    return Layout(
        path=PATH,
        columns=(
            Column("post", "Post", post),
            Column("why", "Why", lambda one: one.why.sentence),
            Column("due", "To be down by", lambda one: one.due_at, latest_first=True),
            Column("closed", "Closed", lambda one: one.done_at or _NEVER, latest_first=True),
            Column("outcome", "Outcome", lambda one: (one.done_at is not None, _said(one))),
        ),
        filters=(
            Filter("state", "State", _STATE),
            Filter("channel", "Channel", titles),
            Filter("why", "Why", {why.value: why.sentence for why in Why}),
        ),
        sort="closed",
        noun=("take-down", "take-downs"),
        form=f"{PATH}/found",
    )


def _states(one: TakedownRecord, now: datetime) -> set[str]:
    if one.done_at is None:
        return {"open", "overdue"} if one.overdue(now) else {"open"}
    return {"closed", "late"} if one.done_at > one.due_at else {"closed"}


def _said(one: TakedownRecord) -> str:
    if one.done_at is None or one.outcome is None:
        return "To take down"
    return f"{ENDED[one.outcome]}{', late' if one.done_at > one.due_at else ''}"


def _mood(one: TakedownRecord, now: datetime) -> words.Mood:
    if one.done_at is not None:
        return "ok"
    return "stop" if one.overdue(now) else "ask"
