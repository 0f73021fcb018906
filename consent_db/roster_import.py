"""Import a roster: first a plan that shows every change, then the change itself.

A file is the word of the school's information system and is not trusted more
than people: it adds to the do-not-publish list but never takes anybody off, and
its yes never overrides a no that somebody recorded by hand. A blank or a no takes
back what an earlier file granted. A person or a column that a file does not have
is left as they are. The same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from consent_db.errors import RegisterMoved
from consent_db.records import Change, PersonDraft, PersonRecord, Source, StatementRecord
from consent_db.roster_csv import BadRow, Row, Wish, read_roster
from consent_db.transaction import Transaction
from gatekeeper.permission import EVERYWHERE, MAJORITY, Party, Stance, Statement, Subject, age_on
from gatekeeper.types import Kind, PersonId

_FIELDS = ("kind", "first_name", "last_name", "known_as", "date_of_birth", "leaving_date")


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What one row is going to do.

    Attributes:
        line: where the row begins in the file.
        person: whom it is about; None for somebody new.
        draft: the person as they will be.
        statements: what will be written down.
        lists: whether the person goes on the do-not-publish list.
        changes: one short phrase for each change, by column; no values.
        notes: what the admin should know, such as a consent that is still missing.
    """

    line: int
    person: PersonId | None
    draft: PersonDraft
    statements: tuple[Statement, ...]
    evidence: str | None = field(repr=False)
    lists: bool
    changes: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a whole file is going to do; every row is in exactly one of the four lists."""

    register_version: int
    additions: tuple[RowPlan, ...]
    changes: tuple[RowPlan, ...]
    unchanged: tuple[RowPlan, ...]
    bad: tuple[BadRow, ...]

    @property
    def rows(self) -> int:
        """How many rows the file has, the header and empty lines not counted."""
        return len(self.additions) + len(self.changes) + len(self.unchanged) + len(self.bad)


def plan(data: bytes | str, tx: Transaction) -> Plan:
    """Say what a file would change, without changing anything.

    Args:
        data: CSV with the columns of `roster.csv`, at most 2 MB and 5,000 rows.
        tx: a transaction; one for reading is enough.

    Raises:
        ImportRefused: the file cannot be used as a whole; nothing was read from it.
    """
    roster = read_roster(data, tx.today)
    known = {record.profile.external_id: record for record in tx.people.all()}
    histories = tx.consent.histories()
    plans = []
    for row in roster.rows:
        record = known.get(row.draft.external_id)
        said = histories.get(record.id, []) if record else []
        plans.append(_plan_row(row, record, said, tx))
    return Plan(
        register_version=tx.register_version(),
        additions=tuple(p for p in plans if p.person is None),
        changes=tuple(p for p in plans if p.person is not None and p.changes),
        unchanged=tuple(p for p in plans if p.person is not None and not p.changes),
        bad=roster.bad,
    )


def apply(plan: Plan, tx: Transaction) -> Change:
    """Carry a plan out; return what else it did.

    Raises:
        RegisterMoved: the register changed since the plan was made; plan again.
    """
    version = tx.register_version()
    if version != plan.register_version:
        raise RegisterMoved(plan.register_version, version)
    revoked: set[str] = set()
    destroyed = 0
    for row in (*plan.additions, *plan.changes):
        for change in _apply_row(row, tx):
            revoked.update(change.revoked_checks)
            destroyed += change.destroyed_templates
    if plan.additions or plan.changes:
        counts = {"added": len(plan.additions), "changed": len(plan.changes), "bad": len(plan.bad)}
        tx.audit.append("roster.imported", "school", counts)
    return Change(tx.register_version(), tuple(sorted(revoked)), destroyed)


def _apply_row(row: RowPlan, tx: Transaction) -> list[Change]:
    done = []
    if row.person is None:
        person = tx.people.add(row.draft)
    else:
        person = row.person
        done.append(tx.people.change(person, row.draft))
    if row.lists:
        done.append(tx.consent.list_person(person, row.evidence))
    if row.statements:
        done.append(tx.consent.record_all(person, row.statements, row.evidence, Source.IMPORT))
    return done


def _plan_row(row: Row, record: PersonRecord | None, said: Sequence[StatementRecord], tx: Transaction) -> RowPlan:
    draft = row.draft if record is None else _merged(row, record.profile)
    party = Party.PARENT if draft.kind is Kind.PUPIL else Party.SELF
    last = _last_words(said, party)
    statements, notes = [], _notes(row, draft, said, record, tx)
    for wish, answer in row.wishes.items():
        statement, note = _answer(wish, last.get(wish), row.consent_expires, answer=answer)
        if statement is not None:
            statements.append(_statement(party, wish, statement, row.consent_expires, tx))
        notes += [note] if note else []
    lists = row.do_not_publish is True and not (record is not None and record.listed)
    changes = ["new"] if record is None else _changed_fields(record.profile, draft)
    changes += ["do_not_publish: yes"] if lists else []
    changes += [f"{s.subject} {_where(s.scope)}: {s.stance}" for s in statements]
    person = record.id if record else None
    return RowPlan(row.line, person, draft, tuple(statements), row.evidence, lists, tuple(changes), tuple(notes))


def _merged(row: Row, known: PersonDraft) -> PersonDraft:
    """Return the row's draft, with what is known for the columns that the file does not have."""
    missing = {name: getattr(known, name) for name in _FIELDS if name not in row.columns}
    groups = row.draft.groups if "group" in row.columns else known.groups
    return replace(row.draft, **missing, groups=groups)


