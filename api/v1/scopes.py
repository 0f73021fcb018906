"""What a key may do."""

from __future__ import annotations

from enum import StrEnum

from api.present import View
from api.problems import Problem
from consent_db.records import ClientRecord


class Scope(StrEnum):
    """The scopes of version 1."""

    CHECK = "check"
    """Ask for checks of its own, and take what is approved."""
    PUBLISH = "publish"
    """Ask at the moment of publishing, report posts, and close take-downs."""
    RESOLVE = "resolve"
    """Act for staff: see first names and full findings, and resolve blocks."""


def need(client: ClientRecord, scope: Scope) -> None:
    """Refuse a client without the scope.

    Raises:
        Problem: 403.
    """
    if scope not in client.scopes:
        raise Problem("not-permitted", 403, f"This key lacks the scope '{scope}'. Ask an administrator for another.")


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
