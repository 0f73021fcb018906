"""FastAPI dependencies of the endpoints.

The transaction has `scope="function"`: it is committed before the answer is
sent. With FastAPI's default the answer would be on its way already, and a
commit that fails would have been told as a success.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Request
from starlette.types import Scope

from api.application.services import Services
from api.http.problems import too_many
from consent_db.accounts.clients import prefix_of
from consent_db.accounts.records import ClientRecord, SessionRecord
from consent_db.accounts.sessions import NOTED_EVERY
from consent_db.transaction import Transaction

STRANGER = "anonymous"
"""The actor of requests before authentication."""


def services_of(scope: Scope) -> Services:
    """Return the opened services of the application that serves this request."""
    return cast("Services", scope["app"].state.services)


def find_client(scope: Scope, name: str | None, key: str) -> ClientRecord | None:
    """Return the client with this API key or token, if there is one.

    Args:
        scope: of the request.
        name: the id that the client has to have, if it gave one.
        key: the key, or a token.

    Raises:
        Problem: 429, it asks for more than its share.
    """
    services = services_of(scope)
    with services.store.reading(STRANGER, services.clock()) as tx:
        client = tx.clients.authenticate(key) if key.startswith("gk_") else services.tokens.client(tx, key, tx.now)
    if client is not None and name not in {None, client.id}:
        return None
    if client is not None:
        if (prefix := prefix_of(key)) is not None:
            services.last_uses.key_used(prefix, services.clock())
        share = (services.rate if scope["method"] == "POST" else services.reads).take(client.id)
        scope["state"] |= {"rate_headers": share.headers, "key": prefix_of(key)}
        if share.wait:
            raise too_many(share.wait)
    return client


def find_session(scope: Scope, token: str) -> SessionRecord | None:
    """Return the session with this token, if it is still good."""
    services = services_of(scope)
    now = services.clock()
    with services.store.reading(STRANGER, now) as tx:
        found = tx.sessions.find(token, services.last_uses)
        services.letterhead.refresh(tx)
    if found is not None and now - found.last_used >= NOTED_EVERY:
        services.last_uses.session_used(found.id, now)
    return found


def _services(request: Request) -> Services:
    return services_of(request.scope)


def _client(request: Request) -> ClientRecord:
    return cast("ClientRecord", request.state.client)


def _session(request: Request) -> SessionRecord:
    return cast("SessionRecord", request.state.session)


def _actor(request: Request) -> str:
    return cast("str", getattr(request.state, "actor", STRANGER))


def _transaction(request: Request) -> Iterator[Transaction]:
    services = services_of(request.scope)
    with services.store.transaction(_actor(request), services.clock()) as tx:
        yield tx


def _reading(request: Request) -> Iterator[Transaction]:
    services = services_of(request.scope)
    with services.store.reading(_actor(request), services.clock()) as tx:
        yield tx


Use = Annotated[Services, Depends(_services)]
Client = Annotated[ClientRecord, Depends(_client)]
Session = Annotated[SessionRecord, Depends(_session)]
Writing = Annotated[Transaction, Depends(_transaction, scope="function")]
Reading = Annotated[Transaction, Depends(_reading, scope="function")]
