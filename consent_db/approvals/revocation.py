"""Revocation: approvals end in the transaction that takes away what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select, true, update

from consent_db.approvals.records import CheckState
from consent_db.core.clock import Clock
from consent_db.core.context import Context
from consent_db.schema import CheckPersonRow, CheckRow, EventRow
from consent_db.webhooks.outbox import Event, tell
from gatekeeper.types import PersonId


def revoke_resting_on(context: Context, person: PersonId, why: str) -> tuple[str, ...]:
    """End every standing approval that rests on a person; return the ids, sorted.

    The register has to be moved on first, so that no check that began before
    can be recorded afterwards.
    """
    return _revoke(context, _rests_on(person), why)


def resting_on(context: Context, person: PersonId) -> tuple[str, ...]:
    """Return the standing approvals that rest on a person; sorted ids."""
    return _standing(context, _rests_on(person))


def standing_approvals(context: Context) -> tuple[str, ...]:
    """Return every approval that stands; sorted ids."""
    return _standing(context, true())


def outlasting(context: Context, person: PersonId, last_day: date) -> tuple[str, ...]:
    """Return the standing approvals that rest on a person and would outlast `last_day`; sorted ids."""
    midnight = datetime.combine(last_day + timedelta(days=1), time(), context.zone).astimezone(UTC)
    too_long = or_(CheckRow.expires_at.is_(None), CheckRow.expires_at > midnight)
    return _standing(context, _rests_on(person) & too_long)


def revoke_for_channel(context: Context, channel: str, why: str) -> tuple[str, ...]:
    """End every standing approval for a channel; return the ids, sorted."""
    return _revoke(context, CheckRow.channel == channel, why)


def revoke_for_event(context: Context, event: str, why: str) -> tuple[str, ...]:
    """End every standing approval of a picture of an event; return the ids, sorted."""
    return _revoke(context, CheckRow.event == event, why)


def revoke_near(
    context: Context, day: date, days_around: int, why: str, person: PersonId | None = None
) -> tuple[str, ...]:
    """End the standing approvals of pictures that may be of a day; return the ids, sorted.

    A check counts if it was made, or is to be published, at most `days_around` days
    from the day: with a person every check that rests on them, otherwise those for
    which no event was chosen (a class is none).
    """
    first = datetime.combine(day - timedelta(days=days_around), time(), context.zone).astimezone(UTC)
    last = datetime.combine(day + timedelta(days=days_around + 1), time(), context.zone).astimezone(UTC)
    near = or_(*((moment >= first) & (moment < last) for moment in (CheckRow.created_at, CheckRow.publish_at)))
    no_event = or_(CheckRow.event.is_(None), CheckRow.event.not_in(select(EventRow.name)))
    return _revoke(context, near & (no_event if person is None else _rests_on(person)), why)


def end(context: Context, ids: Sequence[str], state: CheckState, why: str) -> None:
    """Take these checks to a final state, with one audit entry each; programs are told of approvals."""
    values = {"state": state.value, "ended_at": context.now, "ended_why": why}
    for check_id in ids:
        ended = update(CheckRow).where(CheckRow.id == check_id).values(values)
        row = context.connection.execute(ended.returning(CheckRow.channel, CheckRow.approved)).one()
        context.log(f"check.{state.value}", check_id, {"why": why})
        if row.approved:
            tell(context, Event.APPROVAL_REVOKED, row.channel, {"check": check_id})


def _rests_on(person: PersonId) -> ColumnElement[bool]:
    return CheckRow.id.in_(select(CheckPersonRow.check_id).where(CheckPersonRow.person_id == person))


def _revoke(context: Context, which: ColumnElement[bool], why: str) -> tuple[str, ...]:
    ids = _standing(context, which)
    end(context, ids, CheckState.REVOKED, why)
    return ids


def _standing(context: Context, which: ColumnElement[bool]) -> tuple[str, ...]:
    # An approval that a doubtful clock takes for over stands again once that is put right, so it is one to end.
    moment = min(Clock(context).moments())
    in_time = or_(CheckRow.expires_at.is_(None), CheckRow.expires_at > moment)
    standing = (CheckRow.state == CheckState.DECIDED) & CheckRow.approved.is_(True) & in_time
    return tuple(context.connection.execute(select(CheckRow.id).where(standing, which).order_by(CheckRow.id)).scalars())
