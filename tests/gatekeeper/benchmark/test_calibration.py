"""Calibrating: what is measured of strangers is what thresholds then keep."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from gatekeeper.benchmark.calibration import RATES, REFERENCES, TooFew, as_toml, measure
from gatekeeper.types import Box, Face
from gatekeeper.vision.model import parse, shipped_thresholds
from gatekeeper.vision.recognition.vectors import unit
from tests.support.models import OWN

THRESHOLDS = shipped_thresholds("sface")


def crowd(people: int, photographs: int) -> dict[str, list[Face]]:
    """People who resemble nobody but by chance, some photographs of each."""
    random = np.random.default_rng(1)
    middle = unit(random.standard_normal((people, 16), np.float32))
    return {
        f"p{number}": [
            Face(1, Box(0, 0, 90, 90), np.zeros((5, 2), np.float32), 0.9, unit(one + 0.1 * noise))
            for noise in random.standard_normal((photographs, 16), np.float32)
        ]
        for number, one in enumerate(middle)
    }


@pytest.fixture(scope="module")
def measured() -> tuple[tuple[float, ...], ...]:
    return measure(crowd(400, 3), THRESHOLDS, Random(1))


def test_every_cell_is_there_and_rises(measured: tuple[tuple[float, ...], ...]) -> None:
    """One row for each number of photographs, one rising similarity for each rate."""
    assert len(measured) == len(REFERENCES)
    for row in measured:
        assert len(row) == len(RATES)
        assert list(row) == sorted(row)


def test_strangers_reach_it_as_often_as_is_said(measured: tuple[tuple[float, ...], ...]) -> None:
    """Of other strangers, as many as the rate says reach the similarity."""
    random = np.random.default_rng(2)
    others = unit(random.standard_normal((2000, 16), np.float32))
    alike = (others @ unit(random.standard_normal((500, 16), np.float32)).T).ravel()
    assert np.mean(alike >= measured[0][0]) == pytest.approx(RATES[0], rel=0.1)
    assert np.mean(alike >= measured[0][1]) == pytest.approx(RATES[1], rel=0.3)


def test_more_photographs_never_ask_for_less(measured: tuple[tuple[float, ...], ...]) -> None:
    """Each row asks for at least what the one before asks for."""
    for fewer, more in pairwise(measured):
        assert all(low <= high for low, high in zip(fewer, more, strict=True))


def test_what_is_printed_can_be_read(measured: tuple[tuple[float, ...], ...]) -> None:
    """The printed section at the end of a model's file gives the thresholds that were measured."""
    model = parse(OWN + as_toml(measured, THRESHOLDS), "ours.toml")
    assert model.thresholds is not None
    assert model.thresholds.wanted == THRESHOLDS.wanted
    np.testing.assert_allclose(model.thresholds.match, measured, atol=5e-4)


def test_a_handful_of_people_is_not_enough() -> None:
    """Nothing is measured by ten people, and the message says how many it takes."""
    with pytest.raises(TooFew, match="about 150"):
        measure(crowd(10, 3), THRESHOLDS, Random(1))
