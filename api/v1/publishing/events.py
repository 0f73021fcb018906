"""The events, for the OpenAPI document: one webhook each (Standard Webhooks 1.0)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header
from pydantic import ConfigDict, create_model

from api.http.models import Shape
from consent_db.webhooks.outbox import Event

router = APIRouter(tags=["events"], generate_unique_id_function=lambda route: route.name)

EventId = Annotated[str, Header(alias="webhook-id", description="Id of the event, the same on every attempt.")]
SentAt = Annotated[
    str, Header(alias="webhook-timestamp", description="Time of this attempt, in seconds since 1970 (Unix time).")
]
Signature = Annotated[
    str, Header(alias="webhook-signature", description="`v1,` and base64; two signatures while the secret is rotated.")
]


class CheckData(Shape):
    """The id of a check."""

    check: str


class TakedownData(Shape):
    """The ids of a take-down and of its post."""

    takedown: str
    publication: str


_SAID: Final[dict[Event, tuple[type[Shape], str]]] = {
    Event.CHECK_COMPLETED: (CheckData, "A check was decided: retrieve it."),
    Event.APPROVAL_REVOKED: (CheckData, "An approval was withdrawn: remove the post from the queue."),
    Event.APPROVAL_EXPIRED: (CheckData, "An approval has expired: create a new check of the picture."),
    Event.TAKEDOWN_OPENED: (TakedownData, "A take-down was opened: take the post down."),
    Event.TAKEDOWN_CLOSED: (TakedownData, "A take-down was closed."),
}


def _described(event: Event, data: type[Shape], why: str) -> None:
    name = event.value.replace(".", "_")
    words = "".join(part.capitalize() for part in name.split("_"))
    kind: Any = Literal[event.value]
    shape = create_model(
        f"{words}Event",
        __config__=ConfigDict(extra="forbid"),
        __doc__=why,
        type=(kind, ...),
        timestamp=(datetime, ...),
        data=(data, ...),
    )
    router.post(
        event.value,
        name=f"on_{name}",
        summary=why.partition(":")[0].rstrip(".") + ".",
        description=f"{why} Answer with any 2xx within ten seconds; 410 disables the webhook.",
        status_code=204,
    )(_taking(shape))


def _taking(shape: type[Any]) -> Callable[..., None]:
    def told(body: Any, webhook_id: EventId, webhook_timestamp: SentAt, webhook_signature: Signature) -> None:
        """Describe one event; the document needs the signature alone."""

    told.__annotations__["body"] = shape
    return told


for _event, (_data, _why) in _SAID.items():
    _described(_event, _data, _why)
