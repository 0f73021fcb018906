"""HEAD wherever there is GET (RFC 9110, 9.3.2), the same headers and no content."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Has HEAD answered as GET, by the same rules of access, and sends the headers alone.

    A range is defined for GET only (RFC 9110, 14.2), so that header is left out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        ended = False

        async def without_content(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.body":
                if not ended:
                    ended = True
                    await send({"type": "http.response.body", "body": b""})
                return
            await send(message)

        await self.app({**scope, "method": "GET", "headers": headers}, receive, without_content)
