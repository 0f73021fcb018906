"""Finding faces: whatever their size, turn and light."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.copies import even, is_flat, scaled, stretched
from gatekeeper.vision.detect import LARGEST
from gatekeeper.vision.engine import Detection, Engine
from tests.gatekeeper.vision.conftest import Sample

PORTRAITS = ("collins-nasa", "hopper-us-navy", "moseley-portrait")


def best(engine: Engine, pixels: Pixels) -> Detection:
    """Return the most confident detection."""
    return engine.detector.find(pixels)[0]


def middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_portrait_has_its_face(name: str, sface: Engine, sample: Sample) -> None:
    """The face of a portrait is found with confidence, eyes above the mouth and inside the box."""
    found = best(sface, sample(name))
    right_eye, left_eye, nose, right_mouth, left_mouth = found.landmarks
    assert found.score > 0.9
    assert right_eye[0] < nose[0] < left_eye[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])
    assert found.box.x < right_eye[0] < left_eye[0] < found.box.x + found.box.width


def test_everybody_in_a_group_is_found(sface: Engine, sample: Sample) -> None:
    """All 29 people of the Solvay photograph are found, each once and at least one sure find for each."""
    found = sface.detector.find(sample("solvay-1927-frame-a"))
    assert sum(detection.score > 0.9 for detection in found) == 29
    assert len(found) <= 33


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("name", PORTRAITS)
def test_turned_faces_are_found_where_they_are(name: str, turns: int, sface: Engine, sample: Sample) -> None:
    """A turned picture shows the same face, its box and landmarks turned with it."""
    pixels = sample(name)
    upright = best(sface, pixels)
    height, width = pixels.shape[:2]
    turned = best(sface, np.ascontiguousarray(np.rot90(pixels, turns)))
    spots = upright.landmarks
    for _ in range(turns):
        spots = np.stack([spots[:, 1], width - spots[:, 0]], axis=1)
        height, width = width, height
    assert np.abs(turned.landmarks - spots).max() < 0.12 * upright.box.width


def test_a_group_turned_on_its_side_is_found(sface: Engine, sample: Sample) -> None:
    """Turning a group of small faces by a quarter hides none of them."""
    turned = np.ascontiguousarray(np.rot90(sample("solvay-1927-frame-a")))
    assert sum(detection.score > 0.8 for detection in sface.detector.find(turned)) >= 29


@pytest.mark.parametrize("share", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("name", PORTRAITS)
def test_a_face_that_fills_the_frame_is_found(name: str, share: float, sface: Engine, sample: Sample) -> None:
    """A face of 80 to 120 % of a 2,000-pixel frame is found, as one face around the middle."""
    pixels = sample(name)
    box = best(sface, pixels).box
    side = box.height / share
    x, y = middle(box)
    scale = 2000 / side
    matrix = np.array([(scale, 0, (side / 2 - x) * scale), (0, scale, (side / 2 - y) * scale)])
    close = cv2.warpAffine(pixels, matrix, (2000, 2000), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    found = best(sface, np.asarray(close, np.uint8))
    assert found.box.width > LARGEST
    assert np.abs(np.array(middle(found.box)) - 1000).max() < 250


@pytest.mark.parametrize("width", [24, 16])
@pytest.mark.parametrize("name", PORTRAITS)
def test_a_small_face_in_a_large_picture_is_found(name: str, width: int, sface: Engine, sample: Sample) -> None:
    """A face of 24 or 16 pixels somewhere in a 2,048-pixel picture is found."""
    pixels = sample(name)
    box = best(sface, pixels).box
    small = scaled(pixels, width / box.width)
    canvas = np.full((1366, 2048, 3), 90, np.uint8)
    canvas[700 : 700 + small.shape[0], 900 : 900 + small.shape[1]] = small
    assert any(abs(found.box.width - width) < width / 3 for found in sface.detector.find(canvas))


@pytest.mark.parametrize("level", [40, 128, 220])
@pytest.mark.parametrize("name", PORTRAITS)
def test_a_pale_picture_hides_no_face(name: str, level: int, sface: Engine, sample: Sample) -> None:
    """With 5 % of its contrast left, dark, grey or bright, the face is still found."""
    pixels = sample(name)
    pale = np.clip(level + 0.05 * (pixels - pixels.mean()), 0, 255).round().astype(np.uint8)
    x, y = middle(best(sface, pixels).box)
    found_x, found_y = middle(best(sface, pale).box)
    assert abs(found_x - x) + abs(found_y - y) < best(sface, pixels).box.width / 2


def test_a_picture_without_anybody_has_no_face(sface: Engine, sample: Sample) -> None:
    """A rocket on its pad and a plain grey picture have no face."""
    assert sface.detector.find(sample("rocket")) == []
    assert sface.detector.find(np.full((300, 400, 3), 128, np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (7, 9, 3)])
def test_tiny_and_narrow_pictures_are_no_trouble(shape: tuple[int, int, int], sface: Engine) -> None:
    """Pictures of a few pixels or one line are searched like others."""
    assert sface.detector.find(np.zeros(shape, np.uint8)) == []


def test_mirroring_finds_the_same(sface: Engine, sample: Sample) -> None:
    """A mirrored portrait has the face at the mirrored place, its right eye still its right."""
    pixels = sample("hopper-us-navy")
    upright = best(sface, pixels)
    mirrored = best(sface, np.ascontiguousarray(pixels[:, ::-1]))
    assert abs(middle(mirrored.box)[0] - (pixels.shape[1] - middle(upright.box)[0])) < 10
    assert mirrored.landmarks[0][0] < mirrored.landmarks[1][0]


def test_threads_share_one_detector(sface: Engine, sample: Sample) -> None:
    """Searches at the same time, of pictures of different sizes, do not disturb each other."""
    pictures = [sample(name) for name in (*PORTRAITS, "curie-portrait")]
    alone = [best(sface, picture).box for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda picture: best(sface, picture).box, pictures)) == alone


def test_flat_pictures_are_told_from_others(sample: Sample) -> None:
    """A portrait is not flat; what is left of it at 5 % contrast is."""
    pixels = sample("collins-nasa")
    pale = np.asarray(100 + 0.05 * pixels, np.uint8)
    assert not is_flat(pixels)
    assert is_flat(pale)
    assert np.ptp(stretched(pale)) > 200
    assert np.ptp(even(pale)[:, :, 1]) > 2 * np.ptp(pale[:, :, 1])
