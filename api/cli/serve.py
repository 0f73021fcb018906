"""`gatekeeper serve`: the web app and the API."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
import uvicorn
from rich.panel import Panel

from api.application.opening import open_store
from api.cli.options import ACTOR, Data, err, out, settings, shared_warning
from api.platform.capacity import SWITCH_SECONDS
from api.platform.settings import Settings
from api.security.requests.http_protocol import HEAD_BYTES, IDLE_SECONDS, Protocol
from consent_db.accounts.links import LIFE
from consent_db.accounts.records import Purpose


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    data: Data = None,
) -> None:
    """Start the web app and the API; stop with Ctrl+C.

    While there is no user, it prints a link with which the first administrator is made.
    """
    chosen = reached_at(settings(data, founding=True), host, port)
    if warning := shared_warning(chosen):
        err.print(f"[yellow]Warning:[/] {warning}", highlight=False, soft_wrap=True)
    offer_set_up(chosen)
    run_app(chosen, host, port)


def reached_at(chosen: Settings, host: str, port: int) -> Settings:
    """Return the settings with the address that people use: the one listened on, unless one is set."""
    if "base_url" in chosen.model_fields_set:
        return chosen
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 -- compared with, not listened on
    return chosen.model_copy(update={"base_url": f"http://{name}:{port}"})


def offer_set_up(chosen: Settings) -> None:
    """Print a one-time link while there is no account; a link from an earlier start ends."""
    with open_store(chosen) as store, store.transaction(ACTOR, datetime.now(UTC)) as tx:
        token = tx.links.make(Purpose.SET_UP) if tx.users.none_yet() else None
    if token is None:
        return
    minutes = LIFE[Purpose.SET_UP].total_seconds() // 60
    text = f"Make the first administrator here, within {minutes:.0f} minutes:"
    out.print(Panel(text, title="Set Gatekeeper up", expand=False))
    out.print(f"{chosen.base_url}/set-up/{token}\n", highlight=False, soft_wrap=True)


def run_app(chosen: Settings, host: str, port: int) -> None:
    """Serve until it is stopped; no access log, because addresses hold release tokens."""
    from api.app import create_app  # noqa: PLC0415 -- half of what a start of any other command would take

    app = create_app(chosen)
    sys.setswitchinterval(SWITCH_SECONDS)
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=Protocol,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_keep_alive=IDLE_SECONDS,
        server_header=False,
        access_log=False,
        log_config=None,
    )
