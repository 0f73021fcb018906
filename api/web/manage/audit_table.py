"""The entries of the audit as a table: the newest first, in pages that are not counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from api.application.services import Services
from api.platform import labels
from api.security.access import may
from api.web import tables
from api.web.register.person.person_views import who
from api.web.tables import Cell, Column, Filter, Layout, Query
from consent_db.audit.records import AuditEntry, AuditSearch, AuditStretch
from consent_db.transaction import Transaction
from gatekeeper.types import Role

PATH: Final = "/admin/audit"
SEARCHED_DAYS: Final = 30
"""How far a search for words looks back unless a longer time is chosen."""

_LONGEST_ID: Final = 100
_WHEN: Final[Mapping[str, tuple[str, int]]] = {
    "month": (f"Last {SEARCHED_DAYS} days", SEARCHED_DAYS),
    "year": ("Last 12 months", 365),
    "ever": ("From the beginning", 0),
}
"""The periods to choose from, with their days; 0 for all time."""

_KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "people": ("People", ("person.", "people.", "references.", "template", "review.", "erasure.")),
    "consent": ("Consent and protection", ("consent.", "protected.", "objection.", "reason.")),
    "checks": ("Checks and releases", ("check.", "release.", "picture.", "phrase.", "receipt.")),
    "posts": ("Posts and take-downs", ("publication.", "takedown.", "search.", "channel.", "event.")),
    "access": (
        "Accounts and access",
        ("user", "session.", "second_factor.", "link.", "client.", "keys.", "webhook.", "view."),
    ),
    "school": (
        "The installation",
        ("school.", "list.", "installation.", "backup.", "clock.", "retention.", "roster.", "layout."),
    ),
}
"""What entries are about, by how their actions begin."""


@dataclass(frozen=True, slots=True)
class AuditTable:
    """The table as one person asks for it."""

    services: Services
    tx: Transaction
    role: Role
    layout: Layout
    query: Query

    @classmethod
    def of(cls, services: Services, tx: Transaction, role: Role, asked: Mapping[str, str]) -> AuditTable:
        """Return the table that an address asks for.

        Raises:
            Problem: 422, it has a value that it cannot have.
        """
        layout = _layout(asked)
        return cls(services, tx, role, layout, tables.read(layout, asked))

    @property
    def address(self) -> str:
        """The address of what is asked for."""
        return tables.address(self.layout, self.query)

    def table(self, words: str = "") -> tables.Table:
        """Return the page that is asked for, narrowed to what was typed."""
        query = replace(self.query, words=words.strip()[: tables.LONGEST_SEARCH])
        if query.words and "when" not in query.chosen:
            query = replace(query, chosen={**query.chosen, "when": "month"})
        shown, before, query = self._turned(query)
        names = {actor: who(self.tx, actor) for actor in {entry.actor for entry in shown.entries}}
        rows = tuple(self._row(names, entry) for entry in shown.entries)
        return tables.stretch_of(self.layout, query, rows, (before, shown.following), self.tx.audit.count())

    def _turned(self, query: Query) -> tuple[AuditStretch, int | None, Query]:
        """Return what is shown, where the page before it ends, and the query; turned back to the end, as it begins."""
        up, step = not query.descending, 1 if query.descending else -1
        search = self._search(query)
        if query.at is not None and query.back:
            found = self.tx.audit.stretch(search, query.size, query.at, oldest_first=not up)
            if found.following is not None:
                return AuditStretch(found.entries[::-1], query.at - step), found.following, query
            query = replace(query, at=None, back=False)
        found = self.tx.audit.stretch(search, query.size, query.at, oldest_first=up)
        return found, None if query.at is None else query.at + step, query

    def _search(self, query: Query) -> AuditSearch:
        kind, days, words = query.chosen.get("kind"), self._days(query), query.words.casefold()
        return AuditSearch(
            about=query.chosen.get("about", ""),
            words=query.words,
            actors=_called(self.tx, words) if words else (),
            kinds=_KINDS[kind][1] if kind else (),
            since=self._midnight(days) if days else None,
        )

    def _days(self, query: Query) -> int:
        return _WHEN[query.chosen["when"]][1] if "when" in query.chosen else 0

    def _midnight(self, days: int) -> datetime:
        """Return the beginning of the day so many days ago, where the school is."""
        local = self.tx.now.astimezone(self.services.policy.zone) - timedelta(days=days)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    def _row(self, names: Mapping[str, str], entry: AuditEntry) -> tables.Row:
        person = f"/admin/people/{entry.object_id}"
        known = entry.object_id.startswith("per_") and may(self.role, person)
        link = person if known else f"{PATH}?{urlencode({'about': entry.object_id})}"
        payload = "" if entry.payload == "{}" else entry.payload
        return tables.Row((
            Cell(f"{entry.seq:,}", note=labels.moment(entry.at, self.services.policy.zone)),
            Cell(entry.action.replace(".", ": ").replace("_", " "), note=payload),
            Cell(names[entry.actor]),
            Cell(entry.object_id, link),
            Cell(entry.hash[:12]),
        ))  # fmt: skip


def _layout(asked: Mapping[str, str]) -> Layout:
    """Return the table; one thing that the address names is a filter of its own."""
    about = asked.get("about", "").strip()[:_LONGEST_ID]
    one = (Filter("about", "About", {about: about}, "Everything"),) if about else ()
    kinds = Filter("kind", "What", {name: label for name, (label, _) in _KINDS.items()})
    when = Filter("when", "When", {name: label for name, (label, _) in _WHEN.items()}, "Any time")
    columns = (
        Column("seq", "Entry", lambda entry: entry.seq, latest_first=True),
        Column("what", "What"),
        Column("by", "By"),
        Column("about", "About"),
        Column("hash", "Hash"),
    )
    return Layout(PATH, columns, (kinds, when, *one), sort="seq", noun=("entry", "entries"))


def _called(tx: Transaction, words: str) -> tuple[str, ...]:
    """Return the users whose name or address has these words."""
    return tuple(user.id for user in tx.users.all() if words in f"{user.name} {user.email}".casefold())
