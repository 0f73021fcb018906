"""`gatekeeper report`: the report for governors, as tables, PDF or CSV."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.application.opening import now, open_store
from api.application.reporting.governors import LONGEST, Asked, Report, Span, lines, make, terms
from api.cli.options import ACTOR, Data, out, settings
from gatekeeper.errors import GatekeeperError
from gatekeeper.policy.model import Policy

_DAY = "%Y-%m-%d"


class PeriodUnusable(GatekeeperError):
    """The days of a report cannot be used."""


def report(
    start: Annotated[datetime | None, typer.Option(formats=[_DAY], help="First day. [default: of this term]")] = None,
    end: Annotated[datetime | None, typer.Option(formats=[_DAY], help="Last day. [default: of this term]")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write it to this PDF file too; it is never replaced.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write it to this CSV file too.")] = None,
    data: Data = None,
) -> None:
    """Show the figures of a term or another period for governors; no pupil is named."""
    chosen = settings(data)
    policy = Policy.load(chosen.policy)
    with open_store(chosen) as store:
        moment = now()
        span = _span(start, end, terms(moment.astimezone(policy.zone).date())[0])
        audit = store.verify_audit()
        with store.reading(ACTOR, moment) as tx:
            register = tx.register("", 1)  # who may be shown, and no template
            identity = tx.school_identity.current()
            asked = Asked(span, policy, register, audit, chosen.engine, chosen.data, identity.name)
            made = make(tx, asked)
    _show(made)
    if pdf is not None:
        from api.application.reporting.pdf import pdf as written  # noqa: PLC0415 -- heavy, and wanted seldom

        with pdf.open("xb") as file:
            file.write(written(made, identity.crest))
    if table is not None:
        with table.open("x", encoding="utf-8-sig", newline="") as text:
            csv.writer(text).writerows(lines(made))


def _span(start: datetime | None, end: datetime | None, term: Span) -> Span:
    if start is None and end is None:
        return term
    span = Span(start.date() if start else term.first, end.date() if end else term.last)
    if not span.first <= span.last <= span.first + LONGEST:
        raise PeriodUnusable("The last day must follow the first, by at most three years. Correct the days.")
    return span


def _show(made: Report) -> None:
    out.print(escape(f"Photographs: report for governors. {made.span.words}. Made {made.made}."), highlight=False)
    for one in made.tables:
        shown = Table(*map(escape, one.columns), title=escape(one.title))
        for row in one.rows:
            shown.add_row(*map(escape, row))
        out.print(shown)
        for note in one.notes:
            out.print(escape(note), highlight=False)
    for note in made.notes:
        out.print(escape(note), highlight=False)
