"""The links at the top of every page: those that the person may open, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.security.access import may
from gatekeeper.types import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One link; `name` is what a page says it is (`Page.nav`)."""

    name: str
    path: str
    label: str


DAILY: Final = (
    Entry("upload", "/", "Check pictures"),
    Entry("list", "/checks", "My pictures"),
    Entry("approvals", "/approvals", "Approvals"),
)
"""What people come for, always in sight."""

MANAGING: Final = (
    Entry("people", "/admin/people", "People"),
    Entry("due", "/admin/due", "What falls due"),
    Entry("listing", "/admin/do-not-publish", "Do-not-publish list"),
    Entry("takedowns", "/admin/takedowns", "Take-downs"),
    Entry("events", "/admin/events", "Events and classes"),
    Entry("channels", "/admin/channels", "Channels"),
    Entry("imports", "/admin/imports", "Import and export"),
    Entry("audit", "/admin/audit", "Audit"),
    Entry("policy", "/admin/policy", "Policy"),
    Entry("users", "/admin/users", "Users and roles"),
    Entry("clients", "/admin/clients", "API clients"),
)
"""What is looked after now and then, behind one button."""


def links(entries: tuple[Entry, ...], role: Role) -> tuple[Entry, ...]:
    """Return the entries that people of this role may open."""
    return tuple(entry for entry in entries if may(role, entry.path))
