"""`gatekeeper roster layout`: say once what the columns of the school's own file mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.application.opening import now, open_store
from api.cli.options import ACTOR, Data, out, settings
from consent_db.errors import NotPossible
from consent_db.roster.files.sheet import read_sheet
from consent_db.roster.layout import LEFT_OUT, DateOrder, Layout, is_ours, plain
from consent_db.roster.suggestions import Suggestion, suggest
from gatekeeper.types import Kind

Words = list[str] | None
Dates = Annotated[
    Words,
    typer.Option(help="day-first or month-first, for dates such as 03/04/2015; or COLUMN=day-first; repeat."),
]


def layout(
    file: Annotated[Path, typer.Argument(help="A CSV or .xlsx file as the school exports it.")],
    save: Annotated[str | None, typer.Option(help="Save it under this name, for `roster import --layout`.")] = None,
    column: Annotated[Words, typer.Option(help='What a column means, such as "Reg=group"; repeat.')] = None,
    leave_out: Annotated[Words, typer.Option(help="A column that is not to be read; repeat.")] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="The role of all people in the file, if no column gives it.")
    ] = None,
    yes: Annotated[Words, typer.Option(help='A further word for yes, such as "I give consent"; repeat.')] = None,
    no: Annotated[Words, typer.Option(help="A further word for no; repeat.")] = None,
    dates: Dates = None,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook, if several have content.")] = None,
    data: Data = None,
) -> None:
    """Show what the columns of a file seem to mean, and save it once it is right."""
    suggestions = suggest(read_sheet(file.read_bytes(), sheet).headings)
    given = dict(map(_pair, column or ())) | {plain(heading): LEFT_OUT for heading in leave_out or ()}
    meanings = {one.heading: given.get(plain(one.heading), one.meaning) for one in suggestions}
    _show(suggestions, meanings)
    if unknown := [one for one in suggestions if meanings[one.heading] is None]:
        names = ", ".join(f"{one.letter} “{one.heading}”" for one in unknown)
        _say(f"[yellow]Not known:[/] {escape(names)}. Say --column HEADING=MEANING or --leave-out HEADING.")
    if save is None:
        _say("Nothing is saved. When it is right: --save NAME.")
        return
    if unknown:
        raise NotPossible("A layout is saved when every column is known or left out.")
    known = {heading: meaning for heading, meaning in meanings.items() if meaning is not None}
    with open_store(settings(data)) as store, store.transaction(ACTOR, now()) as tx:
        tx.layouts.save(save, with_dates(Layout(known, kind, frozenset(yes or ()), frozenset(no or ())), dates))
    _say(f"Saved. Import with: gatekeeper roster import FILE --layout {escape(save)}")


def layouts(data: Data = None) -> None:
    """Show the saved layouts."""
    with open_store(settings(data)) as store, store.reading(ACTOR, now()) as tx:
        names = tx.layouts.names()
    _say(", ".join(names) if names else "No layout is saved yet; see `gatekeeper roster layout --help`.")


def with_dates(layout: Layout, dates: Words) -> Layout:
    """Return a layout with the orders of dates that were said on the command line.

    Raises:
        NotPossible: one is no order, or of no column.
    """
    said = dict(map(_order, dates or ()))
    return replace(layout, dates={**layout.dates, **said})


def _order(text: str) -> tuple[str, DateOrder]:
    column, _, order = text.rpartition("=")
    if order not in set(DateOrder) or (column and not is_ours(column)):
        raise NotPossible(
            "Say the order of dates as --dates day-first, --dates month-first or --dates date_of_birth=month-first."
        )
    return column, DateOrder(order)


def _pair(text: str) -> tuple[str, str]:
    heading, sign, meaning = text.rpartition("=")
    if not sign or not heading or not meaning:
        raise NotPossible('Say what a column means as "HEADING=MEANING", such as "Reg=group".')
    return plain(heading), meaning.strip().casefold()


def _show(suggestions: tuple[Suggestion, ...], meanings: dict[str, str | None]) -> None:
    table = Table("column", "heading", "means")
    for one in suggestions:
        meaning = meanings[one.heading]
        table.add_row(one.letter, escape(one.heading), "not read" if meaning == LEFT_OUT else meaning or "?")
    out.print(table)


def _say(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)
