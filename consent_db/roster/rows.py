"""Read a roster file: bytes in, rows and refused rows out. Nothing here touches the register.

Cells are text and stay text: nothing is evaluated, guessed or silently dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from consent_db.errors import ImportRefused, NotPossible
from consent_db.people.profiles import Profile, spelling
from consent_db.people.records import PersonDraft
from consent_db.register.people import group_name
from consent_db.roster.fields.date_columns import orders
from consent_db.roster.fields.letters import without_invisible
from consent_db.roster.fields.values import BadCell, Cell, Fields, checked, number
from consent_db.roster.fields.values import Wanted as Wanted
from consent_db.roster.files.sheet import Sheet, read_sheet
from consent_db.roster.layout import (
    ALL,
    CONSENT,
    LEFT_OUT,
    NAMED,
    OPT_OUT,
    REASON,
    REQUIRED,
    Layout,
    is_consent,
    is_opt_out,
    other_party,
    plain,
)
from gatekeeper.consent.permission import EVERYWHERE, Party, Subject
from gatekeeper.types import Kind

MOST_ROWS: Final = 5_000

Wish = tuple[Subject, str]
"""What a consent column is about: the subject and the scope."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of which nothing is imported, and what to do about it.

    Attributes:
        external_id: whose it would have been, if that much could be read.
        name: who it would have been about, likewise.
    """

    line: int
    reason: str
    external_id: str | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read; a column that the file does not have says nothing.

    Attributes:
        line: where it begins, from 1.
        columns: the columns that the file has.
        wishes: the answer in each consent column.
        others: the same of others than the row's speaker: the pupil, the second parent.
        said_by: who gave the consents of `wishes`; None for the usual speaker of this kind of person.
        said_on: on which day they were given; None for the day of the import.
        notes: what people should know about how it was read.
    """

    line: int
    columns: frozenset[str]
    draft: PersonDraft
    do_not_publish: bool | None = None
    wishes: Mapping[Wish, Wanted] = field(default_factory=dict)
    others: Mapping[Party, Mapping[Wish, Wanted]] = field(default_factory=dict)
    said_by: Party | None = None
    said_on: date | None = None
    evidence: str | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole file: every row of it is in exactly one of the first two.

    Attributes:
        whole: whether the file is meant to name all people of the kinds that are in it,
            so that who is missing may have left.
        gone: external ids of those who left according to the file itself.
        left_out: headings of the columns that are not to be read.
        notes: what people should know about how the file was read.
    """

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    whole: bool = True
    gone: frozenset[str] = field(default=frozenset(), repr=False)
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_roster(data: bytes | str, today: date, layout: Layout | None = None, sheet: str | None = None) -> Roster:
    """Read a roster file: CSV or a workbook.

    Args:
        data: the file.
        today: no birthday lies behind it.
        layout: what the columns mean.
        sheet: which sheet of a workbook is meant; None for the only one with content.

    Raises:
        ImportRefused: it is too large, cannot be read, its header has an
            unknown, missing or repeated column, or the order of its dates is not clear.
    """
    chosen = layout or Layout()
    return rows_of(read_sheet(data, sheet, chosen.columns), today, chosen)


def rows_of(sheet: Sheet, today: date, layout: Layout) -> Roster:
    """Read the rows of a sheet; see `read_roster`."""
    meanings = layout.meanings([without_invisible(name) for name in sheet.headings], sheet.line)
    if len(sheet.rows) > MOST_ROWS:
        raise ImportRefused(f"There are more than {MOST_ROWS} rows; split the file.", sheet.rows[MOST_ROWS][0])
    fields = Fields(layout, today, orders(sheet, meanings, layout))
    rows: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in sheet.rows:
        named = [
            Cell(sheet.cell_name(line, place), text, sheet.marks.get((line, place))) for place, text in enumerate(cells)
        ]
        try:
            rows.append(_row(line, meanings, named, fields))
        except (BadCell, NotPossible) as error:
            bad.append(_bad(line, str(error), meanings, cells, fields))
    pairs = list(zip(sheet.headings, meanings, strict=True))
    left_out = tuple(name for name, target in pairs if target == LEFT_OUT and plain(name) != REASON)
    part = any(plain(name) == REASON for name in sheet.headings)
    return without_doubles(rows, bad, Roster((), (), whole=not part, left_out=left_out, notes=sheet.notes))


def without_doubles(rows: Sequence[Row], bad: Sequence[BadRow], roster: Roster) -> Roster:
    """Return the roster with these rows; of rows that share an external id it is unknown which one is right."""
    times = Counter(row.draft.external_id for row in rows)
    reason = "This number is in the file more than once; keep one row."
    double = [
        BadRow(row.line, reason, row.draft.external_id, f"{row.draft.first_name} {row.draft.last_name}")
        for row in rows
        if times[row.draft.external_id] > 1
    ]
    single = tuple(row for row in rows if times[row.draft.external_id] == 1)
    refused = tuple(sorted((*bad, *double), key=lambda row: row.line))
    return replace(roster, rows=single, bad=refused)


def _bad(line: int, reason: str, meanings: Sequence[str], cells: Sequence[str], fields: Fields) -> BadRow:
    """Return a refused row, with the person it was about and whether it asked for the do-not-publish list."""
    found = dict(zip(meanings, cells, strict=False))
    name = spelling(f"{found.get('first_name', '')} {found.get('last_name', '')}")
    try:
        listing = fields.answer("do_not_publish", found.get("do_not_publish", ""))
    except BadCell:
        listing = None
        reason += " Its do_not_publish says something that is not clear: look whether the person has to be listed."
    if listing:
        reason += " The row says do_not_publish, which was not done either: put the person on the list by hand."
    return BadRow(line, reason, _external_id(meanings, cells), name)


def _row(line: int, meanings: Sequence[str], cells: Sequence[Cell], fields: Fields) -> Row:
    if len(cells) > len(meanings):
        raise BadCell(f"The row has more cells than the header, which has {len(meanings)}; remove commas.")
    found, notes = _found(meanings, cells)
    until = fields.day(found, "consent_expires")
    return Row(
        line=line,
        columns=frozenset(meanings) - {LEFT_OUT},
        draft=_draft(found, fields),
        do_not_publish=fields.answer("do_not_publish", found.get("do_not_publish", "")),
        wishes=_wishes(meanings, found, until, fields),
        others=_others(meanings, found, until, fields),
        said_by=_speaker(found),
        said_on=_said_on(found, fields),
        evidence=found.get("evidence") or None,
        notes=notes,
    )


def _others(
    meanings: Sequence[str], found: Mapping[str, str], until: date | None, fields: Fields
) -> dict[Party, dict[Wish, Wanted]]:
    """Return the answers of the pupil and of the second parent, by party."""
    others: dict[Party, dict[Wish, Wanted]] = {}
    for name in meanings:
        if (other := other_party(name)) is not None:
            party, column = other
            others.setdefault(party, {})[wish_of(column)] = fields.wanted(found, name, until)
    return others


def _speaker(found: Mapping[str, str]) -> Party | None:
    """Return who gave the row's consents; None for a blank cell, which means a parent."""
    text = "_".join(found.get("consent_by", "").casefold().split())
    if not text:
        return None
    if text not in _SPEAKERS:
        raise BadCell(f"consent_by has to be one of {', '.join(sorted(_SPEAKERS))}.")
    return _SPEAKERS[text]


