"""Lingering close: responses before the whole body was read reach the client nevertheless.

A server that closes a connection with unread bytes resets it (RFC 9112, 9.6), and the
reset destroys the answer on its way: Node's fetch then reports EPIPE in place of 413.
So the answer is sent whole, what still arrives is thrown away for a while, and only
then the connection is closed.
"""

from __future__ import annotations

import asyncio
from typing import Final
from weakref import WeakKeyDictionary

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST: Final = 32 * 1024 * 1024
"""Bytes thrown away after an answer, at most."""
LONGEST: Final = 30.0
"""Seconds that this takes, at most."""
AT_ONCE: Final = 8
"""Connections that are read from behind their answers; the network holds the others back. Each chunk of each
would take its time on the event loop, which a thousand refused uploads would keep from everything else."""
PAUSE: Final = 5.0
"""Seconds without a byte after which the client is believed to have stopped sending."""


class Lingering:
    """Keeps the connection open behind an early answer until the client has sent its body or given up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # A semaphore belongs to the event loop that it wakes requests on; a server has one loop.
        self._places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        unread = True

        async def note() -> Message:
            nonlocal unread
            message = await receive()
            unread = unread and message["type"] == "http.request" and message.get("more_body", False)
            return message

        async def linger(message: Message) -> None:
            if not unread:
                await send(message)
            elif message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
                await send(message)
            else:
                await send({**message, "more_body": True})
                if not message.get("more_body", False):
                    await self._throw_away_in_turn(receive)
                    await send({"type": "http.response.body", "body": b""})

        await self.app(scope, note, linger)

    async def _throw_away_in_turn(self, receive: Receive) -> None:
        places = self._places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
        try:
            await asyncio.wait_for(places.acquire(), LONGEST)
        except TimeoutError:
            return
        try:
            await _throw_away(receive)
        finally:
            places.release()


async def _throw_away(receive: Receive) -> None:
    """Read what still arrives, within the bounds."""
    ends, left = asyncio.get_running_loop().time() + LONGEST, MOST
    try:
        while left > 0 and (seconds := ends - asyncio.get_running_loop().time()) > 0:
            message = await asyncio.wait_for(receive(), min(PAUSE, seconds))
            if message["type"] != "http.request" or not message.get("more_body", False):
                return
            left -= len(message.get("body", b""))
    except TimeoutError:
        return


def _has_body(scope: Scope) -> bool:
    """Say whether a body is on its way; one that waits for `100 Continue` is not."""
    headers = Headers(scope=scope)
    announced = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
    return announced and headers.get("expect", "").lower() != "100-continue"
