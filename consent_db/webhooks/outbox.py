"""Transactional outbox: events are written in the transaction in which they happen, sent afterwards.

So nothing is told that did not happen, and nothing that happened is forgotten,
whenever the machine stops. An event carries ids only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import insert, select

from consent_db.core.context import Context, new_id
from consent_db.schema import ClientRow, WebhookDeliveryRow, WebhookEventRow, WebhookRow


class Event(StrEnum):
    """What a program can be told of."""

    CHECK_COMPLETED = "check.completed"
    """One of its own checks was decided, or one that takes the place of such a one."""
    APPROVAL_REVOKED = "approval.revoked"
    """An approval on one of its channels has ended before its time: do not publish."""
    APPROVAL_EXPIRED = "approval.expired"
    """An approval on one of its channels has ended by time: check the picture again before you publish."""
    TAKEDOWN_OPENED = "takedown.opened"
    TAKEDOWN_CLOSED = "takedown.closed"


def tell(context: Context, event: Event, channel: str, data: Mapping[str, str], only: str | None = None) -> None:
    """Write down that programs are to be told of something.

    Args:
        context: of the transaction in which it happens.
        event: what happened.
        channel: only programs that are for this channel are told.
        data: ids by what they are of; no names, no reasons.
        only: the actor who alone is told; None for all.
    """
    webhooks = _listening(context, event, channel, only)
    if not webhooks:
        return
    event_id = new_id("evt")
    values = {"id": event_id, "kind": event.value, "at": context.now, "data": json.dumps(dict(data))}
    context.connection.execute(insert(WebhookEventRow).values(values))
    rows = [
        {"event_id": event_id, "webhook_id": webhook, "tries": 0, "next_try_at": context.now} for webhook in webhooks
    ]
    context.connection.execute(insert(WebhookDeliveryRow), rows)


def _listening(context: Context, event: Event, channel: str, only: str | None) -> list[str]:
    """Return the webhooks that want to hear of it and may."""
    query = select(WebhookRow.id, WebhookRow.events, ClientRow.channels).join(
        ClientRow, ClientRow.id == WebhookRow.client_id
    )
    query = query.where(WebhookRow.disabled_at.is_(None), ClientRow.revoked_at.is_(None))
    if only is not None:
        query = query.where(ClientRow.id == only)
    rows = context.connection.execute(query.order_by(WebhookRow.id)).all()
    return [row.id for row in rows if event in json.loads(row.events) and channel in json.loads(row.channels)]
