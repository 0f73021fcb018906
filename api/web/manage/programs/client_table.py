"""API clients as a table, and one of them as it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from api.application.services import Services
from api.platform import labels as words
from api.security.scopes import MAY, Scope
from api.web import choices
from api.web.tables import Cell, Column, Filter, Layout, Listing, Row
from consent_db.accounts.records import ClientRecord, KeyRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key of a client, without its secret."""

    name: str
    added: str
    ends: str
    used: str
    good: bool


@dataclass(frozen=True, slots=True)
class ClientView:
    """One client."""

    id: str
    label: str
    may: tuple[str, ...]
    channels: tuple[str, ...]
    added: str
    state: str
    good: bool
    used: str
    keys: tuple[KeyView, ...]


def client_table(services: Services, tx: Transaction) -> Listing[ClientRecord]:
    """Return all clients, those first whose keys are good."""
    now, titles = services.clock(), choices.channel_titles(tx)

    def row(client: ClientRecord) -> Row:
        shown = view(services, titles, client)
        return Row((
            Cell(shown.label, f"/admin/clients/{client.id}"),
            Cell(" ".join(shown.may)),
            Cell(", ".join(shown.channels)),
            Cell(shown.used),
            Cell(shown.state, mood="ok" if shown.good else "stop"),
        ))  # fmt: skip

    def searched(client: ClientRecord) -> Iterator[str]:
        yield client.label
        yield from (titles.get(name, name) for name in client.channels)

    return Listing(
        _layout(titles),
        sorted(tx.clients.all(), key=lambda one: (not one.is_good(now), natural_key(one.label))),
        row,
        searched,
        lambda one, name, value: value in one.channels if name == "channel" else one.is_good(now) is (value == "good"),
    )


def _layout(titles: Mapping[str, str]) -> Layout:
    return Layout(
        path="/admin/clients",
        columns=(
            Column("name", "Program", lambda one: natural_key(one.label)),
            Column("may", "May"),
            Column("channels", "Channels"),
            Column("used", "Last used", lambda one: one.last_used or _NEVER, latest_first=True),
            Column("until", "Key", lambda one: one.revoked_at or one.expires_at, latest_first=True),
        ),
        filters=(Filter("channel", "Channel", titles), Filter("state", "Key", {"good": "Good", "ended": "Ended"})),
        sort="until",
        noun=("program", "programs"),
        form="/admin/clients/found",
    )


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def view(services: Services, titles: Mapping[str, str], client: ClientRecord) -> ClientView:
    """Return a client as it is shown, with its keys; `titles` are those of all channels."""
    now, zone = services.clock(), services.policy.zone
    good = client.is_good(now)
    state = f"{'Good until' if good else 'Ended'} {words.day(client.expires_at, zone)}"
    if client.revoked_at is not None:
        state = f"Revoked {words.day(client.revoked_at, zone)}"
    return ClientView(
        id=client.id,
        label=client.label,
        may=tuple(MAY[scope] for scope in Scope if scope in client.scopes),
        channels=tuple(titles.get(name, name) for name in sorted(client.channels)),
        added=words.day(client.created_at, zone),
        state=state,
        good=good,
        used=words.moment(client.last_used, zone) if client.last_used else "never",
        keys=tuple(_key(services, key, revoked=client.revoked_at is not None) for key in client.keys),
    )


def _key(services: Services, key: KeyRecord, *, revoked: bool) -> KeyView:
    now, zone = services.clock(), services.policy.zone
    return KeyView(
        name=f"gk_{key.prefix}_…",
        added=words.day(key.created_at, zone),
        ends=words.moment(key.expires_at, zone),
        used=words.moment(key.last_used, zone) if key.last_used else "never",
        good=key.expires_at > now and not revoked,
    )
