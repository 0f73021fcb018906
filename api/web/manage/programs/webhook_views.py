"""What the pages show of a webhook and of what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from api.application.services import Services
from api.platform import labels as words
from consent_db.accounts.records import ClientRecord
from consent_db.webhooks.outbox import Event
from consent_db.webhooks.service import BY_HAND, DeliveryRecord, WebhookRecord

EVENTS: Final = {
    Event.CHECK_COMPLETED: "One of its own checks was decided",
    Event.APPROVAL_REVOKED: "An approval has ended before its time",
    Event.APPROVAL_EXPIRED: "An approval has ended by time",
    Event.TAKEDOWN_OPENED: "A post has to come down",
    Event.TAKEDOWN_CLOSED: "A post is down, or may stay",
}


@dataclass(frozen=True, slots=True)
class WebhookView:
    """One webhook, without its secret."""

    id: str
    url: str
    client: str
    client_name: str
    events: tuple[str, ...]
    added: str
    state: str
    mood: words.Mood
    off: bool
    failed: int


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One delivery of an event, and its outcome."""

    event: str
    what: str
    at: str
    state: str
    mood: words.Mood
    answer: str
    again: bool


def view(services: Services, client: ClientRecord, record: WebhookRecord, failed: Mapping[str, int]) -> WebhookView:
    """Return a webhook of a client; `failed` is how many messages were given up, by webhook."""
    zone = services.policy.zone
    count = failed.get(record.id, 0)
    state, mood = _state(record, client, count, zone)
    return WebhookView(
        id=record.id,
        url=record.url,
        client=client.id,
        client_name=client.label,
        events=tuple(text for event, text in EVENTS.items() if event in record.events),
        added=words.day(record.created_at, zone),
        state=state,
        mood=mood,
        off=record.disabled_at is not None,
        failed=count,
    )


def _state(record: WebhookRecord, client: ClientRecord, failed: int, zone: ZoneInfo) -> tuple[str, words.Mood]:
    if record.disabled_at is not None:
        why = "Switched off" if record.disabled_why == BY_HAND else "It answered that it is gone"
        return f"{why} on {words.day(record.disabled_at, zone)}", "stop"
    if client.revoked_at is not None:
        return "Its client is revoked: nothing is told", "stop"
    return (f"{failed} not arrived", "ask") if failed else ("In use", "ok")


def delivery(one: DeliveryRecord, zone: ZoneInfo, *, off: bool) -> DeliveryView:
    """Return a message; it can be sent again unless it is on its way or the webhook is off."""
    state, mood = _became(one, zone)
    answer = "not tried yet"
    if one.last_status is not None:
        answer = f"answered {one.last_status}"
    elif one.tries:
        answer = "was not reached"
    return DeliveryView(
        event=one.event,
        what=EVENTS[one.kind],
        at=words.moment(one.at, zone),
        state=state,
        mood=mood,
        answer=answer,
        again=not off and one.next_try_at is None,
    )


def _became(one: DeliveryRecord, zone: ZoneInfo) -> tuple[str, words.Mood]:
    tries = words.count(one.tries, "try", "tries")
    if one.delivered_at is not None:
        return f"Arrived {words.moment(one.delivered_at, zone)}", "ok"
    if one.next_try_at is None:
        return f"Given up after {tries}" if one.tries else "Not sent: it was switched off", "stop"
    return (f"{tries} failed, next {words.moment(one.next_try_at, zone)}" if one.tries else "On its way"), "ask"
