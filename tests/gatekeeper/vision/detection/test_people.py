"""People whose faces do not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.types import Box
from gatekeeper.vision.detection.people import SURE, TALL, Body, without_face
from gatekeeper.vision.engine import Engine
from tests.support.faces import Sample

BODY = Body(Box(100, 100, 200, 500), 0.9)
HEAD = Box(160, 110, 70, 90)

boxes = st.builds(Box, *[st.integers(0, 400).map(float)] * 2, *[st.integers(1, 400).map(float)] * 2)
bodies = st.lists(st.builds(Body, boxes, st.floats(0.3, 1)), max_size=6)


@pytest.mark.parametrize("name", ["collins-nasa", "hopper-us-navy"])
def test_somebody_is_there_though_the_face_was_missed(name: str, sface: Engine, sample: Sample) -> None:
    """A portrait of which no face was found has a person without one; with the face, it has none."""
    assert sface.people is not None
    pixels = sample(name)
    found = sface.people.find(pixels)
    assert without_face(found, [], pixels.shape[0])
    assert without_face(found, [sface.detector.find(pixels)[0].box], pixels.shape[0]) == []


def test_a_rocket_is_nobody(sface: Engine, sample: Sample) -> None:
    """A rocket on its pad is no person."""
    assert sface.people is not None
    pixels = sample("rocket")
    assert without_face(sface.people.find(pixels), [], pixels.shape[0]) == []


def test_a_head_belongs_to_its_body() -> None:
    """A head within the upper part of a body is that body's; one at its feet is not."""
    assert without_face([BODY], [HEAD], 700) == []
    assert without_face([BODY], [Box(160, 540, 30, 40)], 700) == [BODY.box]


def test_boxes_around_one_person_are_one() -> None:
    """A second box around somebody whose face is known is not another person."""
    legs = Body(Box(110, 320, 180, 280), 0.8)
    assert without_face([BODY, legs], [HEAD], 700) == []
    assert without_face([legs], [HEAD], 700) == [legs.box]


def test_the_unsure_and_the_small_are_left_out() -> None:
    """Below the net's own limits nothing is reported."""
    assert without_face([Body(BODY.box, SURE - 0.01)], [], 700) == []
    assert without_face([BODY], [], int(BODY.box.height / TALL) + 10) == []


@given(bodies, st.lists(boxes, max_size=4), boxes)
def test_knowing_one_more_head_accuses_nobody(found: list[Body], heads: list[Box], head: Box) -> None:
    """A head more never makes a person without a face more."""
    before, after = without_face(found, heads, 400), without_face(found, [*heads, head], 400)
    assert all(box in before for box in after)
