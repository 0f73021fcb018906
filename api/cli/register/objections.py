"""`gatekeeper objection`: who asked not to be photographed at an event."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.application.register.objecting import PUBLISHED, effect
from api.cli.options import Data, out, settings
from api.cli.register.shared import find, reading, writing
from gatekeeper.policy.model import Policy

app = typer.Typer(no_args_is_help=True)

Event = Annotated[str, typer.Argument(help="The event's name.")]


@app.command("add")
def add(
    event: Event,
    description: Annotated[str, typer.Argument(help='What to look for, such as "a man in a red cap".')],
    person: Annotated[str | None, typer.Option(help="Who it is, if they are on the register.")] = None,
    data: Data = None,
) -> None:
    """Put a person on an event's list; say what that does, and end the approvals that it bears on."""
    days = Policy.load(settings(data).policy).objection_days
    with writing(data) as tx:
        known = find(tx, person).id if person else None
        record = tx.objections.add(event, description, known, days)
    out.print(f"On the list, as {record.objection.id}.")
    out.print(effect(record.objection, days), highlight=False, soft_wrap=True)
    out.print(f"Approvals that ended: {len(record.ended)}. {PUBLISHED}", highlight=False, soft_wrap=True)


@app.command("list")
def list_objections(event: Event, data: Data = None) -> None:
    """Show an event's list."""
    table = Table("id", "what to look for", "on the register")
    with reading(data) as tx:
        for record in tx.objections.of(event):
            known = "yes" if record.objection.person else "no"
            table.add_row(record.objection.id, escape(record.objection.description), known)
    out.print(table if table.row_count else "No people.")


@app.command("withdraw")
def withdraw(objection: Annotated[str, typer.Argument(help="obj_...")], data: Data = None) -> None:
    """Withdraw an objection to an event, at the person's own wish."""
    with writing(data) as tx:
        tx.objections.withdraw(objection)
    out.print("Off the list; it stays in the history.")
