"""What happened in a period, counted for those who oversee the school; no record is opened and no person named.

A picture is a chain of checks, each of which replaces the one before. It belongs to the period in which it was
first checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, select

from consent_db.approvals.records import CheckState
from consent_db.checks.acts.hand_acts import HandAct
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.schema import AuditRow, CheckBlockRow, CheckRow, TakedownRow
from gatekeeper.decision.findings import Topic, about

_Check = Row[*tuple[Any, ...]]
_HOUR: Final = 3600
_CHANGES: Final = frozenset({HandAct.COVERED, HandAct.CROPPED, HandAct.REWORDED})
"""What changes the picture or its words: what was blocked did not go out as it was."""


class Period(NamedTuple):
    """From a moment (aware) to another, which is not in it any more."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Pictures:
    """What became of the pictures that were first checked in a period.

    Attributes:
        approved: at the first look.
        needless: blocked first, then approved although nothing of picture or words was changed.
        rightful: blocked first, and approved only once picture or words were changed, or blocked still for
            a person who may not be published, or deleted as compromising.
        unsettled: blocked and given up, or not sorted out yet; what it shows is not known.
        waiting: not examined yet.
    """

    approved: int = 0
    needless: int = 0
    rightful: int = 0
    unsettled: int = 0
    waiting: int = 0

    @property
    def blocked(self) -> int:
        """How many were blocked at the first look."""
        return self.needless + self.rightful + self.unsettled

    @property
    def all(self) -> int:
        """How many pictures there were."""
        return self.approved + self.blocked + self.waiting


@dataclass(frozen=True, slots=True)
class TakedownTimes:
    """The take-downs that were opened in a period.

    Attributes:
        opened: how many.
        done: how many of them are dealt with.
        late: how many of those were dealt with after their time.
        overdue: how many are not dealt with although their time is over.
        median_hours: how long it took in the middle; None if none is dealt with.
    """

    opened: int = 0
    done: int = 0
    late: int = 0
    overdue: int = 0
    median_hours: float | None = None


class PeriodFigures:
    """Figures of a period, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def pictures(self, period: Period) -> Pictures:
        """Return what became of the pictures that were first checked in a period, as it stands now."""
        inside = (CheckRow.created_at >= period.start) & (CheckRow.created_at < period.end)
        query = select(*_COLUMNS).where(CheckRow.supersedes.is_(None), inside)
        firsts = self._context.connection.execute(query).all()
        chains = self._chains([row for row in firsts if row.state != CheckState.RECEIVED and not row.approved])
        changed, forbidden = self._changed(chains), self._forbidden([chain[-1].id for chain in chains])
        kinds = [_kind(chain, changed, forbidden) for chain in chains]
        return Pictures(
            approved=sum(bool(row.approved) for row in firsts),
            needless=kinds.count("needless"),
            rightful=kinds.count("rightful"),
            unsettled=kinds.count("unsettled"),
            waiting=sum(row.state == CheckState.RECEIVED for row in firsts),
        )

    def takedowns(self, period: Period) -> TakedownTimes:
        """Return how the take-downs went that were opened in a period."""
        row, now = TakedownRow, self._context.now
        inside = (row.opened_at >= period.start) & (row.opened_at < period.end)
        found = self._context.connection.execute(select(row.opened_at, row.due_at, row.done_at).where(inside)).all()
        done = [one for one in found if one.done_at is not None]
        hours = [(one.done_at - one.opened_at).total_seconds() / _HOUR for one in done]
        return TakedownTimes(
            opened=len(found),
            done=len(done),
            late=sum(one.done_at > one.due_at for one in done),
            overdue=sum(one.done_at is None and one.due_at <= now for one in found),
            median_hours=median(hours) if hours else None,
        )

    def _chains(self, firsts: Sequence[_Check]) -> list[list[_Check]]:
        """Return the checks of each picture, the first one first."""
        known = {row.id: row for row in firsts}
        while missing := {row.superseded_by for row in known.values() if row.superseded_by} - known.keys():
            for some in portions(sorted(missing)):
                rows = self._context.connection.execute(select(*_COLUMNS).where(CheckRow.id.in_(some)))
                known |= {row.id: row for row in rows}
        return [list(_following(first, known)) for first in firsts]

    def _changed(self, chains: Iterable[Sequence[_Check]]) -> frozenset[str]:
        """Return which of these checks replaced one by changing the picture or its words."""
        found: set[str] = set()
        for some in portions([row.id for chain in chains for row in chain[1:]]):
            query = select(AuditRow.object_id).where(AuditRow.object_id.in_(some), AuditRow.action.in_(_CHANGES))
            found |= set(self._context.connection.execute(query).scalars())
        return frozenset(found)

    def _forbidden(self, checks: Sequence[str]) -> frozenset[str]:
        """Return which of these checks are blocked for a person of the register who may not be published."""
        found: set[str] = set()
        for some in portions(list(checks)):
            query = select(CheckBlockRow.check_id).where(
                CheckBlockRow.check_id.in_(some), CheckBlockRow.code.in_(sorted(about(Topic.FORBIDDEN)))
            )
            found |= set(self._context.connection.execute(query).scalars())
        return frozenset(found)


_COLUMNS: Final = (CheckRow.id, CheckRow.state, CheckRow.approved, CheckRow.superseded_by, CheckRow.ended_why)
_COMPROMISING: Final = "compromising"


def _following(first: _Check, known: Mapping[str, _Check]) -> Iterator[_Check]:
    row: _Check | None = first
    while row is not None:
        yield row
        row = known.get(row.superseded_by) if row.superseded_by else None


def _kind(chain: Sequence[_Check], changed: AbstractSet[str], forbidden: AbstractSet[str]) -> str:
    """Return what the resolutions of a picture tell of its first block."""
    last = chain[-1]
    if last.ended_why == _COMPROMISING:
        return "rightful"
    if last.approved:
        return "rightful" if any(row.id in changed for row in chain) else "needless"
    return "rightful" if last.id in forbidden else "unsettled"
