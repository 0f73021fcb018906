"""Data lifecycle: lists of what falls due, and the retention run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from consent_db.checks.ending.deletion import DeletedPictures
from consent_db.core.context import Context
from consent_db.data_rights.tombstones import Tombstones
from consent_db.people.records import PersonRecord
from consent_db.register.erasure import ERASED
from consent_db.register.latest_statement import last_words
from consent_db.register.people import People
from consent_db.register.reviews import Reviews
from consent_db.schema import AuditRow, TemplateRow
from gatekeeper.consent.ages import birthday
from gatekeeper.consent.permission import EVERYWHERE, MAJORITY, Stance
from gatekeeper.types import Kind, PersonId


class DueKind(StrEnum):
    """Why a person is to be reviewed."""

    CONSENT_ENDS = "consent_ends"
    REVIEW = "review"
    """A listing or a hold is to be looked at again."""
    LEAVING = "leaving"
    TEMPLATE_ENDS = "template_ends"
    """The template gets too old: from then on the face is unknown until the person is enrolled again."""
    COMES_OF_AGE = "comes_of_age"
    """On the eighteenth birthday the parents' word ends; the person is to be asked."""
    TEMPLATE_HALF_TIME = "template_half_time"
    """Half the time is over for which the template counts: faces change, so a new photograph is asked for."""
    REFERENCE_MISSING = "reference_missing"
    """A template is permitted, and none counts: there is no reference photograph under a year old."""


REMINDERS: Final = frozenset({DueKind.TEMPLATE_HALF_TIME, DueKind.REFERENCE_MISSING})
"""What is asked for in good time: never overdue, and less urgent than everything else."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due; a day in the past is overdue."""

    day: date
    kind: DueKind
    person: PersonRecord
    detail: str = ""
    """What exactly, in words without names, such as `picture, everywhere`."""

    @property
    def reminds(self) -> bool:
        """Whether it is a reminder, which is never overdue."""
        return self.kind in REMINDERS

    def is_overdue(self, today: date) -> bool:
        """Say whether its day is over and something has ended by that."""
        return self.day < today and not self.reminds

    @property
    def urgency(self) -> tuple[bool, date]:
        """What sorts the most urgent first."""
        return self.reminds, self.day


class Lifecycle:
    """What falls due, through one transaction."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people

    def due(self, within_days: int, known: Iterable[PersonRecord] | None = None) -> list[Due]:
        """Return what falls due until so many days from today, and what is overdue; the most urgent first.

        Reminders come last; missing references depend on an engine and are not among them here.
        Neither are consents that have ended already and birthdays that are over; those who
        have left are, until they are erased.

        Args:
            within_days: how far to look ahead.
            known: all people as this transaction would read them, if they are at hand.
        """
        last = self._last_day(within_days)
        people = {record.id: record for record in (self._people.all() if known is None else known)}
        found = [*self._ends(people, last), *self._reviews(people), *self._templates(people, last)]
        for record in people.values():
            found += _about(record, self._context.today)
        return sorted((due for due in found if due.day <= last), key=lambda due: (due.urgency, due.kind, due.person.id))

    def tombstones(self) -> Tombstones:
        """Return what must not come back from an older backup."""
        query = select(AuditRow.object_id, AuditRow.payload).where(AuditRow.action == ERASED).order_by(AuditRow.seq)
        entries = self._context.connection.execute(query)
        people = {PersonId(person): bool(json.loads(payload).get("kept_listing")) for person, payload in entries}
        return Tombstones(people, frozenset(DeletedPictures(self._context).marks()))

    def ending(self, within_days: int) -> frozenset[PersonId]:
        """Return those with a consent that ends from today until so many days from today."""
        words = last_words().c
        query = select(words.person_id).distinct().where(self._ending(words, self._last_day(within_days)))
        return frozenset(map(PersonId, self._context.connection.execute(query).scalars()))

    def _last_day(self, within_days: int) -> date:
        return self._context.today + timedelta(days=within_days)

    def _ends(self, people: dict[PersonId, PersonRecord], last: date) -> Iterator[Due]:
        words = last_words().c
        query = select(words.person_id, words.party, words.subject, words.scope, words.until)
        for row in self._context.connection.execute(query.where(self._ending(words, last)).order_by(words.id)):
            if (record := people.get(PersonId(row.person_id))) is not None:
                scope = "everywhere" if row.scope == EVERYWHERE else row.scope
                yield Due(row.until, DueKind.CONSENT_ENDS, record, f"{row.subject}, {scope}, by {row.party}")

    def _ending(self, words: ReadOnlyColumnCollection[str, Any], last: date) -> ColumnElement[bool]:
        """Return the condition for grants that end until then and that nothing was said after."""
        granted = and_(words.place == 1, words.stance == Stance.GRANTED.value)
        return and_(granted, words.until.between(self._context.today, last))

    def _reviews(self, people: dict[PersonId, PersonRecord]) -> Iterator[Due]:
        for review in Reviews(self._context).all():
            if review.person in people and review.review_on is not None:
                yield Due(review.review_on, DueKind.REVIEW, people[review.person], review.restriction.value)

    def _templates(self, people: dict[PersonId, PersonRecord], last: date) -> Iterator[Due]:
        """Yield when each template ends if that is until `last`, else when half of its time is over."""
        query = select(TemplateRow.person_id, TemplateRow.engine, TemplateRow.ages_from, TemplateRow.enrolled_at)
        for row in self._context.connection.execute(query):
            end = row.ages_from + self._context.template_life
            record = people[PersonId(row.person_id)]
            listed = ", on the do-not-publish list" if record.listed else ""
            ends = self._context.day_of(end)
            half_time = self._context.day_of(row.enrolled_at + (end - row.enrolled_at) / 2)
            kind = DueKind.TEMPLATE_ENDS if ends <= last else DueKind.TEMPLATE_HALF_TIME
            yield Due(ends if kind is DueKind.TEMPLATE_ENDS else half_time, kind, record, f"{row.engine}{listed}")


def _about(record: PersonRecord, today: date) -> Iterator[Due]:
    born, leaving = record.profile.date_of_birth, record.profile.leaving_date
    if leaving is not None:
        yield Due(leaving, DueKind.LEAVING, record, "has left" if leaving < today else "")
    if record.profile.kind is Kind.PUPIL and born is not None and birthday(born, MAJORITY) >= today:
        yield Due(birthday(born, MAJORITY), DueKind.COMES_OF_AGE, record)
