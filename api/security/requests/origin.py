"""CSRF protection: forms are accepted from this site's own pages only."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.errors import answer
from api.http.problems import Problem

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnOrigin:
    """Refuses an unsafe request that a browser did not make from this site.

    `Sec-Fetch-Site` decides; browsers do not send it over plain HTTP, where
    `Origin` has to name this very host. A request with neither is refused.
    Paths that begin as one of `exempt` take no cookies, so nothing can be ridden there.
    """

    def __init__(self, app: ASGIApp, *, base_url: str, exempt: tuple[str, ...]) -> None:
        self.app = app
        self.base_url = base_url
        self.scheme = base_url.partition(":")[0]
        self.exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._fine(scope):
            await self.app(scope, receive, send)
            return
        await answer(Problem("cross-site", 403, self._what_to_do(scope)), scope)(scope, receive, send)

    def _what_to_do(self, scope: Scope) -> str:
        """Say what is wrong; a page of the other scheme is a matter of setting up, and not of the form."""
        headers = Headers(scope=scope)
        other = "http" if self.scheme == "https" else "https"
        if headers.get("origin") != f"{other}://{headers.get('host')}":
            return "Open the page again and send the form from there."
        if self.scheme == "https":
            return f"This page was opened with http, and Gatekeeper is set up for https. Open {self.base_url} instead."
        return (
            "This page was opened with https, and Gatekeeper is set up for http. An administrator has to set "
            "GATEKEEPER_BASE_URL to the https address that people use, and start Gatekeeper again."
        )

    def _fine(self, scope: Scope) -> bool:
        if scope["method"] in _SAFE or scope["path"].startswith(self.exempt):
            return True
        headers = Headers(scope=scope)
        if site := headers.get("sec-fetch-site"):
            return site == "same-origin"
        return headers.get("origin") == f"{self.scheme}://{headers.get('host')}"
