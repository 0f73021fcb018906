"""`gatekeeper serve`: the web app and the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
import uvicorn
from rich.panel import Panel

from api.app import create_app
from api.commands.options import ACTOR, Data, out, settings
from api.services import open_store
from api.settings import Settings
from consent_db.links import LIFE
from consent_db.records import Purpose


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    data: Data = None,
) -> None:
    """Start the web app and the API; stop with Ctrl+C.

    While there is no user, it prints a link with which the first administrator is made.
    """
    chosen = settings(data)
    _offer_set_up(chosen, host, port)
    run_app(chosen, host, port)


def _offer_set_up(chosen: Settings, host: str, port: int) -> None:
    """Print a one-time link if nobody can sign in yet; a link from an earlier start ends."""
    with open_store(chosen) as store, store.transaction(ACTOR, datetime.now(UTC)) as tx:
        token = tx.links.make(Purpose.SET_UP) if tx.users.none_yet() else None
    if token is None:
        return
    start = chosen.base_url if "base_url" in chosen.model_fields_set else f"http://{host}:{port}"
    minutes = LIFE[Purpose.SET_UP].total_seconds() // 60
    text = f"Nobody can sign in yet. Make the first administrator here, within {minutes:.0f} minutes:"
    out.print(Panel(text, title="Set Gatekeeper up", expand=False))
    out.print(f"{start}/set-up/{token}\n", highlight=False, soft_wrap=True)


def run_app(chosen: Settings, host: str, port: int) -> None:
    """Serve until it is stopped; no access log, because addresses hold release tokens."""
    app = create_app(chosen)
    uvicorn.run(app, host=host, port=port, server_header=False, access_log=False, log_config=None)
