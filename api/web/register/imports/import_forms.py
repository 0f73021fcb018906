"""What the forms of an import send, and what can be known of a file before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import UploadFile
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Limits

from api.application.register.pending_import import Decided
from api.platform.labels import KIND
from api.web.choices import Choice
from api.web.forms import Name, blank
from api.web.register.imports.mapping import NOT_READ, UNKNOWN, column_keys
from consent_db.errors import NotPossible
from consent_db.roster import oneroster
from consent_db.roster.files.sheet import SheetUnclear, read_sheet
from consent_db.roster.layout import LEFT_OUT, REASON, DateOrder, plain
from consent_db.roster.plan import ALL_MISSING, Answer, Plan, QuestionCode
from consent_db.roster.suggestions import suggest
from consent_db.transaction import Transaction
from gatekeeper.types import Kind

Said = Annotated[str, Limits(pattern=r"^((same|new) .{1,100})?$")]


class FormOutOfDate(NotPossible):
    """The form was made for another file, or another sheet, than the one that waits now."""

    def __init__(self) -> None:
        super().__init__("This page was about a different file or sheet from the one waiting now. Nothing was saved.")


class UploadFields(BaseModel):
    """The form for a file."""

    model_config = ConfigDict(extra="ignore")

    file: UploadFile | None = None
    kind: Annotated[Kind | None, BeforeValidator(blank)] = None
    layout: Name = None


class DecidedFields(BaseModel):
    """The form for what is to be decided.

    Attributes:
        file: which waiting file the form was made for (`mapping.file_key`).
        columns: which column each of `meanings` is about (`mapping.column_key`).
        alike: one answer for all questions of a kind that were not answered by themselves.
        again: asks every question again that was answered before.
        unclear: the columns whose order of dates is asked; `all_dates` answers for those without one of their own.
    """

    model_config = ConfigDict(extra="ignore")

    file: str = Limits(default="", max_length=40)
    columns: list[str] = Limits(default=[], max_length=300)
    meanings: list[str] = Limits(default=[], max_length=300)
    yes: str = Limits(default="", max_length=1000)
    no: str = Limits(default="", max_length=1000)
    kind: str = Limits(default="", max_length=20)
    answers: list[Said] = Limits(default=[], max_length=60)
    alike: list[Annotated[str, Limits(pattern="^([a-z_]{1,30} (same|new))?$")]] = Limits(default=[], max_length=10)
    again: bool = False
    left: str = Limits(default="", max_length=10)
    leavers: str = Limits(default="", max_length=20_000)
    number: str = Limits(default=oneroster.IDS[0], pattern="^(sourcedId|identifier)$")
    save_as: Name = None
    dates: list[Annotated[str, Limits(pattern="^([a-z_]{1,60} (day-first|month-first))?$")]] = Limits(
        default=[], max_length=20
    )
    unclear: list[Annotated[str, Limits(pattern="^[a-z_]{1,60}$")]] = Limits(default=[], max_length=20)
    all_dates: str = Limits(default="", pattern="^(day-first|month-first)?$")
    sheet: str = Limits(default="", max_length=100)

    def decided(self, before: Decided) -> Decided:
        """Return what is decided now; what the form did not ask about stays as it was.

        Raises:
            FormOutOfDate: it has a column that the waiting file does not have.
        """
        given = [one.split(" ", 1) for one in self.answers if one]
        orders = [one.split(" ", 1) for one in self.dates if one]
        together = dict.fromkeys(self.unclear, self.all_dates) if self.all_dates else {}
        leavers = {"all": (ALL_MISSING,), "some": _lines(self.leavers)}
        return Decided(
            meanings=before.meanings | self._said(before),
            kind=Kind(self.kind) if self.kind in set(Kind) else None,
            yes=_lines(self.yes),
            no=_lines(self.no),
            answers={} if self.again else before.answers | {number: Answer(answer) for answer, number in given},
            leavers=leavers.get(self.left, ()),
            number=self.number,
            dates={column: DateOrder(order) for column, order in (together | dict(orders)).items()},
            sheet=self.sheet or before.sheet,
        )

    def _said(self, before: Decided) -> dict[str, str | None]:
        """Return what each column of the form means, by its heading."""
        headings, marks = column_keys(before), {UNKNOWN: None, NOT_READ: LEFT_OUT}
        if len(self.columns) != len(self.meanings) or not headings.keys() >= set(self.columns):
            raise FormOutOfDate
        pairs = zip(self.columns, self.meanings, strict=True)
        return {headings[key]: marks.get(meaning, meaning) for key, meaning in pairs}

    def answered_alike(self, plan: Plan) -> dict[str, Answer]:
        """Return the answers that are given to all questions of a kind, by external id."""
        answers: dict[str, Answer] = {}
        for one in filter(None, self.alike):
            code, answer = one.split(" ")
            if code in set(QuestionCode):
                answers |= plan.answered_alike(QuestionCode(code), Answer(answer))
        return answers


def first_reading(tx: Transaction, content: bytes, fields: UploadFields) -> Decided:
    """Return what can be known of a file without asking: a saved layout, or what its headings suggest."""
    if oneroster.bundle(content) is not None:
        return Decided()
    try:
        return reading(tx, content, fields, None)
    except SheetUnclear as unclear:  # the first is shown, and the page asks whether it is the right one
        return reading(tx, content, fields, unclear.sheets[0])


def reading(tx: Transaction, content: bytes, fields: UploadFields, name: str | None) -> Decided:
    """Return what can be known of one sheet without asking; see `first_reading`."""
    read = read_sheet(content, name)
    headings, sheet = read.headings, read.chosen if read.sheets else None
    if not headings:
        raise NotPossible("Choose a file with a header row and people below it.")
    if fields.layout is None:
        return Decided(meanings=_suggested(headings), kind=fields.kind, sheet=sheet)
    saved = tx.layouts.get(fields.layout)
    columns = {plain(heading): meaning for heading, meaning in saved.columns.items()}
    known = {one.heading: columns.get(plain(one.heading), one.meaning) for one in suggest(headings)}
    return Decided(
        meanings=known,
        kind=fields.kind or saved.kind,
        yes=tuple(sorted(saved.yes)),
        no=tuple(sorted(saved.no)),
        dates=dict(saved.dates),
        sheet=sheet,
    )


def _suggested(headings: Sequence[str]) -> dict[str, str | None]:
    meanings = {one.heading: one.meaning for one in suggest(headings)}
    return {heading: LEFT_OUT if plain(heading) == REASON else meaning for heading, meaning in meanings.items()}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.splitlines())))


def kinds() -> tuple[Choice, ...]:
    """Return what all people in a file may be."""
    return tuple(Choice(kind.value, text) for kind, text in KIND.items())
