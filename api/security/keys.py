"""API keys: who asks is known before one byte of the body is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Problem
from consent_db.records import ClientRecord

Lookup = Callable[[Scope, str], ClientRecord | None]

_OPEN: Final = "/v1/releases/"
"""A release's address is itself the secret."""


class ApiKeys:
    """Lets a request under /v1 pass with a valid key; puts the client into the scope's state."""

    def __init__(self, app: ASGIApp, lookup: Lookup) -> None:
        self.app = app
        self.lookup = lookup

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if not path.startswith("/v1/") or path.startswith(_OPEN):
            await self.app(scope, receive, send)
            return
        try:
            client = await self._client(scope)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        scope["state"] |= {"client": client, "actor": client.id}
        await self.app(scope, receive, send)

    async def _client(self, scope: Scope) -> ClientRecord:
        if b"gk_" in scope["query_string"]:
            raise Problem("bad-request", 400, "Revoke this key: it was in an address. Send keys in Authorization only.")
        kind, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        client = await run_in_threadpool(self.lookup, scope, key) if kind.lower() == "bearer" and key else None
        if client is None:
            detail = "Send a valid key as 'Authorization: Bearer gk_...'."
            raise Problem("not-authenticated", 401, detail, {"WWW-Authenticate": 'Bearer realm="gatekeeper"'})
        return client
