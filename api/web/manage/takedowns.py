"""Take-downs: what has to come down, by when, and the proof that it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import not_found
from api.platform import labels as words
from api.security.access import LEADERSHIP, MANAGERS, allow, may_send, proved_lately
from api.security.routing import Router
from api.web import tables
from api.web.manage.takedown_table import ENDED, PATH, takedown_table
from api.web.register.impact import PostView, post, posts
from api.web.register.person.person_views import who
from api.web.templating import Page, WayBack, render
from api.web.undoing import WayBacks, Ways, done
from consent_db.accounts.records import SessionRecord
from consent_db.errors import NotFound, NotPossible
from consent_db.publishing.records import TakedownOutcome, TakedownRecord, Why
from consent_db.transaction import Transaction
from gatekeeper.types import Role

router = Router(prefix="/admin")

TakedownId = Annotated[str, Path(pattern=r"^tkd_[0-9a-f]{32}$")]
PublicationId = Annotated[str, Path(pattern=r"^pub_[0-9a-f]{32}$")]
Proof = Annotated[str, Form(max_length=2000)]

Sent = Annotated[tables.Sent, Form()]
OpenId = Annotated[str | None, Query(alias="open", pattern=r"^tkd_[0-9a-f]{32}$")]

_AT_ONCE: Final = 10
"""How many that wait are shown with their forms: those that are due first. The table leads to each of the others."""
_CLOSED: Final = 5
"""How many that were closed are shown with their undo."""
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TakedownView:
    """One thing that has to come down, or did.

    Attributes:
        clock: how much time is left, or for how long it should have been down.
        ended: how it ended, with author and time; empty while it is open.
    """

    id: str
    post: PostView
    why: str
    due: str
    clock: str
    late: bool
    may_edit: bool
    may_stay: bool
    ended: str = ""
    back: WayBack | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownsPage(Page):
    """Everything that has to come down, what a person has to look at, and what was dealt with.

    Attributes:
        open: how many wait; `waiting` are those that are due first, or the one that is asked for.
        error: why the last save was refused; it stands beside the field of the take-down `wrong`, if that waits.
        typed: what was filled in there.
    """

    template: ClassVar[str] = "takedowns.html"
    nav: str = "takedowns"
    table: tables.Table
    unlocked: bool
    open: int
    waiting: tuple[TakedownView, ...]
    lapsed: tuple[PostView, ...]
    finished: tuple[TakedownView, ...]
    error: str | None = None
    wrong: str | None = None
    typed: str = ""


@router.get("/takedowns")
@allow(MANAGERS)
def show_takedowns(
    request: Request, services: Use, session: Session, tx: Reading, ways: WayBacks, only: OpenId = None
) -> Response:
    """Show what has to come down, what is due first, and a table of all; after a save what it did."""
    listed = takedown_table(services, tx)
    page = _page(services, tx, session, listed.table(listed.asked(request.query_params)), only)
    finished = tuple(replace(one, back=_back(ways, tx, one)) for one in page.finished)
    return render(replace(page, finished=finished, notice=ways.notice(tx, PATH)), request.scope)


@router.post("/takedowns/found")
@allow(MANAGERS)
def search_takedowns(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show the take-downs that match what was typed."""
    return takedown_table(services, tx).answer(
        request.query_params,
        sent,
        lambda found: render(_page(services, tx, session, found), request.scope),
    )


@router.post("/takedowns/list.csv")
@allow(MANAGERS.just_now)
def hand_out_takedowns(request: Request, services: Use, tx: Writing, sent: Sent) -> Response:
    """Hand out the take-downs that are found, on all pages, as a file."""
    return takedown_table(services, tx).hand_out(tx, request.query_params, sent, "take-downs")


@router.post("/takedowns/{takedown_id}/down")
@allow(MANAGERS)
def is_down(request: Request, takedown_id: TakedownId, services: Use, session: Session, proof: Proof = "") -> Response:
    """Stop the clock: the post is down."""
    return _done(request, services, session, (takedown_id, proof, TakedownOutcome.DOWN))


@router.post("/takedowns/{takedown_id}/edited")
@allow(MANAGERS)
def is_edited(
    request: Request, takedown_id: TakedownId, services: Use, session: Session, proof: Proof = ""
) -> Response:
    """Stop the clock: the name is out of the post's text."""
    return _done(request, services, session, (takedown_id, proof, TakedownOutcome.EDITED))


