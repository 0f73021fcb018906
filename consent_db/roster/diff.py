"""What one row changes: the person, what is written down, and what the admin should know.

A file is the word of the school's information system and is not trusted more
than people: it adds to the do-not-publish list but never takes a person off, and
its yes never overrides a no that was recorded by hand. A blank or a no takes
back what an earlier file granted. A column that a file does not have changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from consent_db.people.records import PersonDraft, PersonRecord
from consent_db.register.latest_statement import latest, order_of_record
from consent_db.register.records import Source, StatementRecord
from consent_db.roster.layout import OTHERS
from consent_db.roster.plan import FieldChange, RowPlan
from consent_db.roster.rows import Row, Wanted, Wish
from gatekeeper.consent.permission import (
    EVERYWHERE,
    MAJORITY,
    Party,
    Stance,
    Statement,
    Subject,
    age_on,
    refusals_in_force,
)
from gatekeeper.types import Kind

FIELDS = ("kind", "external_id", "first_name", "last_name", "known_as", "date_of_birth", "leaving_date")


@dataclass(frozen=True, slots=True)
class Day:
    """When an import is planned, and from which age on the school asks pupils too."""

    now: datetime
    today: date
    own_consent_age: int


def plan_row(row: Row, record: PersonRecord | None, said: Sequence[StatementRecord], day: Day) -> RowPlan:
    """Say what a row changes for the person it is about, or for a new one."""
    draft = row.draft if record is None else _merged(row, record.profile)
    statements, spoken, notes = [], [], [*row.notes, *_notes(row, draft, said, record, day)]
    for party, wishes in _spoken(row, draft.kind, notes).items():
        last, standing = last_words(said, party), words_in_force(said, party, day.today)
        for wish, wanted in wishes.items():
            stance, note = _answer(wish, standing.get(wish), wanted, day.today)
            if stance is Stance.GRANTED and _overtaken(row, last.get(wish), day):
                stance, note = None, f"{wish[0]} {_where(wish[1])}: a no that is newer than consent_date stands."
            notes += [note] if note else []
            if stance is not None:
                statements.append(_dated(_statement(party, wish, stance, wanted.until, day), row, last.get(wish), day))
                column = f"{_PREFIX.get(party, '')}{column_of(wish)}"
                spoken.append(FieldChange(column, _word(last.get(wish)), _word(statements[-1])))
    lists = row.do_not_publish is True and not (record is not None and record.listed)
    fields = _changed_fields(None if record is None else record.profile, draft)
    listing = [FieldChange("do_not_publish", "", "yes")] if lists else []
    changes = ["new"] if record is None else [f"{change.column} changed" for change in fields]
    changes += ["do_not_publish: yes"] if lists else []
    changes += [f"{s.subject} {_where(s.scope)}: {s.stance}" for s in statements]
    return RowPlan(
        line=row.line,
        person=record.id if record else None,
        draft=draft,
        statements=tuple(statements),
        evidence=row.evidence,
        lists=lists,
        changes=tuple(changes),
        fields=(*fields, *listing, *spoken),
        notes=tuple(notes),
    )


def _spoken(row: Row, kind: Kind, notes: list[str]) -> dict[Party, Mapping[Wish, Wanted]]:
    """Return what each party says in a row; only of pupils others than the person speak."""
    if kind is Kind.PUPIL:
        first = row.said_by or Party.PARENT
        both = {**row.others.get(first, {}), **row.wishes}
        return {first: both, **{party: wishes for party, wishes in row.others.items() if party is not first}}
    if row.said_by is not None or any(w.answer is not None for one in row.others.values() for w in one.values()):
        notes.append("Only of pupils parents and the pupil are asked; what the row says of them is left out.")
    return {Party.SELF: row.wishes}


_PREFIX: Final = {party: prefix for prefix, party in OTHERS.items()}


def _moment(row: Row, day: Day) -> datetime:
    """Return when the consents of a row were given: at noon of an earlier day, or now."""
    if row.said_on is None or row.said_on >= day.today:
        return day.now
    return datetime.combine(row.said_on, time(12), day.now.tzinfo)


def _overtaken(row: Row, last: StatementRecord | None, day: Day) -> bool:
    """Say whether a no was said after the row's yes."""
    return (
        last is not None and last.statement.stance is not Stance.GRANTED and last.statement.said_at >= _moment(row, day)
    )


def _dated(statement: Statement, row: Row, last: StatementRecord | None, day: Day) -> Statement:
    """Return a yes as of the day on which it was given, but never before what it takes the place of.

    A no counts from the import on, so that it is the last word.
    """
    if statement.stance is not Stance.GRANTED or row.said_on is None:
        return statement
    moment = _moment(row, day)
    at = max(moment, last.statement.said_at) if last is not None else moment
    return replace(statement, said_at=at, since=min(row.said_on, statement.since))


def speaker(kind: Kind) -> Party:
    """Return who speaks in a row of a file: a parent for a pupil, others for themselves."""
    return Party.PARENT if kind is Kind.PUPIL else Party.SELF


def last_words(said: Iterable[StatementRecord], party: Party) -> dict[Wish, StatementRecord]:
    """Return the party's last word on each subject and scope."""
    return {(subject, scope): record for (who, subject, scope), record in latest(said).items() if who is party}


