"""Authentication and authorisation middleware: a request is identified before its body is read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Final, TypeVar, TypeVarTuple, Unpack

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.dependencies import find_client, find_session, services_of
from api.http.errors import answer
from api.http.problems import Problem, not_found
from api.platform import labels as words
from api.platform.capacity import LOOKUPS
from api.platform.logs import log
from api.security.access import Asker, Place, place, proved_lately
from api.security.cookies import cookie_name
from api.security.keys import key_in
from api.security.requests.paths import START, page_of_form, with_next
from consent_db.accounts.records import Step

STEP_PAGE: Final[Mapping[Step, str]] = {
    Step.CODE: "/sign-in/code",
    Step.ENROL: "/account/second-factor",
    Step.DONE: "/",
}


class Admission:
    """Refuses or redirects requests without access; puts the caller into the scope's state."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.cookie = cookie_name(https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = await self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    async def _refusal(self, scope: Scope) -> ASGIApp | None:
        """Return the refusal or redirect of a request; None if it may go on."""
        found = place(scope["method"], scope["path"])
        scope["state"]["line"] = found.line
        try:
            if found.who.asker is Asker.PROGRAM:
                await _let_program_in(scope)
            elif found.who.asker is Asker.PERSON and (elsewhere := await self._let_person_in(scope, found)):
                return RedirectResponse(elsewhere, 303)
            if found.line is None:
                raise _nothing_here(found)
        except Problem as problem:
            unknown_to_program = not found.methods and not _is_browser(scope) and "session" not in scope["state"]
            return problem.response() if unknown_to_program else answer(problem, scope)
        return None

    async def _let_person_in(self, scope: Scope, found: Place) -> str | None:
        """Return where a person has to go first; None if they may go on.

        Raises:
            Problem: 403, this is not for people of their role.
        """
        token = HTTPConnection(scope).cookies.get(self.cookie)
        session = await _looked_up(_SESSIONS, find_session, scope, token) if token and _TOKEN.fullmatch(token) else None
        if session is None:
            if not found.methods and not _is_browser(scope):
                raise not_found()
            return with_next("/sign-in", scope["path"] if scope["method"] == "GET" else START)
        scope["state"] |= {"session": session, "token": token, "actor": session.user.id}
        if session.step not in found.who.steps:
            return STEP_PAGE[session.step]
        if session.user.role not in found.who.roles:
            log.warning("not_permitted", actor=session.user.id, route=found.line)
            raise Problem("not-permitted", 403, f"This is for {words.people(found.who.roles)} only. Ask one of them.")
        if found.who.recently and not proved_lately(session, services_of(scope).clock()):
            return with_next("/confirm", scope["path"] if scope["method"] == "GET" else page_of_form(scope))
        return None


_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""What a session's token looks like; for anything else the database is not asked."""

_Ts = TypeVarTuple("_Ts")
_T = TypeVar("_T")
_KEYS: Final = ThreadPoolExecutor(LOOKUPS, "key")
_SESSIONS: Final = ThreadPoolExecutor(LOOKUPS, "session")
"""Apart from each other: made-up cookies keep no program waiting, and made-up keys no browser."""


async def _looked_up(threads: ThreadPoolExecutor, find: Callable[[Unpack[_Ts]], _T], *args: *_Ts) -> _T:
    """Look a key or cookie up on a thread that no other work can take."""
    run = partial(copy_context().run, find, *args)
    return await asyncio.get_running_loop().run_in_executor(threads, run)


def _is_browser(scope: Scope) -> bool:
    """Say whether a page is asked for; programs that come to a wrong address are not sent to sign in."""
    return "text/html" in Headers(scope=scope).get("accept", "")


async def _let_program_in(scope: Scope) -> None:
    """Find the program by its key.

    Raises:
        Problem: 401, there is no good key; 400, it is in the address; 429, it asks too often.
    """
    key = key_in(scope)
    client = await _looked_up(_KEYS, find_client, scope, *key) if key else None
    if client is None:
        detail = "Send a valid key as 'Authorization: Bearer gk_...'."
        raise Problem("not-authenticated", 401, detail, {"WWW-Authenticate": 'Bearer realm="gatekeeper"'})
    scope["state"] |= {"client": client, "actor": client.id}


def _nothing_here(found: Place) -> Problem:
    if not found.methods:
        return not_found()
    allowed = ", ".join(sorted(found.methods | ({"HEAD"} if "GET" in found.methods else set())))
    return Problem.of_status(405, "The header Allow lists what this address takes.", {"Allow": allowed})
