"""`gatekeeper clock`: whether the server's clock is trusted, and its confirmation by an administrator."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from api.application.data_rights.clock_words import in_doubt
from api.application.opening import open_store
from api.cli.options import ACTOR, Data, out, settings
from gatekeeper.policy.model import Policy

app = typer.Typer(no_args_is_help=True)


@app.command("show")
def show(data: Data = None) -> None:
    """Show whether the clock is trusted; exit code 2 if it is in doubt."""
    chosen = settings(data)
    with open_store(chosen) as store, store.reading(ACTOR, datetime.now(UTC)) as tx:
        said = in_doubt(tx.clock.judgement(), Policy.load(chosen.policy).zone)
    out.print(" ".join(said) or "The clock is believed.", highlight=False, soft_wrap=True)
    if said:
        raise typer.Exit(2)


@app.command("confirm")
def confirm(data: Data = None) -> None:
    """Confirm that the clock is right now, after a holiday or once it was set; the audit notes it."""
    with open_store(settings(data)) as store, store.transaction(ACTOR, datetime.now(UTC)) as tx:
        tx.clock.confirm()
    out.print("Confirmed. What is over is deleted with the next daily run.", highlight=False)
