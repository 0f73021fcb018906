"""What the page of a person says after a save: what happened, in figures, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.responses import RedirectResponse, Response

from api.application.register.undo import Act, Undo, latest_act, undoable
from api.platform import labels as words
from consent_db.accounts.records import UserRecord
from consent_db.people.records import Change
from consent_db.transaction import Transaction
from gatekeeper.types import PersonId


class What(StrEnum):
    """What was saved."""

    STATEMENTS = "statements"
    RESTRICTION = "restriction"
    UNDO = "undo"
    ADDED = "added"
    DETAILS = "details"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved a moment ago, as the address says."""

    what: What | None
    approvals: int
    posts: int
    templates: int


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, in sentences, and the undo of it where there is one."""

    sentences: tuple[str, ...]
    undo: Undo | None


Figure = Annotated[int, Query(ge=0, le=1_000_000)]
_SAVED: Final = {
    What.STATEMENTS: "Saved: it is in the history below.",
    What.RESTRICTION: "Saved.",
    What.UNDO: "Undone: what held before holds again.",
    What.ADDED: "Added to the register. Nothing is permitted yet: record consent below.",
    What.DETAILS: "The details are saved.",
    What.REVIEW: "The next review is noted.",
}
_UNDOES: Final = {What.STATEMENTS: Act.STATEMENTS, What.RESTRICTION: Act.RESTRICTION, What.DETAILS: Act.DETAILS}


def saved_before(
    saved: What | None = None, approvals: Figure = 0, posts: Figure = 0, templates: Figure = 0
) -> Saved:  # fmt: skip
    """Return what was saved just now, from the address."""
    return Saved(saved, approvals, posts, templates)


Before = Annotated[Saved, Depends(saved_before)]


def saved(person: str, what: What, change: Change | None = None) -> Response:
    """Lead to a person's page, which says what was saved and what that did."""
    figures = (len(change.revoked_checks), len(change.takedowns), change.destroyed_templates) if change else ()
    told = {name: count for name, count in zip(("approvals", "posts", "templates"), figures, strict=False) if count}
    return RedirectResponse(f"/admin/people/{person}?{urlencode({'saved': what.value, **told})}", HTTPStatus.SEE_OTHER)


def notice(tx: Transaction, person: PersonId, user: UserRecord, before: Saved) -> Told | None:
    """Return what to say of what was saved just now; None if nothing was.

    One tap undoes what this user saved. What another saved since is undone from the history, where its impact is shown.
    """
    if before.what is None:
        return None
    act = _UNDOES.get(before.what)
    way = latest_act(tx, person, act, user.id) if act else None
    return Told(tuple(_sentences(before)), way if way in undoable(tx, person, user.role) else None)


def _sentences(before: Saved) -> list[str]:
    told = [_SAVED[before.what]] if before.what else []
    if before.approvals:
        told.append(f"{words.count(before.approvals, 'approval', 'approvals')} ended.")
    if before.posts:
        told.append(f"{words.count(before.posts, 'post has', 'posts have')} to come down.")
    if before.templates:
        told.append("The face template was destroyed; it does not come back with an undo.")
    return told
