"""The log of imports, and undo of the newest one.

History is append-only, so what an import wrote down is taken back by further
statements: each says again what the party had said before. Where nothing had
been said before, the import's word is followed by one that ended the day before,
which permits nothing and forbids nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, func, insert, select, update

from consent_db.core.chunked_queries import people_in
from consent_db.core.context import SCHOOL, Context
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.people.records import Change, PersonDraft, PersonRecord
from consent_db.register.left_out import LeftOut
from consent_db.register.people import People
from consent_db.register.records import Source, StatementRecord
from consent_db.register.statements import Consent, Words
from consent_db.roster.diff import last_words, words_in_force
from consent_db.roster.missing_protected import MissingProtected
from consent_db.schema import (
    AttendanceRow,
    CheckPersonRow,
    RestrictionRow,
    RosterImportRow,
    RosterTouchedRow,
    StatementRow,
)
from gatekeeper.consent.permission import Stance, Statement
from gatekeeper.types import PersonId

_SEALED: Final = TypeAdapter(tuple[PersonDraft | None, PersonDraft])


@dataclass(frozen=True, slots=True)
class Touched:
    """A person that an import added (`before` is None) or changed."""

    person: PersonId
    before: PersonDraft | None = field(repr=False)
    after: PersonDraft | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the append-only tables went at a moment."""

    statement: int
    restriction: int


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import as remembered.

    Attributes:
        counts: how many were `added`, `changed` and `left`, and how many rows were `bad`.
        undoable: whether it is the newest that was not taken back.
    """

    number: int
    at: datetime
    by: str
    counts: Mapping[str, int]
    undone_at: datetime | None
    undoable: bool


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did.

    Attributes:
        erased: how many people it had added.
        restored: how many are again as they were before.
        still_listed: who stays on the do-not-publish list; only the safeguarding lead takes people off.
        revoked_checks: approvals that died of it.
    """

    erased: int
    restored: int
    still_listed: tuple[PersonId, ...]
    revoked_checks: tuple[str, ...]


class ChangedSince(NotPossible):
    """People that an import touched were changed after it, so that it cannot be undone as a whole."""

    def __init__(self, people: Sequence[PersonId]) -> None:
        sentence = f"{len(people)} of the people were changed, put on a list or found in pictures after the import"
        super().__init__(f"{sentence}; it cannot be undone as a whole. Import a corrected file instead.")
        self.people = tuple(people)


