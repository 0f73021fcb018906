"""Entries of the audit by what was done, to what, by which account and since when: in stretches, without a count.

The audit only grows, so a page costs what it shows and not what there is. A kind is told by
whole actions, through the index of (action, seq): the newest entries of each action are looked up and merged.
A part of an id has no index: a stretch looks through a number of entries at most and says where to go on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, union_all

from consent_db.audit.records import AuditSearch, AuditStretch
from consent_db.audit.trail import COLUMNS, entry_of, links_of
from consent_db.schema import AuditRow


class _Span(NamedTuple):
    """Numbers from `low` to `high`, both of them included, in one order."""

    low: int
    high: int
    up: bool

    @property
    def condition(self) -> ColumnElement[bool]:
        return AuditRow.seq.between(self.low, self.high)

    @property
    def order(self) -> ColumnElement[int]:
        return AuditRow.seq.asc() if self.up else AuditRow.seq.desc()

    def cut(self, most: int) -> _Span:
        """Return at most so many numbers from the beginning of the span."""
        if self.up:
            return self._replace(high=min(self.high, self.low + most - 1))
        return self._replace(low=max(self.low, self.high - most + 1))

    def behind(self, part: _Span) -> int | None:
        """Return the number that comes after a part which begins as the span does; None if that is all of it."""
        if part == self:
            return None
        return part.high + 1 if self.up else part.low - 1


def stretch(
    connection: Connection, search: AuditSearch, limit: int, start: int | None = None, *, oldest_first: bool = False
) -> AuditStretch:
    """Return up to `limit` entries that match.

    Args:
        connection: to a database that has everything that was appended.
        search: which entries; a search for words looks through `AuditSearch.most` entries.
        limit: from 1.
        start: the number of the first entry to look at; None for the beginning of the order.
        oldest_first: the order; the newest come first unless asked otherwise.
    """
    whole = _span(connection, search, start, up=oldest_first)
    part = whole.cut(search.most) if search.words else whole
    if search.kinds and not search.about and not search.words:
        query = select(*COLUMNS).where(AuditRow.seq.in_(_of_kinds(connection, search, part, limit + 1)))
    else:
        query = select(*COLUMNS).where(part.condition, *_conditions(connection, search))
    found = [entry_of(link) for link in links_of(connection, query.order_by(part.order).limit(limit + 1))]
    following = found[limit].seq if len(found) > limit else whole.behind(part)
    return AuditStretch(tuple(found[:limit]), following)


def newest_number(connection: Connection) -> int:
    """Return how many entries there are: their numbers have no gaps."""
    return connection.execute(select(func.max(AuditRow.seq))).scalar_one() or 0


def _span(connection: Connection, search: AuditSearch, start: int | None, *, up: bool) -> _Span:
    newest = newest_number(connection)
    low = 1 if search.since is None else _first_since(connection, search.since, newest)
    if start is None:
        return _Span(low, newest, up)
    return _Span(max(low, start), newest, up) if up else _Span(low, min(newest, start), up)


def _first_since(connection: Connection, moment: datetime, newest: int) -> int:
    """Return the first number from a moment on: entries are numbered in the order of their moments."""
    one = select(AuditRow.at)

    def at(seq: int) -> datetime:
        return datetime.fromisoformat(connection.execute(one.where(AuditRow.seq == seq)).scalar_one())

    return bisect_left(range(1, newest + 1), moment.astimezone(UTC), key=at) + 1


def _conditions(connection: Connection, search: AuditSearch) -> Iterator[ColumnElement[bool]]:
    if search.about:
        yield AuditRow.object_id == search.about
    if search.kinds:
        yield AuditRow.action.in_(_actions(connection, search.kinds))
    if search.words:
        words = search.words.replace(": ", ".").replace(" ", "_")
        named = [one for one in _known_actions(connection) if words.casefold() in one]
        parts = AuditRow.object_id.icontains(words, autoescape=True)
        yield or_(parts, AuditRow.action.in_(named), *(who.in_(search.actors) for who in _WHO))


_WHO: Final = (AuditRow.actor, AuditRow.object_id)


def _of_kinds(connection: Connection, search: AuditSearch, span: _Span, limit: int) -> Select[*tuple[Any, ...]]:
    """Return a query for the numbers of the first entries of each action: those that match are among them."""
    newest = [
        select(AuditRow.seq).where(AuditRow.action == one, span.condition).order_by(span.order).limit(limit).subquery()
        for one in _actions(connection, search.kinds)
    ]
    if not newest:
        return select(AuditRow.seq).where(AuditRow.seq < 0)
    return select(union_all(*(select(one.c.seq) for one in newest)).subquery().c.seq)


def _actions(connection: Connection, kinds: tuple[str, ...]) -> list[str]:
    return [one for one in _known_actions(connection) if one.startswith(kinds)]


def _known_actions(connection: Connection) -> list[str]:
    """Return every action that there is: the index is asked for the next after each, which looks at no other entry."""
    first = select(func.min(AuditRow.action).label("action")).cte("actions", recursive=True)
    later = select(func.min(AuditRow.action)).where(AuditRow.action > first.c.action).scalar_subquery()
    actions = first.union_all(select(later).where(first.c.action.is_not(None)))
    query = select(actions.c.action).where(actions.c.action.is_not(None))
    return [one for one in connection.execute(query).scalars() if one is not None]