def _changed_fields(before: PersonDraft, after: PersonDraft) -> list[str]:
    changed = [name for name in _FIELDS if getattr(before, name) != getattr(after, name)]
    return [f"{name} changed" for name in changed] + (["group changed"] if before.groups != after.groups else [])


def _last_words(said: Sequence[StatementRecord], party: Party) -> Mapping[Wish, StatementRecord]:
    """Return the party's last word on each subject and scope; at the same instant a no is the last."""
    mine = [record for record in said if record.statement.party is party]
    mine.sort(key=lambda r: (r.statement.said_at, r.statement.stance is not Stance.GRANTED, r.id))
    return {(record.statement.subject, record.statement.scope): record for record in mine}


def _answer(
    wish: Wish, last: StatementRecord | None, until: date | None, *, answer: bool | None
) -> tuple[Stance | None, str | None]:
    """Say what is to be written down for one cell, if anything, and what to tell the admin."""
    granted = last is not None and last.statement.stance is Stance.GRANTED
    if answer:
        if last is None or (granted and last.statement.until != until):
            return Stance.GRANTED, None
        if granted:
            return None, None
        if last.source is Source.IMPORT:
            return Stance.GRANTED, None
        return None, f"{wish[0]} {_where(wish[1])}: a no recorded by hand stands against this yes."
    if granted and last is not None and (answer is False or last.source is Source.IMPORT):
        return Stance.WITHDRAWN, None
    return (Stance.REFUSED, None) if answer is False and last is None else (None, None)


def _where(scope: str) -> str:
    return "everywhere" if scope == EVERYWHERE else f"for {scope}"


def _statement(party: Party, wish: Wish, stance: Stance, until: date | None, tx: Transaction) -> Statement:
    subject, scope = wish
    if stance is not Stance.GRANTED:
        return Statement(party, subject, scope, stance, tx.now, tx.today)
    # A grant that has ended already is kept as such, so that people see that it has expired.
    since = tx.today if until is None else min(tx.today, until)
    return Statement(party, subject, scope, stance, tx.now, since, until)


def _notes(
    row: Row, draft: PersonDraft, said: Sequence[StatementRecord], record: PersonRecord | None, tx: Transaction
) -> list[str]:
    notes = []
    if record is not None and record.listed and row.do_not_publish is False:
        notes.append("The person stays on the do-not-publish list; only the safeguarding lead takes people off.")
    if draft.kind is Kind.PUPIL and any(row.wishes.values()):
        notes += _notes_on_age(draft.date_of_birth, said, tx)
    if row.consent_expires is not None and row.consent_expires < tx.today:
        notes.append("The consents of this row have expired; ask again.")
    return notes


def _notes_on_age(born: date | None, said: Sequence[StatementRecord], tx: Transaction) -> list[str]:
    if born is None:
        return ["The date of birth is not known, so the pupil has to be asked too, if the policy asks any."]
    age, own = age_on(born, tx.today), {r.statement.subject for r in said if r.statement.party is Party.PUPIL}
    if age >= MAJORITY:
        return ["The pupil is of age; only the pupil's own consent counts."]
    if age >= tx.terms().own_consent_age and Subject.PICTURE not in own:
        return ["The pupil is old enough to be asked; nothing is permitted until their own consent is recorded."]
    return []
