"""Webhooks: where programs are told what happens, what has arrived, and what is to be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import Form, Path, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits
from starlette.responses import RedirectResponse, Response

from api.application.services import Services
from api.http.dependencies import Reading, Session, Use, Writing
from api.http.problems import not_found
from api.platform.outward import NotAllowed, allowed
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.security.scopes import Scope
from api.web import choices, tables
from api.web.manage.programs.webhook_table import webhook_table
from api.web.manage.programs.webhook_views import EVENTS, DeliveryView, WebhookView, delivery, view
from api.web.templating import Page, render
from api.web.undoing import Past, WayBacks, done
from consent_db.accounts.records import ClientRecord, SessionRecord
from consent_db.errors import NotFound, NotPossible
from consent_db.transaction import Transaction
from consent_db.webhooks.outbox import Event
from consent_db.webhooks.service import BY_HAND, WebhookRecord

router = Router(prefix="/admin/webhooks")

WebhookId = Annotated[str, Path(pattern=r"^whk_[0-9a-f]{32}$")]
EventId = Annotated[str, Form(pattern=r"^(evt_[0-9a-f]{32})?$")]
Overlap = Annotated[int, Form(ge=0, le=168)]

Sent = Annotated[tables.Sent, Form()]

OVERLAPS: Final = {0: "at once", 1: "in an hour", 24: "in a day", 168: "in a week"}


class NewWebhook(BaseModel):
    """The form for one more."""

    model_config = ConfigDict(extra="ignore")

    client: str = Limits(default="", max_length=100)
    url: str = Limits(default="", max_length=2000)
    events: list[Event] = Limits(default=[], max_length=len(Event))


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksPage(Page):
    """Every webhook, and a form for one more."""

    template: ClassVar[str] = "webhooks.html"
    nav: str = "webhooks"
    table: tables.Table
    clients: tuple[choices.Choice, ...]
    events: Mapping[Event, str]
    unlocked: bool
    filled: NewWebhook
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPage(Page):
    """One webhook with its deliveries; just after its secret was made, with the secret."""

    template: ClassVar[str] = "webhook.html"
    nav: str = "webhooks"
    webhook: WebhookView
    given_up: tuple[DeliveryView, ...]
    deliveries: tuple[DeliveryView, ...]
    overlaps: Mapping[int, str]
    unlocked: bool
    secret: str | None = None
    past: tuple[Past, ...] = ()


@router.get("")
@allow(ADMIN)
def show_webhooks(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show the webhooks that the address asks for."""
    found = webhook_table(services, tx)
    return render(_webhooks_page(services, tx, session, found.table(found.asked(request.query_params))), request.scope)


