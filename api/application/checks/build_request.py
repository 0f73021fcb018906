"""Build the gate's request from a submission, with the register as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from consent_db.accounts.clients import is_client
from consent_db.approvals.records import CheckDraft, CheckRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Subject
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.objections import forbidding, undescribed
from gatekeeper.decision.reliance import Lapse, lapse
from gatekeeper.policy.model import Policy
from gatekeeper.types import Channel, PersonId, Request


def gate_request(tx: Transaction, draft: CheckDraft, moment: datetime) -> Request:
    """Return the request as the gate takes it; a channel that is gone is not approved."""
    channel = tx.channels.get(draft.channel)
    event = tx.groups.event(draft.event) if draft.event else None
    return Request.of(
        draft.request,
        channel.as_channel() if channel else Channel(draft.channel, frozenset(), approved=False),
        moment,
        publish_at=draft.publish_at,
        event=event.title if event else None,
        event_day=event.date if event else None,
        scope=_expected(tx, draft.event) if draft.event else None,
        objections=tuple(
            replace(record.objection, of_chosen_event=event is not None and record.event == event.name)
            for record in tx.objections.in_force()
        ),
    )


def _expected(tx: Transaction, name: str) -> frozenset[PersonId]:
    """Return the people who may be in the picture; none if the class or event no longer exists."""
    try:
        return tx.groups.members(name)
    except NotFound:
        return frozenset()


def still_permitted(record: CheckRecord, case: Case) -> bool:
    """Return whether every person an approval rests on is still permitted today, without a later objection."""
    today = case.request.moment.astimezone(case.policy.zone).date()
    people = [face.person for face in record.faces if face.person is not None]
    return (
        case.request.channel.approved
        and not _objected(record, case, people)
        and all(
            case.register.permission(person, Subject.PICTURE, case.request.channel, today).allowed for person in people
        )
    )


def lapse_of(tx: Transaction, record: CheckRecord, case: Case) -> Lapse | None:
    """Return why an approval has ended by a change of policy or names; None while it rests on what it did."""
    if record.facts is None:
        return None
    alone = record.draft.request.attested_by is None and is_client(tx.lineage.origin(record))
    return lapse(record.facts, case, by_program=alone)


def _objected(record: CheckRecord, case: Case, people: Iterable[PersonId]) -> bool:
    """Return whether an unanswered objection bears on the picture; its day is that of its check."""
    asked = replace(case.request, moment=record.created_at)
    described = any(True for _ in undescribed(asked, case.policy))
    return described or any(forbidding(person, asked, case.policy) for person in people)


def case_of(tx: Transaction, record: CheckRecord, tools: Tools, policy: Policy) -> tuple[Case, CheckRecord | None]:
    """Return what a check is held against now, and the check that it replaces."""
    register = tx.register(tools.engine.name, tools.engine.embedder.dimension)
    request = gate_request(tx, record.draft, tx.now)
    replaced = tx.checks.get(record.draft.supersedes) if record.draft.supersedes else None
    marks = tx.deleted_pictures.marks()
    prints = tuple(mark.fingerprint for mark in marks if mark.fingerprint is not None)
    files, features = (
        frozenset(mark.sha256 for mark in marks),
        tuple(mark.features for mark in marks if mark.features),
    )
    return Case(request, register, policy, prints, files, features), replaced
