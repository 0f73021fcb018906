"""A list that is in memory, as a table: narrowed, searched without regard to accents, sorted; and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, TypeVar

from starlette.responses import RedirectResponse, Response

from api.web.tables.address import Sent, address, read
from api.web.tables.layout import Layout, Query, Row
from api.web.tables.page import Table, ordered, table
from consent_db.roster_export import csv_of
from consent_db.transaction import Transaction
from gatekeeper.naming import search_key

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Everything that one person may see of a list.

    Attributes:
        items: all of them; those that are equal in the order that is asked for stay in this one.
        line: returns an item as a row; only those that are shown are made.
        texts: returns what is searched of an item.
        passes: says whether an item is let through by a filter of this name that is set to this value.
    """

    layout: Layout
    items: Sequence[T]
    line: Callable[[T], Row]
    texts: Callable[[T], Iterable[str]]
    passes: Callable[[T, str, str], bool] = lambda _item, _name, _value: True

    def asked(self, sent: Mapping[str, str], words: str = "") -> Query:
        """Return what is asked for; see `read`."""
        return read(self.layout, sent, words)

    def matching(self, query: Query) -> list[T]:
        """Return the items that match, in the order that is asked for."""
        found = [one for one in self.items if all(self.passes(one, *chosen) for chosen in query.chosen.items())]
        words = search_key(query.words)
        if words:
            found = [one for one in found if has_each(words, self.texts(one))]
        return ordered(self.layout, query, found)

    def table(self, query: Query) -> Table:
        """Return the page that is asked for."""
        return table(self.layout, query, self.matching(query), len(self.items), self.line)

    def answer(self, sent: Mapping[str, str], form: Sent, show: Callable[[Table], Response]) -> Response:
        """Answer a search: by what matches; without words, by an address that can be kept.

        Args:
            sent: the parameters of the address.
            form: what was filled in.
            show: returns a table on its page.
        """
        query = self.asked({**sent, **form.parameters}, form.words)
        if query.words:
            return show(self.table(query))
        return RedirectResponse(address(self.layout, query), HTTPStatus.SEE_OTHER)

    def hand_out(self, tx: Transaction, sent: Mapping[str, str], form: Sent, name: str) -> Response:
        """Answer with everything that matches, on all pages, as a file of the columns that are shown.

        Args:
            tx: in which the audit notes it.
            sent: the parameters of the address.
            form: what was filled in.
            name: of the file, and of the list in the audit.
        """
        query = self.asked({**sent, **form.parameters}, form.words)
        return handed_out(tx, rows_of(self.layout, query, map(self.line, self.matching(query))), name)


def rows_of(layout: Layout, query: Query, lines: Iterable[Row]) -> list[list[str]]:
    """Return lines as text, below the heads of the columns that are shown."""
    shown = [at for at, one in enumerate(layout.columns) if one.name not in query.hidden]
    heads = [layout.columns[at].label for at in shown]
    return [heads, *([line.cells[at].in_words for at in shown] for line in lines)]


def has_each(words: Sequence[str], texts: Iterable[str]) -> bool:
    """Say whether each word, as `search_key` returns them, is in one of the texts."""
    keys = " ".join(key for text in texts for key in search_key(text))
    return all(word in keys for word in words)


def handed_out(tx: Transaction, rows: Sequence[Sequence[str]], name: str) -> Response:
    """Return rows, the heads first, as a CSV file under a name with the day; the audit notes that it was taken."""
    tx.hand_outs.table_exported(name, len(rows) - 1)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{tx.today.isoformat()}.csv"'}
    return Response(csv_of(rows), media_type="text/csv; charset=utf-8", headers=headers)
