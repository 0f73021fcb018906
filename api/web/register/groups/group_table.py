"""Events, classes and clubs as one table: events by their day, classes in natural order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.platform import labels
from api.web.tables import Cell, Column, Filter, Layout, Listing, Row
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key

_KIND: Final = {"event": "Event", "class": "Class or club"}


@dataclass(frozen=True, slots=True)
class _Group:
    """An event, a class or a club; only events have a day."""

    name: str
    title: str
    day: date | None
    people: int

    @property
    def kind(self) -> str:
        return "class" if self.day is None else "event"


def group_table(tx: Transaction) -> Listing[_Group]:
    """Return all events, the latest first, then all classes and clubs."""
    events = [_Group(one.name, one.title, one.date, one.people) for one in tx.groups.event_sizes()]
    classes = [_Group(name, name, None, people) for name, people in tx.groups.sizes().items()]
    return Listing(
        _LAYOUT,
        sorted((*events, *classes), key=lambda one: natural_key(one.title)),
        _row,
        lambda one: (one.title,),
        lambda one, _, value: one.kind == value,
    )


def group_id_of(name: str) -> str:
    """Return how a class or an event is addressed."""
    return f"grp_{hashlib.sha256(name.encode()).hexdigest()[:32]}"


_LAYOUT: Final = Layout(
    path="/admin/events",
    columns=(
        Column("name", "Name", lambda one: natural_key(one.title)),
        Column("kind", "What", lambda one: list(_KIND).index(one.kind)),
        Column("day", "Day", lambda one: one.day or date.min, latest_first=True),
        Column("people", "People", lambda one: one.people, latest_first=True),
    ),
    filters=(Filter("kind", "What", _KIND),),
    sort="day",
    noun=("event or class", "events and classes"),
    form="/admin/events/found",
)


def _row(one: _Group) -> Row:
    return Row((
        Cell(one.title, f"/admin/events/{group_id_of(one.name)}"),
        Cell(_KIND[one.kind]),
        Cell(labels.date(one.day) if one.day else ""),
        Cell(f"{one.people:,}"),
    ))  # fmt: skip
