"""What waits for one account or one role, counted by the database: no record is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, case, func, select

from consent_db.approvals.records import CheckState
from consent_db.core.context import Context
from consent_db.schema import ChannelRow, CheckBlockRow, CheckRow, RestrictionRow, StatementRow
from gatekeeper.consent.permission import Stance
from gatekeeper.types import FindingCode

RECENT: Final = timedelta(days=28)
"""How old a picture may be that is still told of; older ones are in the lists."""


@dataclass(frozen=True, slots=True)
class OwnPictures:
    """Of one account: how many recent pictures stand as blocked, and how many approvals end soon, the first when."""

    blocked: int = 0
    ending: int = 0
    first_end: datetime | None = None


class ToDo:
    """Counts of what waits, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def own(self, actor: str, within: timedelta) -> OwnPictures:
        """Return what an account's own recent pictures ask of it; approvals count that end within a time."""
        now, row = self._context.now, CheckRow
        ends = row.approved.is_(True) & (row.expires_at > now) & (row.expires_at <= now + within)
        blocked = func.coalesce(func.sum(case((row.approved.is_(False), 1), else_=0)), 0)
        ending = func.coalesce(func.sum(case((ends, 1), else_=0)), 0)
        query = select(blocked, ending, func.min(case((ends, row.expires_at)))).where(
            row.actor == actor, row.created_at >= now - RECENT, row.state == CheckState.DECIDED.value
        )
        return OwnPictures(*self._context.connection.execute(query).one())

    def blocked_for(self, code: FindingCode) -> int:
        """Return how many recent pictures stand as blocked for one reason."""
        row = CheckRow
        query = select(func.count()).select_from(CheckBlockRow).join(row, row.id == CheckBlockRow.check_id)
        query = query.where(CheckBlockRow.code == code.value, row.state == CheckState.DECIDED.value)
        return self._count(query.where(row.created_at >= self._context.now - RECENT))

    def channels_to_approve(self) -> int:
        """Return how many channels leadership has not approved yet."""
        row = ChannelRow
        return self._count(select(func.count()).where(row.approved_at.is_(None), row.closed_at.is_(None)))

    def people_listed(self, since: datetime) -> int:
        """Return of how many people a listing or a hold was imposed since a moment, lifted again or not."""
        row = RestrictionRow
        return self._count(select(func.count(row.person_id.distinct())).where(row.in_force.is_(True), row.at >= since))

    def people_refusing(self, since: datetime) -> int:
        """Return of how many people a refusal or withdrawal was recorded since a moment."""
        row, no = StatementRow, (Stance.REFUSED.value, Stance.WITHDRAWN.value)
        return self._count(
            select(func.count(row.person_id.distinct())).where(row.stance.in_(no), row.recorded_at >= since)
        )

    def _count(self, query: Select[int]) -> int:
        return self._context.connection.execute(query).scalar_one()
