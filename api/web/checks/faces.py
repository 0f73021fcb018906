"""The page about one face: who is it, is it a face at all, or is it to be covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from fastapi import Form, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.application.checks.resolve.hand_acts import posts_up
from api.application.register.candidates import Candidates
from api.http.problems import not_found, wrong_field
from api.security.access import SIGNED_IN, allow
from api.security.requests.headers import FILE_POLICY
from api.security.routing import Router
from api.web import choices
from api.web.checks.access import viewer_of, visible_check
from api.web.checks.checks import CheckId
from api.web.checks.lists.steps import Steps, steps_of
from api.web.checks.picture import crop_suggestions, person_picker
from api.web.checks.picture.suggestions import Suggestion, agrees, offers
from api.web.checks.picture.thumbnails import thumbnail
from api.web.checks.result import views
from api.web.checks.result.asked import named_by_hand
from api.web.checks.seeing import Seeing, Sight
from api.web.templating import Page, render
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.errors import NotFound
from gatekeeper.types import PersonId

router = Router()

_SHOWN: Final = 60
Number = Annotated[int, Path(ge=1, le=10_000)]
Suggested = Annotated[str | None, Query(max_length=100)]


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
    way: str
    steps: Steps | None
    picture: views.PictureView
    face: views.FaceView
    without: crop_suggestions.PartView | None
    groups: tuple[str, ...]
    group: str
    search: str
    suggested: tuple[Suggestion, ...]
    people: tuple[person_picker.PersonChoice, ...]
    agrees: dict[str, str]
    more: int
    up: bool
    """Whether a post of the picture is up, which comes down if the face is named as another person than it is now."""


@router.get("/checks/{check_id}/faces/{number}")
@allow(SIGNED_IN)
def show_face(request: Request, check_id: CheckId, number: Number, seeing: Seeing) -> Response:
    """Show the face, and the people it may be: those of the class or event."""
    return render(_page(seeing, check_id, number, Wanted()), request.scope)


@router.post("/checks/{check_id}/faces/{number}")
@allow(SIGNED_IN)
def search_face(
    request: Request, check_id: CheckId, number: Number, wanted: Annotated[Wanted, Form()], seeing: Seeing
) -> Response:
    """Show the face, and the people of this name or class that it may be; names have no place in an address."""
    return render(_page(seeing, check_id, number, wanted), request.scope)


def _page(seeing: Sight, check_id: str, number: int, wanted: Wanted) -> FacePage:
    services, tx = seeing.services, seeing.tx
    record = visible_check(tx, check_id, seeing.session)
    picture = _picture(record, viewer_of(tx, record, seeing.session))
    face = next((face for face in picture.faces if face.number == number), None)
    if face is None:
        raise not_found()
    chosen = (record.draft.event or "") if wanted.group is None else wanted.group
    try:
        people = person_picker.people(services, tx, chosen, wanted.search)
    except NotFound as error:
        raise wrong_field("group", str(error)) from error
    bound = any(one.number == number and one.person is not None for one in record.faces)
    found, free = offers(services, tx, record, [number]).get(number), Candidates.of(services, tx, record)
    return FacePage(
        title=f"Face {number}",
        id=record.id,
        way=seeing.way.suffix,
        steps=steps_of(tx, record, seeing.session, seeing.way),
        picture=picture,
        face=face,
        without=crop_suggestions.part_without(record.facts, number) if record.facts else None,
        groups=tuple(dict.fromkeys([*([record.draft.event] if record.draft.event else []), *choices.classes(tx)])),
        group=chosen,
        search=wanted.search,
        suggested=found.people if found else (),
        people=people[:_SHOWN],
        agrees={one.id: agrees(free, number, PersonId(one.id)) for one in people[:_SHOWN]},
        more=max(0, len(people) - _SHOWN),
        up=bound and bool(posts_up(tx, record.id)),
    )


def _picture(record: CheckRecord, viewer: views.Viewer) -> views.PictureView:
    """Return the picture of a check about which something can be done.

    Raises:
        Problem: 404, there is none.
    """
    picture = views.picture_view(record.facts, {}, viewer, current=True) if record.facts else None
    if picture is None or record.state is not CheckState.DECIDED:
        raise not_found()
    return picture


@router.get("/checks/{check_id}/faces/{number}/reference")
@allow(SIGNED_IN)
def show_reference(check_id: CheckId, number: Number, seeing: Seeing, person: Suggested = None) -> Response:
    """Serve a kept reference photograph beside a face, to compare the two: of the person it was named as by hand.

    With `person`, of one who is suggested for it. Only in a picture that this member of staff
    may see, and kept by no browser.
    """
    services, tx = seeing.services, seeing.tx
    record = visible_check(tx, check_id, seeing.session)
    shown = named_by_hand(record).get(number)
    if person is not None:
        offer = offers(services, tx, record, [number]).get(number) if record.state is CheckState.DECIDED else None
        shown = next((one.id for one in offer.people if one.id == person), None) if offer else None
    photos = tx.reference_photos.of(shown) if shown is not None else []
    if not photos:
        raise not_found()
    headers = {"Content-Security-Policy": FILE_POLICY}
    return Response(thumbnail(photos[0]), media_type="image/jpeg", headers=headers)
