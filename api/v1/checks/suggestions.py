"""Whom the open faces of a check may be, for a client that may see first names and resolve."""

from __future__ import annotations

from api.application.register.candidates import NAMEABLE, Candidates
from api.application.register.directory import Entry
from api.application.services import Services
from api.http.models import SuggestionShape
from api.http.present import Suggestions
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Subject
from gatekeeper.policy.model import Naming
from gatekeeper.types import PersonId


def suggestions_for(services: Services, client: str, record: CheckRecord) -> Suggestions:
    """Return, by face number, whom each open face may be; nothing of a check that cannot be resolved any more."""
    asked = [face.number for face in record.faces if face.status in NAMEABLE]
    if record.state is not CheckState.DECIDED or not asked:
        return {}
    with services.store.reading(client, services.clock()) as tx:
        found = Candidates.of(services, tx, record)
        ranked = {number: found.ranked(number) for number in asked}
        people = {entry.record.id for entries in ranked.values() for entry, _ in entries}
        names = {person: _first_name(services, tx, record, found, person) for person in people}

    def shape(number: int, entry: Entry, *, alike: bool) -> SuggestionShape:
        person = entry.record.id
        return SuggestionShape(
            person=person,
            first_name=names[person],
            alike=alike,
            needs_agreement=found.circumstance(number, person) is not None,
        )

    return {
        number: [shape(number, entry, alike=alike) for entry, alike in entries] for number, entries in ranked.items()
    }


def _first_name(
    services: Services, tx: Transaction, record: CheckRecord, found: Candidates, person: PersonId
) -> str | None:
    """Return the first name of a person who may be named on the channel of a check today."""
    channel = tx.channels.get(record.draft.channel)
    if services.policy.naming is Naming.NONE or channel is None:
        return None
    allowed = found.register.permission(person, Subject.NAME, channel.as_channel(), tx.today).allowed
    return found.register.people[person].first_name if allowed else None
