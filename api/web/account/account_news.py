"""What others did to accounts, before the eyes of those who can do something about it, as they sign in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from api.http.dependencies import Reading, Session, Use, Writing
from api.platform import labels
from api.security.access import SIGNED_IN, allow
from api.security.requests.paths import own_path
from api.security.routing import Router
from api.web.checks.result.second_opinions import name_of
from api.web.templating import Page, render
from consent_db.audit.records import AuditEntry
from consent_db.transaction import Transaction
from gatekeeper.types import Role

router = Router(prefix="/account/news")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsPage(Page):
    """Changes to accounts since the person last confirmed having seen them."""

    template: ClassVar[str] = "account_news.html"
    nav: str = "account"
    news: tuple[tuple[str, str], ...]
    seen: int
    next: str


@router.get("")
@allow(SIGNED_IN)
def show_news(request: Request, services: Use, session: Session, tx: Reading, next: str = "/") -> Response:  # noqa: A002 -- the word in the address
    """Show who did what to whose account, and when."""
    entries, zone = tx.account_news.unread(session.user), services.policy.zone
    page = NewsPage(
        title="Changes to accounts",
        news=tuple((labels.moment(entry.at, zone), _sentence(tx, entry)) for entry in entries),
        seen=entries[-1].seq if entries else 0,
        next=own_path(next),
    )
    return render(page, request.scope)


@router.post("")
@allow(SIGNED_IN)
def note(
    session: Session,
    tx: Writing,
    seen: Annotated[int, Form(ge=0, le=2**53)] = 0,
    next: Annotated[str, Form(max_length=300)] = "/account",  # noqa: A002
) -> Response:
    """Record that the person has seen it, and go on."""
    tx.account_news.read(session.user, seen)
    return RedirectResponse(own_path(next), 303)


def _sentence(tx: Transaction, entry: AuditEntry) -> str:
    said = json.loads(entry.payload)
    role = labels.ROLE_NAME[Role(said["role"])].lower() if "role" in said else ""
    return _SENTENCES[entry.action](name_of(tx, entry.actor), name_of(tx, entry.object_id), role)


_SENTENCES: Final[Mapping[str, Callable[[str, str, str], str]]] = {
    "link.made": lambda who, other, _: f"{who} made a link to choose a new password for {other}.",
    "second_factor.removed": lambda who, other, _: f"{who} removed the second factor of {other}.",
    "user.added": lambda who, other, role: f"{who} added {other}, as {role}.",
    "user.role_changed": lambda who, other, role: f"{who} gave {other} another role: {role}.",
    "user.enabled": lambda who, other, _: f"{who} let {other} sign in again.",
    "client.added": lambda who, other, _: f"{who} made a key for {other}.",
    "client.rotated": lambda who, other, _: f"{who} made another key for {other}.",
}
