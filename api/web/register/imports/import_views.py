"""What a file is going to change, as administrators read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from api.application.register.pending_import import Decided
from api.web import choices as lists
from consent_db.errors import NotFound
from consent_db.people.records import PersonDraft
from consent_db.roster.files.sheet import read_sheet
from consent_db.roster.layout import ALL, CONSENT, LEFT_OUT, NAMED, OPT_OUT, OPTIONAL, OTHERS, REQUIRED, other_party
from consent_db.roster.plan import Answer, FieldChange, Missing, Plan, Question, RowPlan
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Party, Stance
from gatekeeper.types import PersonId

SHOWN: Final = 200
"""How many of each list of unusual rows are on the page."""

_RARE: Final = 10
"""What more rows than this have in common is told once."""

PER_PAGE: Final = 50
"""How many ordinary rows are on one page."""

ASKED: Final = 20
"""How many questions are asked at a time: a form has its limit."""

_EXAMPLES: Final = 3

_MEANING: Final = {
    "external_id": "The school’s number",
    "first_name": "First name",
    "last_name": "Surname",
    "known_as": "Known as",
    "kind": "Pupil, staff, …",
    "group": "Class or club",
    "date_of_birth": "Date of birth",
    "leaving_date": "Last day",
    "do_not_publish": "Do not publish",
    **{column: f"Consent to {subject.label.lower()}" for column, subject in NAMED.items()},
    "consent_expires": "Last day of the consents",
    "consent_by": "Who gave the consents: parent, carer, …",
    "consent_date": "Day on which they were given",
    "evidence": "Where the consent form is",
}
_OTHER: Final = {Party.PUPIL: "The pupil’s own", Party.SECOND_PARENT: "Second parent"}
_NAMED: Final = "|".join(name for name in _MEANING if "_" in name)
_ALONE: Final = "|".join(name for name in _MEANING if "_" not in name)
_COLUMN: Final = re.compile(rf"\b(?:{_NAMED})\b|(?:^|(?<=olumn ))(?:{_ALONE})\b|\b(?:{CONSENT}|{OPT_OUT})\w+")
"""A column's name in a sentence; those that are ordinary words only where they must be columns."""
_COMMANDS: Final = re.compile(r" \((?:gatekeeper [a-z ]+|--dates [a-z-]+ or --dates [a-z-]+)\)|, such as --kind pupil")
_ANSWER: Final = {Answer.SAME: "It is the same person", Answer.NEW: "It is another person"}


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of the file, with what it means so far."""

    heading: str
    meaning: str
    examples: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One row that does something."""

    line: int
    name: str
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    sign: str