@router.post("/found")
@allow(ADMIN)
def search_webhooks(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show the webhooks that match what was typed."""
    return webhook_table(services, tx).answer(
        request.query_params,
        sent,
        lambda found: render(_webhooks_page(services, tx, session, found), request.scope),
    )


@router.post("/list.csv")
@allow(ADMIN.just_now)
def hand_out_webhooks(request: Request, services: Use, tx: Writing, sent: Sent) -> Response:
    """Hand out the webhooks that are found, on all pages, as a file."""
    return webhook_table(services, tx).hand_out(tx, request.query_params, sent, "webhooks")


@router.post("")
@allow(ADMIN.just_now)
def add_webhook(
    request: Request, services: Use, session: Session, tx: Writing, fields: Annotated[NewWebhook, Form()]
) -> Response:
    """Tell a program from now on, and show the secret, once."""
    error, record = _why_not(services, tx, fields), None
    if error is None:
        try:
            record = tx.webhooks.add(fields.client, fields.url.strip(), fields.events)
        except NotPossible as refused:
            error = str(refused)
    if record is None:
        webhooks = webhook_table(services, tx)
        page = _webhooks_page(services, tx, session, webhooks.table(webhooks.asked({})))
        return render(replace(page, filled=fields, error=error), request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    return render(_one(services, tx, session, record.id, record.secrets[0]), request.scope, HTTPStatus.CREATED)


@router.get("/{webhook_id}")
@allow(ADMIN)
def show_webhook(
    request: Request, webhook_id: WebhookId, services: Use, session: Session, tx: Reading, ways: WayBacks
) -> Response:
    """Show one webhook and what it was told; after a change what it did, and the way back."""
    page, here = _one(services, tx, session, webhook_id), f"/admin/webhooks/{webhook_id}"
    return render(replace(page, notice=ways.notice(tx, here), past=ways.past(tx, webhook_id, here)), request.scope)


@router.post("/{webhook_id}/secret")
@allow(ADMIN.just_now)
def change_secret(
    request: Request, webhook_id: WebhookId, services: Use, session: Session, tx: Writing, overlap: Overlap = 24
) -> Response:
    """Sign with another secret, and show it, once; the one before signs too for some hours."""
    record = tx.webhooks.rotate(_found(tx, webhook_id).id, timedelta(hours=overlap))
    return render(_one(services, tx, session, webhook_id, record.secrets[0]), request.scope, HTTPStatus.CREATED)


@router.post("/{webhook_id}/disable")
@allow(ADMIN)
def disable(webhook_id: WebhookId, tx: Writing) -> Response:
    """Disable a webhook until it is enabled again."""
    tx.webhooks.disable(_found(tx, webhook_id).id, BY_HAND)
    return done(tx, f"/admin/webhooks/{webhook_id}", webhook_id)


@router.post("/{webhook_id}/enable")
@allow(ADMIN.just_now)
def enable(webhook_id: WebhookId, tx: Writing) -> Response:
    """Tell it again what happens from now on."""
    tx.webhooks.enable(_found(tx, webhook_id).id)
    return done(tx, f"/admin/webhooks/{webhook_id}", webhook_id)


@router.post("/{webhook_id}/replay")
@allow(ADMIN)
def replay(webhook_id: WebhookId, tx: Writing, event: EventId = "") -> Response:
    """Send one event again, or everything that was given up."""
    webhook = _found(tx, webhook_id)
    if webhook.disabled_at is not None:
        message = "This webhook is switched off; switch it on before you send anything again."
        raise NotPossible(message)
    if event:
        tx.webhooks.replay_one(webhook.id, event)
    else:
        tx.webhooks.replay_failed(webhook.id)
    return _back(webhook_id)


@router.post("/{webhook_id}/deletion")
@allow(ADMIN.just_now)
def delete(webhook_id: WebhookId, tx: Writing) -> Response:
    """Forget it, with what was on its way."""
    tx.webhooks.delete(_found(tx, webhook_id).id)
    return RedirectResponse("/admin/webhooks", HTTPStatus.SEE_OTHER)


def _back(webhook: str) -> Response:
    return RedirectResponse(f"/admin/webhooks/{webhook}", HTTPStatus.SEE_OTHER)


def _found(tx: Transaction, webhook: str) -> WebhookRecord:
    try:
        return tx.webhooks.get(webhook)
    except NotFound as error:
        raise not_found() from error


def _why_not(services: Services, tx: Transaction, fields: NewWebhook) -> str | None:
    """Return why this cannot be added, in a sentence."""
    if fields.client not in {client.id for client in _publishers(services, tx)}:
        return "Choose the program that is told."
    if not fields.events:
        return "Choose at least one thing that it is told of."
    try:
        allowed(fields.url.strip(), unsafe_to_loopback=services.settings.unsafe_webhooks_to_loopback)
    except NotAllowed as refused:
        return str(refused)
    return None


def _publishers(services: Services, tx: Transaction) -> list[ClientRecord]:
    """Return the programs that publish, whose keys are good."""
    now = services.clock()
    return [client for client in tx.clients.all() if client.is_good(now) and Scope.PUBLISH in client.scopes]


def _webhooks_page(services: Services, tx: Transaction, session: SessionRecord, found: tables.Table) -> WebhooksPage:
    return WebhooksPage(
        title="Webhooks",
        table=tables.with_saved(tx, session.user.id, found),
        clients=tuple(choices.Choice(client.id, client.label) for client in _publishers(services, tx)),
        events=EVENTS,
        unlocked=proved_lately(session, services.clock()),
        filled=NewWebhook(events=list(Event)),
    )


def _one(
    services: Services, tx: Transaction, session: SessionRecord, webhook: str, secret: str | None = None
) -> WebhookPage:
    record, zone = _found(tx, webhook), services.policy.zone
    off = record.disabled_at is not None
    given_up, latest = tx.webhooks.deliveries(webhook, given_up=True), tx.webhooks.deliveries(webhook)
    shown = view(services, tx.clients.get(record.client), record, tx.webhooks.given_up())
    return WebhookPage(
        title=f"Webhook of {shown.client_name}",
        webhook=shown,
        given_up=tuple(delivery(one, zone, off=off) for one in given_up),
        deliveries=tuple(delivery(one, zone, off=off) for one in latest if one not in given_up),
        overlaps=OVERLAPS,
        unlocked=proved_lately(session, services.clock()),
        secret=secret,
    )
