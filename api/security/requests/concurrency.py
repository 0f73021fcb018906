"""Middleware that limits concurrent requests, with fair queueing and `Retry-After`.

It lies behind `Admission`, so it is known whose share a request takes, and before the body:
what waits has sent its head, and the network holds back the rest.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.errors import answer
from api.http.problems import Problem
from api.platform.capacity import EXAMINING, QUICK
from api.security.requests.lanes import RETRY_AFTER, Bounds, Lane, LaneFull

EXAMINED: Final = frozenset({
    "POST /v1/checks",
    "POST /v1/checks/{check_id}/resolutions",
    "POST /v1/roster/imports",
    "POST /v1/roster/imports/rejected",
    "POST /v1/audit/verification",
    "POST /checks",
    "POST /checks/{check_id}/resolutions",
    "POST /checks/{check_id}/opinion",
    "POST /batches/{batch_id}/pictures",
    "POST /admin/people/{person_id}/photos",
    "POST /admin/people/{person_id}/photos/renewal",
    "POST /admin/people/{person_id}/photos/{photo_id}/removal",
    "POST /admin/people/{person_id}/export",
    "POST /admin/imports",
    "POST /admin/imports/waiting",
    "POST /admin/imports/waiting/rejected",
    "POST /admin/imports/waiting/import",
    "POST /admin/audit/verification",
})  # fmt: skip
"""Lines of the table in `access` whose requests keep a thread for seconds: pictures, lists, the whole audit."""

_NO_PLACE: Final = frozenset({"GET /healthz"})
"""Answered from the event loop alone, so that it is answered however much goes on."""

_EXAMINING: Final = Bounds(EXAMINING, waiting=256, waiting_each=64, patience=20.0)
_QUICK: Final = Bounds(QUICK, waiting=1_000, waiting_each=250, patience=30.0)


class Concurrency:
    """Gives each request its place and takes it back; 429 beyond one's own share, 503 when all are taken."""

    def __init__(self, app: ASGIApp, examining: Bounds = _EXAMINING, quick: Bounds = _QUICK) -> None:
        self.app = app
        self._bounds = {True: examining, False: quick}
        # A lane belongs to the event loop that it wakes requests on; a server has one loop.
        self._lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[bool, Lane]] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (line := scope["state"].get("line")) in _NO_PLACE:
            await self.app(scope, receive, send)
            return
        lane, actor = self._lane(line in EXAMINED), _share_of(scope)
        try:
            await lane.enter(actor)
        except LaneFull as full:
            await answer(_crowded(full), scope)(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            lane.leave(actor)

    def _lane(self, examining: bool) -> Lane:  # noqa: FBT001 -- which of the two
        lanes = self._lanes.setdefault(asyncio.get_running_loop(), {})
        return lanes.setdefault(examining, Lane(self._bounds[examining]))


def _share_of(scope: Scope) -> str:
    """Return whose share a request takes: the person's or program's, or that of a stranger's address."""
    actor: str | None = scope["state"].get("actor")
    return actor or f"address {scope['client'][0] if scope.get('client') else ''}"


def _crowded(full: LaneFull) -> Problem:
    headers = {"Retry-After": RETRY_AFTER}
    if full.own:
        detail = "You sent too much at once. Nothing of this was stored. Wait ten seconds and send it again."
        return Problem("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, detail, headers)
    detail = "Too much is being worked on just now. Nothing of this was stored. Wait ten seconds and send it again."
    return Problem("unavailable", HTTPStatus.SERVICE_UNAVAILABLE, detail, headers)
