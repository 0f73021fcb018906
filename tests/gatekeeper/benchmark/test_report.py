"""Rates: counts, shares and bounds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.benchmark.report import Cost, Curve, Gate, Identification, Point, Rate, Report

trials = st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 500, 0.0, 0.00762), (500, 500, 0.99238, 1.0), (5, 50, 0.04348, 0.21361), (1, 2, 0.09453, 0.90547)],
)
def test_the_bounds_are_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """The bounds agree with published values."""
    assert Rate(hits, of).low == pytest.approx(low, abs=1e-4)
    assert Rate(hits, of).high == pytest.approx(high, abs=1e-4)


@given(trials)
def test_the_share_lies_between_its_bounds(trial: tuple[int, int]) -> None:
    """Bounds enclose the share and stay within 0 and 1."""
    rate = Rate(*trial)
    assert 0 <= rate.low <= rate.share + 1e-12
    assert rate.share <= rate.high + 1e-12 <= 1 + 1e-9


def test_nothing_tried_says_nothing() -> None:
    """Without a trial everything is possible."""
    assert (Rate(0, 0).share, Rate(0, 0).low, Rate(0, 0).high) == (0, 0, 1)
    assert str(Rate(0, 0)) == "0/0 = 0.0% (0.0% to 100.0%)"


def test_a_report_becomes_json_with_bounds() -> None:
    """Every rate of a report carries its share and bounds, and the whole is JSON."""
    rate = Rate(1, 4)
    report = Report(
        engine="sface",
        identification=(Identification(10, 3, rate, rate, rate),),
        curves=(Curve(10, 3, 0, ((0.001, 0.5),), rate, 0.4, 1000),),
        gate=Gate(
            10, 3, 1, {"stranger": rate}, {}, {}, rate, {"x": 1}, rate, {}, rate, rate, (Point(0.0, rate, rate),)
        ),
        recall={"pose 0": rate},
        conditions={},
        false_alarms=rate,
        refused_references=rate,
        cost=Cost(3, 0.1, 0.2, 1024),
    )
    plain = json.loads(json.dumps(report.as_dict()))
    assert plain["gate"]["wrong_approvals"]["stranger"]["share"] == 0.25
    assert plain["identification"][0]["missed"] == {
        "hits": 1,
        "of": 4,
        "share": 0.25,
        "low": pytest.approx(rate.low),
        "high": pytest.approx(rate.high),
    }
    assert plain["cost"]["peak"] == 1024
    assert plain["conditions"] == {}
    assert plain["curves"][0]["points"] == [[0.001, 0.5]]
    assert plain["gate"]["tradeoff"][0]["wrong"]["hits"] == 1


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Rate(0, 3200), "0/3200 = 0.0% (0.0% to 0.12%)"),
        (Rate(3, 1000), "3/1000 = 0.30% (0.10% to 0.9%)"),
        (Rate(30, 100), "30/100 = 30.0% (21.9% to 39.6%)"),
    ],
)
def test_small_shares_are_told_more_exactly(rate: Rate, text: str) -> None:
    """A bound of 0.12 % is not rounded to 0.1 %."""
    assert str(rate) == text
