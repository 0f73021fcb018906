"""The style sheet, the script and the icon: served once, then kept by the browser."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.security.access import PUBLIC, declare

FOLDER: Final = Path(str(resources.files("api.web"))) / "static"


@cache
def asset_url(name: str) -> str:
    """Return the address of a file in `static/`; it changes when the file does."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


class _Assets(StaticFiles):
    """Files that may be kept for a year, since their address changes with them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


for _method in ("GET", "HEAD"):
    declare(f"{_method} /static/{{path:path}}", PUBLIC)
declare("GET /favicon.ico", PUBLIC)


def mount_assets(app: FastAPI) -> None:
    """Serve the folder `static/`."""
    app.mount("/static", _Assets(directory=FOLDER), name="static")
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)


def _icon() -> Response:
    return RedirectResponse(asset_url("mark.svg"), 301)
