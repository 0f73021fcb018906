"""Webhooks: create, list, delete, rotate the secret, list deliveries, replay."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.http.dependencies import Reading, Use, Writing
from api.http.models import Shape
from api.http.problems import FieldProblem, Problem, not_found
from api.platform.outward import NotAllowed, allowed
from api.security.access import PROGRAM, allow
from api.security.required_scopes import Publisher
from api.security.routing import Router
from api.v1.checks.forms import Moment
from api.v1.documents import ASKING, SENDING, answers, link
from api.v1.idempotency import Key, Once
from api.v1.publishing.forms import Address
from consent_db.accounts.records import ClientRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from consent_db.webhooks.outbox import Event
from consent_db.webhooks.service import WebhookRecord

router = Router(prefix="/v1/webhooks", tags=["webhooks"])

WebhookId = Annotated[
    str, Path(pattern=r"^whk_[0-9a-f]{1,64}$", description="Id of the webhook.", examples=["whk_52ab7c"])
]


class WebhookForm(BaseModel):
    """The address of a webhook, and the events it subscribes to."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"url": "https://scheduler.example/gatekeeper"}]}
    )

    url: Address = Field(description="An https address on the public internet.")
    events: list[Event] = Field(default=list(Event), min_length=1, max_length=len(Event))


class SecretForm(BaseModel):
    """Rotation of the signing secret."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: int = Field(
        default=24, ge=0, le=168, strict=True, description="Hours during which the previous secret signs as well."
    )


class ReplayForm(BaseModel):
    """The moment from which events are sent again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"since": "2026-11-20T08:00:00Z"}]})

    since: Moment


class WebhookShape(Shape):
    """One webhook."""

    id: str
    url: str
    events: list[Event]
    created_at: datetime
    disabled_at: datetime | None
    disabled_why: str | None = Field(
        description="`gone`: it answered 410, and a replay enables it again; `by_hand`: an administrator did it."
    )
    secret: str | None = Field(default=None, description="Shown once, when it is made.")


class WebhooksShape(Shape):
    """The client's webhooks, the oldest first."""

    webhooks: list[WebhookShape]


class DeliveryShape(Shape):
    """One delivery of an event."""

    event: str = Field(description="Id of the event, the same as the header `webhook-id`.")
    type: Event
    at: datetime
    tries: int = Field(description="Number of failed attempts.")
    next_try_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None


class DeliveriesShape(Shape):
    """The last hundred deliveries, the latest first."""

    deliveries: list[DeliveryShape]


class ReplayedShape(Shape):
    """The number of events that are sent again."""

    queued: int


