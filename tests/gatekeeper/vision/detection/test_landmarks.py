"""Landmarks: what the passes agree on, weighed by how sure and how large they saw the face."""

from __future__ import annotations

import numpy as np
import pytest

from gatekeeper.types import Box
from gatekeeper.vision.detection.landmarks import settled
from gatekeeper.vision.detection.score_fusion import Find, Look
from gatekeeper.vision.engine import Detection

HERE = Box(100, 100, 40, 50)


def face(score: float, shift: float = 0.0, box: Box = HERE) -> Detection:
    spots = np.array([(110, 120), (130, 120), (120, 130), (112, 140), (128, 140)], np.float32)
    return Detection(box, spots + np.float32(shift), score)


def shift_of(found: Detection) -> float:
    return float((found.landmarks - face(1.0).landmarks).mean())


def test_two_passes_that_are_as_sure_meet_halfway() -> None:
    """Both nets count, whichever gave the box."""
    finds = [Find(face(0.8, 0), Look.YUNET), Find(face(0.8, 4), Look.CENTERFACE)]
    (settled_face,) = settled([face(0.9)], finds)
    assert shift_of(settled_face) == pytest.approx(2)
    assert (settled_face.box, settled_face.score) == (face(0.9).box, 0.9)


def test_a_pass_over_a_smaller_copy_counts_for_less() -> None:
    """A quarter of the pixels across is a quarter of the weight; above 64 pixels nothing is gained."""
    small, whole, large = (Find(face(0.8, shift), Look.YUNET, scale) for shift, scale in ((8, 0.4), (0, 1.6), (0, 9)))
    assert shift_of(settled([face(0.9)], [small, whole])[0]) == pytest.approx(8 / 5, abs=1e-4)
    assert shift_of(settled([face(0.9)], [small, large])[0]) == pytest.approx(8 / 5, abs=1e-4)


def test_faint_finds_even_light_and_other_faces_have_no_say() -> None:
    """What only helps to find a face does not move its eyes, and no neighbour's does."""
    others = [
        Find(face(0.4, 9), Look.YUNET),
        Find(face(0.2, 9), Look.CENTERFACE),
        Find(face(0.9, 9), Look.EVENED),
        Find(face(0.9, 9, Box(150, 100, 40, 50)), Look.YUNET),
    ]
    assert shift_of(settled([face(0.9)], [*others, Find(face(0.7, 1), Look.YUNET)])[0]) == pytest.approx(1)
    assert settled([face(0.9, 3)], others)[0].landmarks.tolist() == face(0.9, 3).landmarks.tolist()


def test_nobody_found_is_nobody_settled() -> None:
    """No faces give none, and no finds change nothing."""
    assert settled([], [Find(face(0.9), Look.YUNET)]) == []
    assert len(settled([face(0.9)], [])) == 1
