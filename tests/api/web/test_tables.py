"""Tables: what an address asks for, and the addresses that ask for something else."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from api.http.problems import Problem
from api.web.tables import SIZES, Cell, Column, Filter, Layout, Query, Row, Table, address, ordered, read, table

LAYOUT = Layout(
    path="/list",
    columns=(
        Column("name", "Name", str.casefold),
        Column("length", "Length", len, latest_first=True),
        Column("note", "Note"),
    ),
    filters=(Filter("kind", "Kind", {"a": "A", "b": "B"}), Filter("state", "State", {"new": "New"})),
    sort="name",
    noun=("word", "words"),
)

queries = some.builds(
    Query,
    sort=some.sampled_from(["name", "length"]),
    descending=some.booleans(),
    chosen=some.fixed_dictionaries({}, optional={"kind": some.sampled_from(["a", "b"]), "state": some.just("new")}),
    page=some.integers(1, 10_000),
    size=some.sampled_from(SIZES),
    hidden=some.frozensets(some.sampled_from(["length", "note"])),
    at=some.none() | some.integers(1, 10**9),
)


def sent(at: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(at).query))


def page(items: list[str], query: Query) -> Table:
    return table(
        LAYOUT, query, ordered(LAYOUT, query, items), len(items), lambda one: Row((Cell(one), Cell(""), Cell("")))
    )


@given(queries)
def test_an_address_asks_for_what_it_was_made_of(query: Query) -> None:
    """Every query comes back from its address."""
    assert read(LAYOUT, sent(address(LAYOUT, query))) == query


@given(queries, some.text(min_size=1))
def test_words_are_in_no_address(query: Query, words: str) -> None:
    """With words the address is the same as without."""
    asked = replace(query, words=words)
    assert address(LAYOUT, asked) == address(LAYOUT, query)
    assert words not in repr(asked) or words in repr(query)


def test_what_is_usual_is_not_said() -> None:
    """The address of the list as it opens is short."""
    assert address(LAYOUT, read(LAYOUT, {})) == "/list"


@pytest.mark.parametrize(
    "asked",
    [
        {"sort": "note"},
        {"sort": "nothing"},
        {"order": "sideways"},
        {"kind": "c"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "٣"},
        {"page": "1e3"},
        {"page": "1" * 5000},
        {"size": "100000"},
        {"without": "name"},
        {"without": "nothing"},
        {"at": "-5"},
    ],
)
def test_what_cannot_be_is_answered(asked: dict[str, str]) -> None:
    """With a sentence that says what to do, and without what was sent."""
    with pytest.raises(Problem, match=r"Open the list again|Choose another") as refused:
        read(LAYOUT, asked)
    assert refused.value.status == 422
    assert all(value not in refused.value.detail for value in asked.values() if len(value) > 2)


@given(some.lists(some.text(min_size=1, max_size=5)), queries)
def test_pages_are_the_whole_list(items: list[str], query: Query) -> None:
    """Page after page shows each item once, in the order that is asked for, whatever page is asked for first."""
    begun = page(items, query)
    shown: list[str] = []
    for number in range(1, begun.pages + 1):
        part = page(items, Query(query.sort, query.descending, query.chosen, number, query.size))
        assert part.first == (len(shown) + 1 if items else 0)
        shown += [row.cells[0].text for row in part.rows]
    assert shown == ordered(LAYOUT, query, items)
    assert begun.query.page == min(query.page, begun.pages)


def test_counts_and_ways_on() -> None:
    """The second page of three says which rows it has, and leads to its neighbours and the ends."""
    found = page([f"{number:03}" for number in range(120)], Query("name", page=2))
    assert found.count == "51 to 100 of 120 words"
    assert (found.previous, found.next, found.ends) == ("/list", "/list?page=3", ("/list", "/list?page=3"))
    assert [heading.order for heading in found.headings] == ["ascending", None, None]
    assert [heading.address for heading in found.headings] == ["/list?order=down", "/list?sort=length", None]


def test_a_second_click_turns_a_column_round() -> None:
    """Days and counts begin with the largest, so their second click begins with the smallest."""
    begun = read(LAYOUT, sent("/list?sort=length"))
    assert begun.descending
    turned = page(["a"], begun).headings[1].address
    assert turned is not None
    assert not read(LAYOUT, sent(turned)).descending


def test_columns_are_chosen() -> None:
    """By a form with a box for each; those without a tick are left out, of the heads as of the rows."""
    asked = read(LAYOUT, {"columns": "chosen", "column-length": "yes"})
    assert asked.hidden == {"note"}
    found = table(LAYOUT, asked, ["abc"], 1, lambda one: Row((Cell(one), Cell("3"), Cell("a note"))))
    assert [heading.label for heading in found.headings] == ["Name", "Length"]
    assert [cell.text for cell in found.rows[0].cells] == ["abc", "3"]
    assert read(LAYOUT, sent(found.address)) == asked
    assert [one.shown for one in found.columns] == [True, False]
