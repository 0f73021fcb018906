"""Approvals that end by time: which have, and programs are told of it once."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Select, delete, select

from consent_db.approvals.records import CheckState
from consent_db.approvals.revocation import standing_approvals
from consent_db.core.clock import Clock
from consent_db.core.context import Context
from consent_db.schema import CheckRow, ExpiryRow
from consent_db.webhooks.outbox import Event, tell

_EXPIRED: Final = "check.expired"
"""What the audit calls the end of an approval by time."""


class Approvals:
    """Which approvals stand and which are over, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def standing(self) -> tuple[str, ...]:
        """Return the approvals that stand now; sorted ids."""
        return standing_approvals(self._context)

    def some_ended(self) -> bool:
        """Say whether an approval has ended by time that was not announced, or the clock has made one look so."""
        clock = Clock(self._context)
        over = self._context.connection.execute(self._over().limit(1)).first() is not None
        return over and (clock.doubt is None or clock.is_news)

    def end_by_time(self) -> tuple[str, ...]:
        """Tell programs of the approvals that have ended by time, each once; return their ids.

        What was revoked or replaced before was told then. While the clock is in doubt, none
        is ended for good by it.
        """
        context = self._context
        if Clock(context).doubt is not None:
            return ()
        told: list[str] = []
        for row in context.connection.execute(self._over()).all():
            context.connection.execute(delete(ExpiryRow).where(ExpiryRow.check_id == row.id))
            if row.state == CheckState.DECIDED:
                context.log(_EXPIRED, row.id)
                tell(context, Event.APPROVAL_EXPIRED, row.channel, {"check": row.id})
                told.append(row.id)
        return tuple(told)

    def was_told_over(self, check_id: str) -> bool:
        """Say whether an approval was told to have ended by time; a clock that is set back does not revive it."""
        return bool(self._context.audit.about(check_id, _EXPIRED))

    def _over(self) -> Select[str, str, str]:
        query = select(CheckRow.id, CheckRow.state, CheckRow.channel).join(ExpiryRow, ExpiryRow.check_id == CheckRow.id)
        return query.where(CheckRow.expires_at <= self._context.now).order_by(CheckRow.expires_at, CheckRow.id)
