"""Webhooks, their outbox, and the deliveries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consent_db.schema.base import Table


class WebhookRow(Table):
    """Where a program wants to be told; address and secrets are sealed."""

    __tablename__ = "webhooks"
    id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id"), index=True)
    sealed: Mapped[bytes]
    events: Mapped[str]
    old_secret_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]


class WebhookEventRow(Table):
    """Something that happened: ids only. Written in the transaction in which it happens."""

    __tablename__ = "webhook_events"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    data: Mapped[str]


class WebhookDeliveryRow(Table):
    """One event on its way to one webhook; with `next_try_at` it still has to arrive."""

    __tablename__ = "webhook_deliveries"
    event_id: Mapped[str] = mapped_column(ForeignKey("webhook_events.id"), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"), primary_key=True, index=True)
    tries: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
