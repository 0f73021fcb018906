"""The columns of a file as a table: heading, first cells, meaning, and what is still to be decided.

Each select is sent together with the key of its column (`column_key`), so that a form that was
opened for another file, or another sheet, cannot give a meaning to a column that it did not show.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from textwrap import shorten
from typing import Final

from api.application.register.pending_import import Decided
from api.web.choices import Choice
from api.web.register.imports.column_words import MEANING, label
from consent_db.roster.files.sheet import Sheet, read_sheet
from consent_db.roster.layout import (
    ALL,
    CONSENT,
    LEFT_OUT,
    NAMED,
    OPT_OUT,
    OPTIONAL,
    OTHERS,
    REQUIRED,
    is_ours,
    letter,
    plain,
)
from consent_db.transaction import Transaction

UNKNOWN: Final = "?"
"""What the list of meanings sends for a column that is still undecided."""
NOT_READ: Final = "-"
"""What it sends for a column that is not to be read."""

_EXAMPLES: Final = 3
_LONGEST: Final = 40
"""Characters of a cell that are shown."""
_SEVERAL: Final = frozenset({"group", LEFT_OUT})
"""Meanings that several columns may have."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of the file, with what it means so far.

    Attributes:
        key: tells which column of which heading it is, for the form.
        letter: what a spreadsheet shows above it.
        cells: the first different cells below the heading.
        problem: what is still to be decided about it; empty if nothing is.
    """

    key: str
    letter: str
    heading: str
    cells: tuple[str, ...]
    meaning: str
    problem: str


@dataclass(frozen=True, slots=True)
class DateView:
    """A column whose dates can be read in two orders, and what was said about it."""

    column: str
    label: str
    cells: tuple[str, ...]
    order: str
    asked: bool


def file_key(decided: Decided, content: bytes) -> str:
    """Return what tells one waiting file, and one sheet of it, from another; 16 hexadecimal digits."""
    return hashlib.sha256(f"{decided.sheet}\0".encode() + content).hexdigest()[:16]


def column_key(place: int, heading: str) -> str:
    """Return what tells a column from others: its place, from 0, and a digest of its heading."""
    return f"{place}-{hashlib.sha256(heading.encode()).hexdigest()[:12]}"


def column_keys(decided: Decided) -> dict[str, str]:
    """Return the heading of each column by the key that the form sends."""
    return {column_key(place, heading): heading for place, heading in enumerate(decided.meanings)}


def sheet_of(decided: Decided, content: bytes) -> Sheet | None:
    """Return the sheet that is read; None for a bundle, whose columns are known."""
    return read_sheet(content, decided.sheet) if decided.meanings else None


def columns(decided: Decided, sheet: Sheet | None) -> tuple[ColumnView, ...]:
    """Return the columns in the order of the file, those first of which something is still to be decided."""
    if sheet is None:
        return ()
    problems = _problems(decided.meanings)
    found = [
        ColumnView(
            key=column_key(place, heading),
            letter=letter(sheet.headings.index(heading)),
            heading=heading,
            cells=_examples(sheet, heading),
            meaning=_sent(meaning),
            problem=problems.get(heading, ""),
        )
        for place, (heading, meaning) in enumerate(decided.meanings.items())
    ]
    return tuple(sorted(found, key=lambda one: not one.problem))


def missing_columns(decided: Decided) -> tuple[str, ...]:
    """Return what no column of the file says although it is needed, in the words of the office."""
    found = set(decided.meanings.values())
    needed = [name for name in REQUIRED if not (name == "kind" and decided.kind)]
    return tuple(MEANING[name] for name in needed if name not in found) if decided.meanings else ()


def meanings(tx: Transaction, decided: Decided) -> tuple[Choice, ...]:
    """Return what a column can mean."""
    channels = [channel for channel in tx.channels.all() if channel.closed_at is None]
    purposes = sorted({purpose for channel in channels for purpose in channel.draft.purposes})
    known = {f"{CONSENT}{channel.name}": f"Consent for {channel.title}" for channel in channels}
    for purpose in purposes:
        known.setdefault(f"{CONSENT}{purpose}", f"Consent for {purpose.replace('_', ' ')}")
    known |= {f"{CONSENT}{ALL}": "Consent for everything"}
    known |= {f"{OPT_OUT}{ALL}": label(f"{OPT_OUT}{ALL}"), f"{OPT_OUT}name": label(f"{OPT_OUT}name")}
    theirs = [f"{who}{what}" for who in OTHERS for what in (f"{CONSENT}{ALL}", *NAMED)]
    known |= {column: label(column) for column in theirs}
    for meaning in decided.meanings.values():
        if meaning and meaning not in MEANING:
            known.setdefault(meaning, label(meaning))
    ours = {column: MEANING[column] for column in (*REQUIRED, *OPTIONAL)}
    choices = {UNKNOWN: "Choose what it means", NOT_READ: "Do not read it"} | ours | known
    return tuple(Choice(value, text) for value, text in choices.items())


def date_views(decided: Decided, sheet: Sheet | None, unclear: Collection[str]) -> tuple[DateView, ...]:
    """Return the columns of which the order of dates is asked or was said."""
    if sheet is None:
        return ()
    meant = {meaning: heading for heading, meaning in decided.meanings.items() if meaning}
    return tuple(
        DateView(
            column=column,
            label=label(column),
            cells=_examples(sheet, meant[column]),
            order=decided.dates.get(column, ""),
            asked=column in unclear,
        )
        for column in sorted(meant)
        if column in unclear or column in decided.dates
    )


def _problems(said: Mapping[str, str | None]) -> dict[str, str]:
    """Return by heading what is still to be decided."""
    times = Counter(meaning for meaning in said.values() if meaning not in _SEVERAL)
    problems: dict[str, str] = {}
    for heading, meaning in said.items():
        alike = [other for other in said if plain(other) == plain(heading) and said[other] != meaning]
        if meaning is None or (meaning != LEFT_OUT and not is_ours(meaning)):
            problems[heading] = "Choose what it means, or do not read it."
        elif times[meaning] > 1:
            others = " and ".join(f"“{other}”" for other, same in said.items() if same == meaning and other != heading)
            problems[heading] = f"{others} has the same meaning. Read only one of them."
        elif alike:
            problems[heading] = f"“{alike[0]}” is the same heading. Give both the same meaning, or rename one."
    return problems


def _examples(sheet: Sheet, heading: str) -> tuple[str, ...]:
    """Return the first different cells below a heading, shortened."""
    place = sheet.headings.index(heading)
    cells = (row[place] for _, row in sheet.rows if place < len(row) and row[place])
    return tuple(shorten(cell, _LONGEST, placeholder="…") for cell in islice(dict.fromkeys(cells), _EXAMPLES))


def _sent(meaning: str | None) -> str:
    return UNKNOWN if meaning is None else NOT_READ if meaning == LEFT_OUT else meaning
