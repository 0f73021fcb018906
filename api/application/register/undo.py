"""Undo of an act of a hand: which can be undone, with whose authority, and what that does.

Nothing is struck out: an undo is one more entry, made by the user who undoes and audited as such.
What the act destroyed or ended by law stays so: approvals, templates, erased people, files handed out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Final

from consent_db.audit.records import AuditEntry
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.people.records import Change
from consent_db.publishing.records import Touched
from consent_db.register.records import StatementRecord
from consent_db.register.undo import restoring
from consent_db.roster.refusals import LIFTING, lifts_refusal
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Statement
from gatekeeper.types import PersonId, Role


class Act(StrEnum):
    """What can be undone."""

    STATEMENTS = "statements"
    """Everything that one user recorded about one person at one moment."""
    RESTRICTION = "restriction"
    """One entry of the do-not-publish list or of holds, or its end."""
    DETAILS = "details"
    """The last change of a person's details, by the number of its entry in the audit."""


_MANY: Final = frozenset({"person.changed", "consent.recorded"})
"""What can be done to many people at once, as the audit calls it."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The undo of one act, by the number of its entry in the history of the person, or in the audit."""

    act: Act
    number: int


def undoable(tx: Transaction, person: PersonId, role: Role) -> frozenset[Undo]:
    """Return what of a person's history this role can undo: the newest about each thing, recorded by hand."""
    said = tx.consent.statements(person)
    last_of_act = {(one.recorded_at, one.recorded_by, one.source): one.id for one in said}
    found = {Undo(Act.STATEMENTS, number) for number in last_of_act.values() if _may(tx, said, number, role)}
    found |= {Undo(Act.DETAILS, number) for number in tx.people.changes(person)}
    if role is Role.SAFEGUARDING_LEAD:
        newest = {one.restriction: one.id for one in tx.consent.restrictions(person)}
        found |= {Undo(Act.RESTRICTION, number) for number in newest.values()}
    return frozenset(found)


def restored(tx: Transaction, person: PersonId, number: int, role: Role) -> list[Statement]:
    """Return the statements that undo those recorded together with this one.

    Raises:
        NotFound: there is no such statement, or a file said it.
        NotPossible: something was said since, or a pupil's own no would be lifted by another than the lead.
    """
    again = [statement for words in tx.consent.undoing(person, number) for statement in words.statements]
    said = tx.consent.statements(person)
    if role is not Role.SAFEGUARDING_LEAD and any(lifts_refusal(said, one, tx.today) for one in again):
        raise NotPossible(LIFTING)
    return again


def touches(tx: Transaction, person: PersonId, number: int, role: Role) -> Touched:
    """Return what it would touch to undo statements; raises as `restored` does."""
    return tx.consent.touches(person, restored(tx, person, number, role))


def undo(tx: Transaction, person: PersonId, wanted: Undo, role: Role) -> Change:
    """Undo an act.

    Raises:
        NotFound: there is no such act.
        NotPossible: it was followed by another, or this role may not make what it would restore.
        AlreadyExists: another person has been given the number since that they had before.
    """
    if wanted.act is Act.DETAILS:
        before = tx.people.former(person, wanted.number)
        tx.audit.append("details.undone", person, {"entry": wanted.number})
        return tx.people.change(person, before)
    if wanted.act is Act.STATEMENTS:
        restored(tx, person, wanted.number, role)
        return tx.consent.undo(person, wanted.number)
    if role is not Role.SAFEGUARDING_LEAD:
        raise NotPossible("Only the safeguarding lead keeps the list and the holds; ask them.")
    return tx.consent.undo_restriction(person, wanted.number)


def latest_act(tx: Transaction, person: PersonId, act: Act, user: str) -> Undo | None:
    """Return the undo of the act that came last, to be offered right after it; None if another user has made it."""
    if act is Act.STATEMENTS:
        entries = {one.id: one.recorded_by for one in tx.consent.statements(person)}
    elif act is Act.DETAILS:
        entries = {one.seq: one.actor for one in tx.audit.about(person, "person.changed")}
    else:
        entries = {one.id: one.by for one in tx.consent.restrictions(person)}
    newest = max(entries, default=None)
    return Undo(act, newest) if newest is not None and entries[newest] == user else None


def undo_many(tx: Transaction, number: int, role: Role) -> tuple[int, int]:
    """Undo what was saved of many people at once; who was changed again since stays as they are now.

    Args:
        tx: of the undo.
        number: of the first entry of the act in the audit.
        role: of the user who undoes.

    Returns:
        Of how many people it was undone, and how many stay as they are.

    Raises:
        NotFound: there is no such act, or another user did it.
    """
    first = next(iter(tx.audit.entries(number - 1, 1)), None)
    if first is None or first.action not in _MANY or first.actor != tx.actor:
        raise NotFound("There is nothing of this number that you saved for many people.")
    act = (first.at, first.actor, first.action)
    each = {one.object_id: one for one in _together(tx, first) if (one.at, one.actor, one.action) == act}
    done = [_undone(tx, PersonId(person), entry, role) for person, entry in each.items()]
    return sum(done), len(done) - sum(done)


def _together(tx: Transaction, first: AuditEntry) -> Iterator[AuditEntry]:
    """Yield what was written to the audit at the moment of an entry, from that one on."""
    entries = [first]
    while entries and entries[-1].at == first.at:
        yield from entries
        entries = tx.audit.entries(entries[-1].seq)
    yield from takewhile(lambda one: one.at == first.at, entries)


def _undone(tx: Transaction, person: PersonId, entry: AuditEntry, role: Role) -> bool:
    """Undo what was saved of one person of many, if nothing stands in its way."""
    details = entry.action == "person.changed"
    number = entry.seq if details else int(json.loads(entry.payload)["statement"])
    try:
        undo(tx, person, Undo(Act.DETAILS if details else Act.STATEMENTS, number), role)
    except (NotFound, NotPossible, AlreadyExists):
        return False
    return True


def _may(tx: Transaction, said: Sequence[StatementRecord], number: int, role: Role) -> bool:
    try:
        again = [one.statement for one in restoring(said, number, tx.now, tx.today)]
    except (NotFound, NotPossible):
        return False
    return role is Role.SAFEGUARDING_LEAD or not any(lifts_refusal(said, one, tx.today) for one in again)
