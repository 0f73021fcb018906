"""What was said last is one rule: read from records, asked of the database, and what the permission goes by."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from consent_db import Store
from consent_db.people.records import PersonDraft
from consent_db.register.latest_statement import last_words, latest
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Channel, Kind
from tests.support.register import ADMIN, NOW, TODAY

NUMBERS = count()
ANYWHERE = Channel("website", frozenset(), approved=True)
STATEMENTS = st.lists(
    st.builds(
        Statement,
        party=st.sampled_from((Party.PARENT, Party.SECOND_PARENT, Party.PUPIL)),
        subject=st.sampled_from((Subject.PICTURE, Subject.NAME)),
        scope=st.sampled_from((EVERYWHERE, "website")),
        stance=st.sampled_from(list(Stance)),
        said_at=st.sampled_from((NOW, NOW - timedelta(hours=1))),
        since=st.just(TODAY - timedelta(days=3)),
        until=st.sampled_from((None, TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=40))),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=STATEMENTS)
def test_records_and_database_agree_on_what_was_said_last(store: Store, said: list[Statement]) -> None:
    """In any order of entry, at one instant too; and after a last no nothing is permitted."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PersonDraft(Kind.PUPIL, "Ann", "Lee", None, f"L-{next(NUMBERS)}"))
        tx.consent.record_all(person, said)
        records = tx.consent.statements(person)
        words = last_words().c
        query = select(words.id).where(words.place == 1, words.person_id == person)
        found = set(tx.consent._context.connection.execute(query).scalars())
        last = latest(records)
        assert found == {one.id for one in last.values()}
        for (_, subject, _), one in last.items():
            if one.statement.stance is not Stance.GRANTED and one.statement.until is None:
                assert not tx.consent.permission(person, subject, ANYWHERE, NOW).allowed
        ending = {one.id for one in last.values() if one.statement.stance is Stance.GRANTED and one.statement.until}
        assert (person in tx.lifecycle.ending(60)) == bool(ending)
