"""Embedding: near for one person, far for others, in whatever way the face is turned."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gatekeeper.types import Box, Vector
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.recognition.dlib_engine import landmark_square
from gatekeeper.vision.recognition.vectors import unit
from tests.support.faces import SAME, Found, Sample

OTHERS = ("biden-blue-room-2010", "collins-nasa", "hopper-us-navy", "curie-portrait", "moseley-portrait")


@pytest.fixture(params=["sface", "dlib"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Both engines, one after the other."""
    loaded: Engine = request.getfixturevalue(request.param)
    return loaded


@pytest.fixture
def embedded(engine: Engine, sample: Sample, found: Found) -> Callable[..., Vector]:
    """Return a function that gives the vector of the most confident face of a sample, turned by quarters."""

    def vector_of(name: str, turns: int = 0) -> Vector:
        pixels = np.ascontiguousarray(np.rot90(sample(name), turns))
        return np.asarray(unit(engine.embedder.embed(pixels, found(name, turns)[:1]))[0], np.float32)

    return vector_of


def test_one_person_is_nearer_than_everybody_else(engine: Engine, embedded: Callable[..., Vector]) -> None:
    """Photographs of one person resemble each other more than any photograph of another person."""
    same = [embedded(name) for name in SAME]
    others = [embedded(name) for name in OTHERS]
    within = min(float(same[0] @ vector) for vector in same[1:])
    across = max(float(vector @ other) for vector in same for other in others)
    assert within > across + engine.thresholds.margin


def test_strangers_stay_below_the_threshold(engine: Engine, embedded: Callable[..., Vector]) -> None:
    """No two different people of the samples reach the threshold of even a one-person register."""
    vectors = np.stack([embedded(name) for name in (SAME[0], *OTHERS)])
    similarity = vectors @ vectors.T - 2 * np.eye(len(vectors))
    assert similarity.max() < engine.thresholds.match_at(1, 5)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turning_the_picture_changes_little(engine: Engine, turns: int, embedded: Callable[..., Vector]) -> None:
    """The same photograph turned by quarters gives nearly the same vector."""
    upright, turned = (embedded("collins-nasa", quarter) for quarter in (0, turns))
    assert float(upright @ turned) > 1 - (1 - engine.thresholds.match_at(1, 1)) / 5


def test_vectors_come_in_order_and_alone(engine: Engine, sample: Sample, found: Found) -> None:
    """Many faces at once give the vectors that each gives alone, in the same order."""
    pixels = sample("solvay-1927-frame-a")
    sure = [detection for detection in found("solvay-1927-frame-a") if detection.score > 0.85][:20]
    together = unit(engine.embedder.embed(pixels, sure))
    assert together.shape == (20, engine.embedder.dimension)
    for place in (0, 7, 19):
        assert float(unit(engine.embedder.embed(pixels, [sure[place]]))[0] @ together[place]) > 0.999


def test_no_faces_give_no_vectors(engine: Engine, sample: Sample) -> None:
    """An empty list gives an empty matrix of the right width."""
    assert engine.embedder.embed(sample("rocket"), []).shape == (0, engine.embedder.dimension)


def test_threads_share_one_embedder(engine: Engine, sample: Sample, found: Found) -> None:
    """Embedding at the same time gives what embedding alone gives."""
    pictures = [sample(name) for name in (*SAME, *OTHERS[1:])]
    faces = [found(name)[:1] for name in (*SAME, *OTHERS[1:])]
    alone = [engine.embedder.embed(picture, face) for picture, face in zip(pictures, faces, strict=True)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(engine.embedder.embed, pictures, faces))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_the_mirrored_copy_makes_mirror_images_equal(sface: Engine, sample: Sample) -> None:
    """A mirrored photograph gives nearly the same vector, since both ways are always averaged."""
    pixels = sample("hopper-us-navy")
    mirrored = np.ascontiguousarray(pixels[:, ::-1])
    one, other = (find_faces(picture, sface)[0].embedding for picture in (pixels, mirrored))
    assert one is not None
    assert other is not None
    assert float(one @ other) > 0.95


def test_colours_are_fed_in_their_order(sface: Engine, sample: Sample, found: Found) -> None:
    """Swapping red and blue changes the vector: the net is fed colours, in one order."""
    pixels = sample("collins-nasa")
    face = found("collins-nasa")[:1]
    right = unit(sface.embedder.embed(pixels, face))[0]
    swapped = unit(sface.embedder.embed(np.ascontiguousarray(pixels[:, :, ::-1]), face))[0]
    assert float(right @ swapped) < 0.99


def test_the_square_for_dlibs_landmarks() -> None:
    """The square has 0.85 of the box's height and lies a little below its middle."""
    left, top, side = landmark_square(Box(100, 200, 80, 100))
    assert side == pytest.approx(85)
    assert left + side / 2 == pytest.approx(140)
    assert top + side / 2 == pytest.approx(254.35)


def test_a_vector_of_nothing_resembles_nobody() -> None:
    """Zeros stay zeros, so their similarity to everybody is zero and never an error."""
    rows = unit(np.array([[0, 0], [3, 4]], np.float32))
    assert rows.tolist() == [[0, 0], pytest.approx([0.6, 0.8])]