@dataclass(frozen=True, slots=True)
class DateView:
    """A column whose dates can be read in two orders, and what was said about it."""

    column: str
    label: str
    order: str
    asked: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A row that waits for an answer."""

    line: int
    sentence: str
    people: str
    answers: tuple[lists.Choice, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """Everything that a file does, and what waits for an answer."""

    unusual: tuple[RowView, ...]
    ordinary: tuple[RowView, ...]
    pages: int
    page: int
    remarks: tuple[str, ...]
    impact: tuple[str, ...]
    questions: tuple[QuestionView, ...]
    more_questions: int
    bad: tuple[tuple[int, str, str], ...]
    leaving: tuple[str, ...]
    missing: tuple[str, ...]
    for_lead: tuple[str, ...]
    counts: dict[str, int]
    empty: bool


def columns(decided: Decided, content: bytes) -> tuple[ColumnView, ...]:
    """Return the columns, each with the first cells below its heading."""
    if not decided.meanings:
        return ()
    sheet = read_sheet(content, decided.sheet)
    cells = [row for _, row in sheet.rows[:_EXAMPLES]]
    return tuple(
        ColumnView(heading, _sent(meaning), ", ".join(_column(cells, sheet.headings.index(heading))))
        for heading, meaning in decided.meanings.items()
    )


def meanings(tx: Transaction, decided: Decided) -> tuple[lists.Choice, ...]:
    """Return what a column can mean."""
    channels = [channel for channel in tx.channels.all() if channel.closed_at is None]
    purposes = sorted({purpose for channel in channels for purpose in channel.draft.purposes})
    known = {f"{CONSENT}{channel.name}": f"Consent for {channel.title}" for channel in channels}
    for purpose in purposes:
        known.setdefault(f"{CONSENT}{purpose}", f"Consent for {purpose.replace('_', ' ')}")
    known |= {f"{CONSENT}{ALL}": "Consent for everything"}
    known |= {f"{OPT_OUT}{ALL}": _label(f"{OPT_OUT}{ALL}"), f"{OPT_OUT}name": _label(f"{OPT_OUT}name")}
    theirs = [f"{who}{what}" for who in OTHERS for what in (f"{CONSENT}{ALL}", *NAMED)]
    known |= {column: _label(column) for column in theirs}
    for meaning in decided.meanings.values():
        if meaning and meaning not in _MEANING:
            known.setdefault(meaning, _label(meaning))
    ours = {column: _MEANING[column] for column in (*REQUIRED, *OPTIONAL)}
    choices = {"?": "Choose what it means", "-": "Do not read it"} | ours | known
    return tuple(lists.Choice(value, label) for value, label in choices.items())


def sheet_names(decided: Decided, content: bytes) -> tuple[str, ...]:
    """Return the sheets of a workbook that has several with content."""
    return read_sheet(content, decided.sheet).sheets if decided.sheet is not None else ()


def date_views(decided: Decided, unclear: Collection[str]) -> tuple[DateView, ...]:
    """Return the columns of which the order of dates is asked or was said."""
    meant = {meaning for meaning in decided.meanings.values() if meaning}
    wanted = [column for column in meant if column in unclear or column in decided.dates]
    return tuple(
        DateView(column, _label(column), decided.dates.get(column, ""), column in unclear) for column in sorted(wanted)
    )


def plan_view(tx: Transaction, plan: Plan, page: int = 1) -> PlanView:
    """Return a plan in words: its summary, everything unusual, and one page of the other rows."""
    rows = (*plan.changes, *plan.additions)
    common = _common_notes((*rows, *plan.unchanged))
    unusual = [row for row in (*rows, *plan.unchanged) if _is_unusual(row, common)]
    ordinary = [row for row in rows if not _is_unusual(row, common)]
    pages = max(1, -(-len(ordinary) // PER_PAGE))
    page = min(page, pages)
    return PlanView(
        unusual=_rows(unusual[:SHOWN]),
        ordinary=_rows(ordinary[(page - 1) * PER_PAGE : page * PER_PAGE]),
        pages=pages,
        page=page,
        remarks=(
            *plan.notes,
            *(f"{count} rows: {note}" for note, count in common.items()),
            *([f"Not read: {', '.join(plan.left_out)}."] if plan.left_out else []),
        ),
        impact=tx.import_impact(plan).sentences,
        questions=tuple(_question(tx, one) for one in plan.questions[:ASKED]),
        more_questions=max(0, len(plan.questions) - ASKED),
        bad=tuple((bad.line, bad.name, in_office_words(bad.reason)) for bad in plan.bad[:SHOWN]),
        leaving=_names(plan.leavers),
        missing=_names(one for one in plan.missing if one.leaves_on is None and not one.protected),
        for_lead=_names(one for one in plan.missing if one.protected),
        counts=_counts(plan, rows),
        empty=plan.empty,
    )


def _counts(plan: Plan, rows: Sequence[RowPlan]) -> dict[str, int]:
    return {
        "new": len(plan.additions),
        "changed": len(plan.changes),
        "as before": len(plan.unchanged),
        "put on the do-not-publish list": sum(row.lists for row in rows),
        "with a consent that ends": sum(_ends(row) for row in plan.changes),
        "leaving": len(plan.leavers),
        "waiting for an answer": len(plan.questions),
        "cannot be read": len(plan.bad),
    }


def _common_notes(rows: Iterable[RowPlan]) -> dict[str, int]:
    """Return the notes that so many rows have that they are told once, and how many have them."""
    counts = Counter(note for row in rows for note in row.notes)
    return {note: count for note, count in counts.items() if count > _RARE}


def _is_unusual(row: RowPlan, common: Collection[str]) -> bool:
    """Say whether a row is one to look at: it lists, ends a consent, or has something to know that few rows have."""
    return row.lists or not set(common).issuperset(row.notes) or (row.person is not None and _ends(row))


def _ends(row: RowPlan) -> bool:
    return any(statement.stance is not Stance.GRANTED for statement in row.statements)


def in_office_words(sentence: str) -> str:
    """Return a sentence about a file with our columns called as the page calls them, and without commands."""
    return _COLUMN.sub(lambda column: f"“{_label(column[0])}”", _COMMANDS.sub("", sentence))


def _label(column: str) -> str:
    if (other := other_party(column)) is not None:
        return f"{_OTHER[other[0]]}: {_label(other[1])}"
    if column.startswith(OPT_OUT):
        what = column.removeprefix(OPT_OUT).replace("_", " ")
        return f"Opt-out of {'everything' if what == ALL else what}: a yes means no"
    fallback = column.removeprefix(CONSENT).replace("_", " ")
    return _MEANING.get(column, f"Consent for {'everything' if fallback == ALL else fallback}")


def _sent(meaning: str | None) -> str:
    return "?" if meaning is None else "-" if meaning == LEFT_OUT else meaning


def _column(rows: list[tuple[str, ...]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row) and row[place]]


def _rows(rows: Iterable[RowPlan]) -> tuple[RowView, ...]:
    return tuple(
        RowView(row.line, _name(row.draft), tuple(map(_change, row.fields)) or row.changes, row.notes, _sign(row))
        for row in rows
    )


def _sign(row: RowPlan) -> str:
    if row.person is None:
        return "new"
    return "changed" if row.changes else "as before"


def _change(change: FieldChange) -> str:
    return f"{_label(change.column)}: {change.before or 'nothing'} → {change.after or 'nothing'}"


def _question(tx: Transaction, question: Question) -> QuestionView:
    lines = f" See line {', '.join(map(str, question.other_lines))}." if question.other_lines else ""
    answers = tuple(lists.Choice(f"{one.value} {question.external_id}", _ANSWER[one]) for one in question.answers)
    people = ", ".join(_person(tx, person) for person in question.people)
    return QuestionView(question.line, question.sentence + lines, people, answers)


def _person(tx: Transaction, person: PersonId) -> str:
    try:
        return _name(tx.people.get(person).profile)
    except NotFound:
        return "a person who was erased"


def _names(missing: Iterable[Missing]) -> tuple[str, ...]:
    return tuple(_name(one.draft) for one in missing)


def _name(draft: PersonDraft) -> str:
    return f"{lists.full_name(draft)}{f' ({draft.external_id})' if draft.external_id else ''}"
