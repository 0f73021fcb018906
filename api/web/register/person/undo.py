"""Undo on a person's page: at once after saving, or from the history after its impact was shown."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import Response

from api.application.register.undo import Act, Undo, restored, undo
from api.http.dependencies import Session, Use
from api.http.problems import Problem
from api.security.access import KEEPERS, SAFEGUARDING, allow
from api.security.routing import Router
from api.web.register.impact import effects, with_outlook
from api.web.register.person.person import Id, SurePage, found
from api.web.register.person.person_views import PersonView
from api.web.register.person.saved import What, saved
from api.web.templating import render
from consent_db.errors import AlreadyExists, NotPossible

router = Router(prefix="/admin/people/{person_id}/undo")


class Wanted(BaseModel):
    """The form that undoes an act; `sure` right after it, or once its impact was seen."""

    model_config = ConfigDict(extra="ignore")

    number: int = Limits(ge=1, le=2**31)
    sure: bool = False


@router.post("/statements")
@allow(KEEPERS)
def undo_statements(
    request: Request, person_id: Id, services: Use, session: Session, wanted: Annotated[Wanted, Form()]
) -> Response:  # fmt: skip
    """Say again what held before some statements; the impact is shown first."""
    begin = services.store.transaction if wanted.sure else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        record, role = found(tx, person_id), session.user.role
        try:
            again = restored(tx, record.id, wanted.number, role)
        except NotPossible as error:
            raise Problem("conflict", HTTPStatus.CONFLICT, str(error)) from error
        if not wanted.sure:
            touched = effects(services, tx, tx.consent.touches(record.id, again))
            touched = with_outlook(touched, tx.consent.outlook(record.id, again))
            page = SurePage(
                title="Undo",
                person=PersonView.brief(record),
                action=f"/admin/people/{record.id}/undo/statements",
                heading="Undo what was recorded?",
                sentence="What held before holds again. The history keeps both. Approvals that ended stay ended.",
                fields={"number": str(wanted.number), "sure": "true"},
                effects=touched,
                button="Undo it",
            )
            return render(page, request.scope)
        change = undo(tx, record.id, Undo(Act.STATEMENTS, wanted.number), role)
    return saved(person_id, What.UNDO, change)


@router.post("/details")
@allow(KEEPERS)
def undo_details(
    request: Request, person_id: Id, services: Use, session: Session, wanted: Annotated[Wanted, Form()]
) -> Response:  # fmt: skip
    """Give a person the details that they had before the last change; an impact is shown first."""
    begin = services.store.transaction if wanted.sure else services.store.reading
    with begin(session.user.id, services.clock()) as tx:
        record = found(tx, person_id)
        try:
            before = tx.people.former(record.id, wanted.number)
            if not wanted.sure:
                page = SurePage(
                    title="Undo",
                    person=PersonView.brief(record),
                    action=f"/admin/people/{record.id}/undo/details",
                    heading="Undo the change of their details?",
                    sentence="The details from before the change hold again. Approvals that ended stay ended.",
                    fields={"number": str(wanted.number), "sure": "true"},
                    effects=effects(services, tx, tx.people.touches(record.id, before)),
                    button="Undo it",
                )
                return render(page, request.scope)
            change = undo(tx, record.id, Undo(Act.DETAILS, wanted.number), session.user.role)
        except (NotPossible, AlreadyExists) as error:
            raise Problem("conflict", HTTPStatus.CONFLICT, str(error)) from error
    return saved(person_id, What.UNDO, change)


@router.post("/restriction")
@allow(SAFEGUARDING.just_now)
def undo_restriction(person_id: Id, services: Use, session: Session, wanted: Annotated[Wanted, Form()]) -> Response:
    """Undo a listing or a hold, or the end of one."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        record = found(tx, person_id)
        try:
            change = undo(tx, record.id, Undo(Act.RESTRICTION, wanted.number), session.user.role)
        except NotPossible as error:
            raise Problem("conflict", HTTPStatus.CONFLICT, str(error)) from error
    return saved(person_id, What.UNDO, change)
