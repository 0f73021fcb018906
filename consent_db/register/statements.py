"""Statements of consent, the do-not-publish list, and holds: append-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select

from consent_db.core import notes, policy_terms
from consent_db.core.chunked_queries import on_register
from consent_db.core.clock import JUMP, Clock, Doubt
from consent_db.core.context import Context, no_such_person
from consent_db.errors import NotPossible
from consent_db.people.current_statements import STATEMENT_COLUMNS, history_of, read_statement, standing_of
from consent_db.people.known_people import standings_of
from consent_db.people.records import Change
from consent_db.publishing.records import Touched
from consent_db.register import impact, outlook, undo
from consent_db.register.records import Source, StatementRecord
from consent_db.register.restrictions import Restrictions
from consent_db.schema import StatementRow
from gatekeeper.consent.permission import EVERYWHERE, Permission, Stance, Standing, Statement, Subject
from gatekeeper.register import permission_on
from gatekeeper.types import Channel, PersonId

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


class Consent(Restrictions):
    """Statements, listings and holds, through one transaction."""

    def record(self, person: PersonId, statement: Statement, evidence: str | None = None) -> Change:
        """Append a statement; nothing said before is changed.

        A refusal or a withdrawal ends the approvals that rest on the person, a
        grant with a last day those that would outlast it. Templates for which
        there is no permission any more are destroyed, and take-downs are opened
        for posts that may not be up any more (`touches` says it beforehand), all
        in the same transaction.

        Args:
            person: the data subject.
            statement: who said what, when and for how long.
            evidence: where the writing is to be found; kept sealed.

        Raises:
            NotFound: no person has this id.
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
        words = self._in_force_at_once(words)
        seen = _seen(context)
        for statement in (statement for one in words for statement in one.statements):
            _check(statement, context.now, seen)
        said: defaultdict[PersonId, list[Statement]] = defaultdict(list)
        for one in words:
            said[one.person] += one.statements
        if on_register(context, list(said)) != said.keys():
            raise no_such_person()
        touched = {one: impact.by_statements(context, one, said[one]) for one in impact.concerned(context, said)}
        context.move_register()
        self._keep(words, self._insert(words, source), source)
        return impact.together(context, [impact.apply(context, one, what) for one, what in touched.items()])

    def _in_force_at_once(self, words: Sequence[Words]) -> Sequence[Words]:
        """Return what was said so that a no counts whatever the clock says.

        Written down by a clock that is ahead it would begin years later once that is put
        right, and by one that was set back it would come before the yes that it takes back.
        """
        judged = Clock(self._context).judgement()
        if judged.doubt is None:
            return words
        first = self._context.day_of(judged.believed)

        def moved(said: Statement) -> Statement:
            if said.stance is Stance.GRANTED:
                return said
            behind = judged.doubt is Doubt.BEHIND
            at = max(said.said_at, judged.believed) if behind else said.said_at
            return replace(said, since=min(said.since, first), said_at=at)

        return [replace(one, statements=tuple(map(moved, one.statements))) for one in words]

    def touches(self, person: PersonId, said: Sequence[Statement]) -> Touched:
        """Return what it would touch to write these statements down; nothing is changed.

        Raises:
            NotFound: no person has this id.
            NotPossible: as for `record`.
        """
        seen = _seen(self._context)
        for statement in said:
            _check(statement, self._context.now, seen)
        return impact.by_statements(self._context, person, said)

    def touches_many(self, words: Sequence[Words]) -> Touched:
        """Return what it would touch to write down what was said about many people; nothing is changed.

        Raises:
            NotPossible: as for `record`.
        """
        context, seen = self._context, _seen(self._context)
        said: defaultdict[PersonId, list[Statement]] = defaultdict(list)
        for one in words:
            for statement in one.statements:
                _check(statement, context.now, seen)
            said[one.person] += one.statements
        return impact.merged(impact.by_statements(context, one, said[one]) for one in impact.concerned(context, said))

    def outlook(self, person: PersonId, said: Sequence[Statement]) -> list[outlook.Shift]:
        """Return what is permitted otherwise today once these statements are written down; nothing is changed.

        Raises:
            NotFound: no person has this id.
        """
        return outlook.by_statements(self._context, person, said)

    def undoing(self, person: PersonId, number: int) -> list[Words]:
        """Return what undoes the statements written down together with this one, as `undo.restoring` has it.

        Raises:
            NotFound: no statement about this person has this number, or a file said it.
            NotPossible: a party has said something since.
        """
        again = undo.restoring(self.statements(person), number, self._context.now, self._context.today)
        return [
            Words(person, (one.statement,), self.evidence(person, one.repeats) if one.repeats else None)
            for one in again
        ]

    def undo(self, person: PersonId, number: int) -> Change:
        """Undo what was written down together with this statement, by further statements; raises as `undoing` does.

        Approvals that ended stay ended, and templates that were destroyed stay destroyed.
        """
        words = self.undoing(person, number)
        self._context.log("consent.undone", person, {"statement": number})
        return self.record_many(words)

    def _keep(self, words: Sequence[Words], row_ids: Sequence[int], source: Source) -> None:
        """Keep the evidence of statements and log them."""
        context = self._context
        each = [(one, statement) for one in words for statement in one.statements]
        kept = [(row, one.person, one.evidence) for row, (one, _) in zip(row_ids, each, strict=True) if one.evidence]
        notes.write_all(context, notes.EVIDENCE, kept)
        for row_id, (one, said) in zip(row_ids, each, strict=True):
            logged = (said.party, said.subject, said.scope, said.stance)
            context.log("consent.recorded", one.person, {"statement": row_id, "said": logged, "source": source})

    def statements(self, person: PersonId) -> list[StatementRecord]:
        """Return everything that was said about a person, in the order it was written down."""
        return self._histories(person).get(person, [])

    def histories(self) -> dict[PersonId, list[StatementRecord]]:
        """Return everything that was said about all people, in the order it was written down."""
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

    def standings(self, people: Sequence[PersonId]) -> dict[PersonId, Standing]:
        """Return the same for each of these people who is on the register, in a few queries."""
        return standings_of(self._context, people)

    def permission(
        self, person: PersonId, subject: Subject, channel: Channel, moment: datetime, known_at: datetime | None = None
    ) -> Permission:
        """Say whether something is or was permitted on a channel, with the chain of reasons.

        Args:
            person: the data subject.
            subject: picture, name or biometrics.
            channel: where.
            moment: what is asked about, past or future (aware).
            known_at: only what was written down by then counts, so that the answer is
                for ever the same; None for everything that is known now.

        Raises:
            NotFound: no person has this id.
        """
        context = self._context
        standing = history_of(context, person).standing(moment, known_at)
        held = policy_terms.current(context) if known_at is None else policy_terms.known_at(context, known_at)
        return permission_on(channel, standing, subject, context.day_of(moment), held.own_consent_age)

    def _insert(self, words: Sequence[Words], source: Source) -> list[int]:
        context = self._context
        recorded = {"source": source.value, "recorded_by": context.actor, "recorded_at": context.now}
        rows = [{"person_id": one.person, **_columns(said), **recorded} for one in words for said in one.statements]
        if not rows:
            return []
        query = insert(StatementRow).returning(StatementRow.id, sort_by_parameter_order=True)
        return list(context.connection.execute(query, rows).scalars())


