"""The links at the top of every page: those that the person may open, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from api.security.access import may
from gatekeeper.types import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One link; `name` is what a page says it is (`Page.nav`), `group` the heading it stands under.

    `short` is the beginning of the label that phones show.
    """

    name: str
    path: str
    label: str
    group: str = ""
    short: str = ""


DAILY: Final = (
    Entry("upload", "/", "Check pictures", short="Check"),
    Entry("list", "/checks", "My pictures"),
    Entry("approvals", "/approvals", "Approvals"),
    Entry("refusals", "/refusals", "Said no"),
    Entry("class-list", "/class-list", "Class list"),
)
"""What people come for, always in sight."""

MANAGING: Final = (
    Entry("overview", "/admin", "Overview"),
    Entry("report", "/report", "Report for governors"),
    Entry("standing", "/approvals/standing", "All approvals"),
    Entry("people", "/admin/people", "People", "The register"),
    Entry("due", "/admin/due", "Coming up", "The register"),
    Entry("listing", "/admin/do-not-publish", "Do-not-publish list", "The register"),
    Entry("imports", "/admin/imports", "Import and export", "The register"),
    Entry("photographs", "/admin/photographs", "Reference photographs", "The register"),
    Entry("takedowns", "/admin/takedowns", "Take-downs", "Pictures"),
    Entry("events", "/admin/events", "Events and classes", "Pictures"),
    Entry("channels", "/admin/channels", "Channels", "Pictures"),
    Entry("policy", "/admin/policy", "Policy", "The rules"),
    Entry("retention", "/admin/retention", "Retention", "The rules"),
    Entry("audit", "/admin/audit", "Audit", "The rules"),
    Entry("school", "/admin/school", "Name and crest", "The rules"),
    Entry("users", "/admin/users", "Users and roles", "Access"),
    Entry("clients", "/admin/clients", "API clients", "Access"),
    Entry("webhooks", "/admin/webhooks", "Webhooks", "Access"),
)
"""What is looked after now and then, behind one button."""


def links(entries: tuple[Entry, ...], role: Role) -> tuple[Entry, ...]:
    """Return the entries that people of this role may open."""
    return tuple(entry for entry in entries if may(role, entry.path))


def sections(entries: tuple[Entry, ...]) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Return the entries under their headings, in the same order."""
    return tuple((heading, tuple(each)) for heading, each in groupby(entries, lambda entry: entry.group))
