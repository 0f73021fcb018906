"""The address of a table: what it asks for, and the addresses that show another part.

Order, filters, columns and page are in the address, so that a list can be kept as a bookmark. What was
typed to search never is: names have no place there. It comes in the body of a request, and
every way to go on is then a button that sends it along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from api.http.problems import Problem, wrong_field
from api.web.tables.layout import LONGEST_SEARCH, SIZES, Column, Layout, Query

_MOST_DIGITS: Final = 12
_CHOSEN: Final = "column-"
"""How the box of a column is called in the form that chooses them."""


class Sent(BaseModel):
    """The form above a table, and the buttons below it: what was typed, and the parameters of an address."""

    model_config = ConfigDict(extra="allow")

    words: str = Limits(default="", max_length=LONGEST_SEARCH)

    @property
    def parameters(self) -> dict[str, str]:
        """Everything but what was typed."""
        return {name: value for name, value in (self.model_extra or {}).items() if isinstance(value, str)}


def read(layout: Layout, sent: Mapping[str, str], words: str = "") -> Query:
    """Return what an address asks for.

    Args:
        layout: of the table.
        sent: the parameters; those that a table does not know are passed over.
        words: what was typed, from the body.

    Raises:
        Problem: 422, a parameter of the table has a value that it cannot have.
    """
    chosen = {one.name: sent[one.name] for one in layout.filters if sent.get(one.name)}
    for one in layout.filters:
        if chosen.get(one.name) not in {None, *one.options}:
            message = f"“{one.label}” has no such choice; it may have been renamed since. Choose another."
            raise wrong_field(one.name, message)
    column = next((one for one in sortable(layout) if one.name == sent.get("sort", layout.sort)), None)
    if column is None:
        raise _unknown("This list cannot be sorted by that")
    if sent.get("order", "") not in {"", "up", "down"}:
        raise _unknown("A list is sorted up or down")
    descending = sent["order"] == "down" if sent.get("order") else column.latest_first
    size = _whole(sent.get("size", ""), SIZES[0])
    if size not in SIZES:
        raise _unknown(f"A page has {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]} rows")
    return Query(
        sort=column.name,
        descending=descending,
        chosen=chosen,
        page=_whole(sent.get("page", ""), 1),
        size=size,
        hidden=_hidden(layout, sent),
        at=_whole(sent["at"], 1) if sent.get("at") else None,
        back=bool(sent.get("at")) and sent.get("back") == "yes",
        words=words.strip()[:LONGEST_SEARCH],
    )


def _hidden(layout: Layout, sent: Mapping[str, str]) -> frozenset[str]:
    """Return which columns are not shown: as the form with a box for each says, or else as the address does."""
    names = [one.name for one in layout.columns[1:]]
    if sent.get("columns") == "chosen":
        return frozenset(name for name in names if not sent.get(f"{_CHOSEN}{name}"))
    hidden = frozenset(filter(None, sent.get("without", "").split(".")))
    if not hidden.issubset(names):
        raise _unknown("This list has no such column")
    return hidden


def address(layout: Layout, query: Query, **changes: Any) -> str:
    """Return the address of a query, or of one that differs from it in some fields; without what was typed."""
    asked = replace(query, **changes)
    column = next(one for one in layout.columns if one.name == asked.sort)
    said: dict[str, str | int] = dict(asked.chosen)
    if asked.sort != layout.sort:
        said["sort"] = asked.sort
    if asked.descending is not column.latest_first:
        said["order"] = "down" if asked.descending else "up"
    if asked.size != SIZES[0]:
        said["size"] = asked.size
    if asked.hidden:
        said["without"] = ".".join(one.name for one in layout.columns if one.name in asked.hidden)
    if asked.page > 1:
        said["page"] = asked.page
    if asked.at is not None:
        said |= {"at": asked.at} | ({"back": "yes"} if asked.back else {})
    return f"{layout.path}?{urlencode(said)}" if said else layout.path


def sortable(layout: Layout) -> tuple[Column, ...]:
    """Return the columns by which rows can be sorted."""
    return tuple(one for one in layout.columns if one.key is not None)


def _whole(text: str, otherwise: int) -> int:
    """Return a whole number from 1 on that an address says."""
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS or int(text) < 1:
        raise _unknown("Pages and rows are counted by whole numbers from 1 on")
    return int(text)


def _unknown(what: str) -> Problem:
    message = f"{what}. Open the list again from the menu."
    return Problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, message)
