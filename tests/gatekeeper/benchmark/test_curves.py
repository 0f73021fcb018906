"""Open-set identification, on faces that are made of numbers."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

from gatekeeper.benchmark.curves import SHARES, Crowd, curves
from gatekeeper.benchmark.pictures import people
from gatekeeper.benchmark.subjects import Subject, examine
from gatekeeper.vision.engine import Engine
from tests.support.photographs import ENROLLED, STRANGERS


@pytest.fixture(scope="module")
def photographs(folder: Path, engine: Engine) -> dict[str, list[Subject]]:
    """Everybody's examined photographs."""
    return {person: [examine(one, engine) for one in portraits] for person, portraits in people(folder).items()}


@pytest.fixture(scope="module")
def crowd(photographs: dict[str, list[Subject]]) -> Crowd:
    """Half of the enrolled people, the strangers, and the other half to fill up."""
    halves = [[f"hue {hue:03}" for hue in ENROLLED[start::2]] for start in (0, 1)]
    first, second = ([one for name in names for one in photographs[name]] for names in halves)
    return Crowd(first, [photographs[f"hue {hue:03}"][0] for hue in STRANGERS], second)


def test_a_register_larger_than_the_enrolled_is_filled_up(crowd: Crowd, engine: Engine) -> None:
    """Fillers make up what is missing and are told; what even they cannot fill is left out."""
    made = curves(crowd, engine, (3, 6, 9), (1, 3), Random(1))
    assert [(curve.people, curve.references, curve.fillers) for curve in made] == [
        (3, 1, 0),
        (6, 1, 2),
        (3, 3, 0),
        (6, 3, 2),
    ]


def test_a_curve_falls_as_more_strangers_are_let_in(crowd: Crowd, engine: Engine) -> None:
    """The fewer strangers are recognised, the more people are missed."""
    for curve in curves(crowd, engine, (4,), (1,), Random(1)):
        shares, missed = zip(*curve.points, strict=True)
        assert shares == SHARES
        assert list(missed) == sorted(missed, reverse=True)
        assert curve.strangers == 10 * len(STRANGERS)


def test_a_stranger_who_is_somebody_moves_the_threshold(
    crowd: Crowd, photographs: dict[str, list[Subject]], engine: Engine
) -> None:
    """If a stranger looks exactly like an enrolled person, that person can only be missed."""
    double = [*crowd.strangers, photographs["hue 000"][0]]
    (curve,) = curves(Crowd(crowd.subjects, double, ()), engine, (4,), (1,), Random(1))
    assert curve.threshold > 0.99
    assert curve.at_one_in_a_thousand.hits > 0
    assert np.isclose(curve.points[0][1], curve.at_one_in_a_thousand.share)


def test_without_strangers_there_is_no_curve(crowd: Crowd, engine: Engine) -> None:
    """Nothing can be said about strangers if there are none."""
    assert curves(Crowd(crowd.subjects, (), ()), engine, (3,), (1,), Random(1)) == ()
