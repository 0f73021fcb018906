"""Webhooks: their addresses, secrets and pending deliveries."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from consent_db.core.context import Context, new_id
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.schema import WebhookDeliveryRow, WebhookEventRow, WebhookRow
from consent_db.webhooks.outbox import Event

MOST: Final = 10
"""Webhooks of one program."""

LONGEST_OVERLAP: Final = timedelta(days=7)
"""How long an old secret may sign beside its successor."""

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""How long is waited after each try that failed; after the last, three days on, it is given up."""

LEASE: Final = timedelta(minutes=2)
"""How long a delivery that was taken up is leased to one worker; longer than any try takes."""

GONE: Final = "gone"
"""Why a webhook was disabled that answered 410."""

BY_HAND: Final = "by_hand"
"""Why a webhook was disabled by a person who looks after the school's programs."""

_PREFIX: Final = "whsec_"


@dataclass(frozen=True, slots=True)
class WebhookRecord:
    """Where a program is told.

    Attributes:
        secrets: what deliveries are signed with now, the newest first; two while it is changed.
        disabled_why: `GONE` or `BY_HAND`; None while it is in use.
    """

    id: str
    client: str
    url: str = field(repr=False)
    events: frozenset[Event]
    created_at: datetime
    secrets: tuple[str, ...] = field(repr=False)
    disabled_at: datetime | None = None
    disabled_why: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One event on its way to one webhook.

    Attributes:
        data: ids, as JSON.
        next_try_at: None once it has arrived or was given up.
        last_status: what the receiver answered; None if it was never reached.
    """

    event: str
    webhook: str
    kind: Event
    at: datetime
    data: str
    tries: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None


class Webhooks:
    """Webhooks and their deliveries, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, client: str, url: str, events: Collection[Event]) -> WebhookRecord:
        """Tell a program from now on; whether the address may be used is the caller's to ask.

        Raises:
            NotPossible: it has ten already.
        """
        if len(self.of(client)) >= MOST:
            message = f"A program has at most {MOST} webhooks; delete one first."
            raise NotPossible(message)
        row_id = new_id("whk")
        values: dict[str, Any] = {"id": row_id, "client_id": client, "sealed": self._seal(row_id, url, [_new_secret()])}
        values |= {"events": json.dumps(sorted(events)), "created_at": self._context.now}
        self._context.connection.execute(insert(WebhookRow).values(values))
        self._context.log("webhook.added", row_id, {"client": client, "events": sorted(events)})
        return self.get(row_id)

    def get(self, webhook: str) -> WebhookRecord:
        """Return one.

        Raises:
            NotFound: there is none of this id.
        """
        query = select(WebhookRow.__table__).where(WebhookRow.id == webhook)
        row = self._context.connection.execute(query).one_or_none()
        if row is None:
            message = "There is no webhook of this id."
            raise NotFound(message)
        return self._record(row)

    def of(self, client: str) -> list[WebhookRecord]:
        """Return a program's webhooks, the oldest first."""
        query = select(WebhookRow.__table__).where(WebhookRow.client_id == client)
        rows = self._context.connection.execute(query.order_by(WebhookRow.created_at, WebhookRow.id)).all()
        return [self._record(row) for row in rows]

    def all(self) -> list[WebhookRecord]:
        """Return all webhooks, the oldest first."""
        rows = self._context.connection.execute(select(WebhookRow.__table__).order_by(WebhookRow.created_at)).all()
        return [self._record(row) for row in rows]

    def rotate(self, webhook: str, overlap: timedelta) -> WebhookRecord:
        """Sign with another secret; the one before signs too for `overlap`.

        Raises:
            NotFound: there is none of this id.
            NotPossible: the overlap is longer than seven days.
        """
        if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
            message = f"The old secret can stay for {LONGEST_OVERLAP.days} days at most; choose fewer."
            raise NotPossible(message)
        record = self.get(webhook)
        sealed = self._seal(webhook, record.url, [_new_secret(), record.secrets[0]])
        self._update(webhook, sealed=sealed, old_secret_until=self._context.now + overlap)
        self._context.log("webhook.rotated", webhook)
        return self.get(webhook)

    def delete(self, webhook: str) -> None:
        """Tell it nothing more, and forget what was on its way."""
        execute = self._context.connection.execute
        execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook))
        execute(delete(WebhookRow).where(WebhookRow.id == webhook))
        self._context.log("webhook.deleted", webhook)

    def enable(self, webhook: str) -> None:
        """Tell a webhook again what happens from now on; what it has missed is for `replay`."""
        self._update(webhook, disabled_at=None, disabled_why=None)
        self._context.log("webhook.enabled", webhook)

    def replay(self, webhook: str, since: datetime) -> int:
        """Send everything again that happened since a moment, also to a webhook that was gone; return how much.

        Raises:
            NotFound: there is none of this id.
            NotPossible: it was disabled by hand.
        """
        if self.get(webhook).disabled_why == BY_HAND:
            message = "This webhook was switched off by hand; ask an administrator to switch it on again."
            raise NotPossible(message)
        self._update(webhook, disabled_at=None, disabled_why=None)
        events = select(WebhookEventRow.id).where(WebhookEventRow.at >= since)
        return self._again(webhook, WebhookDeliveryRow.event_id.in_(events))

    def replay_failed(self, webhook: str) -> int:
        """Send everything again that has not arrived and was given up; return how much."""
        return self._again(webhook, _GIVEN_UP)

    def replay_one(self, webhook: str, event: str) -> None:
        """Send one event again, whether it has arrived or not.

        Raises:
            NotFound: this webhook was never told of it.
        """
        if not self._again(webhook, WebhookDeliveryRow.event_id == event):
            message = "This webhook was not told of an event of this id; look at its list again."
            raise NotFound(message)

    def _again(self, webhook: str, which: ColumnElement[bool]) -> int:
        query = update(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook, which)
        again = {"tries": 0, "next_try_at": self._context.now, "delivered_at": None, "last_status": None}
        count = self._context.connection.execute(query.values(again)).rowcount
        self._context.log("webhook.replayed", webhook, {"deliveries": count})
        return count

    # --- deliveries --------------------------------------------------------------

    def deliveries(self, webhook: str, limit: int = 100, *, given_up: bool = False) -> list[DeliveryRecord]:
        """Return what a webhook was or will be told, or only what was given up; the latest first."""
        query = _DELIVERIES.where(WebhookDeliveryRow.webhook_id == webhook)
        query = query.where(_GIVEN_UP) if given_up else query
        query = query.order_by(WebhookEventRow.at.desc(), WebhookEventRow.id.desc()).limit(limit)
        return [_delivery(row) for row in self._context.connection.execute(query)]

    def given_up(self) -> dict[str, int]:
        """Return, by webhook, how many deliveries have not arrived and are not tried any more."""
        query = select(WebhookDeliveryRow.webhook_id, func.count()).where(_GIVEN_UP)
        rows = self._context.connection.execute(query.group_by(WebhookDeliveryRow.webhook_id))
        return {webhook: count for webhook, count in rows}  # noqa: C416, rows are no pairs

    def waiting(self, besides: Collection[str] = ()) -> bool:
        """Say whether there is something to send now, to other webhooks than these."""
        due = select(WebhookDeliveryRow.event_id).where(self._due(besides))
        return self._context.connection.execute(due.limit(1)).first() is not None

    def take_up(self, limit: int = 20, besides: Collection[str] = ()) -> list[DeliveryRecord]:
        """Return what is to be sent now to other webhooks than these, what happened first; it is leased for a while."""
        query = _DELIVERIES.where(self._due(besides))
        query = query.order_by(WebhookEventRow.at, WebhookEventRow.id, WebhookDeliveryRow.webhook_id).limit(limit)
        taken = [_delivery(row) for row in self._context.connection.execute(query)]
        for delivery in taken:
            self._note(delivery, next_try_at=self._context.now + LEASE)
        return taken

    def _due(self, besides: Collection[str]) -> ColumnElement[bool]:
        return (WebhookDeliveryRow.next_try_at <= self._context.now) & WebhookDeliveryRow.webhook_id.not_in(besides)

    def arrived(self, delivery: DeliveryRecord, status: int) -> None:
        """Note that a delivery has arrived."""
        self._note(delivery, next_try_at=None, delivered_at=self._context.now, last_status=status)

    def failed(self, delivery: DeliveryRecord, status: int | None) -> None:
        """Note that a try failed; the next follows later, and later each time, for three days."""
        again = self._context.now + PAUSES[delivery.tries] if delivery.tries < len(PAUSES) else None
        self._note(delivery, tries=delivery.tries + 1, next_try_at=again, last_status=status)

    def disable(self, webhook: str, why: str) -> None:
        """Tell a webhook nothing more until it is asked to be told again."""
        self._update(webhook, disabled_at=self._context.now, disabled_why=why)
        query = update(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook)
        self._context.connection.execute(query.values(next_try_at=None))
        self._context.log("webhook.disabled", webhook, {"why": why})

    def _note(self, delivery: DeliveryRecord, **values: object) -> None:
        mine = (WebhookDeliveryRow.event_id == delivery.event) & (WebhookDeliveryRow.webhook_id == delivery.webhook)
        self._context.connection.execute(update(WebhookDeliveryRow).where(mine).values(values))

    def _update(self, webhook: str, **values: object) -> None:
        self._context.connection.execute(update(WebhookRow).where(WebhookRow.id == webhook).values(values))

    def _seal(self, webhook: str, url: str, signed_with: list[str]) -> bytes:
        return self._context.seal([url, signed_with], _place(webhook))

    def _record(self, row: Row[*tuple[Any, ...]]) -> WebhookRecord:
        url, signed_with = self._context.open(row.sealed, _place(row.id))
        overlapping = row.old_secret_until is not None and self._context.now < row.old_secret_until
        return WebhookRecord(
            id=row.id,
            client=row.client_id,
            url=url,
            events=frozenset(map(Event, json.loads(row.events))),
            created_at=row.created_at,
            secrets=tuple(signed_with if overlapping else signed_with[:1]),
            disabled_at=row.disabled_at,
            disabled_why=row.disabled_why,
        )


