"""The publication ledger: publications and take-downs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.application.publishing.receipts import ReceiptUsed
from api.application.services import Services
from api.http.dependencies import Reading, Use, Writing
from api.http.problems import not_found
from api.security.access import PROGRAM, allow
from api.security.required_scopes import Publisher
from api.security.routing import Router
from api.v1.cursors import Cursor, Limit, cursor_of, read_cursor
from api.v1.documents import ASKING, SENDING, answers, link
from api.v1.idempotency import Key, Once
from api.v1.publishing.forms import DoneForm, PublicationForm
from api.v1.publishing.models import (
    PUBLICATION_EXAMPLE,
    TAKEDOWN_EXAMPLE,
    PublicationShape,
    PublicationsShape,
    TakedownShape,
    TakedownsShape,
)
from consent_db.accounts.records import ClientRecord
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotFound
from consent_db.publishing.records import TakedownRecord
from consent_db.transaction import Transaction

router = Router(prefix="/v1", tags=["publishing"])

TakedownId = Annotated[
    str, Path(pattern=r"^tkd_[0-9a-f]{1,64}$", description="Id of the take-down.", examples=["tkd_7d20c3aa"])
]
State = Annotated[
    Literal["open", "done"], Query(description="`done`: the last hundred that were closed.", examples=["open"])
]

_NEXT: Final = {"done": link("close_takedown", "Close the take-down.", takedown_id="$response.body#/takedowns/0/id")}
_CONFLICT: Final = {409: ("conflict", "It cannot have been published in the future; report it when it is.")}


@router.post(
    "/publications",
    status_code=201,
    response_model=PublicationShape,
    responses=answers(
        *SENDING,
        404,
        409,
        "receipt-invalid",
        "receipt-used",
        "idempotency-key-reused",
        example=PUBLICATION_EXAMPLE,
        success=201,
        instead=_CONFLICT,
    )
    | {
        200: {
            "description": "This post was already reported.",
            "model": PublicationShape,
            "content": {"application/json": {"example": PUBLICATION_EXAMPLE}},
        }
    },
)
@allow(PROGRAM)
def report_publication(
    request: Request,
    form: PublicationForm,
    client: Publisher,
    services: Use,
    tx: Writing,
    idempotency_key: Key = None,
) -> Response:
    """Report a publication.

    Reporting the same post again returns the existing record. If no valid approval covers
    the post, it has to come down at once and `takedown` names its take-down.
    """
    once = Once(request, tx, client.id, idempotency_key)
    return once.answer(form.model_dump(mode="json"), lambda: _reported(services, client, tx, form))


@router.get(
    "/publications",
    response_model=PublicationsShape,
    responses=answers(*ASKING, 422, example={"publications": [PUBLICATION_EXAMPLE], "next": None}),
)
@allow(PROGRAM)
def list_publications(client: Publisher, tx: Reading, cursor: Cursor = None, limit: Limit = 50) -> PublicationsShape:
    """List publications on the client's channels, the latest first."""
    found = tx.publications.page(client.channels, read_cursor(cursor), limit + 1)
    shown, last = found[:limit], found[limit - 1 : limit]
    open_ = _open_takedowns(tx)
    return PublicationsShape(
        publications=[PublicationShape.of(record, open_.get(record.id)) for record in shown],
        next=cursor_of(last[0].published_at, last[0].id) if len(found) > limit else None,
    )


@router.get(
    "/takedowns",
    response_model=TakedownsShape,
    responses=answers(*ASKING, 422, example={"takedowns": [TAKEDOWN_EXAMPLE]}, links=_NEXT),
)
@allow(PROGRAM)
def list_takedowns(client: Publisher, tx: Reading, state: State = "open") -> TakedownsShape:
    """List take-downs on the client's channels, those due first on top."""
    found = tx.takedowns.waiting() if state == "open" else tx.takedowns.finished()
    mine = [record for record in found if record.publication.channel in client.channels]
    return TakedownsShape(takedowns=[TakedownShape.of(record, tx.now) for record in mine])


@router.post(
    "/takedowns/{takedown_id}/done",
    response_model=TakedownShape,
    responses=answers(
        *SENDING,
        404,
        409,
        example=TAKEDOWN_EXAMPLE | {"done_at": "2026-11-22T09:12:00Z", "outcome": "down"},
        instead={409: ("conflict", "This post has to come down; nothing else will do.")},
    ),
)
@allow(PROGRAM)
def close_takedown(takedown_id: TakedownId, form: DoneForm, client: Publisher, tx: Writing) -> TakedownShape:
    """Close a take-down, with proof that the post is down.

    Closing it again with the same outcome changes nothing.
    """
    record = _takedown(tx, client, takedown_id)
    if record.outcome is not form.how:
        record = tx.takedowns.done(takedown_id, form.proof, form.how)
    return TakedownShape.of(record, tx.now)


def _reported(services: Services, client: ClientRecord, tx: Transaction, form: PublicationForm) -> Response:
    check = _check(services, client, tx, form)
    before = {post.id for post in tx.publications.of_check(check.id)}
    record = tx.publications.record(form.draft(check.id, tx.now))
    if form.receipt and check.draft.request.single_use and before and record.id not in before:
        detail = "Take this second post down, and report it with check in place of receipt, so that it is on record."
        raise ReceiptUsed(detail)
    shape = PublicationShape.of(record, _open_takedowns(tx).get(record.id))
    status = HTTPStatus.OK if record.id in before else HTTPStatus.CREATED
    return JSONResponse(shape.model_dump(mode="json"), status)


def _check(services: Services, client: ClientRecord, tx: Transaction, form: PublicationForm) -> CheckRecord:
    """Return the check that a post is reported for.

    Raises:
        Problem: 404, whether there is no such check or it is for another channel.
    """
    check_id = form.check or str(services.receipts.read(form.receipt or "")["sub"])
    record = tx.checks.find(check_id)
    if record is None or record.draft.channel not in client.channels:
        raise not_found("check")
    return record


def _takedown(tx: Transaction, client: ClientRecord, takedown: str) -> TakedownRecord:
    try:
        record = tx.takedowns.get(takedown)
    except NotFound as error:
        raise not_found("take-down") from error
    if record.publication.channel not in client.channels:
        raise not_found("take-down")
    return record


def _open_takedowns(tx: Transaction) -> dict[str, str]:
    """Return the open take-down of each publication that has one."""
    return {record.publication.id: record.id for record in tx.takedowns.waiting()}
