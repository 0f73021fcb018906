"""Statistics about the whole school, counted by the database; no record is opened and no person named."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, select

from consent_db.accounts.clients import PROGRAM
from consent_db.approvals.records import CheckState
from consent_db.core.context import Context
from consent_db.data_rights.lifecycle import DueKind
from consent_db.register.latest_statement import last_words
from consent_db.register.reviews import Reviews
from consent_db.schema import (
    ChannelRow,
    CheckBlockRow,
    CheckRow,
    MembershipRow,
    OpinionRow,
    PersonRow,
    PublicationPersonRow,
    PublicationRow,
    TakedownRow,
    TemplateRow,
)
from gatekeeper.consent.permission import Stance
from gatekeeper.decision.findings import Topic, about
from gatekeeper.naming import natural_key
from gatekeeper.types import FindingCode, PersonId


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of the pictures of one period; each counts once, as its last check says.

    Attributes:
        approved: at the first look.
        helped: approved after something was put right.
        blocked: as it stands.
    """

    approved: int = 0
    helped: int = 0
    blocked: int = 0

    @property
    def all(self) -> int:
        """How many pictures there were."""
        return self.approved + self.helped + self.blocked


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a person, since when the longest, and how much of it is late."""

    count: int
    since: datetime | None = None
    late: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What is there of a person who has left: their last day, how many posts are up, and whether a template is."""

    day: date
    posts: int
    has_template: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """What of a school is on record already."""

    channels: bool
    people: bool
    templates: bool
    checks: bool


