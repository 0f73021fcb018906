"""Approvals: colleagues' exceptions to decide about, never one's own; and what programs sent that wants a look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar, Literal

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from api.application.checks.resolve.resolution import Action, Resolution, ResolutionRefused
from api.application.services import Services
from api.http.dependencies import Reading, Session, Use
from api.http.problems import Problem
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web import choices
from api.web.checks.access import asked_of, viewer_of, visible_check, wants_a_look
from api.web.checks.check_page import Refused, Shown, check_page
from api.web.checks.checks import CheckId
from api.web.checks.lists import check_list as rows
from api.web.checks.lists.done import DECLINED
from api.web.checks.lists.steps import steps_of
from api.web.checks.lists.waiting import waiting_for
from api.web.checks.lists.way import Listed, Through, Way
from api.web.checks.result import views
from api.web.checks.result.second_opinions import name_of
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction

router = Router()


class Decision(BaseModel):
    """The form of a second person's opinion."""

    model_config = ConfigDict(extra="ignore")

    action: Literal["approve", "decline"]
    note: str = Field(default="", max_length=1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsPage(Page):
    """What waits for this person."""

    template: ClassVar[str] = "approvals.html"
    nav: str = "approvals"
    rows: tuple[rows.Row, ...]
    way: str = Way(Listed.APPROVALS).suffix


@router.get("/approvals")
@allow(SIGNED_IN)
def show_approvals(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show what this person may decide about or is to look at, what waits longest first."""
    waiting = waiting_for(tx, session)
    titles = choices.channel_titles(tx)
    found = tuple(rows.row(services, titles, record, tuple(_asked(tx, record, session))) for record in waiting)
    return render(ApprovalsPage(title="Approvals", rows=found), request.scope)


@router.post("/checks/{check_id}/opinion")
@allow(SIGNED_IN)
def decide(
    request: Request,
    check_id: CheckId,
    services: Use,
    session: Session,
    fields: Annotated[Decision, Form()],
    way: Through,
) -> Response:
    """Agree, and the picture is examined again with that; or decline with a note. Then comes the next to decide."""
    user = session.user
    services.turns.must_have_room()
    with services.store.transaction(user.id, services.clock()) as tx:
        record = visible_check(tx, check_id, session)
        if not asked_of(record, viewer_of(tx, record, session)) or tx.opinions.declined(check_id):
            detail = "You cannot decide this: it is your own upload, or it is already decided."
            raise Problem("conflict", HTTPStatus.CONFLICT, detail)
        if fields.action == "decline":
            try:
                tx.opinions.give(check_id, fields.note, agreed=False)
            except NotPossible as refused:
                page = check_page(
                    Shown.of(services, tx, record, session), way, refused=Refused(fields.note, str(refused))
                )
                return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    new = _approved(services, record, session, fields.note) if fields.action == "approve" else None
    return RedirectResponse(_goes_on(services, (record, new), session, way), HTTPStatus.SEE_OTHER)


def _goes_on(
    services: Services, decided: tuple[CheckRecord, CheckRecord | None], session: SessionRecord, way: Way
) -> str:
    """Return where to go on: from the list to the next to decide, with what was saved; else to the new check."""
    record, new = decided
    with services.store.reading(session.user.id, services.clock()) as tx:
        steps = steps_of(tx, record, session, way) if way.listed is Listed.APPROVALS else None
    following = steps.next_open if steps else None
    if new is None:
        return way.address(f"/checks/{following}", done=DECLINED, of=record.id) if following else "/approvals"
    if following is None or not new.stands(services.clock()):
        return way.address(f"/checks/{new.id}", done=Action.APPROVE)
    return way.address(f"/checks/{following}", done=Action.APPROVE, of=new.id)


def _approved(services: Services, record: CheckRecord, session: SessionRecord, note: str) -> CheckRecord:
    try:
        with services.turns:
            user, agreement = session.user, Resolution(Action.APPROVE, note=note)
            return services.screener.resolve(record.id, agreement, user.id, user.role)
    except (ResolutionRefused, NotPossible) as refused:
        raise Problem("conflict", HTTPStatus.CONFLICT, str(refused)) from refused


def _asked(tx: Transaction, record: CheckRecord, session: SessionRecord) -> Iterator[str]:
    """Yield who sent it, and what there is to decide."""
    yield f"Sent by {name_of(tx, record.actor)}."
    for finding in asked_of(record, viewer_of(tx, record, session)):
        yield finding.message
    if wants_a_look(record):
        yield from views.to_confirm(record, {}).values()
