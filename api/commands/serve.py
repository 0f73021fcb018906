"""`gatekeeper serve`: the web app and the API."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.commands.options import Data, settings


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8000,
    data: Data = None,
) -> None:
    """Start the web app and the API; stop with Ctrl+C."""
    uvicorn.run(create_app(settings(data)), host=host, port=port, server_header=False, log_config=None)
