"""What an operation needs of an API key or access token: its scopes, its channels."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import HTTPBearer, OAuth2, SecurityScopes

from api.http.dependencies import Client
from api.http.present import View
from api.http.problems import Problem
from api.security.scopes import MAY, Scope
from consent_db.accounts.records import ClientRecord

_KEY = HTTPBearer(scheme_name="key", description="An API key: `gk_...`.", auto_error=False)
_TOKEN = OAuth2(
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl="/v1/oauth/token", scopes={scope.value: text for scope, text in MAY.items()}
        )
    ),
    scheme_name="token",
    description="A token of `POST /v1/oauth/token`: does what the key does, for ten minutes.",
    auto_error=False,
)


def _permitted(
    client: Client,
    needed: SecurityScopes,
    _key: Annotated[object, Depends(_KEY)],
    _token: Annotated[object, Depends(_TOKEN)],
) -> ClientRecord:
    """Return the client if it has the scopes that the operation asks for; the description lists the same.

    Raises:
        Problem: 403.
    """
    for scope in needed.scopes:
        if scope not in client.scopes:
            detail = f"This key lacks the scope '{scope}'. Ask an administrator for another."
            raise Problem("not-permitted", 403, detail)
    return client


Checker = Annotated[ClientRecord, Security(_permitted, scopes=[Scope.CHECK.value])]
Publisher = Annotated[ClientRecord, Security(_permitted, scopes=[Scope.PUBLISH.value])]
Resolver = Annotated[ClientRecord, Security(_permitted, scopes=[Scope.RESOLVE.value])]
Registrar = Annotated[ClientRecord, Security(_permitted, scopes=[Scope.ROSTER.value])]
AUDITOR: Final = Security(_permitted, scopes=[Scope.AUDIT.value])
"""Dependency of the audit routes, whose answers do not depend on the client."""


def need_channel(client: ClientRecord, channel: str) -> None:
    """Refuse a channel that the key is not for; unknown ones read the same.

    Raises:
        Problem: 403.
    """
    if channel not in client.channels:
        raise Problem("not-permitted", 403, "This key is not for that channel. Ask an administrator to add it.")


def view_of(client: ClientRecord) -> View:
    """Return how much a client may see."""
    return View.FULL if Scope.RESOLVE in client.scopes else View.SCHEDULER