class Figures:
    """Counts, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def begun(self) -> Begun:
        """Say whether there is a channel that is open, a person on the register, a template, a picture."""
        is_open = ChannelRow.approved_at.is_not(None) & ChannelRow.closed_at.is_(None)
        return Begun(
            channels=self._any(select(ChannelRow.name).where(is_open)),
            people=self._any(select(PersonRow.id).where(PersonRow.erased_at.is_(None))),
            templates=self._any(select(TemplateRow.id)),
            checks=self._any(select(CheckRow.id)),
        )

    def outcomes(self, starts: Sequence[datetime]) -> list[Outcomes]:
        """Return what became of the pictures of each period.

        Args:
            starts: when each period begins, ascending; the last goes on until now.
        """
        helped = CheckRow.supersedes.is_not(None).label("helped")
        last = CheckRow.superseded_by.is_(None) & (CheckRow.state != CheckState.RECEIVED)
        marked = select(_period(CheckRow.created_at, starts).label("period"), CheckRow.approved, helped)
        each = marked.where(CheckRow.created_at >= starts[0], last).subquery()
        found = [Counter[str]() for _ in starts]
        query = select(each, func.count()).group_by(*each.c)
        for number, approved, was_helped, count in self._context.connection.execute(query):
            found[number][("helped" if was_helped else "approved") if approved else "blocked"] += count
        return [Outcomes(**counts) for counts in found]

    def reasons(self, since: datetime) -> dict[FindingCode, int]:
        """Return why pictures were blocked at the first look, and how many each time; the commonest first."""
        first = (CheckRow.created_at >= since) & CheckRow.supersedes.is_(None)
        query = select(CheckBlockRow.code, func.count()).join(CheckRow, CheckRow.id == CheckBlockRow.check_id)
        rows = self._context.connection.execute(query.where(first).group_by(CheckBlockRow.code)).all()
        return {FindingCode(code): count for code, count in sorted(rows, key=lambda row: (-row[1], row[0]))}

    def waiting(self) -> Waiting:
        """Return how many pictures wait for a second person, or, from a program, for a first."""
        declined = select(OpinionRow.check_id).where(OpinionRow.agreed.is_(False))
        asked = CheckRow.id.in_(_blocked_for(about(Topic.APPROVED))) & CheckRow.id.not_in(declined)
        by_program = CheckRow.actor.startswith(PROGRAM, autoescape=True)
        unseen = CheckRow.id.in_(_blocked_for(about(Topic.LOOKED_AT))) & by_program
        query = select(func.count(), func.min(CheckRow.created_at)).where(
            CheckRow.state == CheckState.DECIDED, asked | unseen
        )
        return Waiting(*self._context.connection.execute(query).one())

    def takedowns(self) -> Waiting:
        """Return how many posts have to come down, and how many of them should be down."""
        late = func.coalesce(func.sum(case((TakedownRow.due_at < self._context.now, 1), else_=0)), 0)
        query = select(func.count(), func.min(TakedownRow.opened_at), late).where(TakedownRow.done_at.is_(None))
        return Waiting(*self._context.connection.execute(query).one())

    def ageing(self, engine: str, within: timedelta) -> int:
        """Return how many templates of an engine get too old within a time, or are already."""
        old = TemplateRow.ages_from <= self._context.now + within - self._context.template_life
        query = select(func.count()).where(TemplateRow.engine == engine, old)
        return self._context.connection.execute(query).scalar_one()

    def ahead(self, days: Sequence[date], engine: str) -> dict[DueKind, list[int]]:
        """Return for how many people each thing falls due, in each period.

        Args:
            days: the first day of each period, ascending, and the day after the last period.
            engine: whose templates count.
        """
        life, zone = self._context.template_life, self._context.zone
        moments = [datetime.combine(day, time(), zone).astimezone(UTC) - life for day in days]
        here = PersonRow.erased_at.is_(None)
        words = last_words().c
        granted = (words.place == 1) & (words.stance == Stance.GRANTED)
        on_register = words.person_id.in_(select(PersonRow.id).where(here))
        reviews = Counter(bisect(days, one.review_on) - 1 for one in Reviews(self._context).all() if one.review_on)
        return {
            DueKind.CONSENT_ENDS: self._spread(days, words.until, words.person_id, granted & on_register),
            DueKind.TEMPLATE_ENDS: self._spread(
                moments, TemplateRow.ages_from, TemplateRow.person_id, TemplateRow.engine == engine
            ),
            DueKind.LEAVING: self._spread(days, PersonRow.leaving_date, PersonRow.id, here),
            DueKind.REVIEW: [reviews[number] for number in range(len(days) - 1)],
        }

    def left(self) -> dict[PersonId, Left]:
        """Return what is still there of all people who have left, the longest ago first."""
        gone = (PersonRow.leaving_date < self._context.today) & PersonRow.erased_at.is_(None)
        posts = select(func.count()).where(
            PublicationPersonRow.person_id == PersonRow.id,
            PublicationPersonRow.publication_id.in_(
                select(PublicationRow.id).where(PublicationRow.taken_down_at.is_(None))
            ),
        )
        templates = select(func.count()).where(TemplateRow.person_id == PersonRow.id)
        query = select(PersonRow.id, PersonRow.leaving_date, posts.scalar_subquery(), templates.scalar_subquery())
        rows = self._context.connection.execute(query.where(gone).order_by(PersonRow.leaving_date, PersonRow.id))
        return {PersonId(person): Left(day, up, made > 0) for person, day, up, made in rows}

    def classes(self) -> dict[str, frozenset[PersonId]]:
        """Return who is in which class or club, by its name."""
        found: defaultdict[str, set[PersonId]] = defaultdict(set)
        for person, name in self._context.connection.execute(select(MembershipRow.person_id, MembershipRow.name)):
            found[name].add(PersonId(person))
        return {name: frozenset(found[name]) for name in sorted(found, key=natural_key)}

    def _spread(
        self,
        starts: Sequence[date],
        column: SQLColumnExpression[Any],
        person: SQLColumnExpression[str],
        which: ColumnElement[bool],
    ) -> list[int]:
        """Count people by the period that a column lies in; the last of `starts` is where they end."""
        period = _period(column, starts[:-1]).label("period")
        inside = (column >= starts[0]) & (column < starts[-1])
        marked = select(period, person.label("person")).where(inside, which).distinct().subquery()
        query = select(marked.c.period, func.count()).group_by(marked.c.period)
        found = {number: count for number, count in self._context.connection.execute(query)}  # noqa: C416, rows are no pairs
        return [found.get(number, 0) for number in range(len(starts) - 1)]

    def _any(self, query: Select[str]) -> bool:
        return self._context.connection.execute(query.limit(1)).first() is not None


def _blocked_for(codes: AbstractSet[FindingCode]) -> Select[str]:
    """Select the checks that are blocked for one of these."""
    return select(CheckBlockRow.check_id).where(CheckBlockRow.code.in_(sorted(codes)))


def _period(column: SQLColumnExpression[Any], starts: Sequence[date]) -> ColumnElement[int]:
    """Return the number of the period that a column lies in; nothing lies before the first."""
    return case(*((column >= start, number) for number, start in reversed(list(enumerate(starts)))))
