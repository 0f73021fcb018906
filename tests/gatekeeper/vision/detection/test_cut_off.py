"""Faces that the edge of a picture cuts off are places to look at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.cut_off import BAR, CutOff
from gatekeeper.vision.engine import Detection, Engine
from gatekeeper.vision.unnoticed import unnoticed
from tests.support.faces import Sample


class Fixed:
    """A net that reports one place of whatever it is shown, as shares of it."""

    def __init__(self, place: Box, score: float = 0.9) -> None:
        self._place, self._score = place, score

    def search(self, pixels: Pixels) -> list[Detection]:
        height, width = pixels.shape[:2]
        return [Detection(self._place.scaled(width, height), np.zeros((5, 2), np.float32), self._score)]


@pytest.mark.parametrize(("name", "side"), [("collins-nasa", "left"), ("hopper-us-navy", "right")])
def test_a_third_of_a_face_at_the_edge_is_a_place_to_look_at(
    name: str, side: str, sface: Engine, sample: Sample
) -> None:
    """The nets make nothing of it, or a face; either way the picture does not pass for empty there."""
    pixels = sample(name)
    face = sface.detector.find(pixels)[0].box
    share = 0.35 * face.width
    left, right = (face.x + face.width - share, pixels.shape[1]) if side == "left" else (0, face.x + share)
    cut = np.ascontiguousarray(pixels[:, round(left) : round(right)])
    found = [one.box for one in sface.detector.find(cut)]
    places = [*found, *unnoticed(cut, found, sface)]
    edge = 0 if side == "left" else cut.shape[1]
    assert any(abs(edge - (place.x if side == "left" else place.x + place.width)) < face.width for place in places)


def test_where_nothing_is_cut_off_nothing_is_pointed_out(sface: Engine, sample: Sample) -> None:
    """A rocket and a whole face have no place along their edges."""
    assert sface.cut_off is not None
    assert sface.cut_off.find(sample("rocket"), []) == []
    pixels = sample("collins-nasa")
    assert sface.cut_off.find(pixels, [sface.detector.find(pixels)[0].box]) == []


def test_what_shows_is_the_place_and_a_known_head_explains_it() -> None:
    """The part within the picture is reported; the head found, marked or covered there answers it."""
    picture = np.zeros((400, 600, 3), np.uint8)
    # Margins of 100 pixels: the find's middle is on the left edge of the picture.
    net = Fixed(Box(40 / 800, 200 / 600, 120 / 800, 150 / 600))
    (place,) = CutOff(net).find(picture, [])
    assert (place.x, place.y, place.width, place.height) == pytest.approx((0, 100, 60, 150), abs=3)
    assert CutOff(net).find(picture, [Box(0, 110, 50, 120)]) == []
    assert CutOff(net).find(picture, [Box(300, 110, 50, 120)]) == [place]


@given(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(0, 1))
def test_places_are_cut_off_and_within_the_picture(x: float, y: float, wide: float, high: float, score: float) -> None:
    """Whatever the net reports; below the bar it is nothing."""
    places = CutOff(Fixed(Box(x, y, wide, high), score)).find(np.zeros((400, 600, 3), np.uint8), [])
    assert all(place.x >= 0 and place.x + place.width <= 600 for place in places)
    assert all(place.y >= 0 and place.y + place.height <= 400 and place.area > 0 for place in places)
    assert not places or score >= BAR
