"""Thresholds: derived from rates, and reading between what was measured never loosens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.vision.engines import ENGINES
from gatekeeper.vision.model import shipped_thresholds
from gatekeeper.vision.recognition.thresholds import UNCALIBRATED, Thresholds

TABLE = Thresholds(
    rates=(1e-2, 1e-3, 1e-4),
    references=(1, 3),
    match=((0.30, 0.40, 0.50), (0.34, 0.42, 0.49)),
    wanted=1e-3,
    near=1e-2,
    margin=0.05,
    smallest_face=20.0,
)
SHIPPED = [shipped_thresholds(name) for name in ENGINES]

people = st.integers(1, 1_000_000)
references = st.integers(1, 20)


@pytest.mark.parametrize("table", [TABLE, *SHIPPED])
@given(few=people, many=people, photographs=references)
def test_more_people_never_lower_it(table: Thresholds, few: int, many: int, photographs: int) -> None:
    """A larger register never has a lower threshold."""
    few, many = sorted((few, many))
    assert table.match_at(few, photographs) <= table.match_at(many, photographs)


@pytest.mark.parametrize("table", SHIPPED)
@given(size=people, photographs=references)
def test_the_wanted_rate_is_kept(table: Thresholds, size: int, photographs: int) -> None:
    """At the threshold strangers pass no more often than is wanted, unless that is rarer than was measured."""
    rate = table.false_match(table.match_at(size, photographs), size, photographs)
    assert rate <= max(table.wanted, size * table.rates[-1]) * 1.001


@pytest.mark.parametrize("table", SHIPPED)
@given(photographs=references)
def test_whoever_matches_is_near(table: Thresholds, photographs: int) -> None:
    """Being near somebody on the list takes no more than being recognised among one."""
    assert table.near_at(photographs) <= table.match_at(1, photographs)


@given(size=st.integers(1, 10_000), photographs=references, low=st.floats(0, 1), high=st.floats(0, 1))
def test_more_alike_is_never_more_often(size: int, photographs: int, low: float, high: float) -> None:
    """The false-match probability falls as the similarity rises, and is one."""
    low, high = sorted((low, high))
    assert 0 < TABLE.false_match(high, size, photographs) <= TABLE.false_match(low, size, photographs) <= 1


@pytest.mark.parametrize(
    ("size", "photographs", "expected"),
    [
        pytest.param(1, 1, 0.40, id="as-measured"),
        pytest.param(10, 1, 0.50, id="ten-people-ten-times-rarer-each"),
        pytest.param(10, 2, 0.50, id="the-larger-of-two-neighbours"),
        pytest.param(1, 2, 0.42, id="whichever-neighbour-that-is"),
        pytest.param(10, 9, 0.49, id="beyond-the-most-photographs"),
        pytest.param(100, 1, 0.60, id="beyond-the-rarest-rate-straight-on"),
        pytest.param(1000, 3, 0.63, id="and-on"),
        pytest.param(10**9, 1, 1.00, id="never-above-one"),
    ],
)
def test_reading_the_table(size: int, photographs: int, expected: float) -> None:
    """A threshold is the similarity at which all together let in the wanted share."""
    assert TABLE.match_at(size, photographs) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("similarity", "size", "photographs", "expected"),
    [
        pytest.param(0.40, 1, 1, 1e-3, id="as-measured"),
        pytest.param(0.45, 1, 1, 10**-3.5, id="between"),
        pytest.param(0.50, 200, 1, 2e-2, id="times-the-people"),
        pytest.param(0.50, 1, 2, 1e-4, id="the-more-frequent-of-two-neighbours"),
        pytest.param(0.99, 1, 1, 1e-4, id="never-rarer-than-was-measured"),
        pytest.param(0.10, 1, 1, 1.0, id="below-everything"),
    ],
)
def test_how_often_a_stranger_passes(similarity: float, size: int, photographs: int, expected: float) -> None:
    """A similarity tells how often a stranger reaches it."""
    assert TABLE.false_match(similarity, size, photographs) == pytest.approx(expected)


def test_a_stricter_wish_raises_the_threshold() -> None:
    """One constant moves all thresholds: the wanted rate."""
    assert replace(TABLE, wanted=1e-4).match_at(1, 1) == pytest.approx(0.50)


def test_an_engine_that_was_not_measured_matches_nobody() -> None:
    """Without a calibration only the very same vector passes."""
    assert UNCALIBRATED.match_at(1, 1) == UNCALIBRATED.match_at(5000, 3) == 1.0


@pytest.mark.parametrize(("size", "photographs"), [(0, 1), (1, 0), (-5, 3)])
def test_nobody_and_nothing_have_no_threshold(size: int, photographs: int) -> None:
    """Asking for no people or no photographs is a mistake, not a loose threshold."""
    with pytest.raises(ValueError, match="at least 1"):
        TABLE.match_at(size, photographs)
    with pytest.raises(ValueError, match="at least 1"):
        TABLE.false_match(0.5, size, photographs)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        pytest.param({"rates": (1e-3, 1e-2, 1e-4)}, "one row for each", id="rates-rise"),
        pytest.param({"references": (3, 1)}, "one row for each", id="references-fall"),
        pytest.param({"references": (1, 2, 3)}, "one row for each", id="a-row-too-few"),
        pytest.param({"rates": (1e-2, 1e-3)}, "one row for each", id="a-rate-too-few"),
        pytest.param({"references": (), "match": ()}, "one row for each", id="empty"),
        pytest.param({"match": ((0.3, 0.4, 1.5), (0.3, 0.4, 0.5))}, "Similarities", id="above-one"),
        pytest.param({"match": ((0.0, 0.4, 0.5), (0.3, 0.4, 0.5))}, "Similarities", id="nothing-asked"),
        pytest.param({"match": ((0.3, float("nan"), 0.5), (0.3, 0.4, 0.5))}, "Similarities", id="no-number"),
        pytest.param({"match": ((0.4, 0.3, 0.5), (0.3, 0.4, 0.5))}, "Similarities", id="rarer-yet-lower"),
        pytest.param({"wanted": 0.0}, "Rates", id="never"),
        pytest.param({"wanted": 0.5, "near": 0.1}, "Rates", id="the-list-stricter-than-the-rest"),
        pytest.param({"margin": 0.0}, "Rates", id="no-margin"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(changes: dict[str, object], complaint: str) -> None:
    """A table whose shape or numbers do not fit cannot be built, so it cannot be misread."""
    with pytest.raises(ValueError, match=complaint):
        replace(TABLE, **changes)  # type: ignore[arg-type]
