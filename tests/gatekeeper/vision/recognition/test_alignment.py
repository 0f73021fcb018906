"""Alignment: five landmarks onto their places, at any scale and turn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.vision.engine import Engine
from gatekeeper.vision.recognition.alignment import SIDE, TEMPLATE, aligned, similarity
from tests.support.faces import Sample


@given(
    scale=st.floats(0.05, 20),
    turn=st.floats(-3.1, 3.1),
    shift=st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)),
)
def test_any_turn_scale_and_shift_is_undone(scale: float, turn: float, shift: tuple[float, float]) -> None:
    """Landmarks made from the template by a similarity are brought back onto it."""
    linear = scale * np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))])
    landmarks = (TEMPLATE @ linear.T + shift).astype(np.float32)
    matrix = similarity(landmarks)
    assert np.abs(landmarks @ matrix[:, :2].T + matrix[:, 2] - TEMPLATE).max() < 0.05


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=5, max_size=5))
def test_faces_are_never_mirrored(points: list[tuple[float, float]]) -> None:
    """Whatever the landmarks, the matrix turns and scales but never flips."""
    matrix = similarity(np.array(points, np.float32))
    assert np.linalg.det(matrix[:, :2]) >= -1e-9


def test_landmarks_in_one_point_harm_nobody() -> None:
    """Five equal landmarks give a matrix of scale zero, not an error."""
    matrix = similarity(np.full((5, 2), 7, np.float32))
    assert not matrix[:, :2].any()


@pytest.mark.parametrize("enlargement", [1, 4, 9])
def test_the_size_of_the_face_changes_little(enlargement: int, sface: Engine, sample: Sample) -> None:
    """A face four or nine times as large gives nearly the same aligned picture."""
    pixels = sample("curie-portrait")
    landmarks = sface.detector.find(pixels)[0].landmarks
    large = cv2.resize(pixels, None, fx=enlargement, fy=enlargement, interpolation=cv2.INTER_CUBIC)
    moved = (landmarks + 0.5) * enlargement - 0.5
    difference = aligned(np.asarray(large, np.uint8), moved).astype(int) - aligned(pixels, landmarks)
    assert np.abs(difference).mean() < 4


def test_grain_is_averaged_away() -> None:
    """Noise in a very large face is averaged out, where plain sampling would keep all of it."""
    noise = np.random.default_rng(1).integers(0, 256, (2240, 2240, 3)).astype(np.uint8)
    face = aligned(noise, (TEMPLATE * 20).astype(np.float32))
    assert face.shape == (SIDE, SIDE, 3)
    assert face[8:-8, 8:-8].std() < noise.std() / 10


@pytest.mark.parametrize("size", [1, 6])
def test_beyond_the_edge_is_black(size: int) -> None:
    """A face cut by the picture's edge is completed with black, at any scale."""
    shifted = (TEMPLATE - 56) * size
    face = aligned(np.full((400, 400, 3), 200, np.uint8), shifted.astype(np.float32))
    assert face[:50, :50].max() == 0
    assert face[62:, 62:].min() == 200


def test_a_large_face_outside_the_picture_harms_nobody() -> None:
    """Landmarks far outside of the picture give a black picture, at any scale."""
    assert aligned(np.full((60, 60, 3), 200, np.uint8), (TEMPLATE * 9 + 5000).astype(np.float32)).max() == 0
