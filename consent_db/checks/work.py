"""The job queue of received checks: who has leased which, until when, and after how many attempts.

The `checks` table is the queue. A check is taken up for a time (a visibility
timeout, as in Amazon SQS): `due_at` is when the next process may take it up. A
process that lives moves it on, one that was killed does not, so its checks come
back by themselves whatever else lives. The moments are the machine's, not the
school's: a clock that was set back makes nothing wait longer than `FURTHEST`.

Two processes at one check cost time and nothing else: `Checks.record` takes one answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, update

from consent_db.approvals.records import CheckState
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.schema import CheckBlockRow, CheckRow
from gatekeeper.types import FindingCode

FURTHEST: Final = timedelta(minutes=10)
"""No check is ever put off for longer; one that seems to be was put off before the clock was set back."""

_DAY: Final = timedelta(days=1)
_STUBBORN: Final = 3
"""Attempts in vain after which a fault is none that passes by itself."""


@dataclass(frozen=True, slots=True)
class Due:
    """A check that may be taken up, and whose it is."""

    check_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A check that was taken up to be examined.

    Attributes:
        attempt: how often it was taken up, from 1.
        failures: how many of the earlier attempts ended with an error.
    """

    check_id: str
    attempt: int
    failures: int

    @property
    def interruptions(self) -> int:
        """How many of the earlier attempts never ended: the process was killed, or brought down by the picture."""
        return max(0, self.attempt - 1 - self.failures)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the queue looks like.

    Attributes:
        waiting: how many checks were received and have no answer.
        oldest: when the one was received that waits longest.
        retried: how many of them were tried in vain.
        stubborn: how many of them three times and more.
        not_examined: how many were answered within a day without having been examined.
    """

    waiting: int
    oldest: datetime | None
    retried: int
    stubborn: int
    not_examined: int

    def age(self, now: datetime) -> timedelta:
        """Return for how long the oldest waits; nothing if none does."""
        return max(timedelta(), now - self.oldest) if self.oldest is not None else timedelta()


class CheckWork:
    """The queue, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def next_due(self, moment: datetime, served: Mapping[str, int] | None = None) -> Due | None:
        """Return the check that is next, if one is due.

        Those who wait take turns: next is the one who was served longest ago, and of
        theirs the check that has been due for the longest time. A thousand checks of a
        program keep no person waiting for more than one of them for each worker.

        Args:
            moment: now, by the clock of the machine.
            served: of each actor, which turn was their last; a larger number is a later turn.
        """
        order = (CheckRow.due_at, CheckRow.created_at, CheckRow.id)
        own = func.row_number().over(partition_by=CheckRow.actor, order_by=order).label("own")
        due = select(CheckRow.id, CheckRow.actor, own).where(_received(), _due(moment)).subquery()
        each = select(CheckRow.id, CheckRow.actor).join(due, due.c.id == CheckRow.id).where(due.c.own == 1)
        first = [Due(row.id, row.actor) for row in self._context.connection.execute(each.order_by(*order))]
        return min(first, key=lambda one: (served or {}).get(one.actor, 0), default=None)

    def take(self, check_id: str, moment: datetime, until: datetime, *, only_due: bool) -> Taken | None:
        """Take a check up until a moment; None if it has an answer already, or another process has it.

        Args:
            check_id: of a check.
            moment: now, by the clock of the machine.
            until: when others may take it up.
            only_due: whether to leave it alone if another process may be at it.
        """
        query = update(CheckRow).where(CheckRow.id == check_id, _received())
        if only_due:
            query = query.where(_due(moment))
        taken = query.values(attempts=CheckRow.attempts + 1, due_at=until)
        row = self._context.connection.execute(taken.returning(CheckRow.attempts, CheckRow.failures)).one_or_none()
        return None if row is None else Taken(check_id, row.attempts, row.failures)

    def renew(self, checks: Collection[str], until: datetime) -> None:
        """Keep checks from others for longer."""
        for some in portions(sorted(checks)):
            query = update(CheckRow).where(CheckRow.id.in_(some), _received(), CheckRow.due_at < until)
            self._context.connection.execute(query.values(due_at=until))

    def failed(self, taken: Taken, again_at: datetime) -> None:
        """Write down that an attempt ended with an error, and when there may be another."""
        query = update(CheckRow).where(CheckRow.id == taken.check_id, _received())
        self._context.connection.execute(query.values(failures=CheckRow.failures + 1, due_at=again_at))

    def all_due(self, moment: datetime) -> None:
        """Let every check be taken up at once: there is no other process that could be at one."""
        query = update(CheckRow).where(_received(), or_(CheckRow.due_at.is_(None), CheckRow.due_at > moment))
        self._context.connection.execute(query.values(due_at=moment))

    def waiting_by_actor(self) -> dict[str, int]:
        """Return how many checks of each actor wait for an answer."""
        query = select(CheckRow.actor, func.count()).where(_received()).group_by(CheckRow.actor)
        return {row[0]: row[1] for row in self._context.connection.execute(query)}

    def waiting(self) -> int:
        """Return how many checks wait for an answer."""
        return self._context.connection.execute(select(func.count()).where(_received())).scalar_one()

    def backlog(self) -> Backlog:
        """Return what the queue looks like at the transaction's moment."""
        retried, stubborn = (func.count().filter(CheckRow.failures >= times) for times in (1, _STUBBORN))
        query = select(func.count(), func.min(CheckRow.created_at), retried, stubborn).where(_received())
        waiting, oldest, once, often_in_vain = self._context.connection.execute(query).one()
        unseen = select(func.count()).select_from(CheckBlockRow).join(CheckRow, CheckRow.id == CheckBlockRow.check_id)
        unseen = unseen.where(
            CheckBlockRow.code == FindingCode.NOT_EXAMINED, CheckRow.decided_at > self._context.now - _DAY
        )
        not_examined = self._context.connection.execute(unseen).scalar_one()
        return Backlog(waiting, oldest, once, often_in_vain, not_examined)


def _received() -> ColumnElement[bool]:
    return CheckRow.state == CheckState.RECEIVED.value


def _due(moment: datetime) -> ColumnElement[bool]:
    return or_(CheckRow.due_at.is_(None), CheckRow.due_at <= moment, CheckRow.due_at > moment + FURTHEST)
