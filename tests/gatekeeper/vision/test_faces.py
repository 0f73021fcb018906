"""From a picture to numbered faces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.types import Box
from gatekeeper.vision.engine import Detection, Engine
from gatekeeper.vision.faces import MOST, find_faces, reading_order
from gatekeeper.vision.recognition.quality import unreadable
from gatekeeper.vision.recognition.vectors import unit
from tests.support.detections import Prompter, detection, detections
from tests.support.faces import Sample


def test_faces_are_numbered_as_one_reads() -> None:
    """Rows from the top, each from the left, although heads in a row differ in height."""
    top = [detection(300, 12, 40, 50), detection(20, 20, 40, 50), detection(160, 0, 40, 50)]
    bottom = [detection(200, 100, 40, 50), detection(90, 110, 40, 50)]
    order = reading_order([*bottom, *top])
    assert [d.box.x for d in order] == [20, 160, 300, 90, 200]


@given(detections)
def test_everybody_gets_a_place(found: list[Detection]) -> None:
    """Reading order loses nobody and counts nobody twice."""
    assert sorted(map(id, reading_order(found))) == sorted(map(id, found))


def test_a_group_gets_numbers_and_unit_vectors(sface: Engine, sample: Sample) -> None:
    """Every face has the next number and a vector of length one, or a reason why not."""
    faces = find_faces(sample("solvay-1927-frame-b"), sface)
    assert [face.number for face in faces] == list(range(1, len(faces) + 1))
    assert sum(face.embedding is not None for face in faces) >= 29
    for face in faces:
        assert (face.embedding is None) == (face.unreadable is not None)
        assert face.embedding is None or abs(float(np.linalg.norm(face.embedding)) - 1) < 1e-5


def test_small_faces_are_reported_and_not_compared(sface: Engine, sample: Sample) -> None:
    """A face below the engine's smallest is found, has a number and no vector."""
    picky = replace(sface, thresholds=replace(sface.thresholds, smallest_face=1000.0))
    (face,) = find_faces(sample("moseley-portrait"), picky)
    assert face.embedding is None
    assert face.unreadable == "too small"


def test_small_among_large_keep_vectors_with_their_faces(sface: Engine, sample: Sample) -> None:
    """Leaving out an unreadable face gives no other face the wrong vector."""
    pixels = sample("hopper-us-navy")
    (real,) = sface.detector.find(pixels)
    tiny = detection(0, 0, 5, 5)
    faces = find_faces(pixels, replace(sface, detector=Prompter([real, tiny])))
    assert [face.unreadable for face in faces] == ["too small", None]
    assert faces[1].embedding is not None
    assert np.array_equal(faces[1].embedding, unit(sface.embedder.embed(pixels, [real]))[0])


def test_a_crowd_is_reported_and_not_compared(sface: Engine) -> None:
    """Beyond the most faces that are compared, every face is reported without a vector."""
    crowd = [detection(30 * (n % 50), 40 * (n // 50), 28, 36) for n in range(MOST + 1)]
    faces = find_faces(np.zeros((300, 1600, 3), np.uint8), replace(sface, detector=Prompter(crowd)))
    assert len(faces) == MOST + 1
    assert {face.unreadable for face in faces} == {"one of too many faces"}


def test_a_picture_without_faces_gives_none(sface: Engine, sample: Sample) -> None:
    """No faces, no entries."""
    assert find_faces(sample("rocket"), sface) == ()


@given(st.floats(1, 100), st.floats(1, 100))
def test_the_smaller_side_decides(width: float, height: float) -> None:
    """A face is too small if either side is below the limit."""
    verdict = unreadable(detection(0, 0, width, height), 24.0)
    assert (verdict == "too small") == (min(width, height) < 24)


def test_features_in_one_line_cannot_be_compared() -> None:
    """Landmarks that coincide or are not numbers cannot be aligned."""
    flat = Detection(Box(0, 0, 50, 50), np.full((5, 2), 9, np.float32), 0.9)
    broken = Detection(Box(0, 0, 50, 50), np.full((5, 2), np.nan, np.float32), 0.9)
    assert unreadable(flat, 20) == unreadable(broken, 20) == "its features cannot be told apart"
