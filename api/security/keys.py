"""API keys and access tokens: accepted in the header `Authorization` only."""

from __future__ import annotations

import base64

from starlette.datastructures import Headers
from starlette.types import Scope

from api.http.oauth import TOKEN_PATH
from api.http.problems import Problem


def key_in(scope: Scope) -> tuple[str | None, str] | None:
    """Return the client that a request names and the key or token that it carries; None if it has none.

    Raises:
        Problem: 400, there is a key in the address, where logs and histories keep it.
    """
    if b"gk_" in scope["query_string"]:
        raise Problem("bad-request", 400, "Revoke this key: it was in an address. Send keys in Authorization only.")
    kind, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
    if scope["path"] == TOKEN_PATH:
        return _basic(given) if kind.lower() == "basic" else None
    return (None, given) if kind.lower() == "bearer" and given else None


def _basic(given: str) -> tuple[str, str] | None:
    try:
        client, _, key = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (client, key) if key.startswith("gk_") else None
