"""Middleware for bodies: complete, uncompressed, and within the time limit (slow requests).

Starlette's parser takes a multipart body that ends within its last part for one that is
complete, so a caption that a proxy cut would be checked as if it had been sent so.
"""

from __future__ import annotations

import asyncio
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import answer
from api.http.problems import BodyProblem, cut_short, encoded, too_slow

STALLED: Final = 30.0
"""Seconds without a byte after which a body is given up."""
GRACE: Final = 60.0
"""Seconds that any body may take."""
SLOWEST: Final = 2_000.0
"""Bytes a second on average that it has to arrive with after that."""

_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;,]{1,70}))', re.IGNORECASE)


class Arrival:
    """Refuses a compressed body (415), a stalled one (408) and a form that was cut (400)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            await answer(encoded(), scope)(scope, receive, send)
            return
        await self.app(scope, _Body(receive, headers.get("content-type", "")).next, send)


class _Body:
    """Reads one body, message by message."""

    def __init__(self, receive: Receive, content_type: str) -> None:
        self._receive = receive
        self._whole = _Closing(content_type)
        self._seen = 0
        self._over = False
        self._began: float | None = None

    async def next(self) -> Message:
        """Return the next message.

        Raises:
            BodyProblem: 408, it stalls or trickles; 400, it ends before its last boundary.
        """
        if self._over:
            return await self._receive()
        message = await self._in_time()
        if message["type"] == "http.request":
            body: bytes = message.get("body", b"")
            self._seen += len(body)
            self._over = not message.get("more_body", False)
            self._whole.add(body)
            if self._over and self._seen and not self._whole.found:
                raise BodyProblem(cut_short())
        return message

    async def _in_time(self) -> Message:
        now = asyncio.get_running_loop().time()
        self._began = now if self._began is None else self._began
        left = GRACE + self._seen / SLOWEST - (now - self._began)
        try:
            return await asyncio.wait_for(self._receive(), min(STALLED, max(left, 0.0)))
        except TimeoutError:
            raise BodyProblem(too_slow()) from None


class _Closing:
    """Looks for the delimiter that closes a multipart body (RFC 2046, 5.1.1); other bodies have none."""

    def __init__(self, content_type: str) -> None:
        kind = content_type.partition(";")[0].strip().lower()
        boundary = _BOUNDARY.search(content_type) if kind == "multipart/form-data" else None
        self._wanted = f"--{boundary[1] or boundary[2]}--".encode("latin-1", "replace") if boundary else b""
        self._tail = b""
        self.found = not self._wanted

    def add(self, piece: bytes) -> None:
        """Look at the next bytes; the delimiter may lie across two pieces."""
        if self.found:
            return
        looked_at = self._tail + piece
        self.found = self._wanted in looked_at
        self._tail = looked_at[-(len(self._wanted) - 1) :]