_GIVEN_UP: Final = WebhookDeliveryRow.next_try_at.is_(None) & WebhookDeliveryRow.delivered_at.is_(None)
_DELIVERIES: Final = select(
    WebhookDeliveryRow.__table__, WebhookEventRow.kind, WebhookEventRow.at, WebhookEventRow.data
).join(WebhookEventRow, WebhookEventRow.id == WebhookDeliveryRow.event_id)


def forget_before(context: Context, moment: datetime) -> None:
    """Forget what was told, or given up, before a moment."""
    old = select(WebhookEventRow.id).where(WebhookEventRow.at < moment)
    over = WebhookDeliveryRow.event_id.in_(old) & WebhookDeliveryRow.next_try_at.is_(None)
    context.connection.execute(delete(WebhookDeliveryRow).where(over))
    kept = select(WebhookDeliveryRow.event_id)
    context.connection.execute(
        delete(WebhookEventRow).where(WebhookEventRow.at < moment, WebhookEventRow.id.not_in(kept))
    )


def _new_secret() -> str:
    """Return a secret as Standard Webhooks writes it: 32 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _delivery(row: Row[*tuple[Any, ...]]) -> DeliveryRecord:
    return DeliveryRecord(
        event=row.event_id,
        webhook=row.webhook_id,
        kind=Event(row.kind),
        at=row.at,
        data=row.data,
        tries=row.tries,
        next_try_at=row.next_try_at,
        delivered_at=row.delivered_at,
        last_status=row.last_status,
    )


def _place(webhook: str) -> Place:
    return Place("webhooks", webhook, "sealed")
