"""Twins, siblings and look-alikes: the engine alone never decides which of them a face is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.identity.gallery import Gallery
from gatekeeper.identity.look_alikes import LookAlikes
from gatekeeper.types import Ambiguous, BoundBy, Known, Match, PersonId
from tests.support.gate import ENGINE, THRESHOLDS, embedding_of

A, B, C = (PersonId(letter) for letter in "abc")
KNOWN = Match(1, Known(A, BoundBy.ENGINE, 0.99), recognised=(A,))


def look_alikes(*hues: float, surnames: str = "xyz") -> LookAlikes:
    people = (A, B, C)[: len(hues)]
    vectors = np.stack([embedding_of(hue) for hue in hues])
    gallery = Gallery(ENGINE, people, vectors, np.full(len(hues), 3))
    return LookAlikes(gallery, THRESHOLDS, lambda person: frozenset(surnames["abc".index(person)]))


@pytest.mark.parametrize(
    ("hues", "surnames", "wanted"),
    [
        ((0, 8, 60), "xyz", (A, B)),
        ((0, 14, 60), "xyz", None),
        ((0, 14, 60), "xxz", (A, B)),
        ((0, 60, 120), "xxx", None),
        ((0, 14, 8), "xxz", (A, C, B)),
    ],
)
def test_a_face_of_a_pair_is_left_to_a_person(
    hues: tuple[float, ...], surnames: str, wanted: tuple[PersonId, ...] | None
) -> None:
    """Those who would pass as each other are a pair, siblings sooner; others are decided as before."""
    (found,) = look_alikes(*hues, surnames=surnames).confirmed([KNOWN], frozenset())
    assert found.identity == (KNOWN.identity if wanted is None else Ambiguous(wanted))
    assert found.recognised == (A,)


@pytest.mark.parametrize("hues", [(0,), (0, 180)])
def test_confirmed_siblings_are_a_pair_whatever_their_templates_say(hues: tuple[float, ...]) -> None:
    """Also one who has no template: what resembles the only twin who is enrolled may be the other."""
    pairs = replace(look_alikes(*hues), siblings={A: frozenset({B}), B: frozenset({A})})
    (found,) = pairs.confirmed([KNOWN], frozenset())
    assert found.identity == Ambiguous((A, B))
    (found,) = pairs.confirmed([KNOWN], frozenset({B}))
    assert found.identity == Ambiguous((A,)), "one who is listed is not named"


def test_a_listed_look_alike_is_not_named() -> None:
    """The face is ambiguous, and only the person who is not on the list is a candidate."""
    (found,) = look_alikes(0, 8).confirmed([KNOWN], frozenset({B}))
    assert found.identity == Ambiguous((A,))


def test_what_a_person_said_and_who_is_listed_stay() -> None:
    """A name given by hand is no decision of the engine's, and a person on the list stays on it."""
    by_hand = Match(1, Known(A, BoundBy.HAND))
    assert look_alikes(0, 8).confirmed([by_hand], frozenset()) == (by_hand,)
    assert look_alikes(0, 8).confirmed([KNOWN], frozenset({A})) == (KNOWN,)


@given(st.tuples(*[st.floats(0, 359)] * 3), st.text("xy", min_size=3, max_size=3))
def test_a_pair_is_one_both_ways(hues: tuple[float, float, float], surnames: str) -> None:
    """Of two people of as many photographs each resembles the other, or neither does."""
    pairs = look_alikes(*hues, surnames=surnames)
    for one in (A, B, C):
        assert all(one in pairs.of(other) for other in pairs.of(one))
