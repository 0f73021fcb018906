"""Middleware that limits the size of a body, declared or chunked.

Starlette's own class answers in plain text, and replaces an earlier 401 by it;
this one answers with a problem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import answer
from api.http.problems import BodyProblem, too_large


class BodyLimit:
    """Refuses a declared length beyond the limit at once, and stops reading a chunked body there.

    A client that sends a body of no declared length and is answered before its end is hung
    up on, or the server would go on taking it from the wire only to throw it away.
    """

    def __init__(self, app: ASGIApp, limit: int, wider: Mapping[str, int]) -> None:
        """Take `limit` bytes, and at the paths that a pattern of `wider` fits as many as it says."""
        self.app = app
        self.usual = limit
        self.wider = [(re.compile(pattern), most) for pattern, most in wider.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = next((most for pattern, most in self.wider if pattern.fullmatch(scope["path"])), self.usual)
        if _declared(scope) > limit:
            await answer(too_large(limit), scope)(scope, receive, send)
            return
        seen, open_end = 0, "transfer-encoding" in Headers(scope=scope)

        async def count() -> Message:
            nonlocal seen, open_end
            message = await receive()
            seen += len(message.get("body", b""))
            open_end = open_end and message.get("more_body", False)
            if seen > limit:
                raise BodyProblem(too_large(limit))
            return message

        async def hang_up(message: Message) -> None:
            if message["type"] == "http.response.start" and open_end:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, count, hang_up)


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
