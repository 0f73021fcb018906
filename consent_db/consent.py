"""What was said about people, the do-not-publish list, and holds: append-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert, select

from consent_db import notes
from consent_db.among import on_register, people_in
from consent_db.context import Context, no_such_person
from consent_db.errors import AlreadyExists, NotPossible
from consent_db.records import Change, Restriction, RestrictionRecord, Source, StatementRecord
from consent_db.revocation import revoke_outlasting, revoke_resting_on
from consent_db.schema import CheckPersonRow, RestrictionRow, StatementRow, TemplateRow
from consent_db.standing import STATEMENT_COLUMNS, person_row, read_statement, restrictions_in_force, standing_of
from consent_db.templates import destroy_without_permission
from gatekeeper.permission import EVERYWHERE, Stance, Standing, Statement, Subject
from gatekeeper.types import PersonId

_LONGEST_SCOPE: Final = 100
_RECORD_COLUMNS: Final = (
    StatementRow.id,
    StatementRow.person_id,
    StatementRow.source,
    StatementRow.recorded_by,
    StatementRow.recorded_at,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What was said about one person at one time, with the evidence of it."""

    person: PersonId
    statements: tuple[Statement, ...]
    evidence: str | None = field(default=None, repr=False)


class Consent:
    """Statements, listings and holds, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(self, person: PersonId, statement: Statement, evidence: str | None = None) -> Change:
        """Write down what somebody said; nothing said before is changed.

        A refusal or a withdrawal ends the approvals that rest on the person, a
        grant with a last day those that would outlast it. Templates for which
        there is no permission any more are destroyed in the same transaction.

        Args:
            person: whom it is about.
            statement: who said what, when and for how long.
            evidence: where the writing is to be found; kept sealed.

        Raises:
            NotFound: there is nobody of this id.
            NotPossible: the statement was said in the future, ends before it
                begins, or is about biometrics in one place only.
        """
        return self.record_all(person, [statement], evidence)

    def record_all(
        self, person: PersonId, said: Sequence[Statement], evidence: str | None = None, source: Source = Source.HAND
    ) -> Change:
        """Write down several statements about one person, with the same evidence, as `record` does."""
        return self.record_many([Words(person, tuple(said), evidence)], source)

    def record_many(self, words: Sequence[Words], source: Source = Source.HAND) -> Change:
        """Write down what was said about many people, as `record` does for one; few queries, however many."""
        context = self._context
        for statement in (statement for one in words for statement in one.statements):
            _check(statement, context)
        people = [one.person for one in words]
        if on_register(context, people) != set(people):
            raise no_such_person()
        version, row_ids = context.move_register(), iter(self._insert(words, source))
        resting = people_in(context, CheckPersonRow.person_id, people)
        revoked: set[str] = set()
        for one in words:
            self._keep(one, [next(row_ids) for _ in one.statements], source)
            for statement in one.statements if one.person in resting else ():
                revoked.update(self._revoke(one.person, statement))
        enrolled = sorted(people_in(context, TemplateRow.person_id, people))
        destroyed = sum(destroy_without_permission(context, person) for person in enrolled)
        return Change(version, tuple(sorted(revoked)), destroyed)

    def _keep(self, words: Words, row_ids: Sequence[int], source: Source) -> None:
        """Keep the evidence of statements and log them."""
        context, person = self._context, words.person
        if words.evidence:
            notes.write_all(context, notes.EVIDENCE, [(row_id, person, words.evidence) for row_id in row_ids])
        for row_id, said in zip(row_ids, words.statements, strict=True):
            logged = (said.party, said.subject, said.scope, said.stance)
            context.log("consent.recorded", person, {"statement": row_id, "said": logged, "source": source})

    def statements(self, person: PersonId) -> list[StatementRecord]:
        """Return everything that was said about a person, in the order it was written down."""
        return self._histories(person).get(person, [])

    def histories(self) -> dict[PersonId, list[StatementRecord]]:
        """Return everything that was said about everybody, in the order it was written down."""
        return self._histories(None)

    def _histories(self, person: PersonId | None) -> dict[PersonId, list[StatementRecord]]:
        evidence = notes.about(self._context, notes.EVIDENCE, person)
        query = select(*STATEMENT_COLUMNS, *_RECORD_COLUMNS).order_by(StatementRow.id)
        found: defaultdict[PersonId, list[StatementRecord]] = defaultdict(list)
        for row in self._context.connection.execute(
            query if person is None else query.where(StatementRow.person_id == person)
        ):
            said = read_statement(row)
            record = StatementRecord(
                row.id, said, Source(row.source), row.recorded_by, row.recorded_at, row.id in evidence
            )
            found[PersonId(row.person_id)].append(record)
        return found

    def evidence(self, person: PersonId, statement_id: int) -> str | None:
        """Return the evidence of one statement, if there is any."""
        return notes.read(self._context, notes.EVIDENCE, statement_id, person)

    def standing(self, person: PersonId) -> Standing:
        """Return everything that the gate's rule takes into account for a person."""
        return standing_of(self._context, person)

    def list_person(self, person: PersonId, reason: str | None = None) -> Change:
        """Put a person on the do-not-publish list; the reason is kept sealed.

        Raises:
            AlreadyExists: the person is on the list.
        """
        return self._restrict(person, Restriction.LISTING, reason)

    def unlist(self, person: PersonId) -> Change:
        """Take a person off the do-not-publish list.

        Raises:
            NotPossible: the person is not on the list.
        """
        return self._lift(person, Restriction.LISTING)

    def hold(self, person: PersonId, reason: str | None = None) -> Change:
        """Lay a court's or the safeguarding lead's hold on a person.

        Raises:
            AlreadyExists: there is a hold.
        """
        return self._restrict(person, Restriction.HOLD, reason)

    def lift(self, person: PersonId) -> Change:
        """Lift the hold on a person.

        Raises:
            NotPossible: there is none.
        """
        return self._lift(person, Restriction.HOLD)

    def is_listed(self, person: PersonId) -> bool:
        """Say whether a person is on the do-not-publish list now."""
        return Restriction.LISTING in self._in_force(person)

    def is_held(self, person: PersonId) -> bool:
        """Say whether there is a hold on a person now."""
        return Restriction.HOLD in self._in_force(person)

    def restrictions(self, person: PersonId) -> list[RestrictionRecord]:
        """Return the history of a person's listings and holds, without the reasons."""
        reasons = notes.about(self._context, notes.REASON, person)
        query = select(RestrictionRow.__table__).where(RestrictionRow.person_id == person).order_by(RestrictionRow.id)
        return [
            RestrictionRecord(
                row.id, person, Restriction(row.restriction), row.in_force, row.at, row.by, row.id in reasons
            )
            for row in self._context.connection.execute(query)
        ]

    def reason(self, person: PersonId, restriction_id: int) -> str | None:
        """Return why a person was listed or held. The look is written to the audit.

        Raises:
            NotPossible: the transaction is only for reading, so the look could not be audited.
        """
        if not self._context.writable:
            message = "Every look at a reason is audited; look in a transaction that can write."
            raise NotPossible(message)
        self._context.log("reason.seen", person, {"restriction": restriction_id})
        return notes.read(self._context, notes.REASON, restriction_id, person)

    def _in_force(self, person: PersonId) -> frozenset[Restriction]:
        return restrictions_in_force(self._context, person).get(person, frozenset())

    def _insert(self, words: Sequence[Words], source: Source) -> list[int]:
        context = self._context
        recorded = {"source": source.value, "recorded_by": context.actor, "recorded_at": context.now}
        rows = [{"person_id": one.person, **_columns(said), **recorded} for one in words for said in one.statements]
        if not rows:
            return []
        query = insert(StatementRow).returning(StatementRow.id, sort_by_parameter_order=True)
        return list(context.connection.execute(query, rows).scalars())

    def _revoke(self, person: PersonId, statement: Statement) -> tuple[str, ...]:
        if statement.stance is not Stance.GRANTED:
            return revoke_resting_on(self._context, person, f"consent_{statement.stance}")
        if statement.until is not None:
            return revoke_outlasting(self._context, person, statement.until, "consent_shortened")
        return ()

    def _restrict(self, person: PersonId, restriction: Restriction, reason: str | None) -> Change:
        context = self._context
        person_row(context, person)
        if restriction in self._in_force(person):
            message = f"There is a {restriction} for this person already; lift it first to give another reason."
            raise AlreadyExists(message)
        version, row_id = context.move_register(), self._set(person, restriction, in_force=True)
        if reason:
            notes.write(context, notes.REASON, row_id, person, reason)
        revoked = revoke_resting_on(context, person, f"{restriction}_set")
        return Change(version, revoked)

    def _lift(self, person: PersonId, restriction: Restriction) -> Change:
        person_row(self._context, person)
        if restriction not in self._in_force(person):
            message = f"There is no {restriction} for this person that could be lifted."
            raise NotPossible(message)
        version = self._context.move_register()
        self._set(person, restriction, in_force=False)
        return Change(version)

    def _set(self, person: PersonId, restriction: Restriction, *, in_force: bool) -> int:
        context = self._context
        values: dict[str, Any] = {"person_id": person, "restriction": restriction.value, "in_force": in_force}
        values |= {"at": context.now, "by": context.actor}
        query = insert(RestrictionRow).values(values).returning(RestrictionRow.id)
        row_id = context.connection.execute(query).scalar_one()
        context.log(f"{restriction}.{'set' if in_force else 'lifted'}", person, {"restriction": row_id})
        return row_id


def _columns(statement: Statement) -> dict[str, object]:
    return {
        "party": statement.party.value,
        "subject": statement.subject.value,
        "scope": statement.scope,
        "stance": statement.stance.value,
        "said_at": statement.said_at,
        "since": statement.since,
        "until": statement.until,
    }


def _check(statement: Statement, context: Context) -> None:
    problem = None
    if statement.said_at > context.now:
        problem = "A statement cannot have been made in the future; correct the moment."
    elif statement.until is not None and statement.until < statement.since:
        problem = "A statement cannot end before it begins; correct the days."
    elif not statement.scope or len(statement.scope) > _LONGEST_SCOPE:
        problem = "A statement needs a scope: a channel, a purpose or everywhere."
    elif statement.subject is Subject.BIOMETRICS and statement.scope != EVERYWHERE:
        problem = "Biometric consent is for the gate as a whole; record it for everywhere."
    if problem:
        raise NotPossible(problem)
