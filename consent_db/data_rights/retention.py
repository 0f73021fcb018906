"""Retention: the run that deletes what is over: finished checks, templates that lapsed, ended sessions.

The marks of pictures that were deleted as compromising stay, so that those are
refused for good. So do checks whose picture is still published somewhere: if it
has to come down, it must be known who it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select, update

from consent_db.accounts.sessions import Sessions
from consent_db.approvals.records import CheckState
from consent_db.checks import idempotency
from consent_db.core import former
from consent_db.core.clock import Clock, Doubt
from consent_db.core.context import SCHOOL, Context
from consent_db.enrolment.photo_uploads import PhotoUploads
from consent_db.enrolment.service import Enrolment
from consent_db.register.left_out import LeftOut
from consent_db.schema import (
    BatchCheckRow,
    BatchRow,
    CheckBlockRow,
    CheckPersonRow,
    CheckRow,
    EventRow,
    ExpiryRow,
    IdempotencyRow,
    ObjectionRow,
    OpinionRow,
    PublicationPersonRow,
    PublicationRow,
    ReceiptUseRow,
    SearchRow,
    TakedownRow,
    TemplateRow,
)
from consent_db.webhooks import service

_PIECE = 500
"""Ids in one statement, well below what any database takes."""

RAN: Final = "retention.run"
"""What the audit calls it, each time, also if nothing was over."""

HELD: Final = "retention.held"
"""What the audit calls a run that deleted nothing, because the clock is in doubt."""

_ABOUT_CHECKS: Final = (
    PublicationRow,
    ReceiptUseRow,
    IdempotencyRow,
    CheckPersonRow,
    CheckBlockRow,
    ExpiryRow,
    BatchCheckRow,
    OpinionRow,
)


@dataclass(frozen=True, slots=True)
class Retained:
    """What a run deleted.

    Attributes:
        checks: finished checks, with their words, decisions and bindings.
        templates: too old, or without permission by now.
        sessions: sign-ins that had ended.
        files: keys of stored pictures that have to be deleted now.
        held: why nothing was deleted, where the clock is in doubt.
    """

    checks: int
    templates: int
    sessions: int
    files: frozenset[str]
    held: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would delete now, and what a run would delete later.

    Attributes:
        checks: that are over now.
        checks_later: that will be over besides by then.
        checks_kept: that are old enough, and stay because a post is up or was until lately, or because of others.
        templates: that are too old now.
        templates_later: that will be too old besides by then.
    """

    checks: int
    checks_later: int
    checks_kept: int
    templates: int
    templates_later: int


def forecast(context: Context, keep: timedelta, within: timedelta) -> Forecast:
    """Return what `run` would delete now, and within a time; nothing is changed.

    Args:
        context: of the transaction.
        keep: as `run` takes it.
        within: how far ahead is looked.
    """
    before = context.now - keep
    over = len(_over(context, before))
    finished = select(func.count()).where(_finished(before))
    old, later = (
        select(func.count()).where(TemplateRow.ages_from < moment - context.template_life)
        for moment in (context.now, context.now + within)
    )
    old_now = context.connection.execute(old).scalar_one()
    return Forecast(
        checks=over,
        checks_later=len(_over(context, before + within)) - over,
        checks_kept=context.connection.execute(finished).scalar_one() - over,
        templates=old_now,
        templates_later=context.connection.execute(later).scalar_one() - old_now,
    )


def run(context: Context, sessions: Sessions, keep: timedelta) -> Retained:
    """Delete what is over; nothing while the clock is in doubt.

    Args:
        context: of the transaction.
        sessions: of the same transaction.
        keep: how long a finished check is kept, from its last change on.
    """
    if (doubt := Clock(context).doubt) is not None:
        context.log(HELD, SCHOOL, {"doubt": doubt})
        return Retained(0, 0, 0, frozenset(), doubt)
    before = context.now - keep
    gone = _over(context, before)
    files = _delete_checks(context, gone)
    templates = Enrolment(context).forget_lapsed(context.now - context.template_life)
    _delete_old_words(context, before)
    rows = former.forget_before(context, context.now - former.UNDO_WITHIN)
    rows += LeftOut(context).forget_old() + PhotoUploads(context).forget_old()
    result = Retained(len(gone), templates, sessions.sweep(), files)
    context.destroyed = context.destroyed or bool(result.checks or result.templates or rows)
    counts = {"checks": result.checks, "templates": result.templates, "pictures": len(files)}
    context.log(RAN, SCHOOL, counts)
    return result


def _over(context: Context, before: datetime) -> list[str]:
    """Return the checks that may go: finished, published nowhere, and linked only to others that go too."""
    links = (CheckRow.id, CheckRow.supersedes, CheckRow.superseded_by)
    published = select(PublicationRow.check_id).where(
        PublicationRow.taken_down_at.is_(None) | (PublicationRow.taken_down_at >= before)
    )
    old = select(CheckRow.id).where(_finished(before), CheckRow.id.not_in(published))
    going = set(context.connection.execute(old).scalars())
    tied = [set(row) - {None} for row in context.connection.execute(select(*links))] if going else []
    while torn := [together for together in tied if together & going and together - going]:
        going -= set().union(*torn)
    return sorted(going)


def _finished(before: datetime) -> ColumnElement[bool]:
    """Return the condition for checks to which nothing happened since a moment, and nothing will."""
    last = func.coalesce(CheckRow.ended_at, CheckRow.decided_at, CheckRow.created_at)
    return (CheckRow.state != CheckState.RECEIVED) & (last < before)


def _delete_checks(context: Context, ids: list[str]) -> frozenset[str]:
    connection, files = context.connection, set[str]()
    for start in range(0, len(ids), _PIECE):
        some = ids[start : start + _PIECE]
        stored = select(CheckRow.upload_key, CheckRow.examined_key).where(CheckRow.id.in_(some))
        files |= {key for row in connection.execute(stored) for key in row if key is not None}
        posts = select(PublicationRow.id).where(PublicationRow.check_id.in_(some))
        for table in (TakedownRow, PublicationPersonRow):
            connection.execute(delete(table).where(table.publication_id.in_(posts)))
        for about in _ABOUT_CHECKS:
            connection.execute(delete(about).where(about.check_id.in_(some)))
        unlinked = update(CheckRow).where(CheckRow.id.in_(some))
        connection.execute(unlinked.values(supersedes=None, superseded_by=None))
    for start in range(0, len(ids), _PIECE):
        connection.execute(delete(CheckRow).where(CheckRow.id.in_(ids[start : start + _PIECE])))
    return frozenset(files)


def _delete_old_words(context: Context, before: datetime) -> None:
    """Delete what was said at events that are long over, searches that ended, and requests that came twice."""
    past = select(EventRow.name).where(EventRow.date < before.astimezone(context.zone).date())
    context.connection.execute(delete(ObjectionRow).where(ObjectionRow.event.in_(past)))
    empty = BatchRow.id.not_in(select(BatchCheckRow.batch_id))
    context.connection.execute(delete(BatchRow).where(BatchRow.created_at < before, empty))
    context.connection.execute(delete(SearchRow).where(SearchRow.finished_at < before))
    idempotency.forget_before(context, before)
    service.forget_before(context, before)
