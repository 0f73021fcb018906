"""The history of a person: what was said, listings and holds, and from the audit what was done about them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from api.application.data_rights.erasure import CERTIFIED
from api.application.register.undo import Act, Undo, undoable
from api.application.services import Services
from api.platform import labels as words
from api.web import choices as lists
from api.web.checks.result.second_opinions import name_of
from api.web.register.person.person_views import Entry, who
from consent_db.audit.records import AuditEntry
from consent_db.data_rights.export_release import ASKED, RELEASED
from consent_db.register.latest_statement import latest
from consent_db.register.records import RestrictionRecord, Source, StatementRecord
from consent_db.transaction import Transaction
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import EVERYWHERE, Stance
from gatekeeper.types import PersonId, Role

_LAID: Final = {
    (Restriction.LISTING, True): "Put on the do-not-publish list.",
    (Restriction.LISTING, False): "Taken off the do-not-publish list.",
    (Restriction.HOLD, True): "A hold was placed on them.",
    (Restriction.HOLD, False): "The hold was lifted.",
}
_TOLD: Final[Mapping[str, tuple[words.Mood, str]]] = {
    "person.added": ("ok", "Added to the register."),
    "person.changed": ("ask", "Details changed."),
    "references.kept": ("ok", "Reference photographs changed."),
    "siblings.confirmed": ("ok", "Confirmed to have a sibling or twin on the register."),
    "siblings.removed": ("ask", "The entry about a sibling or twin was removed."),
    "template.stored": ("ok", "A template was made, to recognise them by."),
    "templates.destroyed": ("stop", "Their template was erased for good."),
    ASKED: ("ask", "The release of a copy of their data was asked for."),
    RELEASED: ("ok", "The release of a copy of their data was agreed."),
    "person.exported": ("ok", "A copy of their data was handed out."),
    CERTIFIED: ("ok", "The proof of an erasure was made."),
}


def timeline(services: Services, tx: Transaction, person: PersonId, role: Role) -> tuple[Entry, ...]:
    """Return everything that was said of and done about a person, the latest first, with what this role can undo."""
    said, lead = tx.consent.statements(person), role is Role.SAFEGUARDING_LEAD
    last = {one.id for one in latest(said).values() if one.statement.stance is Stance.GRANTED}
    ways = undoable(tx, person, role)
    entries = [
        (
            one.recorded_at,
            one.id,
            _undone(_said(services, tx, person, one, stands=one.id in last), Undo(Act.STATEMENTS, one.id), ways),
        )
        for one in said
    ]
    entries += [
        (one.at, one.id, _undone(_laid(services, tx, one, may_see_why=lead), Undo(Act.RESTRICTION, one.id), ways))
        for one in tx.consent.restrictions(person)
    ]
    entries += [
        (entry.at, entry.seq, _done(services, tx, entry, ways))
        for entry in tx.audit.about(person)
        if entry.action in _TOLD
    ]
    return tuple(entry for _, _, entry in sorted(entries, key=lambda entry: entry[:2], reverse=True))


def _undone(entry: Entry, way: Undo, ways: Collection[Undo]) -> Entry:
    return replace(entry, undo=way) if way in ways else entry


def _said(services: Services, tx: Transaction, person: PersonId, record: StatementRecord, *, stands: bool) -> Entry:
    said, zone = record.statement, services.policy.zone
    where = "everywhere" if said.scope == EVERYWHERE else f"for {lists.channel_title(tx, said.scope)}"
    until = f", until {words.date(said.until)}" if said.until else ""
    how = "by import" if record.source is Source.IMPORT else f"by {who(tx, record.recorded_by)}"
    what = f"{said.subject.label.lower()}, {where}{until}"
    withdrawal = {"party": said.party.value, "subject": said.subject.value, "scope": said.scope}
    again = " Said again by an undo." if said.first_said_at is not None else ""
    return Entry(
        day=words.day(said.consented_at, zone),
        mood="ok" if said.stance is Stance.GRANTED else "stop",
        text=f"{words.PARTY[said.party]} {words.DID[said.stance]}: {what}.",
        more=f"Recorded {words.moment(record.recorded_at, zone)} {how}.{again}",
        stands=withdrawal | {"stance": Stance.WITHDRAWN.value} if stands else {},
        evidence=tx.consent.evidence(person, record.id) if record.has_evidence else None,
    )


def _laid(services: Services, tx: Transaction, record: RestrictionRecord, *, may_see_why: bool) -> Entry:
    zone = services.policy.zone
    return Entry(
        day=words.day(record.at, zone),
        mood="stop" if record.in_force else "ok",
        text=_LAID[record.restriction, record.in_force],
        more=f"By {who(tx, record.by)}, {words.moment(record.at, zone)}.",
        stands={},
        reason=record.id if may_see_why and record.has_reason else None,
    )


def _done(services: Services, tx: Transaction, entry: AuditEntry, ways: Collection[Undo]) -> Entry:
    mood, text = _TOLD[entry.action]
    zone = services.policy.zone
    told = Entry(
        day=words.day(entry.at, zone),
        mood=mood,
        text=text,
        more=f"{_counts(entry)}By {name_of(tx, entry.actor)}, {words.moment(entry.at, zone)}.",
        stands={},
    )
    return _undone(told, Undo(Act.DETAILS, entry.seq), ways) if entry.action == "person.changed" else told


def _counts(entry: AuditEntry) -> str:
    """Return how many photographs were kept and removed, if it is about photographs."""
    said = json.loads(entry.payload)
    if entry.action != "references.kept":
        return ""
    return f"{said.get('kept', 0)} kept, {said.get('forgotten', 0)} removed. "
