"""Choose a part of the picture: to keep it, or to say that there is a face. And delete all of it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import RedirectResponse, Response

from api.application.checks.resolve.hand_acts import posts_up
from api.http.dependencies import Reading, Session, Use
from api.http.problems import Problem, not_found
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web.checks.access import may_delete, viewer_of, visible_check
from api.web.checks.checks import CheckId
from api.web.checks.lists.steps import Steps, steps_of
from api.web.checks.lists.way import Through
from api.web.checks.picture import crop_suggestions
from api.web.checks.picture.regions import edges_of
from api.web.checks.result import views
from api.web.templating import Page, render
from consent_db.approvals.records import CheckState
from gatekeeper.types import Box

router = Router()

Letter = Annotated[str | None, Query(max_length=10)]
_WHOLE: Final = Box(0, 0, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPage(Page):
    """The picture with a ruler, and a form for the four edges of a part."""

    template: ClassVar[str] = "area.html"
    nav: str = "list"
    id: str
    way: str
    steps: Steps | None
    picture: views.PictureView
    best: crop_suggestions.PartView | None
    edges: dict[str, str]
    """What stands in the four fields to begin with, in per cent."""
    up: bool
    """Whether a post of the picture is up, which comes down if a face was missed."""


class Deletion(BaseModel):
    """The form that deletes a picture; without the tick nothing happens."""

    model_config = ConfigDict(extra="ignore")

    confirmed: str = ""


@router.get("/checks/{check_id}/area")
@allow(SIGNED_IN)
def show_area(
    request: Request, check_id: CheckId, session: Session, tx: Reading, way: Through, place: Letter = None
) -> Response:
    """Show the picture with its faces and a ruler; with `place`, begin with that place."""
    record = visible_check(tx, check_id, session)
    viewer = viewer_of(tx, record, session)
    facts = record.facts
    picture = views.picture_view(facts, {}, viewer, current=True) if facts else None
    if facts is None or picture is None or record.state is not CheckState.DECIDED:
        raise not_found()
    found = next((view.edges for view in picture.places if view.letter == place), edges_of(_WHOLE))
    page = AreaPage(
        title="Choose a part",
        id=record.id,
        way=way.suffix,
        steps=steps_of(tx, record, session, way),
        picture=picture,
        best=crop_suggestions.best_part(facts),
        edges=dict(found),
        up=bool(posts_up(tx, record.id)),
    )
    return render(page, request.scope)


@router.post("/checks/{check_id}/deletion")
@allow(SIGNED_IN)
def delete(check_id: CheckId, services: Use, session: Session, fields: Annotated[Deletion, Form()]) -> Response:
    """Delete the picture at once, with everything that was made of it."""
    with services.store.reading(session.user.id, services.clock()) as tx:
        record = visible_check(tx, check_id, session)
        allowed = may_delete(tx, record, session)
    if not allowed:
        detail = "Only who uploaded or worked on a picture, or the leadership, may delete it."
        raise Problem("not-permitted", HTTPStatus.FORBIDDEN, detail)
    if fields.confirmed != "yes":
        detail = "Tick that the picture is to be deleted for good, and send the form again."
        raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    services.screener.delete_at_once(check_id, session.user.id)
    return RedirectResponse(f"/checks/{check_id}", HTTPStatus.SEE_OTHER)
