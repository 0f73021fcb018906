"""Filters that a user keeps under a name: shown with the table, and read from its address to be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from api.web.tables.page import Saved, Table
from consent_db.accounts.saved_views import MOST
from consent_db.transaction import Transaction

LISTS: Final = frozenset(
    {
        "/checks",
        "/admin/people",
        "/admin/due",
        "/admin/events",
        "/admin/takedowns",
        "/admin/imports",
        "/admin/audit",
        "/admin/users",
        "/admin/clients",
        "/admin/webhooks",
    }
)
"""The lists whose filters can be kept."""

_NOT_KEPT: Final = frozenset({"page", "at", "back", "about", "words"})
"""The place in the list, the thing or person that it is about, and what was typed."""
_NAME: Final = re.compile(r"[a-z]{1,20}")
_VALUE: Final = re.compile(r"[\w.-]{1,100}")


def with_saved(tx: Transaction, user: str, found: Table) -> Table:
    """Return a table with the filters that a user keeps of it."""
    kept = tx.saved_views.of(user, found.path)
    saved = tuple(Saved(one.id, one.name, address_of(one.path, one.asked)) for one in kept)
    return replace(found, saved=saved, may_save=len(saved) < MOST)


def to_keep(address: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the list and the filters of an address; None if it is of no list whose filters can be kept."""
    parts = urlsplit(address)
    if parts.path not in LISTS or parts.netloc:
        return None
    asked = {
        name: value
        for name, value in parse_qsl(parts.query)
        if name not in _NOT_KEPT and _NAME.fullmatch(name) and _VALUE.fullmatch(value)
    }
    return parts.path, asked


def address_of(path: str, asked: Mapping[str, str]) -> str:
    """Return the address of a list with these filters."""
    return f"{path}?{urlencode(asked)}" if asked else path