_EXAMPLE: Final[dict[str, Any]] = {
    "id": "whk_52ab7c",
    "url": "https://scheduler.example/gatekeeper",
    "events": sorted(Event),
    "created_at": "2026-11-20T09:00:00Z",
    "disabled_at": None,
    "disabled_why": None,
    "secret": None,
}
_SECRET: Final = {"secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}
_NEXT: Final = {
    "deliveries": link("list_deliveries", "List the deliveries.", webhook_id="$response.body#/id"),
    "secret": link("change_secret", "Rotate the signing secret.", webhook_id="$response.body#/id"),
    "replay": link("replay", "Replay events.", webhook_id="$response.body#/id"),
    "end": link("delete_webhook", "Delete the webhook.", webhook_id="$response.body#/id"),
}
_FULL: Final = {409: ("conflict", "A program has at most 10 webhooks; delete one first.")}
_OFF: Final = {409: ("conflict", "This webhook was switched off by hand; ask an administrator to switch it on again.")}


@router.post(
    "",
    status_code=201,
    response_model=WebhookShape,
    responses=answers(
        *SENDING,
        409,
        "idempotency-key-reused",
        example=_EXAMPLE | _SECRET,
        success=201,
        instead=_FULL,
        links=_NEXT,
    ),
)
@allow(PROGRAM)
def add_webhook(
    request: Request, form: WebhookForm, client: Publisher, services: Use, tx: Writing, idempotency_key: Key = None
) -> Response:
    """Create a webhook.

    The answer contains the secret that deliveries are signed with; it is shown only once.
    """
    _must_be_allowed(form.url, unsafe_to_loopback=services.settings.unsafe_webhooks_to_loopback)

    def add() -> Response:
        return _with_secret(tx.webhooks.add(client.id, form.url, form.events), HTTPStatus.CREATED)

    return Once(request, tx, client.id, idempotency_key).answer(form.model_dump(mode="json"), add)


@router.get("", response_model=WebhooksShape, responses=answers(*ASKING, example={"webhooks": [_EXAMPLE]}))
@allow(PROGRAM)
def list_webhooks(client: Publisher, tx: Reading) -> WebhooksShape:
    """List webhooks of the client."""
    return WebhooksShape(webhooks=[_shape(record) for record in tx.webhooks.of(client.id)])


@router.delete("/{webhook_id}", status_code=204, responses=answers(*ASKING, 404), response_class=Response)
@allow(PROGRAM)
def delete_webhook(webhook_id: WebhookId, client: Publisher, tx: Writing) -> Response:
    """Delete a webhook."""
    tx.webhooks.delete(_own(tx, client, webhook_id).id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/{webhook_id}/secret",
    response_model=WebhookShape,
    responses=answers(*SENDING, 404, "idempotency-key-reused", example=_EXAMPLE | _SECRET),
)
@allow(PROGRAM)
def change_secret(
    request: Request,
    webhook_id: WebhookId,
    form: SecretForm,
    client: Publisher,
    tx: Writing,
    idempotency_key: Key = None,
) -> Response:
    """Rotate the signing secret of a webhook.

    For `overlap_hours` deliveries are signed with both secrets.
    """

    def change() -> Response:
        own = _own(tx, client, webhook_id)
        return _with_secret(tx.webhooks.rotate(own.id, timedelta(hours=form.overlap_hours)), HTTPStatus.OK)

    return Once(request, tx, client.id, idempotency_key).answer(form.model_dump(mode="json"), change)


@router.get(
    "/{webhook_id}/deliveries",
    response_model=DeliveriesShape,
    responses=answers(
        *ASKING,
        404,
        example={
            "deliveries": [
                {
                    "event": "evt_0f6d2c",
                    "type": "approval.revoked",
                    "at": "2026-11-20T11:00:00Z",
                    "tries": 1,
                    "next_try_at": None,
                    "delivered_at": "2026-11-20T11:00:07Z",
                    "last_status": 200,
                }
            ]
        },
    ),
)
@allow(PROGRAM)
def list_deliveries(webhook_id: WebhookId, client: Publisher, tx: Reading) -> DeliveriesShape:
    """List deliveries of a webhook, with failed attempts and the next retry."""
    found = tx.webhooks.deliveries(_own(tx, client, webhook_id).id)
    return DeliveriesShape(
        deliveries=[
            DeliveryShape(
                event=one.event,
                type=one.kind,
                at=one.at,
                tries=one.tries,
                next_try_at=one.next_try_at,
                delivered_at=one.delivered_at,
                last_status=one.last_status,
            )
            for one in found
        ]
    )


@router.post(
    "/{webhook_id}/replay",
    status_code=202,
    response_model=ReplayedShape,
    responses=answers(*SENDING, 404, 409, example={"queued": 3}, success=202, instead=_OFF),
)
@allow(PROGRAM)
def replay(webhook_id: WebhookId, form: ReplayForm, client: Publisher, tx: Writing) -> ReplayedShape:
    """Replay the events since a moment.

    A webhook that was disabled because it answered 410 is enabled again.
    """
    return ReplayedShape(queued=tx.webhooks.replay(_own(tx, client, webhook_id).id, form.since))


def _own(tx: Transaction, client: ClientRecord, webhook: str) -> WebhookRecord:
    """Return a webhook of this client.

    Raises:
        Problem: 404, whether there is none or it belongs to another client.
    """
    try:
        record = tx.webhooks.get(webhook)
    except NotFound as error:
        raise not_found("webhook") from error
    if record.client != client.id:
        raise not_found("webhook")
    return record


def _must_be_allowed(url: str, *, unsafe_to_loopback: bool) -> None:
    try:
        allowed(url, unsafe_to_loopback=unsafe_to_loopback)
    except NotAllowed as error:
        problem = Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, "Give another address for the webhook.")
        problem.errors = [FieldProblem(field="url", detail=str(error))]
        raise problem from error


def _with_secret(record: WebhookRecord, status: HTTPStatus) -> Response:
    return JSONResponse(_shape(record, record.secrets[0]).model_dump(mode="json"), status)


def _shape(record: WebhookRecord, secret: str | None = None) -> WebhookShape:
    return WebhookShape(
        id=record.id,
        url=record.url,
        events=sorted(record.events),
        created_at=record.created_at,
        disabled_at=record.disabled_at,
        disabled_why=record.disabled_why,
        secret=secret,
    )
