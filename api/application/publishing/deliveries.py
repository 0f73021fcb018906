"""Delivers the outbox to webhooks (Standard Webhooks 1.0), with retries until it has arrived.

What is to be sent lies in the database (`consent_db.webhooks.outbox`). A delivery is taken up
for two minutes, sent, and then noted; if the machine stops in between, it is sent
again, under the same `webhook-id`, by which a receiver knows it.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import structlog

from api.platform.background import repeated
from api.platform.outward import NotAllowed, NotReached, post
from consent_db.store import Store
from consent_db.webhooks.service import GONE, DeliveryRecord, WebhookRecord

log = structlog.get_logger(__name__)

_SYSTEM: Final = "system"
_LOOK_EVERY: Final = 2.0
"""Seconds between two looks for something to send."""


WORKERS: Final = 8
"""How many webhooks are sent to at once; each try lasts ten seconds at most."""
_ROUND: Final = 30.0
"""Seconds after which a round takes nothing more up, so that what is done between rounds is done."""
_LOOK_AGAIN: Final = 0.5
"""Seconds between two looks for something to send while a receiver takes its time."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is due for one webhook."""

    webhook: WebhookRecord
    due: tuple[DeliveryRecord, ...]


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came of a batch."""

    tries: int
    arrived: bool


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Everything that sending needs."""

    store: Store
    clock: Callable[[], datetime]
    unsafe_to_loopback: bool = False

    def run(self, step: Callable[[], None]) -> None:
        """Write down which approvals have ended by time, then send everything that is due."""
        with self.store.reading(_SYSTEM, self.clock()) as tx:
            ended = tx.approvals.some_ended()
        if ended:
            with self.store.transaction(_SYSTEM, self.clock()) as tx:
                tx.approvals.end_by_time()
        self.run_waiting(step)

    def run_waiting(self, step: Callable[[], None] = lambda: None) -> int:
        """Send everything that is due; return how many tries that took.

        Each webhook has a thread of its own, up to `WORKERS`, and is sent to in
        order. One that hangs or fails delays no other: what comes due meanwhile
        for others is taken up at once. One that fails is left alone for the rest of
        the round.

        Args:
            step: called before each try; what it raises ends the round.
        """
        sending: dict[str, Future[_Sent]] = {}
        failing, count, ends = set[str](), 0, time.monotonic() + _ROUND
        with ThreadPoolExecutor(WORKERS, "delivery") as pool:
            while True:
                taken = self._taken(sending, failing) if time.monotonic() < ends else {}
                sending |= {webhook: pool.submit(self._send_all, batch, step) for webhook, batch in taken.items()}
                if not sending:
                    return count
                done, _ = wait(sending.values(), timeout=_LOOK_AGAIN, return_when=FIRST_COMPLETED)
                for webhook in [one for one, future in sending.items() if future in done]:
                    sent = sending.pop(webhook).result()
                    count += sent.tries
                    failing |= set() if sent.arrived else {webhook}

    def _taken(self, sending: Collection[str], failing: Collection[str]) -> dict[str, _Batch]:
        """Take up what is due for webhooks that are not being sent to; what a failing one is told waits."""
        if len(sending) >= WORKERS:
            return {}
        with self.store.reading(_SYSTEM, self.clock()) as tx:
            if not tx.webhooks.waiting(besides=sending):
                return {}
        with self.store.transaction(_SYSTEM, self.clock()) as tx:
            due: dict[str, list[DeliveryRecord]] = {}
            for delivery in tx.webhooks.take_up(besides=sending):
                due.setdefault(delivery.webhook, []).append(delivery)
            return {one: _Batch(tx.webhooks.get(one), tuple(due[one])) for one in due if one not in failing}

    def _send_all(self, batch: _Batch, step: Callable[[], None]) -> _Sent:
        """Send one webhook what is due, in order, until a try fails."""
        for tries, delivery in enumerate(batch.due, start=1):
            step()
            if not self._try(delivery, batch.webhook):
                return _Sent(tries, arrived=False)
        return _Sent(len(batch.due), arrived=True)

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