class Imports:
    """Imports, through one transaction."""

    def __init__(self, context: Context, people: People, consent: Consent, missing: MissingProtected) -> None:
        self._context = context
        self._people = people
        self._consent = consent
        self._missing = missing

    def mark(self) -> Mark:
        """Return how far the history goes now."""
        newest = [select(func.max(table.id)).scalar_subquery() for table in (StatementRow, RestrictionRow)]
        statement, restriction = self._context.connection.execute(select(*newest)).one()
        return Mark(statement or 0, restriction or 0)

    def keep(self, touched: Sequence[Touched], since: Mark, counts: Mapping[str, int]) -> int:
        """Remember an import that was just made, in place of how to take an earlier one back; return its number.

        Args:
            touched: the people it added or changed, with what they were before.
            since: what `mark` gave before it.
            counts: for people to read.
        """
        context, now = self._context, self.mark()
        span = {"from": [since.statement, since.restriction], "to": [now.statement, now.restriction]}
        values = {"at": context.now, "by": context.actor, "counts": json.dumps({**counts, **span})}
        query = insert(RosterImportRow).values(values).returning(RosterImportRow.id)
        number = context.connection.execute(query).scalar_one()
        context.connection.execute(delete(RosterTouchedRow))
        after = {record.id: record.profile for record in self._people.all()}
        rows = [
            {"import_id": number, "person_id": one.person, "sealed": self._seal(number, one, after[one.person])}
            for one in touched
        ]
        if rows:
            context.connection.execute(insert(RosterTouchedRow), rows)
        return number

    def all(self) -> list[ImportRecord]:
        """Return every import, the newest first."""
        rows = self._context.connection.execute(select(RosterImportRow.__table__).order_by(RosterImportRow.id.desc()))
        records: list[ImportRecord] = []
        for row in rows:
            counts = {name: value for name, value in json.loads(row.counts).items() if isinstance(value, int)}
            undoable = not records and row.undone_at is None
            records.append(ImportRecord(row.id, row.at, row.by, counts, row.undone_at, undoable))
        return records

    def undo(self, number: int) -> Undone:
        """Take the newest import back.

        Templates and reference photographs that it destroyed do not come back.

        Raises:
            NotFound: there is no import of this number.
            NotPossible: it is not the newest, or was taken back already.
            ChangedSince: people that it touched were changed after it.
        """
        counts = json.loads(self._newest(number).counts)
        since, until = Mark(*counts["from"]), Mark(*counts["to"])
        touched, records = self._touched(number), {record.id: record for record in self._people.all()}
        histories = self._consent.histories()
        if elsewhere := self._changed_since(touched, records, until):
            raise ChangedSince(elsewhere)
        erased = [one.person for one in touched if one.before is None and not records[one.person].listed]
        kept = [one for one in touched if one.person not in set(erased)]
        listed = self._with_restriction([one.person for one in kept], since)
        done: list[Change] = [self._people.erase(person) for person in erased]
        done += [self._people.change(one.person, one.before) for one in kept if one.before not in {None, one.after}]
        done += self._say_again({one.person: histories.get(one.person, []) for one in kept}, since)
        self._missing.withdraw(number)
        self._close(number, {"import": number, "erased": len(erased), "restored": len(kept)})
        revoked = {check for change in done for check in change.revoked_checks}
        return Undone(len(erased), len(kept), tuple(sorted(listed)), tuple(sorted(revoked)))

    def _newest(self, number: int) -> Row[Any]:
        newest = select(RosterImportRow.__table__).order_by(RosterImportRow.id.desc()).limit(1)
        row = self._context.connection.execute(newest).one_or_none()
        if row is None or number > row.id or number < 1:
            raise NotFound("There is no import of this number; look at the list of imports.")
        if number != row.id:
            raise NotPossible("Only the newest import can be undone; import a corrected file instead.")
        if row.undone_at is not None:
            raise NotPossible("This import was undone already.")
        return row

    def _touched(self, number: int) -> list[Touched]:
        """Return the people that the import touched; those who were erased since are gone from here as well."""
        query = select(RosterTouchedRow.person_id, RosterTouchedRow.sealed).order_by(RosterTouchedRow.person_id)
        rows = self._context.connection.execute(query.where(RosterTouchedRow.import_id == number)).all()
        found = []
        for person_id, sealed in rows:
            person = PersonId(person_id)
            opened = self._context.person_key(person).open(sealed, _place(number, person))
            found.append(Touched(person, *_SEALED.validate_json(opened)))
        return found

    def _changed_since(
        self, touched: Sequence[Touched], records: Mapping[PersonId, PersonRecord], until: Mark
    ) -> list[PersonId]:
        """Return who was changed after the import, or was added by it and has been seen in pictures or events."""
        people = [one.person for one in touched]
        added = [one.person for one in touched if one.before is None]
        context = self._context
        changed = {one.person for one in touched if records[one.person].profile != one.after}
        changed |= people_in(context, StatementRow.person_id, people, StatementRow.id > until.statement)
        changed |= self._with_restriction(people, until)
        changed |= people_in(context, CheckPersonRow.person_id, added)
        changed |= people_in(context, AttendanceRow.person_id, added)
        return sorted(changed)

    def _with_restriction(self, people: Sequence[PersonId], after: Mark) -> set[PersonId]:
        return people_in(self._context, RestrictionRow.person_id, people, RestrictionRow.id > after.restriction)

    def _say_again(self, histories: Mapping[PersonId, Sequence[StatementRecord]], since: Mark) -> list[Change]:
        """Write down what each party had said before; evidence goes with it."""
        words: dict[Source, list[Words]] = {source: [] for source in Source}
        for person, said in histories.items():
            for statement, before in taken_back(said, since.statement, self._context.now, self._context.today):
                evidence = self._consent.evidence(person, before.id) if before and before.has_evidence else None
                source = before.source if before else Source.IMPORT
                words[source].append(Words(person, (statement,), evidence))
        return [self._consent.record_many(said, source) for source, said in words.items() if said]

    def _close(self, number: int, counts: Mapping[str, int]) -> None:
        context = self._context
        query = update(RosterImportRow).where(RosterImportRow.id == number)
        context.connection.execute(query.values(undone_at=context.now))
        context.connection.execute(delete(RosterTouchedRow))
        LeftOut(context).forget_import(number)
        context.log("roster.undone", SCHOOL, counts)

    def _seal(self, number: int, one: Touched, after: PersonDraft) -> bytes:
        plain = _SEALED.dump_json((one.before, after))
        return self._context.person_key(one.person).seal(plain, _place(number, one.person))


def taken_back(
    said: Iterable[StatementRecord], since: int, now: datetime, today: date
) -> list[tuple[Statement, StatementRecord | None]]:
    """Return what takes back the statements after number `since`, each with the one that it says again."""
    said = list(said)
    earlier = [record for record in said if record.id <= since]
    found = []
    for party in sorted({record.statement.party for record in said if record.id > since}):
        before, after = words_in_force(earlier, party, today), last_words(said, party)
        for wish, record in after.items():
            if record.id > since:
                found.append((_again(record.statement, before.get(wish), now, today), before.get(wish)))
    return found


def _again(said: Statement, before: StatementRecord | None, now: datetime, today: date) -> Statement:
    if before is not None:
        return replace(before.statement, said_at=now, first_said_at=before.statement.consented_at)
    over = today - timedelta(days=1)
    stance = Stance.WITHDRAWN if said.stance is Stance.GRANTED else Stance.GRANTED
    return replace(said, stance=stance, said_at=now, since=over, until=over, first_said_at=None)


def _place(number: int, person: PersonId) -> Place:
    return Place("roster_touched", str(number), "sealed", person)
