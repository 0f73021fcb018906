"""The approvals that hold now, with what the gate had asked on the way to each; nothing sealed is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from consent_db.approvals.records import CheckState
from consent_db.checks.overview import Overview
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.schema import CheckBlockRow, CheckRow
from gatekeeper.types import FindingCode


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """One approval that holds.

    Attributes:
        decided_at: when the picture was approved as it is now.
        chain: this check and those that it replaced, the latest first.
        asked: why those were blocked; empty if the picture was approved at the first look.
    """

    id: str
    actor: str
    channel: str
    event: str | None
    decided_at: datetime
    expires_at: datetime | None
    chain: tuple[str, ...]
    asked: frozenset[FindingCode]


class StandingApprovals:
    """What holds now, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> list[StandingApproval]:
        """Return every approval that holds at this moment, the latest first; a handful of queries."""
        in_time = or_(CheckRow.expires_at.is_(None), CheckRow.expires_at > self._context.now)
        query = select(*_COLUMNS).where(
            CheckRow.state == CheckState.DECIDED.value, CheckRow.approved.is_(True), in_time
        )
        rows = self._context.connection.execute(query.order_by(CheckRow.decided_at.desc(), CheckRow.id)).all()
        chains = Overview(self._context).chains([row.id for row in rows])
        asked = self._asked(check for chain in chains.values() for check in chain)
        return [_approval(row, chains[row.id], asked) for row in rows]

    def _asked(self, checks: Iterable[str]) -> dict[str, set[FindingCode]]:
        found = defaultdict[str, set[FindingCode]](set)
        for some in portions(sorted(set(checks))):
            query = select(CheckBlockRow.check_id, CheckBlockRow.code).where(CheckBlockRow.check_id.in_(some))
            for check, code in self._context.connection.execute(query):
                found[check].add(FindingCode(code))
        return found


_COLUMNS = (
    CheckRow.id,
    CheckRow.actor,
    CheckRow.channel,
    CheckRow.event,
    CheckRow.created_at,
    CheckRow.decided_at,
    CheckRow.expires_at,
)


def _approval(
    row: Row[*tuple[Any, ...]], chain: tuple[str, ...], asked: dict[str, set[FindingCode]]
) -> StandingApproval:
    codes = frozenset(code for check in chain for code in asked.get(check, ()))
    decided = row.decided_at or row.created_at
    return StandingApproval(row.id, row.actor, row.channel, row.event, decided, row.expires_at, chain, codes)
