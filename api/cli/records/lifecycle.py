"""`gatekeeper lifecycle` and `gatekeeper retention`: what falls due, and the deletion of what is over."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from api.application.data_rights import housekeeping
from api.application.data_rights.clock_words import CONFIRM, in_doubt
from api.application.opening import open_store
from api.application.register.references import missing_references
from api.cli.options import ACTOR, Data, Json, out, settings
from api.platform.storage import pictures_of
from consent_db.data_rights.lifecycle import Due, DueKind
from gatekeeper import vision
from gatekeeper.policy.model import Policy

app = typer.Typer(no_args_is_help=True)
retention = typer.Typer(no_args_is_help=True)

WORDS: Final = {
    DueKind.CONSENT_ENDS: "a consent ends: ask again",
    DueKind.REVIEW: "review whether it stays",
    DueKind.LEAVING: "leaves: nothing is permitted afterwards",
    DueKind.TEMPLATE_ENDS: "the template gets too old: take new photographs",
    DueKind.COMES_OF_AGE: "comes of age: ask the person, not the parents",
    DueKind.TEMPLATE_HALF_TIME: "half the time of the reference photos is over: add a new one when you can",
    DueKind.REFERENCE_MISSING: "no reference photo under a year old: take one",
}


@app.command("due")
def list_due(
    days: Annotated[int, typer.Option(help="How far ahead.", min=0, max=3650)] = 30,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Show what falls due within some days, and what is overdue; the most urgent first."""
    chosen = settings(data)
    policy, engine = Policy.load(chosen.policy), vision.load(chosen.engine, chosen.model_folders)
    with open_store(chosen) as store, store.reading(ACTOR, datetime.now(UTC)) as tx:
        missing = missing_references(tx, tx.register(engine.name, engine.embedder.dimension), policy)
        found, today = [*tx.lifecycle.due(days), *missing], tx.today
    if as_json:
        for due in found:
            out.print_json(json.dumps(_json(due)), indent=None, highlight=False)
        return
    table = Table("day", "who", "number", "what", "which", title=f"Due by {days} days from {today:%d %B %Y}")
    for due in found:
        profile = due.person.profile
        name = escape(f"{profile.first_name} {profile.last_name}".strip())
        table.add_row(_day(due, today), name, escape(profile.external_id or ""), WORDS[due.kind], due.detail)
    out.print(table)
    out.print(f"{len(found)} things are due.")


@retention.command("run")
def run_retention(data: Data = None) -> None:
    """Delete finished checks, lapsed templates and ended sessions now; `serve` does it every day."""
    chosen = settings(data)
    policy = Policy.load(chosen.policy)
    with open_store(chosen) as store:
        pictures = pictures_of(chosen, store)
        keeping = housekeeping.Housekeeping(store, pictures, chosen, lambda: datetime.now(UTC), policy)
        done = housekeeping.run(keeping, ACTOR)
        with store.reading(ACTOR, datetime.now(UTC)) as tx:
            said = in_doubt(tx.clock.judgement(), policy.zone)
    if done.held is not None:
        out.print(" ".join((*said, CONFIRM)), soft_wrap=True, highlight=False)
        raise typer.Exit(1)
    out.print(
        f"Deleted: {done.checks} checks older than {policy.retention_days} days, {len(done.files)} pictures, "
        f"{done.templates} templates, {done.sessions} ended sessions. Marks of deleted pictures stay.",
        soft_wrap=True,
        highlight=False,
    )


def _day(due: Due, today: date) -> str:
    return f"[red]{due.day:%d %b %Y}[/]" if due.is_overdue(today) else f"{due.day:%d %b %Y}"


def _json(due: Due) -> dict[str, str | None]:
    return {
        "day": due.day.isoformat(),
        "kind": due.kind.value,
        "person": due.person.id,
        "external_id": due.person.profile.external_id,
        "detail": due.detail,
    }
