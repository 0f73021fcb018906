"""Many pictures at once: the newest check of each, in few queries however many there are.

Nothing sealed is opened before a page needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, select

from consent_db.approvals.records import CheckState
from consent_db.checks.cells import open_caption
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.schema import CheckBlockRow, CheckRow
from gatekeeper.types import FindingCode


class Outcome(StrEnum):
    """What became of a picture."""

    WAITING = "waiting"
    """It is being examined."""
    APPROVED = "approved"
    """There is an approval that stands."""
    BLOCKED = "blocked"
    ENDED = "ended"
    """It was withdrawn, replaced or deleted, or its approval is over."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The newest check of one picture, as far as it can be told without opening it."""

    id: str
    state: CheckState
    approved: bool
    expires_at: datetime | None
    created_at: datetime
    channel: str
    actor: str

    def outcome(self, now: datetime) -> Outcome:
        """Say what became of the picture, as of this moment."""
        if self.state is CheckState.RECEIVED:
            return Outcome.WAITING
        if self.state is not CheckState.DECIDED or (self.expires_at is not None and now >= self.expires_at):
            return Outcome.ENDED
        return Outcome.APPROVED if self.approved else Outcome.BLOCKED


class Overview:
    """Pictures by the newest check of each, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of_actor(self, actor: str) -> tuple[Glance, ...]:
        """Return every picture that an account has checked, each once, the newest first."""
        mine = select(*_COLUMNS).where(CheckRow.actor == actor)
        mine = mine.order_by(CheckRow.created_at.desc(), CheckRow.id)
        return self._newest(self._context.connection.execute(mine).all())

    def of_everyone(self, limit: int) -> tuple[Glance, ...]:
        """Return the pictures of the newest checks of all accounts and programs, each once, the newest first."""
        newest = select(*_COLUMNS).order_by(CheckRow.created_at.desc(), CheckRow.id).limit(limit)
        return self._newest(self._context.connection.execute(newest).all())

    def captions(self, checks: Sequence[str]) -> Mapping[str, str]:
        """Return the captions that came with these checks, by their ids; empty for none."""
        found: dict[str, str] = {}
        for some in portions(checks):
            query = select(CheckRow.id, CheckRow.request).where(CheckRow.id.in_(some))
            rows = self._context.connection.execute(query)
            found |= {row.id: open_caption(self._context.school_key, row.id, row.request) for row in rows}
        return found

    def of_checks(self, checks: Sequence[str]) -> tuple[Glance, ...]:
        """Return the pictures of these checks, each once, in their order."""
        found = self._rows(checks)
        return self._newest([found[check] for check in checks if check in found])

    def newest(self, checks: Sequence[str]) -> Mapping[str, Glance]:
        """Return the newest check of each of these, by their ids; those that are not there are left out."""
        rows = self._rows(checks)
        known = self._followed(rows)
        after = {row.id: row.superseded_by for row in known.values()}
        return {check: _glance(known[tuple(_following(check, after))[-1]]) for check in rows}

    def blocked_for(self, code: FindingCode) -> frozenset[str]:
        """Return the checks that were blocked for a reason, replaced or not; ids."""
        query = select(CheckBlockRow.check_id).where(CheckBlockRow.code == code.value)
        return frozenset(self._context.connection.execute(query).scalars())

    def examined_again(self, checks: Sequence[str]) -> frozenset[str]:
        """Return those of these checks that are being examined once more, with one more fact."""
        query = select(CheckRow.supersedes).where(CheckRow.state == CheckState.RECEIVED.value)
        waiting = self._context.connection.execute(query.where(CheckRow.supersedes.is_not(None))).scalars()
        return frozenset(checks).intersection(one for one in waiting if one is not None)

    def chains(self, checks: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return for each of these checks itself and the ids of those that it replaced, the latest first."""
        before: dict[str, str | None] = {}
        new = list(checks)
        while new:
            for some in portions(new):
                query = select(CheckRow.id, CheckRow.supersedes).where(CheckRow.id.in_(some))
                before |= {row.id: row.supersedes for row in self._context.connection.execute(query)}
            new = sorted({one for one in before.values() if one is not None and one not in before})
        return {check: tuple(_following(check, before)) for check in checks}

    def _newest(self, rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[Glance, ...]:
        known = self._followed({row.id: row for row in rows})
        after = {row.id: row.superseded_by for row in known.values()}
        last = dict.fromkeys(tuple(_following(row.id, after))[-1] for row in rows)
        return tuple(_glance(known[check]) for check in last)

    def _followed(self, rows: Mapping[str, Row[*tuple[Any, ...]]]) -> dict[str, Row[*tuple[Any, ...]]]:
        """Return these rows with all that replaced them."""
        known = dict(rows)
        while missing := {row.superseded_by for row in known.values() if row.superseded_by} - known.keys():
            known |= self._rows(sorted(missing))
        return known

    def _rows(self, checks: Iterable[str]) -> dict[str, Row[*tuple[Any, ...]]]:
        found: dict[str, Row[*tuple[Any, ...]]] = {}
        for some in portions(list(checks)):
            rows = self._context.connection.execute(select(*_COLUMNS).where(CheckRow.id.in_(some)))
            found |= {row.id: row for row in rows}
        return found


_COLUMNS: Final = (
    CheckRow.id,
    CheckRow.state,
    CheckRow.approved,
    CheckRow.expires_at,
    CheckRow.superseded_by,
    CheckRow.created_at,
    CheckRow.channel,
    CheckRow.actor,
)


def _glance(row: Row[*tuple[Any, ...]]) -> Glance:
    return Glance(
        row.id, CheckState(row.state), bool(row.approved), row.expires_at, row.created_at, row.channel, row.actor
    )


def _following(check: str, links: Mapping[str, str | None]) -> Iterator[str]:
    """Yield a check and whatever the links lead to from it."""
    one: str | None = check
    while one is not None:
        yield one
        one = links.get(one)
