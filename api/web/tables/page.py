"""One page of a table: the rows of a list that is in memory, or that a database looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from api.web.tables.address import address, sortable
from api.web.tables.layout import SIZES, Column, Filter, Layout, Query, Row

T = TypeVar("T")


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
class Choosable:
    """A column that can be shown or not."""

    name: str
    label: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """A filter that a user keeps under a name, with the address that it leads to."""

    id: str
    name: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class Table:
    """One page of a list.

    Attributes:
        form: where a search is sent.
        address: of exactly this, without what was typed.
        columns: those that can be shown or not.
        found: how many rows match; in a list that is not counted, how many are shown.
        total: how many there are in all.
        first: the number of the first row shown, 0 if there is none.
        pages: how many there are; 0 in a list that is not counted, whose pages are only earlier and later.
        saved: the filters that the reader keeps; `may_save` is whether these can be kept besides.
    """

    query: Query
    path: str
    form: str
    address: str
    headings: tuple[Heading, ...]
    columns: tuple[Choosable, ...]
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
    saved: tuple[Saved, ...] = ()
    may_save: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything was typed or filtered."""
        return bool(self.query.words or self.query.chosen)

    def sent_to(self, address: str) -> str:
        """Return where what was typed is sent, for an address of this table."""
        return f"{self.form}{address.removeprefix(self.path)}"

    def file(self, path: str) -> str:
        """Return where this table is asked for as a file, at a path."""
        return f"{path}{self.address.removeprefix(self.path)}"

    @property
    def count(self) -> str:
        """Return which rows these are, in words: 101 to 200 of 1,320 people."""
        noun = self.noun[0] if self.found == 1 else self.noun[1]
        if not self.pages:
            return f"{self.found:,} {noun} on this page{'' if self.narrowed else f', of {self.total:,} in all'}"
        if not self.found:
            return f"None of {self.total:,} matches"
        last = self.first + len(self.rows) - 1
        shown = f"{self.found:,}" if self.pages == 1 else f"{self.first:,} to {last:,} of {self.found:,}"
        return f"{shown} {noun}{f', of {self.total:,} in all' if self.narrowed else ''}"


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
    turned = _Turned(
        previous=address(layout, query, page=at - 1) if at > 1 else None,
        next=address(layout, query, page=at + 1) if at < pages else None,
        ends=(address(layout, query, page=1), address(layout, query, page=pages)),
    )
    return _table(layout, query, rows, turned, (found, total, pages))


def stretch_of(
    layout: Layout, query: Query, rows: tuple[Row, ...], around: tuple[int | None, int | None], total: int
) -> Table:
    """Return one page of a list that is not counted.

    Args:
        layout: of the table.
        query: what is asked for.
        rows: of this page.
        around: the numbers at which the page before ends and the page after begins; None where there is none.
        total: how many rows there are in all.
    """
    before, after = around
    first = address(layout, query, at=None, back=False)
    turned = _Turned(
        previous=None if before is None else address(layout, query, at=before, back=True),
        next=None if after is None else address(layout, query, at=after, back=False),
        ends=(first, first),
    )
    return _table(layout, query, rows, turned, (len(rows), total, 0))


@dataclass(frozen=True, slots=True)
class _Turned:
    """The addresses of the pages before and after, and of the first and last."""

    previous: str | None
    next: str | None
    ends: tuple[str, str]


def _table(layout: Layout, query: Query, rows: tuple[Row, ...], turned: _Turned, counts: tuple[int, int, int]) -> Table:
    """Return a table with the columns that are shown; the counts are those of rows found, rows in all, and pages."""
    found, total, pages = counts
    shown = [at for at, one in enumerate(layout.columns) if one.name not in query.hidden]
    return Table(
        query=query,
        path=layout.path,
        form=layout.form or layout.path,
        address=address(layout, query),
        headings=tuple(_heading(layout, query, layout.columns[at]) for at in shown),
        columns=tuple(Choosable(one.name, one.label, one.name not in query.hidden) for one in layout.columns[1:]),
        filters=tuple(Chosen(one, query.chosen.get(one.name, "")) for one in layout.filters),
        rows=tuple(replace(row, cells=tuple(row.cells[at] for at in shown)) for row in rows) if query.hidden else rows,
        found=found,
        total=total,
        first=skipped(query) + 1 if found else 0,
        pages=pages,
        noun=layout.noun,
        previous=turned.previous,
        next=turned.next,
        ends=turned.ends,
        sizes=tuple((size, _beginning(layout, query, size=size)) for size in SIZES),
    )


def _beginning(layout: Layout, query: Query, **changes: Any) -> str:
    """Return the address of the first page of a query that differs in some fields."""
    return address(layout, query, page=1, at=None, back=False, **changes)


def _heading(layout: Layout, query: Query, column: Column) -> Heading:
    if column not in sortable(layout):
        return Heading(column.label, None, None)
    current = column.name == query.sort
    turned = not query.descending if current else column.latest_first
    order = ("descending" if query.descending else "ascending") if current else None
    return Heading(column.label, _beginning(layout, query, sort=column.name, descending=turned), order)
