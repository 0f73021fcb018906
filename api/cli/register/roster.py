"""`gatekeeper roster ...`: people, consents and reference photographs from a spreadsheet, and back into one."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.application.opening import now, open_store
from api.application.register.enrolment import EnrolmentReport, enrol_folder
from api.cli.checks.check import progress
from api.cli.options import ACTOR, Data, Json, out, settings
from api.cli.register import roster_faces, roster_layout
from api.cli.register.roster_show import enrolment_json, plan_json, say_where_rejected, show_enrolment, show_plan
from api.cli.screening import services
from consent_db import roster_export, roster_import
from consent_db.errors import NotPossible
from consent_db.roster import oneroster
from consent_db.roster.impact import Impact
from consent_db.roster.layout import Layout
from consent_db.roster.plan import ALL_MISSING, Answer, Choices, Plan
from consent_db.roster.rejected import left_out_rows, rejected_csv
from consent_db.store import Store
from gatekeeper.policy.model import Policy
from gatekeeper.types import Kind

app = typer.Typer(no_args_is_help=True)
app.command("layout")(roster_layout.layout)
app.command("layouts")(roster_layout.layouts)
app.command("health")(roster_faces.show_health)
app.command("lookalikes")(roster_faces.show_lookalikes)
app.command("siblings")(roster_faces.confirm_siblings)
app.command("re-enrol")(roster_faces.re_enrol)

INCOMPLETE = 1
"""The exit code when a row could not be used, or waits for an answer. A photograph that is not good enough is
no failure: it is listed with what to do, and the people are on the register."""

Ids = list[str] | None


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="CSV, .xlsx, or OneRoster CSV as a zip or folder.")],
    photos: Annotated[Path | None, typer.Option(help="A folder or zip of reference photos by number or name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    layout: Annotated[str | None, typer.Option(help="A saved layout: what the columns mean.")] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="The role of all people in the file, if no column gives it.")
    ] = None,
    same: Annotated[Ids, typer.Option(help="This external id is the person that the question names; repeat.")] = None,
    new: Annotated[Ids, typer.Option(help="This external id is another person; repeat.")] = None,
    left: Annotated[Ids, typer.Option(help="This external id is missing and has left; repeat.")] = None,
    missing_have_left: Annotated[
        bool, typer.Option("--missing-have-left", help="All missing people have left.")
    ] = False,
    number: Annotated[str, typer.Option(help="OneRoster only: sourcedId or identifier.")] = oneroster.IDS[0],
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook, if several have content.")] = None,
    dates: roster_layout.Dates = None,
    rejected: Annotated[
        Path | None, typer.Option(help="Write the rows that were not imported to this new CSV file, with the reasons.")
    ] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Add and change people from a file, and enrol them from photos."""
    answers = dict.fromkeys(same or (), Answer.SAME) | dict.fromkeys(new or (), Answer.NEW)
    leavers = frozenset(left or ()) | ({ALL_MISSING} if missing_have_left else frozenset())

    with open_store(settings(data, founding=True)) as store:
        chosen = roster_layout.with_dates(_layout(store, layout, kind), dates)
        choices, content = Choices(chosen, answers, leavers, number, sheet), _content(file)
        plan, impact = _import(store, content, choices, dry_run=dry_run)
    if rejected is not None and plan.bad:
        _write_private(rejected, rejected_csv(content, choices, plan))
    report = None if photos is None or dry_run else _enrol(data, photos)
    if as_json:
        out.print(json.dumps(plan_json(plan, impact, report)), soft_wrap=True, highlight=False, markup=False)
    else:
        show_plan(plan, impact, dry_run=dry_run)
        if plan.bad:
            say_where_rejected(rejected)
        if report is not None:
            show_enrolment(report)
    if plan.bad or plan.questions:
        raise typer.Exit(INCOMPLETE)


