"""History of facts (valid time): what was replaced since: what an answer about the past rests on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from sqlalchemy import insert, select

from consent_db.core.context import Context
from consent_db.keys.crypto import Place
from consent_db.schema import FormerFactsRow
from gatekeeper.consent.history import Former, PersonFacts
from gatekeeper.types import PersonId


def remember(context: Context, person: PersonId, before: PersonFacts, after: PersonFacts) -> None:
    """Keep what is about to be replaced, if it is another; sealed, and gone when the person is erased."""
    if before == after:
        return
    born, left = before.date_of_birth, before.leaving_date
    words = [left and left.isoformat(), born and born.isoformat(), before.speaks_for_self]
    sealed = context.person_key(person).seal(json.dumps(words).encode(), _place(person, context.now))
    values = {"person_id": person, "replaced_at": context.now, "sealed": sealed}
    context.connection.execute(insert(FormerFactsRow).values(values))


def read(context: Context, person: PersonId) -> tuple[Former, ...]:
    """Return everything that was replaced, the oldest first."""
    query = select(FormerFactsRow.replaced_at, FormerFactsRow.sealed).where(FormerFactsRow.person_id == person)
    found = []
    for replaced_at, sealed in context.connection.execute(query.order_by(FormerFactsRow.id)):
        left, born, own = json.loads(context.person_key(person).open(sealed, _place(person, replaced_at)))
        facts = PersonFacts(left and date.fromisoformat(left), born and date.fromisoformat(born), own)
        found.append(Former(facts, replaced_at))
    return tuple(found)


def _place(person: PersonId, replaced_at: datetime) -> Place:
    return Place("former_facts", replaced_at.astimezone(UTC).isoformat(), "sealed", person)
