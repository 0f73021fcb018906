"""Middleware for the request log, and the last-resort 500 response."""

from __future__ import annotations

import time
import uuid
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import answer, last_resort
from api.platform.logs import log, place_of


class RequestLog:
    """One line a request, an id for each, and an answer when everything else failed.

    The route's pattern is logged, not the address: addresses hold release tokens.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, started, status = str(uuid.uuid4()), time.perf_counter(), 0
        scope.setdefault("state", {})["request_id"] = request_id

        async def watch(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001 - the last resort; nothing of it may reach the client
            # Not `exception`: a traceback quotes values, and values are about people.
            log.error("failed", request=request_id, error=type(error).__name__, where=place_of(error))
            if not status:
                await answer(last_resort(error, request_id), scope)(scope, receive, watch)
        finally:
            log.info("request", **_line(scope, request_id), status=status, milliseconds=_since(started))


def _line(scope: Scope, request_id: str) -> dict[str, Any]:
    return {
        "request": request_id,
        "method": scope["method"] if scope["method"].isalpha() else "?",
        "route": getattr(scope.get("route"), "path", "-"),
        "actor": scope["state"].get("actor"),
    }


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