@app.command("photos")
def enrol_photos(
    photos: Annotated[Path, typer.Argument(help="A folder or zip of reference photos by number or name.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Enrol people from reference photos: 004512.jpg, a folder 004512 of several, or 7A/Quill Amira.jpg."""
    report = _enrol(data, photos)
    if as_json:
        out.print(json.dumps(enrolment_json(report)), soft_wrap=True, highlight=False, markup=False)
    else:
        show_enrolment(report)


@app.command("export")
def export_roster(
    file: Annotated[Path, typer.Argument(help="The CSV file to write; nothing is overwritten.")], data: Data = None
) -> None:
    """Export the register as a CSV file that an import takes back without any change.

    It holds names and birthdays in clear: keep it where only the office can read it.
    """
    with open_store(settings(data)) as store, store.transaction(ACTOR, now()) as tx:
        made = roster_export.export(tx)
        _write_private(file, made.data)
    out.print(f"{made.people} people written to {file}.", highlight=False, soft_wrap=True, markup=False)
    if made.numberless:
        out.print(f"{made.numberless} of them have no external id; an import will ask for one.", highlight=False)


@app.command("imports")
def list_imports(data: Data = None) -> None:
    """Show the imports that were made, the newest first."""
    chosen = settings(data)
    with open_store(chosen) as store, store.reading(ACTOR, now()) as tx:
        records = tx.imports.all()
    zone = Policy.load(chosen.policy).zone
    for record in records:
        counts = ", ".join(f"{count} {name}" for name, count in record.counts.items())
        state = "; undone" if record.undone_at else ""
        moment = record.at.astimezone(zone)
        out.print(f"{record.number}: {moment:%d %B %Y, %H:%M}, {counts}{state}", highlight=False, soft_wrap=True)
    if not records:
        out.print("Nothing was imported yet.")


@app.command("undo")
def undo_import(
    number: Annotated[int, typer.Argument(help="As `gatekeeper roster imports` shows it.")], data: Data = None
) -> None:
    """Undo the newest import: the people it added, and what it changed."""
    with open_store(settings(data)) as store, store.transaction(ACTOR, now()) as tx:
        done = tx.imports.undo(number)
    out.print(f"Import {number} is undone: {done.erased} people erased, {done.restored} as before.", highlight=False)
    if done.still_listed:
        sentence = "stay on the do-not-publish list; only the safeguarding lead takes people off."
        out.print(f"{len(done.still_listed)} people it had listed {sentence}", highlight=False, soft_wrap=True)
    if done.revoked_checks:
        out.print(f"{len(done.revoked_checks)} approvals have ended.", highlight=False)


def _layout(store: Store, name: str | None, kind: Kind | None) -> Layout:
    if name is None:
        return Layout(kind=kind)
    with store.reading(ACTOR, now()) as tx:
        saved = tx.layouts.get(name)
    return replace(saved, kind=kind or saved.kind)


def _content(file: Path) -> roster_import.Files:
    """Return a file's bytes, or those of the CSV files of a folder."""
    if file.is_dir():
        return {path.name: path.read_bytes() for path in sorted(file.glob("*.csv"))}
    return file.read_bytes()


def _import(store: Store, content: roster_import.Files, choices: Choices, *, dry_run: bool) -> tuple[Plan, Impact]:
    """Return what a file does, and what that sets off."""
    if dry_run:
        with store.reading(ACTOR, now()) as tx:
            plan = roster_import.plan(content, tx, choices)
            return plan, tx.import_impact(plan)
    with store.transaction(ACTOR, now()) as tx:
        plan = roster_import.plan(content, tx, choices)
        return plan, Impact.of(roster_import.apply(plan, tx, left_out_rows(content, choices, plan)))


def _write_private(file: Path, content: bytes) -> None:
    """Write a new file that only its owner can read; it holds names.

    Raises:
        NotPossible: the file is there already, or cannot be written.
    """
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
    except FileExistsError:
        raise NotPossible(f"{file} exists already, and nothing is overwritten. Name another file.") from None
    except OSError as error:
        raise NotPossible(f"{file} cannot be written: {error.strerror}.") from None


def _enrol(data: Path | None, photos: Path) -> EnrolmentReport:
    with services(data) as opened, progress(len(list(photos.glob("*")))) as advance:
        return enrol_folder(opened, photos, ACTOR, advance)
