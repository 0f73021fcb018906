"""Thresholds: reading between the rows never loosens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.vision.tables import DLIB, SFACE
from gatekeeper.vision.thresholds import Thresholds

TABLE = Thresholds(
    people=(10, 100),
    references=(1, 3),
    match=((0.40, 0.42), (0.50, 0.47)),
    margin=0.05,
    listed_slack=0.1,
    smallest_face=20.0,
)

people = st.integers(1, 1_000_000)
references = st.integers(1, 20)


@pytest.mark.parametrize("table", [SFACE, DLIB])
@given(few=people, many=people, photographs=references)
def test_more_people_never_lower_it(table: Thresholds, few: int, many: int, photographs: int) -> None:
    """A larger register never has a lower threshold."""
    few, many = sorted((few, many))
    assert table.match_at(few, photographs) <= table.match_at(many, photographs)


@pytest.mark.parametrize("table", [SFACE, DLIB])
@given(size=people, fewer=references, more=references)
def test_fewer_references_never_lower_it(table: Thresholds, size: int, fewer: int, more: int) -> None:
    """Somebody with fewer photographs never has a lower threshold."""
    fewer, more = sorted((fewer, more))
    assert table.match_at(size, fewer) >= table.match_at(size, more)


@pytest.mark.parametrize("table", [SFACE, DLIB])
@given(size=people, photographs=references)
def test_never_below_the_table(table: Thresholds, size: int, photographs: int) -> None:
    """No threshold is lower than the smallest that was measured."""
    assert table.match_at(size, photographs) >= min(min(row) for row in table.match)


@pytest.mark.parametrize(
    ("size", "photographs", "expected"),
    [
        pytest.param(10, 1, 0.40, id="a-cell"),
        pytest.param(1, 1, 0.40, id="below-the-first-row"),
        pytest.param(11, 1, 0.50, id="the-next-larger-register"),
        pytest.param(10, 2, 0.42, id="the-larger-of-two-neighbouring-columns"),
        pytest.param(100, 2, 0.50, id="whichever-neighbour-that-is"),
        pytest.param(100, 9, 0.47, id="beyond-the-last-column"),
        pytest.param(101, 1, 0.60, id="a-doubling-begun"),
        pytest.param(200, 3, 0.52, id="one-doubling"),
        pytest.param(400, 1, 0.70, id="two-doublings"),
    ],
)
def test_reading_the_table(size: int, photographs: int, expected: float) -> None:
    """Each kind of rounding gives the stricter neighbour."""
    assert TABLE.match_at(size, photographs) == pytest.approx(expected)


def test_a_table_of_one_row_holds_for_everybody() -> None:
    """With one row there is no step to grow by."""
    assert Thresholds((50,), (1,), ((0.5,),), 0.05, 0.1, 20.0).match_at(5000, 1) == 0.5


@pytest.mark.parametrize(("size", "photographs"), [(0, 1), (1, 0), (-5, 3)])
def test_nobody_and_nothing_have_no_threshold(size: int, photographs: int) -> None:
    """Asking for no people or no photographs is a mistake, not a loose threshold."""
    with pytest.raises(ValueError, match="at least 1"):
        TABLE.match_at(size, photographs)


@pytest.mark.parametrize(
    ("rows", "columns", "match"),
    [
        pytest.param((10, 5), (1,), ((0.4,), (0.5,)), id="descending"),
        pytest.param((10, 10), (1,), ((0.4,), (0.5,)), id="twice-the-same"),
        pytest.param((10,), (1,), ((0.4,), (0.5,)), id="a-row-too-many"),
        pytest.param((10,), (1, 2), ((0.4,),), id="a-column-too-few"),
        pytest.param((), (), (), id="empty"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(
    rows: tuple[int, ...], columns: tuple[int, ...], match: tuple[tuple[float, ...], ...]
) -> None:
    """A table whose shape does not fit cannot be built, so it cannot be misread."""
    with pytest.raises(ValueError, match="one row for each"):
        Thresholds(rows, columns, match, 0.05, 0.1, 20.0)


@pytest.mark.parametrize("table", [SFACE, DLIB])
def test_a_possible_match_is_looser_than_a_match(table: Thresholds) -> None:
    """Being near somebody on the list takes less than being recognised."""
    assert 0 < table.listed_slack < table.match_at(1, 1)
    assert table.margin > 0
