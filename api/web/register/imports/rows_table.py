"""Every row of a file, and who is missing in it, as a table: what happens to each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from api.platform import labels
from api.platform.labels import Mood
from api.web import choices, tables
from api.web.register.imports.column_words import in_office_words, label
from api.web.tables import Cell, Column, Filter
from consent_db.people.records import PersonDraft
from consent_db.roster.layout import is_consent
from consent_db.roster.plan import FieldChange, Missing, Plan, Question, RowPlan
from gatekeeper.consent.permission import Stance
from gatekeeper.naming import is_found, natural_key

PATH: Final = "/admin/imports/waiting/rows"

_RARE: Final = 10
"""What more rows than this have in common is told once."""

SHOW: Final = {
    "look": "To look at",
    "new": "New",
    "changed": "Changed",
    "out": "Left out",
    "ends": "A consent ends",
    "permits": "Something becomes permitted",
    "lists": "Put on the do-not-publish list",
    "missing": "Not in the file",
    "same": "As before",
}
LAYOUT: Final = tables.Layout(
    path=PATH,
    columns=(
        Column("name", "Name", lambda one: natural_key(one.name)),
        Column("line", "Line", lambda one: one.line),
        Column("what", "What happens", lambda one: one.what),
        Column("details", "Details"),
    ),
    filters=(Filter("show", "Which rows", SHOW, "All rows"),),
    sort="line",
    noun=("row", "rows"),
)
_ALREADY_SAID: Final = frozenset({"external_id", "first_name", "last_name"})
_CONSENT_TO: Final = re.compile(r"^Consent (?:for|to) ")
_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_DATED: Final = frozenset({"date_of_birth", "leaving_date"})
_MOOD: Final[Mapping[str, Mood]] = {
    "Left out": "stop",
    "Waits for an answer": "ask",
    "Leaves": "stop",
    "Not in the file": "ask",
    "Asked of the safeguarding lead": "ask",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file, or a person who is missing in it (their line is 0).

    Attributes:
        what: what happens, in a few words.
        details: what it changes, or why nothing is done.
        notes: what to know about it.
        shown: the choices of `SHOW` that have it.
    """

    line: int
    name: str = field(repr=False)
    what: str
    details: tuple[str, ...] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    shown: frozenset[str]


def lines_of(plan: Plan) -> list[Line]:
    """Return everything that a plan says of rows and of people, in the order of the file, the missing last."""
    common = common_notes(plan)
    rows = [_row(row, common) for row in (*plan.additions, *plan.changes, *plan.unchanged)]
    rows += [_left_out(bad.line, bad.name, "Left out", in_office_words(bad.reason)) for bad in plan.bad]
    rows += [_left_out(one.line, one.name, "Waits for an answer", question_text(one)) for one in plan.questions]
    return sorted(rows, key=lambda one: one.line) + [_missing(one) for one in plan.missing]


def matching(lines: Sequence[Line], query: tables.Query) -> list[Line]:
    """Return the lines that a query asks for, in its order."""
    show = query.chosen.get("show")
    found = [one for one in lines if show is None or show in one.shown]
    if query.words:
        found = [one for one in found if is_found(query.words, [one.name])]
    return tables.ordered(LAYOUT, query, found)


def table_of(lines: Sequence[Line], query: tables.Query) -> tables.Table:
    """Return the page of the table that is asked for."""
    return tables.table(LAYOUT, query, matching(lines, query), len(lines), _as_row)


def common_notes(plan: Plan) -> dict[str, int]:
    """Return the notes that so many rows have that they are told once, and how many have them."""
    counts = Counter(note for row in (*plan.changes, *plan.additions, *plan.unchanged) for note in row.notes)
    return {note: count for note, count in counts.items() if count > _RARE}


def ends(row: RowPlan) -> bool:
    """Say whether a row ends a consent of a person who is on the register."""
    return row.person is not None and any(one.stance is not Stance.GRANTED for one in row.statements)


def permits(row: RowPlan) -> bool:
    """Say whether a row records a consent that was not in force before."""
    return any(one.stance is Stance.GRANTED for one in row.statements)


def question_text(question: Question) -> str:
    """Return what is asked about a row, and of which other rows."""
    lines = f" See line {', '.join(map(str, question.other_lines))}." if question.other_lines else ""
    return question.sentence + lines


def named(draft: PersonDraft) -> str:
    """Return a person's name and number."""
    return f"{choices.full_name(draft)}{f' ({draft.external_id})' if draft.external_id else ''}"


def _row(row: RowPlan, common: Collection[str]) -> Line:
    new, rare = row.person is None, tuple(note for note in row.notes if note not in common)
    what = ("same", "As before") if not new and not row.changes else ("new", "New") if new else ("changed", "Changed")
    look = row.lists or bool(rare) or ends(row)
    flags = {"look": look, "ends": ends(row), "permits": permits(row), "lists": row.lists, what[0]: True}
    details = tuple(_changes(row.fields, new=new)) or row.changes
    shown = frozenset(name for name, is_so in flags.items() if is_so)
    return Line(row.line, named(row.draft), what[1], details, rare, shown)


def _left_out(line: int, name: str, what: str, why: str) -> Line:
    return Line(line, name.strip() or "No name", what, (why,), (), frozenset({"out", "look"}))


def _missing(one: Missing) -> Line:
    what = "Asked of the safeguarding lead" if one.protected else "Leaves" if one.leaves_on else "Not in the file"
    return Line(0, named(one.draft), what, ("The file itself says so.",) if one.said_gone else (), (), _MISSING)


_MISSING: Final = frozenset({"missing"})


def _changes(changes: Iterable[FieldChange], *, new: bool) -> Iterator[str]:
    """Yield what changes, consents that change alike together; of a new person without name and number."""
    alike: dict[str, list[str]] = {}
    for change in changes:
        before, after = (_in_words(one, change.column) or "nothing" for one in (change.before, change.after))
        said = after if new else f"{before} → {after}"
        if is_consent(change.column):
            alike.setdefault(said, []).append(_CONSENT_TO.sub("", label(change.column)))
        elif not new or change.column not in _ALREADY_SAID:
            yield f"{label(change.column)}: {said}"
    for said, subjects in alike.items():
        yield f"Consent ({', '.join(subjects)}): {said}"


def _in_words(value: str, column: str) -> str:
    """Return a value with its days as they are read (19 March 2015), and classes as a list."""
    if column == "group":
        return ", ".join(value.split(";"))
    if column in _DATED or is_consent(column):
        return _DAY.sub(lambda found: labels.date(date.fromisoformat(found[0])), value)
    return value


def _as_row(one: Line) -> tables.Row:
    cells = (
        Cell(one.name),
        Cell(str(one.line) if one.line else ""),
        Cell(one.what, mood=_MOOD.get(one.what, "ask" if one.shown & {"ends", "lists"} else None)),
        Cell(_joined(one.details), note=" ".join(one.notes)),
    )
    return tables.Row(cells, label=one.name)


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)
