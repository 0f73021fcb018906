"""`gatekeeper serve`: the web app and the API."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.commands.options import Data, settings
from api.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    data: Data = None,
) -> None:
    """Start the web app and the API; stop with Ctrl+C."""
    run_app(settings(data), host, port)


def run_app(chosen: Settings, host: str, port: int) -> None:
    """Serve until it is stopped; no access log, because addresses hold release tokens."""
    app = create_app(chosen)
    uvicorn.run(app, host=host, port=port, server_header=False, access_log=False, log_config=None)
