"""Tables: which part of a long list is shown, as the address says, and the addresses that show another part.

Order, filters and page are in the address, so that a list can be kept as a bookmark. What was
typed to search never is: names have no place there. It comes in the body of a request, and
every way to go on is then a button that sends it along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from api.http.problems import Problem
from api.platform.labels import Mood

T = TypeVar("T")

SIZES: Final = (50, 100, 200)
"""How many rows a page may have; the first unless another is asked for."""

LONGEST_SEARCH: Final = 100
_MOST_DIGITS: Final = 6


class Sent(BaseModel):
    """The form above a table, and the buttons below it: what was typed, and the parameters of an address."""

    model_config = ConfigDict(extra="allow")

    words: str = Limits(default="", max_length=LONGEST_SEARCH)

    @property
    def parameters(self) -> dict[str, str]:
        """Everything but what was typed."""
        return {name: value for name, value in (self.model_extra or {}).items() if isinstance(value, str)}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: returns what rows are sorted by; None for a column that cannot be sorted.
        latest_first: whether the first click sorts downwards, as for days and counts.
    """

    name: str
    label: str
    key: Callable[[Any], Any] | None = None
    latest_first: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to show fewer rows; `options` are those besides showing all, by what the address says."""

    name: str
    label: str
    options: Mapping[str, str]
    anything: str = "Any"


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table can do: its address, columns and filters; `sort` is the column it begins with."""

    path: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    noun: tuple[str, str] = ("row", "rows")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for.

    Attributes:
        sort: the name of a column.
        descending: whether the last comes first.
        chosen: what each filter is set to; a filter that shows all is not in it.
        page: counted from 1.
        size: rows on a page, one of `SIZES`.
        words: what was typed to search; never in an address.
    """

    sort: str
    descending: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    size: int = SIZES[0]
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell."""

    text: str
    link: str | None = None
    note: str = ""
    mood: Mood | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `id` is what is sent when it is selected, empty if it cannot be."""

    cells: tuple[Cell, ...]
    id: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: `order` is what `aria-sort` says, `address` sorts by it or turns it round."""

    label: str
    address: str | None
    order: str | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter as the form shows it."""

    filter: Filter
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """One page of a list.

    Attributes:
        address: of exactly this, without what was typed.
        found: how many rows match.
        total: how many there are in all.
        first: the number of the first row shown, 0 if there is none.
        narrowed: whether anything was typed or filtered.
    """

    query: Query
    path: str
    address: str
    headings: tuple[Heading, ...]
    filters: tuple[Chosen, ...]
    rows: tuple[Row, ...]
    found: int
    total: int
    first: int
    pages: int
    noun: tuple[str, str]
    previous: str | None
    next: str | None
    ends: tuple[str, str]
    sizes: tuple[tuple[int, str], ...]

    @property
    def narrowed(self) -> bool:
        """Whether anything was typed or filtered."""
        return bool(self.query.words or self.query.chosen)

    @property
    def count(self) -> str:
        """Return which rows these are, in words: 101 to 200 of 1,320 people."""
        noun = self.noun[0] if self.found == 1 else self.noun[1]
        if not self.found:
            return f"None of {self.total:,} matches"
        last = self.first + len(self.rows) - 1
        shown = f"{self.found:,}" if self.pages == 1 else f"{self.first:,} to {last:,} of {self.found:,}"
        return f"{shown} {noun}{f', of {self.total:,} in all' if self.narrowed else ''}"


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
            raise _unknown(f"“{one.label}” has no such choice; it may have been renamed since")
    column = next((one for one in _sortable(layout) if one.name == sent.get("sort", layout.sort)), None)
    if column is None:
        raise _unknown("This list cannot be sorted by that")
    if sent.get("order", "") not in {"", "up", "down"}:
        raise _unknown("A list is sorted up or down")
    descending = sent["order"] == "down" if sent.get("order") else column.latest_first
    size = _whole(sent.get("size", ""), SIZES[0])
    if size not in SIZES:
        raise _unknown(f"A page has {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]} rows")
    return Query(column.name, descending, chosen, _whole(sent.get("page", ""), 1), size, words.strip()[:LONGEST_SEARCH])


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
    if asked.page > 1:
        said["page"] = asked.page
    return f"{layout.path}?{urlencode(said)}" if said else layout.path


def ordered(layout: Layout, query: Query, items: Sequence[T]) -> list[T]:
    """Return items in the order that is asked for; those that are equal in it stay as they are."""
    key = next(one.key for one in layout.columns if one.name == query.sort)
    return sorted(items, key=key, reverse=query.descending) if key else list(items)


def table(layout: Layout, query: Query, items: Sequence[T], total: int, line: Callable[[T], Row]) -> Table:
    """Return one page of a list.

    Args:
        layout: of the table.
        query: what is asked for; behind the last page is the last page.
        items: everything that matches, in the order that is asked for.
        total: how many there are in all.
        line: returns an item as a row; only those of the page are made.
    """
    query = within(query, len(items))
    shown = items[skipped(query) : skipped(query) + query.size]
    return page_of(layout, query, tuple(map(line, shown)), len(items), total)


def within(query: Query, found: int) -> Query:
    """Return a query for a page that there is: behind the last page is the last page."""
    return replace(query, page=min(query.page, max(1, -(-found // query.size))))


def skipped(query: Query) -> int:
    """Return how many rows come before the page that is asked for."""
    return (query.page - 1) * query.size


def page_of(layout: Layout, query: Query, rows: tuple[Row, ...], found: int, total: int) -> Table:
    """Return one page of a list whose rows were looked up by a database.

    Args:
        layout: of the table.
        query: what is asked for, `within` what was found.
        rows: of this page.
        found: how many rows match.
        total: how many there are in all.
    """
    pages = max(1, -(-found // query.size))
    at = query.page
    return Table(
        query=query,
        path=layout.path,
        address=address(layout, query),
        headings=tuple(_heading(layout, query, one) for one in layout.columns),
        filters=tuple(Chosen(one, query.chosen.get(one.name, "")) for one in layout.filters),
        rows=rows,
        found=found,
        total=total,
        first=skipped(query) + 1 if found else 0,
        pages=pages,
        noun=layout.noun,
        previous=address(layout, query, page=at - 1) if at > 1 else None,
        next=address(layout, query, page=at + 1) if at < pages else None,
        ends=(address(layout, query, page=1), address(layout, query, page=pages)),
        sizes=tuple((size, address(layout, query, size=size, page=1)) for size in SIZES),
    )


def _heading(layout: Layout, query: Query, column: Column) -> Heading:
    if column not in _sortable(layout):
        return Heading(column.label, None, None)
    current = column.name == query.sort
    turned = not query.descending if current else column.latest_first
    order = ("descending" if query.descending else "ascending") if current else None
    return Heading(column.label, address(layout, query, sort=column.name, descending=turned, page=1), order)


def _sortable(layout: Layout) -> tuple[Column, ...]:
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
