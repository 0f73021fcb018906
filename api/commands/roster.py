"""`gatekeeper roster import`: people, consents and reference photos from a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.commands.check import progress
from api.commands.options import ACTOR, Data, Json, out, services
from api.enrolling import EnrolmentReport, enrol_folder
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


def _show(plan: roster_import.Plan, report: EnrolmentReport | None, *, dry_run: bool) -> None:
    """Print what changes, row by row, then what became of the photos."""
    if plan.additions or plan.changes:
        table = Table("line", "who", "what", title="Would change" if dry_run else "Changed")
        for row in (*plan.additions, *plan.changes):
            table.add_row(str(row.line), escape(row.draft.external_id or ""), escape("; ".join(row.changes)))
        out.print(table)
    for row in (*plan.additions, *plan.changes, *plan.unchanged):
        for note in row.notes:
            out.print(f"[yellow]Line {row.line}:[/] {escape(note)}", highlight=False, soft_wrap=True)
    for bad in plan.bad:
        out.print(f"[red]Line {bad.line}, nothing imported:[/] {escape(bad.reason)}", highlight=False, soft_wrap=True)
    out.print(
        f"{plan.rows} rows: {len(plan.additions)} new, {len(plan.changes)} changed, "
        f"{len(plan.unchanged)} as before, {len(plan.bad)} not imported.",
        highlight=False,
    )
    if report is not None:
        _show_enrolment(report)


def _show_enrolment(report: EnrolmentReport) -> None:
    for photo in report.refused:
        out.print(f"[red]{escape(photo.file.as_posix())}:[/] {escape(photo.reason)}", highlight=False, soft_wrap=True)
    for name in report.unclaimed:
        out.print(
            f"[yellow]{escape(name)}:[/] nobody on the register has this external id.", highlight=False, soft_wrap=True
        )
    single = sum(count == 1 for count in report.references.values())
    out.print(f"{len(report.references)} people can be recognised now.", highlight=False, soft_wrap=True)
    if single:
        out.print(
            f"{single} of them by one photo only; three make a miss about seven times rarer.",
            highlight=False,
            soft_wrap=True,
        )
    if report.without_consent:
        out.print(f"{report.without_consent} have photos there but no biometric consent; they were left out.")


def _json(plan: roster_import.Plan, report: EnrolmentReport | None) -> dict[str, object]:
    answer: dict[str, object] = {
        "rows": plan.rows,
        "added": [_row(row) for row in plan.additions],
        "changed": [_row(row) for row in plan.changes],
        "unchanged": len(plan.unchanged),
        "bad": [{"line": bad.line, "reason": bad.reason} for bad in plan.bad],
        "photos": None,
    }
    if report is not None:
        answer["photos"] = {
            "enrolled": len(report.references),
            "refused": [{"file": photo.file.as_posix(), "reason": photo.reason} for photo in report.refused],
            "without_consent": report.without_consent,
            "unclaimed": list(report.unclaimed),
        }
    return answer


def _row(row: roster_import.RowPlan) -> dict[str, object]:
    return {
        "line": row.line,
        "external_id": row.draft.external_id,
        "changes": list(row.changes),
        "notes": list(row.notes),
    }
