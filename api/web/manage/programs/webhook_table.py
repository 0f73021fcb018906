"""Webhooks as a table: where programs are told, of what, and whether it arrives."""

from __future__ import annotations

from typing import Final

from api.application.services import Services
from api.web.manage.programs.webhook_views import EVENTS, WebhookView, view
from api.web.tables import Cell, Column, Filter, Layout, Listing, Row
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key

_STATE: Final = {"ok": "In use", "ask": "Something did not arrive", "stop": "Off"}


def webhook_table(services: Services, tx: Transaction) -> Listing[WebhookView]:
    """Return all webhooks, those first at which something is wrong."""
    failed, clients = tx.webhooks.given_up(), {client.id: client for client in tx.clients.all()}
    return Listing(
        _LAYOUT,
        [view(services, clients[webhook.client], webhook, failed) for webhook in tx.webhooks.all()],
        _row,
        lambda one: (one.url, one.client_name, *one.events),
        lambda one, _, value: one.mood == value,
    )


_LAYOUT: Final = Layout(
    path="/admin/webhooks",
    columns=(
        Column("address", "Address", lambda one: natural_key(one.url)),
        Column("program", "Program", lambda one: natural_key(one.client_name)),
        Column("events", "Is told of"),
        Column("added", "Added"),
        Column("state", "State", lambda one: ("ask", "stop", "ok").index(one.mood)),
    ),
    filters=(Filter("state", "State", _STATE),),
    sort="state",
    noun=("webhook", "webhooks"),
    form="/admin/webhooks/found",
)


def _row(one: WebhookView) -> Row:
    told = "Everything" if len(one.events) == len(EVENTS) else "; ".join(one.events)
    return Row((
        Cell(one.url, f"/admin/webhooks/{one.id}"),
        Cell(one.client_name),
        Cell(told),
        Cell(one.added),
        Cell(one.state, mood=one.mood),
    ))  # fmt: skip
