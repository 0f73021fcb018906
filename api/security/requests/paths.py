"""Redirect targets within this site (no open redirects)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

START: Final = "/"


def own_path(wanted: str) -> str:
    """Return a path of this site; anything that a browser might take for another site becomes the start page."""
    own = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if own else START


def page_of_form(scope: Scope) -> str:
    """Return the page of ours whose form was sent, as the browser names it; the start page if it does not."""
    headers = Headers(scope=scope)
    before = urlsplit(headers.get("referer", ""))
    return own_path(before.path) if before.netloc == headers.get("host") else START


def with_next(page: str, wanted: str) -> str:
    """Return a page's address that carries the address to return to."""
    return page if wanted == START else f"{page}?next={quote(wanted, safe='/')}"
