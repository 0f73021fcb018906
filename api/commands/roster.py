"""`gatekeeper roster import`: people, consents and reference photos from a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.commands.check import progress
from api.commands.options import ACTOR, Data, Json, out, services
from api.enrolling import enrol_folder
from api.services import Services
from consent_db import roster_import

app = typer.Typer(help="The people of the school.", no_args_is_help=True)

INCOMPLETE = 1
"""The exit code when a row or a photo could not be used."""


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="A CSV file; docs/reference/roster.md names its columns.")],
    photos: Annotated[Path | None, typer.Option(help="A folder of reference photos by external id.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Add and change people from a CSV file, and enrol them from photos."""
    with services(data) as opened:
        plan = _import(opened, file.read_bytes(), dry_run=dry_run)
        report = None
        if photos is not None and not dry_run:
            with progress(len(list(photos.glob("*")))) as advance:
                report = enrol_folder(opened, photos, ACTOR, advance)
    if as_json:
        out.print_json(json.dumps(_json(plan, report)), indent=None, highlight=False)
    else:
        _show(plan, report, dry_run=dry_run)
    if plan.bad or (report and report.refused):
        raise typer.Exit(INCOMPLETE)


def _import(opened: Services, content: bytes, *, dry_run: bool) -> roster_import.Plan:
    with opened.store.transaction(ACTOR, opened.clock()) as tx:
        plan = roster_import.plan(content, tx)
        if not dry_run:
            roster_import.apply(plan, tx)
    return plan
