"""Undo of an act of a hand: which can be undone, with whose authority, and what that does.

Nothing is struck out: an undo is one more entry, made by the user who undoes and audited as such.
What the act destroyed or ended by law stays so: approvals, templates, erased people, files handed out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from consent_db.errors import NotFound, NotPossible
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


@dataclass(frozen=True, slots=True)
class Undo:
    """The undo of one act, by the number of its entry in the history of the person."""

    act: Act
    number: int


def undoable(tx: Transaction, person: PersonId, role: Role) -> frozenset[Undo]:
    """Return what of a person's history this role can undo: the newest about each thing, recorded by hand."""
    said = tx.consent.statements(person)
    last_of_act = {(one.recorded_at, one.recorded_by, one.source): one.id for one in said}
    found = {Undo(Act.STATEMENTS, number) for number in last_of_act.values() if _may(tx, said, number, role)}
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
    """
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
    else:
        entries = {one.id: one.by for one in tx.consent.restrictions(person)}
    newest = max(entries, default=None)
    return Undo(act, newest) if newest is not None and entries[newest] == user else None


def _may(tx: Transaction, said: Sequence[StatementRecord], number: int, role: Role) -> bool:
    try:
        again = [one.statement for one in restoring(said, number, tx.now, tx.today)]
    except (NotFound, NotPossible):
        return False
    return role is Role.SAFEGUARDING_LEAD or not any(lifts_refusal(said, one, tx.today) for one in again)