@router.post("/takedowns/{takedown_id}/kept")
@allow(LEADERSHIP)
def may_stay(request: Request, takedown_id: TakedownId, services: Use, session: Session, proof: Proof = "") -> Response:
    """Stop the clock: the leadership looked, and the post may stay."""
    return _done(request, services, session, (takedown_id, proof, TakedownOutcome.KEPT))


@router.post("/publications/{publication_id}/takedown")
@allow(MANAGERS)
def take_down(publication_id: PublicationId, services: Use, session: Session) -> Response:
    """Have a post come down because a person decided so."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        try:
            tx.publications.take_down(publication_id)
        except NotFound as error:
            raise not_found() from error
    return RedirectResponse("/admin/takedowns", HTTPStatus.SEE_OTHER)


def left(due: datetime, now: datetime) -> str:
    """Return how much time there is, or how late it is, as a clock on a wall is read."""
    away = abs(due - now)
    if away >= 2 * _DAY:
        time = words.count(away // _DAY, "day", "days")
    elif away >= _HOUR:
        time = words.count(away // _HOUR, "hour", "hours")
    else:
        time = words.count(max(1, away // timedelta(minutes=1)), "minute", "minutes")
    return f"{time} left" if due > now else f"{time} overdue"


def _done(
    request: Request, services: Services, session: SessionRecord, said: tuple[str, str, TakedownOutcome]
) -> Response:
    with services.store.transaction(session.user.id, services.clock()) as tx:
        try:
            tx.takedowns.done(*said)
        except NotFound as error:
            raise not_found() from error
        except NotPossible as error:
            listed = takedown_table(services, tx)
            page = _page(services, tx, session, listed.table(listed.asked({})), said[0])
            beside = said[0] in {one.id for one in page.waiting}
            page = replace(page, error=str(error), wrong=said[0] if beside else None, typed=said[1])
            return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
        return done(tx, PATH, tx.takedowns.get(said[0]).publication.id)


def _back(ways: Ways, tx: Transaction, one: TakedownView) -> WayBack | None:
    """Return the undo of the act that closed a take-down, if this reader may undo it now."""
    entry = next(
        (entry for entry in reversed(tx.audit.about(one.post.id, "takedown.done")) if one.id in entry.payload), None
    )
    return ways.back(tx, entry, PATH) if entry else None


def _page(
    services: Services, tx: Transaction, session: SessionRecord, found: tables.Table, only: str | None = None
) -> TakedownsPage:
    role = session.user.role
    waiting = tx.takedowns.waiting()
    asked = {record.publication.id for record in waiting}
    shown = [one for one in waiting if one.id == only] or waiting[:_AT_ONCE]
    return TakedownsPage(
        title="Take-downs",
        table=tables.with_saved(tx, session.user.id, found),
        unlocked=proved_lately(session, services.clock()),
        open=len(waiting),
        waiting=_views(services, tx, shown, role),
        lapsed=posts(services, tx, (one for one in tx.publications.lapsed() if one.id not in asked)),
        finished=_views(services, tx, tx.takedowns.finished(_CLOSED), role),
    )


def _views(
    services: Services, tx: Transaction, records: Iterable[TakedownRecord], role: Role
) -> tuple[TakedownView, ...]:  # fmt: skip
    return tuple(_view(services, tx, record, role) for record in records)


def _view(services: Services, tx: Transaction, record: TakedownRecord, role: Role) -> TakedownView:
    zone = services.policy.zone
    ended = ""
    if record.done_at is not None and record.outcome is not None:
        by = who(tx, record.done_by or "")
        ended = f"{ENDED[record.outcome]} {words.moment(record.done_at, zone)}, by {by}"
        ended += ", late" if record.done_at > record.due_at else ""
    return TakedownView(
        id=record.id,
        post=post(services, tx, record.publication),
        why=record.why.sentence,
        due=words.moment(record.due_at, zone),
        clock=left(record.due_at, services.clock()),
        late=record.overdue(services.clock()),
        may_edit=record.why is Why.NAME_NOT_PERMITTED,
        may_stay=record.why is Why.MAY_SHOW and may_send(role, f"/admin/takedowns/{record.id}/kept"),
        ended=ended,
        proof=record.proof,
    )
