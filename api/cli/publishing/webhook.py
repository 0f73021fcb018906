"""`gatekeeper webhook`: where programs are told what happens, and what is to be sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.options import Data, out, settings
from api.cli.register.shared import reading, writing
from api.platform.outward import NotAllowed, allowed
from consent_db.errors import NotPossible
from consent_db.webhooks.outbox import Event
from consent_db.webhooks.service import BY_HAND, DeliveryRecord

app = typer.Typer(no_args_is_help=True)

Webhook = Annotated[str, typer.Argument(help="The webhook's id, whk_..., as `gatekeeper webhook list` gives it.")]


@app.command("list")
def list_webhooks(data: Data = None) -> None:
    """Show every webhook."""
    with reading(data) as tx:
        found, failed = tx.webhooks.all(), tx.webhooks.given_up()
        labels = {client.id: client.label for client in tx.clients.all()}
    table = Table("webhook", "program", "address", "told of", "state")
    for one in found:
        state = f"off ({one.disabled_why})" if one.disabled_at else f"{failed.get(one.id, 0)} not arrived"
        kinds = ", ".join(sorted(one.events))
        table.add_row(one.id, escape(labels[one.client]), escape(one.url), kinds, state)
    out.print(table)


@app.command("add")
def add(
    client: Annotated[str, typer.Argument(help="The program's id, cli_...")],
    url: Annotated[str, typer.Argument(help="Where it is told; https.")],
    event: Annotated[list[Event] | None, typer.Option(help="What it is told of; repeat. [default: all]")] = None,
    data: Data = None,
) -> None:
    """Tell a program from now on; the secret that messages are signed with is shown once."""
    try:
        allowed(url, unsafe_to_loopback=settings(data, founding=True).unsafe_webhooks_to_loopback)
    except NotAllowed as refused:
        raise NotPossible(str(refused)) from refused
    with writing(data) as tx:
        record = tx.webhooks.add(tx.clients.get(client).id, url, event or list(Event))
    _show_secret(record.id, record.secrets[0])


@app.command("rotate")
def rotate(
    webhook: Webhook,
    overlap: Annotated[int, typer.Option(help="Hours for which the secret before signs too.", min=0, max=168)] = 24,
    data: Data = None,
) -> None:
    """Sign with another secret; it is shown once."""
    with writing(data) as tx:
        record = tx.webhooks.rotate(webhook, timedelta(hours=overlap))
    _show_secret(record.id, record.secrets[0])


@app.command("disable")
def disable(webhook: Webhook, data: Data = None) -> None:
    """Tell a webhook nothing more until it is enabled again."""
    with writing(data) as tx:
        tx.webhooks.disable(tx.webhooks.get(webhook).id, BY_HAND)
    out.print("Switched off. It is told nothing until `gatekeeper webhook enable`.", highlight=False)


@app.command("enable")
def enable(webhook: Webhook, data: Data = None) -> None:
    """Tell a webhook again what happens from now on."""
    with writing(data) as tx:
        tx.webhooks.enable(tx.webhooks.get(webhook).id)
    out.print("Switched on. `gatekeeper webhook replay` sends what it has missed.", highlight=False)


@app.command("delete")
def delete(webhook: Webhook, data: Data = None) -> None:
    """Forget a webhook, with what was on its way."""
    with writing(data) as tx:
        tx.webhooks.delete(tx.webhooks.get(webhook).id)
    out.print("Deleted.")


@app.command("deliveries")
def list_deliveries(webhook: Webhook, data: Data = None) -> None:
    """Show the last hundred messages, the latest first."""
    with reading(data) as tx:
        found = tx.webhooks.deliveries(tx.webhooks.get(webhook).id)
    table = Table("event", "of", "at", "state", "answer")
    for one in found:
        answer = "" if one.last_status is None else str(one.last_status)
        table.add_row(one.event, one.kind.value, f"{one.at:%d %b %Y %H:%M}", _state(one), answer)
    out.print(table)


@app.command("replay")
def replay(
    webhook: Webhook,
    event: Annotated[str | None, typer.Option(help="One message. [default: all that were given up]")] = None,
    data: Data = None,
) -> None:
    """Send again what has not arrived, or one message; a service that runs sends it."""
    with writing(data) as tx:
        record = tx.webhooks.get(webhook)
        if record.disabled_at is not None:
            message = "This webhook is switched off; `gatekeeper webhook enable` comes first."
            raise NotPossible(message)
        count = 1 if event else tx.webhooks.replay_failed(webhook)
        if event:
            tx.webhooks.replay_one(webhook, event)
    out.print(f"{count} {'message is' if count == 1 else 'messages are'} sent again.", highlight=False)


def _state(one: DeliveryRecord) -> str:
    if one.delivered_at is not None:
        return f"arrived {one.delivered_at:%d %b %Y %H:%M}"
    if one.next_try_at is None:
        return f"[red]given up after {one.tries} tries[/]"
    return f"next try {one.next_try_at:%d %b %Y %H:%M} after {one.tries}"


def _show_secret(webhook: str, secret: str) -> None:
    out.print(f"Webhook {webhook}. Its secret, shown only now:", highlight=False)
    out.print(secret, highlight=False, soft_wrap=True)