def _columns(statement: Statement) -> dict[str, object]:
    return {
        "party": statement.party.value,
        "subject": statement.subject.value,
        "scope": statement.scope,
        "stance": statement.stance.value,
        "said_at": statement.said_at,
        "since": statement.since,
        "until": statement.until,
        "first_said_at": statement.first_said_at,
    }


def _seen(context: Context) -> datetime:
    """Return the moment up to which a no may have been said: a clock that was set back must not refuse it."""
    judged = Clock(context).judgement()
    return context.now if judged.doubt is None else max(context.now, judged.latest) + JUMP


def _check(statement: Statement, now: datetime, seen: datetime) -> None:
    problem = None
    if statement.said_at > (now if statement.stance is Stance.GRANTED else seen):
        problem = "A statement cannot have been made in the future; correct the moment."
    elif statement.until is not None and statement.until < statement.since:
        problem = "A statement cannot end before it begins; correct the days."
    elif not statement.scope or len(statement.scope) > _LONGEST_SCOPE:
        problem = "A statement needs a scope: a channel, a purpose or everywhere."
    elif statement.subject.as_a_whole and statement.scope != EVERYWHERE:
        problem = "Biometric consent is for the gate as a whole; record it for everywhere."
    if problem:
        raise NotPossible(problem)