def words_in_force(said: Iterable[StatementRecord], party: Party, today: date) -> dict[Wish, StatementRecord]:
    """Return the party's word on each subject and scope that holds on a day.

    That is a no in force, also if a shorter no came after it (of several, one recorded by hand), else the last word.
    """
    about: dict[Wish, list[StatementRecord]] = defaultdict(list)
    for one in sorted(said, key=order_of_record):
        if one.statement.party is party:
            about[one.statement.subject, one.statement.scope].append(one)
    return {wish: _holding(records, today) for wish, records in about.items()}


def _holding(records: Sequence[StatementRecord], today: date) -> StatementRecord:
    refusals = refusals_in_force((one.statement for one in records), today)
    holding = [one for one in records if one.statement in refusals]
    by_hand = [one for one in holding if one.source is Source.HAND]
    return (by_hand or holding or records)[-1]


def in_force(statement: Statement, today: date) -> bool:
    """Say whether a statement counts on this day."""
    return statement.since <= today and (statement.until is None or today <= statement.until)


def _merged(row: Row, known: PersonDraft) -> PersonDraft:
    """Return the row's draft, with what is known for the columns that the file does not have."""
    missing = {name: getattr(known, name) for name in FIELDS if name not in row.columns | {"kind"}}
    groups = row.draft.groups if "group" in row.columns else known.groups
    return replace(row.draft, **missing, groups=groups)


def _changed_fields(before: PersonDraft | None, after: PersonDraft) -> list[FieldChange]:
    pairs = [(name, _shown(before and getattr(before, name)), _shown(getattr(after, name))) for name in FIELDS]
    pairs.append(("group", _shown(before and before.groups), _shown(after.groups)))
    return [FieldChange(*pair) for pair in pairs if pair[1] != pair[2]]


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ";".join(sorted(value))
    return "" if value is None else str(value)


def _answer(wish: Wish, last: StatementRecord | None, wanted: Wanted, today: date) -> tuple[Stance | None, str | None]:
    """Say what is to be written down for one cell, if anything, and what to tell the admin."""
    granted = last is not None and last.statement.stance is Stance.GRANTED
    counts = last is not None and in_force(last.statement, today)
    by_file = last is not None and last.source is Source.IMPORT
    if wanted.answer:
        if granted and last is not None and last.statement.until == wanted.until:
            return None, None
        if granted or by_file or not counts:
            return Stance.GRANTED, None
        return None, f"{wish[0]} {_where(wish[1])}: a no recorded by hand stands against this yes."
    if wanted.answer is None:
        return (Stance.WITHDRAWN if granted and counts and by_file else None), None
    if granted:
        return Stance.WITHDRAWN, None
    return (None if counts else Stance.REFUSED), None


def _where(scope: str) -> str:
    return "everywhere" if scope == EVERYWHERE else f"for {scope}"


def column_of(wish: Wish) -> str:
    """Return the column whose cells answer this."""
    subject, scope = wish
    if subject is Subject.PICTURE:
        return f"consent_{'all' if scope == EVERYWHERE else scope}"
    return f"{subject.stem}_consent"


def _word(said: StatementRecord | Statement | None) -> str:
    if said is None:
        return ""
    statement = said.statement if isinstance(said, StatementRecord) else said
    return str(statement.stance) if statement.until is None else f"{statement.stance} until {statement.until}"


def _statement(party: Party, wish: Wish, stance: Stance, until: date | None, day: Day) -> Statement:
    subject, scope = wish
    if stance is not Stance.GRANTED:
        return Statement(party, subject, scope, stance, day.now, day.today)
    # A grant that has ended already is kept as such, so that people see that it has expired.
    since = day.today if until is None else min(day.today, until)
    return Statement(party, subject, scope, stance, day.now, since, until)


def _notes(
    row: Row, draft: PersonDraft, said: Sequence[StatementRecord], record: PersonRecord | None, day: Day
) -> list[str]:
    notes = []
    if record is not None and record.listed and row.do_not_publish is False:
        notes.append("The person stays on the do-not-publish list; only the safeguarding lead takes people off.")
    if draft.leaving_date is not None and draft.leaving_date < day.today:
        notes.append("The register says that the person has left, so nothing is permitted; correct the leaving date.")
    if draft.kind is Kind.PUPIL and any(wanted.answer for wanted in row.wishes.values()):
        asked = {wish[0] for wish, wanted in row.others.get(Party.PUPIL, {}).items() if wanted.answer is not None}
        notes += _notes_on_age(draft.date_of_birth, said, asked, day)
    if any(wanted.until is not None and wanted.until < day.today for wanted in row.wishes.values()):
        notes.append("Consents of this row have expired; ask again.")
    return notes


def _notes_on_age(
    born: date | None, said: Sequence[StatementRecord], asked: AbstractSet[Subject], day: Day
) -> list[str]:  # fmt: skip
    if born is None:
        return ["The date of birth is not known, so the pupil has to be asked too, if the policy asks any."]
    age, own = age_on(born, day.today), {r.statement.subject for r in said if r.statement.party is Party.PUPIL} | asked
    if age >= MAJORITY:
        return ["The pupil is of age; only the pupil's own consent counts."]
    if age >= day.own_consent_age and Subject.PICTURE not in own:
        return ["The pupil is old enough to be asked; nothing is permitted until their own consent is recorded."]
    return []
