"""A form that was refused comes back as the page that it was sent from, instead of a page about the error.

The page is asked for anew, as its reader may see it; nothing but what was typed is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Message

from api.http.dependencies import services_of
from api.http.problems import Problem
from api.security.access import Asker, place, proved_lately
from api.security.requests.paths import page_of_form
from api.web.form_again import Sent, again
from api.web.tables.saved import address_of, to_keep
from consent_db.accounts.records import SessionRecord

_STATUSES: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
_ELSEWHERE: Final[Mapping[str, str]] = {"/admin/phrases": "/admin/policy", "/checks": "/"}
"""Pages whose form is sent to an address that does not begin with theirs."""
_SENT_PAGES: Final = ("/admin/people/selection",)
"""Pages that are shown in answer to a form, and change nothing."""
_OF_LISTS: Final = "/saved-filters"
"""Where the form of a list is sent that is there with its filters only; it says which."""
_FORM: Final = "application/x-www-form-urlencoded"


async def form_again(request: Request, problem: Problem) -> Response | None:
    """Return the page of a form with what was typed, and with what is wrong beside its field; None if there is none."""
    if request.method != "POST" or problem.status not in _STATUSES:
        return None
    try:
        sent = _sent(await request.form(), request.url.path, problem)
    except HTTPException:  # no form at all
        return None
    for method, address in _pages(request, sent):
        if not _may(request, method, address.partition("?")[0]):
            continue
        html = await _page(request, method, address, sent)
        shown = again(html, sent) if html else None
        if shown is not None:
            return HTMLResponse(shown, problem.status, {"Cache-Control": "no-store"})
    return None


def _sent(form: FormData, path: str, problem: Problem) -> Sent:
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    errors = {one.field: one.detail for one in problem.errors}
    return Sent(path, values, errors, "" if errors else problem.detail)


def _pages(request: Request, sent: Sent) -> Iterator[tuple[str, str]]:
    """Yield the pages that may hold the form: first the one that the browser names, then those above the address."""
    path = request.url.path
    kept = to_keep("".join(sent.values.get("address", ()))) if path == _OF_LISTS else None
    if kept is not None:
        yield "GET", address_of(*kept)
    yield "GET", page_of_form(request.scope)
    for page in _SENT_PAGES:
        if path.startswith(f"{page}/"):
            yield "POST", page
    if path in _ELSEWHERE:
        yield "GET", _ELSEWHERE[path]
    while path:
        yield "GET", path
        path = path.rpartition("/")[0]


def _may(request: Request, method: str, path: str) -> bool:
    """Say whether the one who sent a form may see a page, by the table of access."""
    found = place(method, path)
    who = found.who
    if found.line is None or who.asker is Asker.PROGRAM:
        return False
    if who.asker is Asker.PUBLIC:
        return True
    session: SessionRecord | None = request.scope.get("state", {}).get("session")
    if session is None or session.step not in who.steps or session.user.role not in who.roles:
        return False
    return not who.recently or proved_lately(session, services_of(request.scope).clock())


async def _page(request: Request, method: str, address: str, sent: Sent) -> str | None:
    """Return the markup of a page; None if it answers with anything else."""
    body = urlencode([(name, one) for name, some in sent.values.items() for one in some]) if method == "POST" else ""
    got = list[Message]()

    async def receive() -> Message:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: Message) -> None:
        got.append(message)

    await request.app.router(_scope(request, method, address), receive, send)
    status = next((message["status"] for message in got if message["type"] == "http.response.start"), None)
    if status != HTTPStatus.OK:
        return None
    return b"".join(message.get("body", b"") for message in got).decode("utf-8", "replace")


def _scope(request: Request, method: str, address: str) -> dict[str, Any]:
    path, _, query = address.partition("?")
    kept = {name: value for name, value in request.scope.items() if name not in {"route", "endpoint", "path_params"}}
    headers = [
        (name, value) for name, value in request.scope["headers"] if name not in {b"content-type", b"content-length"}
    ]
    kept["headers"] = [*headers, (b"content-type", _FORM.encode())] if method == "POST" else headers
    return kept | {"method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode()}
