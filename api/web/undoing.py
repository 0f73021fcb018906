"""What every page says after a save, with the way back; the last acts about a thing; and the form that undoes one.

Who may undo what stands in the table of access, in the line of the act that is the opposite.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Form, Path, Query
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.application.undoing import WAYS, By, found, latest, recent, undo, why_not
from api.http.dependencies import Session, Use
from api.http.problems import Problem
from api.platform import labels as words
from api.security.access import SIGNED_IN, Who, allow, place, proved_lately
from api.security.requests.paths import own_path
from api.security.routing import Router
from api.web.checks.result.second_opinions import name_of
from api.web.templating import Notice, WayBack
from consent_db.accounts.records import SessionRecord
from consent_db.audit.records import AuditEntry
from consent_db.errors import NotFound, NotPossible
from consent_db.transaction import Transaction

router = Router(prefix="/undo")

_MOST: Final = 2**31
_ONLY_LIST: Final = {"event.added": "/admin/events"}
"""Where to come back to if the thing itself goes with the undo."""
_UNDONE: Final = "Undone: what held before holds again. What had ended because of it stays ended."


@dataclass(frozen=True, slots=True)
class Past:
    """One of the last acts about a thing; `back` is its undo, if this reader may undo it now."""

    text: str
    by: str
    back: WayBack | None


@dataclass(frozen=True, slots=True)
class Ways:
    """What the address of a page says was done a moment ago, and who reads it."""

    services: Services
    session: SessionRecord
    done: int | None
    undone: bool

    def notice(self, tx: Transaction, page: str) -> Notice | None:
        """Return what to say of what this user did a moment ago; None if nothing.

        Args:
            tx: to read with.
            page: the address to come back to.
        """
        if self.undone:
            return Notice(_UNDONE)
        try:
            entry = found(tx, self.done) if self.done else None
        except (NotFound, NotPossible):
            return None
        if entry is None or entry.actor != self.session.user.id:
            return None
        return Notice(f"Saved. {WAYS[entry.action].said}", self.back(tx, entry, page))

    def past(self, tx: Transaction, object_id: str, page: str) -> tuple[Past, ...]:
        """Return the last acts about a thing, the latest first."""
        zone = self.services.policy.zone
        return tuple(
            Past(
                WAYS[entry.action].said,
                f"{words.moment(entry.at, zone)}, by {name_of(tx, entry.actor)}",
                self.back(tx, entry, page),
            )
            for entry in recent(tx, object_id)
        )

    def back(self, tx: Transaction, entry: AuditEntry, page: str) -> WayBack | None:
        """Return the undo of an act, if this reader may undo it now."""
        who = _who(entry)
        if self.session.user.role not in who.roles or why_not(tx, entry):
            return None
        locked = who.recently and not proved_lately(self.session, self.services.clock())
        return WayBack(f"/undo/{entry.seq}", _ONLY_LIST.get(entry.action, page), locked=locked)


def ways(
    services: Use,
    session: Session,
    done: Annotated[int | None, Query(ge=1, le=_MOST)] = None,
    undone: Annotated[bool, Query()] = False,  # noqa: FBT002 -- a part of the address
) -> Ways:
    """Return what was done a moment ago, from the address."""
    return Ways(services, session, done, undone)


WayBacks = Annotated[Ways, Depends(ways)]


def done(tx: Transaction, page: str, object_id: str) -> Response:
    """Lead to a page that says what was done, and offers the undo of it."""
    number = latest(tx, object_id)
    path, _, anchor = page.partition("#")
    address = f"{path}?done={number}" if number else path
    return RedirectResponse(f"{address}{'#' if anchor else ''}{anchor}", HTTPStatus.SEE_OTHER)


@router.post("/{number}")
@allow(SIGNED_IN)
def undo_act(
    number: Annotated[int, Path(ge=1, le=_MOST)],
    services: Use,
    session: Session,
    page: Annotated[str, Form(max_length=300)] = "/",
) -> Response:
    """Undo an act, by the one that is its opposite, if this user may make that."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        try:
            entry = found(tx, number)
            _must_be_allowed(services, session, entry)
            undo(tx, entry, By(services, session.user.role))
        except NotPossible as error:
            raise Problem("conflict", HTTPStatus.CONFLICT, str(error)) from error
    path, _, anchor = own_path(page).partition("#")
    return RedirectResponse(f"{path}?undone=true{'#' if anchor else ''}{anchor}", HTTPStatus.SEE_OTHER)


def _must_be_allowed(services: Services, session: SessionRecord, entry: AuditEntry) -> None:
    who = _who(entry)
    if session.user.role not in who.roles:
        message = "Your role may not undo this. Ask a colleague who may change it."
        raise Problem("forbidden", HTTPStatus.FORBIDDEN, message)
    if who.recently and not proved_lately(session, services.clock()):
        message = "Confirm that it is you first, with your password, then undo it."
        raise Problem("forbidden", HTTPStatus.FORBIDDEN, message)


def _who(entry: AuditEntry) -> Who:
    """Return who may make the opposite act."""
    return place("POST", WAYS[entry.action].rule).who
