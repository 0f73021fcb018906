"""People are found once each, in the whole picture and closer."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.types import Box
from gatekeeper.vision.detection.persons.bodies import Body
from gatekeeper.vision.detection.persons.people import CROWD, distinct, tiles
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.unnoticed import unnoticed
from tests.support.faces import Sample

boxes = st.builds(Box, *[st.integers(0, 400).map(float)] * 2, *[st.integers(1, 400).map(float)] * 2)
bodies = st.lists(st.builds(Body, boxes, st.floats(0.3, 1)), max_size=8)


@pytest.mark.parametrize("name", ["collins-nasa", "hopper-us-navy"])
def test_a_person_is_there_though_the_face_was_missed(name: str, sface: Engine, sample: Sample) -> None:
    """A portrait of which no face was found has a person without one; with the face, it has none."""
    pixels = sample(name)
    heads = [sface.detector.find(pixels)[0].box]
    assert unnoticed(pixels, [], sface)
    assert unnoticed(pixels, heads, sface) == []


def test_a_cup_is_no_person(sface: Engine, sample: Sample) -> None:
    """A cup of coffee with a spoon is no person."""
    assert unnoticed(sample("coffee"), [], sface) == []


@pytest.mark.parametrize("name", ["collins-nasa", "hopper-us-navy"])
def test_people_too_small_for_one_look_are_found(name: str, sface: Engine, sample: Sample) -> None:
    """A portrait that takes up a small part of a crowd's picture is found beside the heads that are known."""
    assert sface.people is not None
    pixels = sample(name)
    side = max(pixels.shape[:2])
    picture = np.full((5 * side, 6 * side, 3), 128, np.uint8)
    picture[: pixels.shape[0], : pixels.shape[1]] = pixels
    heads = [Box(side * (0.1 + 0.1 * number), 1.2 * side, 20, 20) for number in range(CROWD)]
    found = [body.box for body in sface.people.find(picture, heads)]
    assert any(box.x < side and box.y < side and box.height > 0.4 * pixels.shape[0] for box in found)


@given(st.integers(20, 4000), st.integers(20, 4000), st.lists(boxes, max_size=12))
def test_every_place_is_looked_at(width: int, height: int, heads: list[Box]) -> None:
    """The whole picture is one tile, the halves overlap and reach its ends, and no tile leaves it."""
    whole, first, second, *more = tiles(width, height, heads)
    assert (whole.width, whole.height) == (width, height)
    assert first.intersection(second) > 0
    assert (second.x + second.width, second.y + second.height) == pytest.approx((width, height))
    assert all(tile.x >= 0 and tile.y >= 0 and tile.x + tile.width <= width + 1e-6 for tile in (first, second, *more))
    assert bool(more) <= (len(heads) >= CROWD)


def test_boxes_around_one_person_are_one() -> None:
    """A second box around the same person, as of another tile, is not another person; one beside is."""
    body = Body(Box(100, 100, 200, 500), 0.9)
    again, upper = Body(Box(110, 110, 200, 480), 0.8), Body(Box(105, 105, 190, 250), 0.7)
    beside = Body(Box(250, 110, 200, 500), 0.6)
    assert distinct([upper, beside, again, body]) == [body, beside]


@given(bodies, st.integers(0, 1000))
def test_the_order_of_looks_does_not_matter(found: list[Body], seed: int) -> None:
    """However the finds of all tiles are ordered, the same people are kept."""
    mixed = list(found)
    Random(seed).shuffle(mixed)
    assert distinct(mixed) == distinct(found)
    assert distinct(distinct(found)) == distinct(found)
