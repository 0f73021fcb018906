"""What a table can do and what is asked of it: columns, filters, a query; and what stands in its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from api.platform.labels import Mood

SIZES: Final = (50, 100, 200)
"""How many rows a page may have; the first unless another is asked for."""

LONGEST_SEARCH: Final = 100


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
    """What a table can do.

    Attributes:
        path: its address.
        columns: the first says what a row is, and is always shown.
        sort: the name of the column that it begins with.
        form: where a search is sent; empty for `path`.
    """

    path: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    noun: tuple[str, str] = ("row", "rows")
    form: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for.

    Attributes:
        sort: the name of a column.
        descending: whether the last comes first.
        chosen: what each filter is set to; a filter that shows all is not in it.
        page: counted from 1.
        size: rows on a page, one of `SIZES`.
        hidden: the names of the columns that are not shown.
        at: in a list that is not counted, the number of the row to begin at; None for the beginning.
        back: whether the page ends at that row instead, as one that was turned back to.
        words: what was typed to search; never in an address.
    """

    sort: str
    descending: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    size: int = SIZES[0]
    hidden: frozenset[str] = frozenset()
    at: int | None = None
    back: bool = False
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell; `picture` is the address of a small one."""

    text: str
    link: str | None = None
    note: str = ""
    mood: Mood | None = None
    picture: str | None = None

    @property
    def in_words(self) -> str:
        """The cell as text alone."""
        return f"{self.text} ({self.note})" if self.note else self.text


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `id` is what is sent when it is selected, empty if it cannot be."""

    cells: tuple[Cell, ...]
    id: str = ""
    label: str = ""