_SPEAKERS: Final[Mapping[str, Party]] = {
    **{
        party.value: party
        for party in (Party.PARENT, Party.SECOND_PARENT, Party.CARER, Party.LOCAL_AUTHORITY, Party.PUPIL)
    },
    **dict.fromkeys(("mother", "father", "mum", "dad"), Party.PARENT),
    "guardian": Party.CARER,
}


def _said_on(found: Mapping[str, str], fields: Fields) -> date | None:
    day = fields.day(found, "consent_date")
    if day is not None and day > fields.today:
        raise BadCell("consent_date lies in the future; correct it.")
    return day


def _wishes(
    meanings: Sequence[str], found: Mapping[str, str], until: date | None, fields: Fields
) -> dict[Wish, Wanted]:
    """Return the answers of a row; a yes to an opt-out is a no, anything else in it says nothing."""
    wishes = {wish_of(name): fields.wanted(found, name, until) for name in meanings if is_consent(name)}
    for name in meanings:
        if is_opt_out(name) and fields.answer(name, found.get(name, "")):
            wishes[wish_of(name)] = Wanted(answer=False)
    if wishes.get((Subject.PICTURE, EVERYWHERE)) == Wanted(answer=False) and f"{OPT_OUT}{ALL}" in meanings:
        pictures = {wish: Wanted(answer=False) for wish in wishes if wish[0] is Subject.PICTURE}
        wishes |= pictures
    return wishes


def _found(meanings: Sequence[str], cells: Sequence[Cell]) -> tuple[dict[str, str], tuple[str, ...]]:
    found: dict[str, str] = {}
    notes: list[str] = []
    for column, cell in zip(meanings, cells, strict=True):
        if column != LEFT_OUT:
            text, note = checked(column, cell)
            notes += [note] if note else []
            found[column] = f"{found[column]};{text}" if column in found else text  # several columns tell groups
    return found, tuple(notes)


def _draft(found: Mapping[str, str], fields: Fields) -> PersonDraft:
    for name in REQUIRED:
        if name in found and not found[name]:
            raise BadCell(f"{name} is blank; fill it in.")
    born = fields.day(found, "date_of_birth")
    if born is not None and born > fields.today:
        raise BadCell("date_of_birth lies in the future; correct it.")
    return in_one_spelling(
        PersonDraft(
            kind=_kind(found, fields.layout),
            first_name=found["first_name"],
            last_name=found["last_name"],
            known_as=found.get("known_as") or None,
            external_id=number(found["external_id"]),
            date_of_birth=born,
            leaving_date=fields.day(found, "leaving_date"),
            groups=frozenset(group_name(name) for name in found.get("group", "").split(";") if name.strip()),
        )
    )


def in_one_spelling(draft: PersonDraft) -> PersonDraft:
    """Return a draft in the register's own spelling.

    Raises:
        NotPossible: a name is missing, too long or contains control characters.
    """
    return Profile.of(draft).draft(draft.kind, draft.leaving_date, draft.groups)


def _kind(found: Mapping[str, str], layout: Layout) -> Kind:
    try:
        return Kind(found["kind"].casefold()) if "kind" in found else Kind(layout.kind or "")
    except ValueError:
        raise BadCell(f"kind has to be one of {', '.join(Kind)}.") from None


def _external_id(meanings: Sequence[str], cells: Sequence[str]) -> str | None:
    place = meanings.index("external_id")
    return spelling(without_invisible(cells[place])) or None if place < len(cells) else None


def wish_of(column: str) -> Wish:
    """Return what a consent column or an opt-out is about."""
    named = NAMED.get(column) or NAMED.get(f"{column.removeprefix(OPT_OUT)}_consent")
    if named is not None:
        return named, EVERYWHERE
    scope = column.removeprefix(CONSENT).removeprefix(OPT_OUT)
    return Subject.PICTURE, EVERYWHERE if scope == ALL else scope
