"""Undo as statements: what held before holds again, whatever the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent_db.errors import NotFound, NotPossible
from consent_db.register.records import Source, StatementRecord
from consent_db.register.undo import restoring
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Standing, Statement, Subject, permission

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ENDS = st.sampled_from([None, TODAY - timedelta(days=3), TODAY, TODAY + timedelta(days=30)])
WORDS = st.tuples(st.sampled_from([Party.PARENT, Party.PUPIL]), st.sampled_from(Stance), ENDS)


def history(words: list[tuple[Party, Stance, date | None]]) -> list[StatementRecord]:
    """Return records made on consecutive days, the last yesterday."""
    found = []
    for number, (party, stance, until) in enumerate(words, 1):
        at = NOW - timedelta(days=len(words) + 1 - number)
        since = min(at.date(), until) if until else at.date()
        said = Statement(party, Subject.PICTURE, EVERYWHERE, stance, at, since, until)
        found.append(StatementRecord(number, said, Source.HAND, "usr_1", at, has_evidence=False))
    return found


def allowed(said: list[Statement], day: date) -> bool:
    standing = Standing(tuple(said), date_of_birth=date(2012, 1, 1))
    return permission(standing, Subject.PICTURE, ["website"], day).allowed


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_undo_restores_every_answer(words: list[tuple[Party, Stance, date | None]]) -> None:
    """After the undo of the newest statement each later day has the answer that it had before that statement."""
    records = history(words)
    before = [one.statement for one in records[:-1]]
    again = [one.statement for one in restoring(records, len(records), NOW, TODAY)]
    after = [one.statement for one in records] + again
    for day in (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=31)):
        assert allowed(after, day) == allowed(before, day)


def test_undo_is_refused_once_more_was_said() -> None:
    """And for what a file said, and for what is not there."""
    records = history([(Party.PARENT, Stance.GRANTED, None), (Party.PARENT, Stance.REFUSED, None)])
    with pytest.raises(NotPossible):
        restoring(records, 1, NOW, TODAY)
    with pytest.raises(NotFound):
        restoring([replace(records[0], source=Source.IMPORT)], 1, NOW, TODAY)
    with pytest.raises(NotFound):
        restoring(records, 9, NOW, TODAY)


def test_a_repeated_yes_is_no_newer_than_it_was() -> None:
    """However often it is undone and said again, the day on which it was given is that of the first time."""
    records = history([(Party.PARENT, Stance.GRANTED, None), (Party.PARENT, Stance.WITHDRAWN, None)])
    first = records[0].statement
    again = restoring(records, 2, NOW, TODAY)[0].statement
    assert (again.said_at, again.consented_at, again.since) == (NOW, first.said_at, first.since)
    later = NOW + timedelta(days=1)
    for statement in (again, replace(again, stance=Stance.WITHDRAWN, said_at=later, first_said_at=None)):
        number = len(records) + 1
        records.append(StatementRecord(number, statement, Source.HAND, "usr_1", statement.said_at, has_evidence=False))
    once_more = restoring(records, 4, later, later.date())[0].statement
    assert (once_more.said_at, once_more.consented_at) == (later, first.said_at)
