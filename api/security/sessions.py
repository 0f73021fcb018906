"""Signed-in people: an opaque token in a cookie, known before the body is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from consent_db.records import SessionRecord

Lookup = Callable[[Scope, str], SessionRecord | None]

OPEN: Final = ("/sign-in", "/static/", "/v1/", "/healthz", "/readyz", "/openapi.json", "/favicon.ico")
"""What is served without a session; `/v1/` asks for a key instead."""


def cookie_name(*, https: bool) -> str:
    """Return the cookie's name; browsers accept `__Host-` only with https."""
    return "__Host-sid" if https else "sid"


def set_cookie(response: Response, token: str, *, https: bool) -> None:
    """Hand the token to the browser until it is closed."""
    response.set_cookie(cookie_name(https=https), token, secure=https, httponly=True, samesite="lax", path="/")


def clear_cookie(response: Response, *, https: bool) -> None:
    """Take the token and everything kept for this site out of the browser."""
    response.delete_cookie(cookie_name(https=https), secure=https, httponly=True, samesite="lax", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


class Sessions:
    """Sends strangers to the sign-in page; puts the session into the scope's state."""

    def __init__(self, app: ASGIApp, lookup: Lookup, *, https: bool) -> None:
        self.app = app
        self.lookup = lookup
        self.cookie = cookie_name(https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self.app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(self.cookie)
        session = await run_in_threadpool(self.lookup, scope, token) if token else None
        if session is None:
            await RedirectResponse(_sign_in(scope), 303)(scope, receive, send)
            return
        scope["state"] |= {"session": session, "token": token, "actor": session.user.id}
        await self.app(scope, receive, send)


def _sign_in(scope: Scope) -> str:
    wanted = scope["path"] if scope["method"] == "GET" else "/"
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='/')}"
