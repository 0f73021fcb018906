"""Pictures that were sent together: how far they are, and all that were approved as one file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Form, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from api.http.dependencies import Session, Use, Writing
from api.http.problems import Problem, too_large
from api.platform import labels as words
from api.platform.zipping import zipped
from api.security.access import SIGNED_IN, allow
from api.security.routing import Router
from api.web import choices
from api.web.checks.seeing import Seeing
from api.web.forms import BatchFields
from api.web.templating import Page, render
from api.web.uploads import batch_grid
from api.web.uploads.batch_access import BatchId, own, visible
from api.web.uploads.batch_zip import members
from api.web.uploads.questions import Questions, questions
from api.web.uploads.sending import address_known, fits, send_to
from consent_db.checks.batch.batch_pictures import Standing
from consent_db.checks.batch.batches import MOST

router = Router()

Count = Annotated[int, Form()]
Names = Annotated[tuple[Annotated[str, Field(max_length=1_000)], ...], Form(max_length=MOST)]

_STILL_COMING: Final = timedelta(minutes=10)
"""How long after its beginning a batch may still be arriving."""
_LONGEST_PAUSE: Final = 10
"""Seconds between two looks at a large batch; pictures in sight are fetched at each."""


@dataclass(frozen=True, slots=True)
class Told:
    """For how many pictures something was just said, and for how many it could not be said any more."""

    begun: int = 0
    refused: int = 0


def told_before(
    begun: Annotated[int, Query(ge=0, le=MOST)] = 0, refused: Annotated[int, Query(ge=0, le=MOST)] = 0
) -> Told:
    """Read what the address says of it."""
    return Told(begun, refused)


Before = Annotated[Told, Depends(told_before)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage(Page):
    """One batch."""

    template: ClassVar[str] = "batch.html"
    nav: str = "list"
    id: str
    created: str
    expected: int
    arrived: int
    finished: int
    approved: int
    missing: tuple[str, ...]
    grid: batch_grid.Grid
    questions: Questions
    told: Told


@router.post("/batches", status_code=HTTPStatus.CREATED)
@allow(SIGNED_IN)
def start(expected: Count, tx: Writing, name: Names = ()) -> Response:
    """Begin a batch whose pictures are sent one by one; `Location` says where it is."""
    batch = tx.batches.start(expected, name)
    return Response(status_code=HTTPStatus.CREATED, headers={"Location": f"/batches/{batch}"})


@router.post("/batches/{batch_id}/pictures", status_code=HTTPStatus.CREATED)
@allow(SIGNED_IN)
def add(batch_id: BatchId, services: Use, session: Session, fields: Annotated[BatchFields, Form()]) -> Response:
    """Take one picture of a batch in."""
    draft, user = fields.draft(services.policy.zone), session.user.id
    with services.store.reading(user, services.clock()) as tx:
        own(tx, batch_id, session)
        if not address_known(tx, draft):
            detail = "Choose a channel and a class or event from the lists."
            raise Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    size = fields.photo.size or 0 if fields.photo is not None else 0
    if fields.photo is None or not fits(services, size):
        raise too_large(services.settings.max_upload_bytes)
    check = send_to(services, batch_id, fields.photo.file.read(), draft, user, fields.place)
    return Response(status_code=HTTPStatus.CREATED, headers={"Location": f"/checks/{check}"})


@router.get("/batches/{batch_id}")
@allow(SIGNED_IN)
def show_batch(
    request: Request, batch_id: BatchId, seeing: Seeing, told: Before, show: batch_grid.Show = ""
) -> Response:
    """Show how far the pictures are; while some are examined, the page looks again by itself."""
    services, tx = seeing.services, seeing.tx
    batch = visible(tx, batch_id, seeing.session)
    pictures = tx.batches.pictures(batch)
    counts = Counter(one.standing for one in pictures)
    waiting = counts[Standing.WAITING]
    coming = len(batch.checks) < batch.expected and services.clock() - batch.created_at < _STILL_COMING
    page = BatchPage(
        title=f"{batch.expected} pictures",
        refresh=min(_LONGEST_PAUSE, 2 + waiting // 4) if waiting or coming else None,
        id=batch.id,
        created=words.moment(batch.created_at, services.policy.zone),
        expected=batch.expected,
        arrived=len(batch.checks),
        finished=len(pictures) - waiting,
        approved=counts[Standing.APPROVED],
        missing=batch.missing,
        grid=batch_grid.grid(pictures, show, services.policy.zone),
        questions=Questions() if waiting else questions(services, tx, pictures),
        told=told,
    )
    return render(page, request.scope)


@router.get("/batches/{batch_id}/approved.zip")
@allow(SIGNED_IN)
def download(batch_id: BatchId, services: Use, session: Session, tx: Writing) -> Response:
    """Hand out every picture of the batch whose approval stands, each asked for again as it goes out.

    The audit names them before the first byte leaves, so that a hand-out that breaks off is in it too.
    """
    pictures = tx.batches.pictures(visible(tx, batch_id, session))
    approved = tx.checks.several([one.id for one in pictures if one.standing is Standing.APPROVED])
    if not approved:
        detail = "No picture of this batch is approved. Open the blocked ones and sort out what is in the way."
        raise Problem("conflict", HTTPStatus.CONFLICT, detail)
    tx.hand_outs.zipped(batch_id, [record.id for record in approved])
    headers = {"Content-Disposition": 'attachment; filename="approved-pictures.zip"'}
    found = members(services, approved, choices.channel_titles(tx))
    return StreamingResponse(zipped(found), media_type="application/zip", headers=headers)
