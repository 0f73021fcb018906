"""Middleware for the security headers of every response."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY: Final = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
FILE_POLICY: Final = "default-src 'none'; sandbox"
"""For pictures: shown, never run."""

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    # Nothing goes to other sites, as with no-referrer; but no-referrer also makes browsers send
    # "Origin: null" with our own forms, and without TLS that header is all the CSRF check has.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
_UNLESS_SET: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ONE_YEAR: Final = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Sets the headers; a route may set another policy, let a static file be cached or a release be embedded."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.always = _ALWAYS | ({"Strict-Transport-Security": _ONE_YEAR} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.always)
                headers.update(scope.get("state", {}).get("rate_headers", {}))
                for name, value in _UNLESS_SET.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, dress)
