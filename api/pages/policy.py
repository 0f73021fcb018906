"""The policy in words, and what falls due by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import Reading, Use
from api.pages import lists, words
from api.pages.templating import Page, render
from consent_db.lifecycle import Due, DueKind
from consent_db.transaction import Transaction
from gatekeeper.policy_words import in_words

router = APIRouter(prefix="/admin")

AHEAD: Final = 60
"""How many days ahead is looked."""

_DUE: Final = {
    DueKind.CONSENT_ENDS: "A consent ends: ask again",
    DueKind.REVIEW: "Look again whether it stays",
    DueKind.LEAVING: "Leaves: nothing is permitted afterwards",
    DueKind.TEMPLATE_ENDS: "The template gets too old: take new photographs",
    DueKind.COMES_OF_AGE: "Comes of age: ask them, not the parents",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage(Page):
    """What the school has decided, one sentence a rule."""

    template: ClassVar[str] = "policy.html"
    nav: str = "policy"
    name: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueView:
    """One thing that falls due."""

    person: str
    name: str
    what: str
    detail: str
    day: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage(Page):
    """What falls due, the most urgent first."""

    template: ClassVar[str] = "due.html"
    nav: str = "due"
    days: int = AHEAD
    rows: tuple[DueView, ...]


@router.get("/policy")
def show_policy(request: Request, services: Use) -> Response:
    """Show the policy in words."""
    page = PolicyPage(title="Policy", name=services.policy.name, sentences=in_words(services.policy))
    return render(page, request.scope)


@router.get("/due")
def show_due(request: Request, tx: Reading) -> Response:
    """Show what falls due, and what is overdue."""
    rows = tuple(_row(tx, due) for due in tx.lifecycle.due(AHEAD))
    return render(DuePage(title="What falls due", rows=rows), request.scope)


def _row(tx: Transaction, due: Due) -> DueView:
    profile = due.person.profile
    return DueView(
        person=due.person.id,
        name=lists.full_name(profile),
        what="Has left: erase them when nothing is needed any more" if due.detail == "has left" else _DUE[due.kind],
        detail="" if due.detail == "has left" else due.detail.replace("_", " "),
        day=words.date(due.day),
        late=due.day < tx.today,
    )
