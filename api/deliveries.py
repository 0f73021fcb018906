"""Sends what programs are to be told, as Standard Webhooks 1.0 says, until it has arrived.

What is to be sent lies in the database (`consent_db.outbox`). A delivery is taken up
for two minutes, sent, and then noted; if the machine stops in between, it is sent
again, under the same `webhook-id`, by which a receiver knows it.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import structlog

from api.background import repeated
from api.security.outward import NotAllowed, NotReached, post
from consent_db.store import Store
from consent_db.webhooks import GONE, DeliveryRecord, WebhookRecord

log = structlog.get_logger(__name__)

_SYSTEM: Final = "system"
_LOOK_EVERY: Final = 2.0
"""Seconds between two looks for something to send."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Everything that sending needs."""

    store: Store
    clock: Callable[[], datetime]
    unsafe_to_loopback: bool = False

    def run(self, step: Callable[[], None]) -> None:
        """Write down which approvals have ended by time, then send everything that is due."""
        with self.store.reading(_SYSTEM, self.clock()) as tx:
            ended = tx.checks.some_ended()
        if ended:
            with self.store.transaction(_SYSTEM, self.clock()) as tx:
                tx.checks.end_by_time()
        self.run_waiting(step)

    def run_waiting(self, step: Callable[[], None] = lambda: None) -> int:
        """Send everything that is due; return how many tries that took.

        A webhook that fails is left alone for the rest of the round, so that one
        that hangs does not keep the others waiting.

        Args:
            step: called before each try.
        """
        count, failing = 0, set[str]()
        with self.store.reading(_SYSTEM, self.clock()) as tx:
            waiting = tx.webhooks.waiting()
        while waiting:
            with self.store.transaction(_SYSTEM, self.clock()) as tx:
                taken = tx.webhooks.take_up()
                targets = {delivery.webhook: tx.webhooks.get(delivery.webhook) for delivery in taken}
            waiting = bool(taken)
            for delivery in taken:
                step()
                if delivery.webhook not in failing:
                    count += 1
                    if not self._try(delivery, targets[delivery.webhook]):
                        failing.add(delivery.webhook)
        return count

    def _try(self, delivery: DeliveryRecord, webhook: WebhookRecord) -> bool:
        """Send once and note what came of it; return whether it has arrived."""
        status = self._send(delivery, webhook)
        arrived = status is not None and HTTPStatus(200) <= status < HTTPStatus(300)
        with self.store.transaction(_SYSTEM, self.clock()) as tx:
            if arrived and status is not None:
                tx.webhooks.arrived(delivery, status)
            else:
                tx.webhooks.failed(delivery, status)
            if status == HTTPStatus.GONE:
                tx.webhooks.disable(webhook.id, GONE)
        log.info("webhook_tried", status=status, count=delivery.tries + 1)
        return arrived

    def _send(self, delivery: DeliveryRecord, webhook: WebhookRecord) -> int | None:
        body = body_of(delivery)
        headers = signed(delivery.event, self.clock(), body, webhook.secrets)
        try:
            return post(webhook.url, body, headers, unsafe_to_loopback=self.unsafe_to_loopback)
        except (NotAllowed, NotReached) as error:
            log.info("webhook_not_reached", error=type(error).__name__)
            return None


def body_of(delivery: DeliveryRecord) -> bytes:
    """Return what is sent: what happened, when, and ids."""
    event = {"type": delivery.kind.value, "timestamp": delivery.at.isoformat(), "data": json.loads(delivery.data)}
    return json.dumps(event).encode()


def signed(event: str, now: datetime, body: bytes, secrets: tuple[str, ...]) -> dict[str, str]:
    """Return the headers by which a receiver knows the event, its moment and its sender.

    Args:
        event: the id, the same at every try.
        now: the moment of this try.
        body: exactly what is sent.
        secrets: `whsec_` and base64; each gives a signature.
    """
    moment = str(int(now.timestamp()))
    content = f"{event}.{moment}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets)
    signatures = (base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Gatekeeper",
        "webhook-id": event,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def delivering(deliveries: Deliveries) -> AbstractContextManager[None]:
    """Send what is to be sent for as long as the block lasts."""
    return repeated(deliveries.run, _LOOK_EVERY, "delivery_failed")
