"""API keys: in the header `Authorization`, and nowhere else."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Scope

from api.problems import Problem


def key_in(scope: Scope) -> str | None:
    """Return the key that a request carries; None if it has none.

    Raises:
        Problem: 400, there is one in the address, where logs and histories keep it.
    """
    if b"gk_" in scope["query_string"]:
        raise Problem("bad-request", 400, "Revoke this key: it was in an address. Send keys in Authorization only.")
    kind, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
    return key if kind.lower() == "bearer" and key else None
