"""Health: how well somebody can be recognised, and who resembles whom."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.identity.gallery import Gallery
from gatekeeper.identity.health import Made, health, lookalikes, nearest_others
from gatekeeper.types import PersonId
from gatekeeper.vision.model import shipped_thresholds

THRESHOLDS = shipped_thresholds("sface")
A, B, C = (PersonId(letter) for letter in "abc")
shares = st.none() | st.floats(0, 1)


def at(angle: float) -> list[float]:
    """A unit vector in the plane, at so many degrees."""
    return [math.cos(math.radians(angle)), math.sin(math.radians(angle))]


def gallery(*angles: float, references: int = 3) -> Gallery:
    people = (A, B, C)[: len(angles)]
    vectors = np.array([at(angle) for angle in angles], np.float32).reshape(-1, 2)
    return Gallery("sface", people, vectors, np.full(len(angles), references))


def test_three_good_photographs_of_somebody_unlike_are_a_hundred() -> None:
    """Nothing is left to wish for."""
    best = health(Made(3, 0.8, 0.9), 0.1, THRESHOLDS, 200)
    assert (best.score, best.advice) == (100, ())


@given(photos=st.integers(1, 9), agreement=shares, quality=shares, nearest=st.floats(-1, 1))
def test_a_score_is_a_share_with_reasons(
    photos: int, agreement: float | None, quality: float | None, nearest: float
) -> None:
    """A score lies between 0 and 100, and whoever could have more is told how."""
    found = health(Made(photos, agreement, quality), nearest, THRESHOLDS, 200)
    assert 0 <= found.score <= 100
    assert found.advice or found.score >= 75


@given(photos=st.integers(1, 5), agreement=shares, nearest=st.floats(-1, 1), closer=st.floats(-1, 1))
def test_more_photographs_and_fewer_lookalikes_never_harm(
    photos: int, agreement: float | None, nearest: float, closer: float
) -> None:
    """One more photograph, or a nearest other who is further away, never lowers the score."""
    nearest, closer = sorted((nearest, closer))
    here = health(Made(photos, agreement, 0.5), nearest, THRESHOLDS, 200).score
    assert here <= health(Made(photos + 1, agreement, 0.5), nearest, THRESHOLDS, 200).score + 1
    assert here >= health(Made(photos, agreement, 0.5), closer, THRESHOLDS, 200).score


@pytest.mark.parametrize(
    ("made", "nearest", "word"),
    [
        pytest.param(Made(1, 1.0, 1.0), 0.0, "Add 2 more photographs", id="one-photograph"),
        pytest.param(Made(2, 1.0, 1.0), 0.0, "Add 1 more photograph:", id="two-photographs"),
        pytest.param(Made(3, 0.42, 1.0), 0.0, "differ much", id="disagreeing"),
        pytest.param(Made(3, 0.8, 0.1), 0.0, "is poor", id="poor"),
        pytest.param(Made(3, 0.8, 1.0), 0.5, "Looks like another enrolled person", id="a-lookalike"),
    ],
)
def test_the_advice_names_what_is_missing(made: Made, nearest: float, word: str) -> None:
    """Each weakness has a sentence of its own."""
    (sentence,) = health(made, nearest, THRESHOLDS, 200).advice
    assert word in sentence


def test_who_resembles_whom() -> None:
    """Pairs come likest first, say whether they may be confused, and name nobody twice."""
    pairs = lookalikes(gallery(0, 30, 68), replace(THRESHOLDS, near=0.5))
    assert [(pair.one, pair.other) for pair in pairs] == [(A, B), (B, C), (A, C)]
    assert [pair.confusable for pair in pairs] == [True, True, False]
    assert pairs[0].similarity == pytest.approx(math.cos(math.radians(30)), abs=1e-6)
    assert pairs[0].false_match <= pairs[2].false_match


def test_people_who_differ_make_no_pair() -> None:
    """A register without look-alikes has nothing to report; nor has one of nobody."""
    assert lookalikes(gallery(0, 80, 160), THRESHOLDS) == lookalikes(gallery(), THRESHOLDS) == ()


def test_the_nearest_other() -> None:
    """Everybody has their likest other; somebody alone has none."""
    nearest = nearest_others(gallery(0, 60, 90))
    assert nearest == {A: pytest.approx(0.5, abs=1e-6), B: pytest.approx(0.866, abs=1e-3), C: nearest[B]}
    assert nearest_others(gallery(0)) == {A: -1.0}
