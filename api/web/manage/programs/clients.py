"""API clients: programs with a key, such as the scheduler that publishes."""

from __future__ import annotations

from collections.abc import Iterable
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
from api.security.access import ADMIN, allow, proved_lately
from api.security.routing import Router
from api.security.scopes import CHANNELLED, MAY, Scope
from api.web import choices, tables
from api.web.manage.programs.client_table import ClientView, client_table, view
from api.web.templating import Page, render
from consent_db.accounts.records import ClientRecord, SessionRecord
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction

router = Router(prefix="/admin/clients")

ClientId = Annotated[str, Path(pattern=r"^cli_[0-9a-f]{32}$")]

Sent = Annotated[tables.Sent, Form()]

LIVES: Final = {30: "30 days", 90: "90 days", 180: "half a year", 365: "a year"}
OVERLAPS: Final = {0: "at once", 1: "in a day", 7: "in a week", 30: "in 30 days"}


class NewClientFields(BaseModel):
    """The form for a new client."""

    model_config = ConfigDict(extra="ignore")

    label: str = Limits(default="", max_length=100)
    scopes: list[Scope] = Limits(default=[], max_length=len(Scope))
    channels: list[str] = Limits(default=[], max_length=100)
    days: int = Limits(default=365, ge=1, le=365)

    def complete(self, open_channels: Iterable[str]) -> bool:
        """Say whether there is a name, something it may do, and channels, if that needs any, that are all open."""
        chosen, enough = set(self.channels), self.channels or not CHANNELLED & set(self.scopes)
        return bool(self.label.strip() and self.scopes and enough) and chosen <= set(open_channels)


class RotationFields(BaseModel):
    """The form for another key."""

    model_config = ConfigDict(extra="ignore")

    days: int = Limits(default=365, ge=1, le=365)
    overlap: int = Limits(default=7, ge=0, le=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsPage(Page):
    """Every client, and a form for one more."""

    template: ClassVar[str] = "clients.html"
    nav: str = "clients"
    table: tables.Table
    channels: tuple[choices.Choice, ...]
    scopes: dict[str, str]
    lives: dict[int, str]
    unlocked: bool
    filled: NewClientFields
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPage(Page):
    """One client; just after its key was made, with the key."""

    template: ClassVar[str] = "client.html"
    nav: str = "clients"
    client: ClientView
    lives: dict[int, str]
    overlaps: dict[int, str]
    unlocked: bool
    key: str | None = None


@router.get("")
@allow(ADMIN)
def show_clients(request: Request, services: Use, session: Session, tx: Reading) -> Response:
    """Show the clients that the address asks for."""
    found = client_table(services, tx)
    return render(_clients_page(services, tx, session, found.table(found.asked(request.query_params))), request.scope)


@router.post("/found")
@allow(ADMIN)
def search_clients(request: Request, services: Use, session: Session, tx: Reading, sent: Sent) -> Response:
    """Show the clients that match what was typed."""
    return client_table(services, tx).answer(
        request.query_params,
        sent,
        lambda found: render(_clients_page(services, tx, session, found), request.scope),
    )


@router.post("/list.csv")
@allow(ADMIN.just_now)
def hand_out_clients(request: Request, services: Use, tx: Writing, sent: Sent) -> Response:
    """Hand out the clients that are found, on all pages, as a file."""
    return client_table(services, tx).hand_out(tx, request.query_params, sent, "api-clients")


@router.post("")
@allow(ADMIN.just_now)
def add_client(
    request: Request, services: Use, session: Session, tx: Writing, fields: Annotated[NewClientFields, Form()]
) -> Response:
    """Make a client, and show its key, once."""
    if not fields.complete(channel.value for channel in choices.channels(tx)):
        error = (
            "Give it a name, say what it may do, and choose at least one channel if it checks or publishes pictures."
        )
        clients = client_table(services, tx)
        page = _clients_page(services, tx, session, clients.table(clients.asked({})))
        return render(replace(page, filled=fields, error=error), request.scope, HTTPStatus.UNPROCESSABLE_ENTITY)
    end = tx.now + timedelta(days=fields.days)
    new = tx.clients.add(fields.label.strip(), fields.scopes, fields.channels, end)
    return render(_client_page(services, tx, session, new.id, new.key), request.scope, HTTPStatus.CREATED)


@router.get("/{client_id}")
@allow(ADMIN)
def show_client(request: Request, client_id: ClientId, services: Use, session: Session, tx: Reading) -> Response:
    """Show one client."""
    return render(_client_page(services, tx, session, client_id), request.scope)


@router.post("/{client_id}/keys")
@allow(ADMIN.just_now)
def rotate(
    request: Request,
    client_id: ClientId,
    services: Use,
    session: Session,
    fields: Annotated[RotationFields, Form()],
) -> Response:
    """Give a client a second key, and let the first one end after an overlap."""
    with services.store.transaction(session.user.id, services.clock()) as tx:
        end, overlap = tx.now + timedelta(days=fields.days), timedelta(days=fields.overlap)
        new = tx.clients.rotate(_client(tx, client_id).id, end, overlap)
        page = _client_page(services, tx, session, client_id, new.key)
    return render(page, request.scope, HTTPStatus.CREATED)


@router.post("/{client_id}/revoke")
@allow(ADMIN)
def revoke(client_id: ClientId, tx: Writing) -> Response:
    """End all keys of a client at once."""
    tx.clients.revoke(_client(tx, client_id).id)
    return RedirectResponse(f"/admin/clients/{client_id}", HTTPStatus.SEE_OTHER)


def _client(tx: Transaction, client: str) -> ClientRecord:
    try:
        return tx.clients.get(client)
    except NotPossible as error:
        raise not_found() from error


def _clients_page(services: Services, tx: Transaction, session: SessionRecord, found: tables.Table) -> ClientsPage:
    return ClientsPage(
        title="API clients",
        table=tables.with_saved(tx, session.user.id, found),
        channels=choices.channels(tx),
        scopes={scope.value: text for scope, text in MAY.items()},
        lives=LIVES,
        unlocked=proved_lately(session, services.clock()),
        filled=NewClientFields(scopes=[Scope.CHECK]),
    )


def _client_page(
    services: Services, tx: Transaction, session: SessionRecord, client: str, key: str | None = None
) -> ClientPage:
    shown = view(services, choices.channel_titles(tx), _client(tx, client))
    unlocked = proved_lately(session, services.clock())
    return ClientPage(title=shown.label, client=shown, lives=LIVES, overlaps=OVERLAPS, unlocked=unlocked, key=key)
