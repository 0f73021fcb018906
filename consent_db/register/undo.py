"""Undo of what was written down about a person: nothing is struck out, what held before is said again.

An *act* is everything that one user wrote down about one person at one moment. Its undo is one
further statement or more for each thing it was about, which keeps when the party itself said it.
Where a party had said nothing before, its word is followed by one that ended the day before,
which permits nothing and forbids nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from consent_db.errors import NotFound, NotPossible
from consent_db.register.latest_statement import order_of_record
from consent_db.register.records import Source, StatementRecord
from gatekeeper.consent.permission import Stance, Statement


@dataclass(frozen=True, slots=True)
class Again:
    """A statement that restores what held, and the number of the one that it repeats; None if there was none."""

    statement: Statement
    repeats: int | None


def act_of(said: Sequence[StatementRecord], number: int) -> list[StatementRecord]:
    """Return the statements that were written down by hand together with one of them.

    Raises:
        NotFound: there is no statement of this number about the person, or a file said it.
    """
    one = next((record for record in said if record.id == number and record.source is Source.HAND), None)
    if one is None:
        raise NotFound("There is no statement of this number that was written down by hand.")
    when = (one.recorded_at, one.recorded_by, one.source)
    return [record for record in said if (record.recorded_at, record.recorded_by, record.source) == when]


def is_last(said: Sequence[StatementRecord], act: Sequence[StatementRecord]) -> bool:
    """Say whether the parties have said nothing since about the things that an act was about."""
    newest, things = max(record.id for record in act), set(map(_thing, act))
    return not any(record.id > newest and _thing(record) in things for record in said)


def restoring(said: Sequence[StatementRecord], number: int, now: datetime, today: date) -> list[Again]:
    """Return the statements that undo an act, in the order in which to write them down.

    Args:
        said: everything that was said about the person.
        number: of a statement of the act.
        now: the moment of the undo (aware).
        today: its day at the school.

    Raises:
        NotFound: there is no such act.
        NotPossible: a party has said something since; what to say now is theirs.
    """
    act = act_of(said, number)
    if not is_last(said, act):
        raise NotPossible("This was changed again since. Record what is said now instead.")
    first = {record.id for record in act}
    earlier = [record for record in said if record.id not in first]
    found: list[Again] = []
    for thing in dict.fromkeys(map(_thing, act)):
        mine = sorted((one for one in act if _thing(one) == thing), key=order_of_record)
        before = sorted((one for one in earlier if _thing(one) == thing), key=order_of_record)
        found += [_repeated(one, now) for one in _holding(before)] or [_nothing(mine[-1], now, today)]
    return found


def _holding(before: Sequence[StatementRecord]) -> list[StatementRecord]:
    """Return what a party held: every no since its last yes, as a short one hides none that lasts; or that yes."""
    refusals = list(takewhile(lambda one: one.statement.stance is not Stance.GRANTED, reversed(before)))
    return refusals[::-1] or list(before[-1:])


def _repeated(record: StatementRecord, now: datetime) -> Again:
    said = record.statement
    return Again(replace(said, said_at=now, first_said_at=said.consented_at), record.id)


def _nothing(record: StatementRecord, now: datetime, today: date) -> Again:
    over = today - timedelta(days=1)
    stance = Stance.WITHDRAWN if record.statement.stance is Stance.GRANTED else Stance.GRANTED
    said = replace(record.statement, stance=stance, said_at=now, since=over, until=over, first_said_at=None)
    return Again(said, None)


def _thing(record: StatementRecord) -> tuple[str, str, str]:
    said = record.statement
    return said.party, said.subject, said.scope
