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
from api.web.checks.checks import CheckId, Refused, check_page
from api.web.checks.lists import check_list as rows
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


@router.get("/approvals")
@allow(SIGNED_IN)
def show_approvals(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show what this person may decide about or is to look at, what waits longest first."""
    waiting = [record for record in reversed(tx.checks.blocked()) if _waits_for(tx, record, session)]
    titles = choices.channel_titles(tx)
    found = tuple(rows.row(services, titles, record, tuple(_asked(tx, record, session))) for record in waiting)
    return render(ApprovalsPage(title="Approvals", rows=found), request.scope)


@router.post("/checks/{check_id}/opinion")
@allow(SIGNED_IN)
def decide(
    request: Request, check_id: CheckId, services: Use, session: Session, fields: Annotated[Decision, Form()]
) -> Response:
    """Agree, and the picture is examined again with that; or decline with a note."""
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
                page = check_page(services, tx, record, session, Refused(fields.note, str(refused)))
                return render(page, request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
            return RedirectResponse("/approvals", HTTPStatus.SEE_OTHER)
    new = _approved(services, record, session, fields.note)
    return RedirectResponse(f"/checks/{new}?done={Action.APPROVE}", HTTPStatus.SEE_OTHER)


def _approved(services: Services, record: CheckRecord, session: SessionRecord, note: str) -> str:
    try:
        with services.turns:
            user, agreement = session.user, Resolution(Action.APPROVE, note=note)
            return services.screener.resolve(record.id, agreement, user.id, user.role).id
    except (ResolutionRefused, NotPossible) as refused:
        raise Problem("conflict", HTTPStatus.CONFLICT, str(refused)) from refused


def _waits_for(tx: Transaction, record: CheckRecord, session: SessionRecord) -> bool:
    asked = bool(asked_of(record, viewer_of(tx, record, session))) and not tx.opinions.declined(record.id)
    return asked or wants_a_look(record)


def _asked(tx: Transaction, record: CheckRecord, session: SessionRecord) -> Iterator[str]:
    """Yield who sent it, and what there is to decide."""
    yield f"Sent by {name_of(tx, record.actor)}."
    for finding in asked_of(record, viewer_of(tx, record, session)):
        yield finding.message
    if wants_a_look(record):
        yield from views.to_confirm(record, {}).values()
