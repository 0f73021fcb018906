"""The page about one face: who is it, is it a face at all, or is it to be covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import Form, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.dependencies import Reading, Session
from api.http.problems import not_found
from api.security.access import SIGNED_IN, allow
from api.security.requests.headers import FILE_POLICY
from api.security.routing import Router
from api.web import choices
from api.web.checks.access import viewer_of, visible_check
from api.web.checks.checks import CheckId
from api.web.checks.lists.batch_steps import BatchSteps, steps_of
from api.web.checks.picture import crop_suggestions, person_picker
from api.web.checks.picture.thumbnails import thumbnail
from api.web.checks.result import views
from api.web.checks.result.asked import named_by_hand
from api.web.templating import Page, render
from consent_db.accounts.records import SessionRecord
from consent_db.approvals.records import CheckState
from consent_db.transaction import Transaction

router = Router()

_SHOWN: Final = 60
Number = Annotated[int, Path(ge=1, le=10_000)]


class Wanted(BaseModel):
    """Whose names are listed; no group means the check's own class or event."""

    group: str | None = Field(default=None, max_length=100)
    search: str = Field(default="", max_length=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePage(Page):
    """One face, large, and what can be said about it."""

    template: ClassVar[str] = "face.html"
    nav: str = "list"
    id: str
    steps: BatchSteps | None
    picture: views.PictureView
    face: views.FaceView
    without: crop_suggestions.PartView | None
    groups: tuple[str, ...]
    group: str
    search: str
    people: tuple[person_picker.PersonChoice, ...]
    more: int


@router.get("/checks/{check_id}/faces/{number}")
@allow(SIGNED_IN)
def show_face(request: Request, check_id: CheckId, number: Number, session: Session, tx: Reading) -> Response:
    """Show the face, and the people it may be: those of the class or event."""
    return render(_page(tx, session, (check_id, number), Wanted()), request.scope)


@router.post("/checks/{check_id}/faces/{number}")
@allow(SIGNED_IN)
def search_face(
    request: Request,
    check_id: CheckId,
    number: Number,
    wanted: Annotated[Wanted, Form()],
    session: Session,
    tx: Reading,
) -> Response:
    """Show the face, and the people of this name or class that it may be; names have no place in an address."""
    return render(_page(tx, session, (check_id, number), wanted), request.scope)


def _page(tx: Transaction, session: SessionRecord, place: tuple[str, int], wanted: Wanted) -> FacePage:
    check_id, number = place
    record = visible_check(tx, check_id, session)
    viewer = viewer_of(tx, record, session)
    picture = views.picture_view(record.facts, {}, viewer, current=True) if record.facts else None
    face = next((f for f in picture.faces if f.number == number), None) if picture else None
    if picture is None or face is None or record.state is not CheckState.DECIDED:
        raise not_found()
    chosen = (record.draft.event or "") if wanted.group is None else wanted.group
    people = person_picker.people(tx, chosen, wanted.search)
    return FacePage(
        title=f"Face {number}",
        id=record.id,
        steps=steps_of(tx, record, session),
        picture=picture,
        face=face,
        without=crop_suggestions.part_without(record.facts, number) if record.facts else None,
        groups=tuple(dict.fromkeys([*([record.draft.event] if record.draft.event else []), *choices.classes(tx)])),
        group=chosen,
        search=wanted.search,
        people=people[:_SHOWN],
        more=max(0, len(people) - _SHOWN),
    )


@router.get("/checks/{check_id}/faces/{number}/reference")
@allow(SIGNED_IN)
def show_reference(check_id: CheckId, number: Number, session: Session, tx: Reading) -> Response:
    """Serve a kept reference photograph of the person a face was named as by hand, to compare the two.

    Only of people named in a picture that this member of staff may see, and kept by no browser.
    """
    person = named_by_hand(visible_check(tx, check_id, session)).get(number)
    photos = tx.reference_photos.of(person) if person is not None else []
    if not photos:
        raise not_found()
    headers = {"Content-Security-Policy": FILE_POLICY}
    return Response(thumbnail(photos[0]), media_type="image/jpeg", headers=headers)
