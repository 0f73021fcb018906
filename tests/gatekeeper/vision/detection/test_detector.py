"""Finding faces: whatever their size, turn and light."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.detector import LARGEST
from gatekeeper.vision.detection.image_pyramid import even, is_flat, scaled, stretched
from gatekeeper.vision.engine import Detection, Engine
from tests.support.faces import Found, Sample

PORTRAITS = ("collins-nasa", "hopper-us-navy", "moseley-portrait")


def best(engine: Engine, pixels: Pixels) -> Detection:
    """Return the most confident detection."""
    return engine.detector.find(pixels)[0]


def middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_portrait_has_its_face(name: str, found: Found) -> None:
    """The face of a portrait is found with confidence, eyes above the mouth and inside the box."""
    face = found(name)[0]
    right_eye, left_eye, nose, right_mouth, left_mouth = face.landmarks
    assert face.score > 0.9
    assert right_eye[0] < nose[0] < left_eye[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])
    assert face.box.x < right_eye[0] < left_eye[0] < face.box.x + face.box.width


def test_everybody_in_a_group_is_found(found: Found) -> None:
    """All 29 people of the Solvay photograph are found, each once and at least one sure find for each."""
    faces = found("solvay-1927-frame-a")
    assert sum(detection.score > 0.9 for detection in faces) == 29
    assert len(faces) <= 33


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("name", PORTRAITS)
def test_turned_faces_are_found_where_they_are(name: str, turns: int, sample: Sample, found: Found) -> None:
    """A turned picture shows the same face, its box and landmarks turned with it."""
    upright, turned = found(name)[0], found(name, turns)[0]
    height, width = sample(name).shape[:2]
    spots = upright.landmarks
    for _ in range(turns):
        spots = np.stack([spots[:, 1], width - spots[:, 0]], axis=1)
        height, width = width, height
    assert np.abs(turned.landmarks - spots).max() < 0.12 * upright.box.width


def test_a_group_turned_on_its_side_is_found(found: Found) -> None:
    """Turning a group of small faces by a quarter hides none of them."""
    assert sum(detection.score > 0.8 for detection in found("solvay-1927-frame-a", 1)) >= 29


@pytest.mark.parametrize("share", [0.8, 1.2])
@pytest.mark.parametrize("name", PORTRAITS)
def test_a_face_that_fills_the_frame_is_found(
    name: str, share: float, sface: Engine, sample: Sample, found: Found
) -> None:
    """A face of 80 to 120 % of a 2,000-pixel frame is found, as one face around the middle."""
    pixels = sample(name)
    box = found(name)[0].box
    side = box.height / share
    x, y = middle(box)
    scale = 2000 / side
    matrix = np.array([(scale, 0, (side / 2 - x) * scale), (0, scale, (side / 2 - y) * scale)])
    close = cv2.warpAffine(pixels, matrix, (2000, 2000), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    face = best(sface, np.asarray(close, np.uint8))
    assert face.box.width > LARGEST
    assert np.abs(np.array(middle(face.box)) - 1000).max() < 250


@pytest.mark.parametrize("width", [24, 16])
@pytest.mark.parametrize("name", PORTRAITS)
def test_a_small_face_in_a_large_picture_is_found(
    name: str, width: int, sface: Engine, sample: Sample, found: Found
) -> None:
    """A face of 24 or 16 pixels somewhere in a 2,048-pixel picture is found."""
    pixels = sample(name)
    small = scaled(pixels, width / found(name)[0].box.width)
    canvas = np.full((1366, 2048, 3), 90, np.uint8)
    canvas[700 : 700 + small.shape[0], 900 : 900 + small.shape[1]] = small
    assert any(abs(face.box.width - width) < width / 3 for face in sface.detector.find(canvas))


@pytest.mark.parametrize("level", [40, 128, 220])
@pytest.mark.parametrize("name", PORTRAITS)
def test_a_pale_picture_hides_no_face(name: str, level: int, sface: Engine, sample: Sample, found: Found) -> None:
    """With 5 % of its contrast left, dark, grey or bright, the face is still found."""
    pixels = sample(name)
    pale = np.clip(level + 0.05 * (pixels - pixels.mean()), 0, 255).round().astype(np.uint8)
    box = found(name)[0].box
    x, y = middle(box)
    pale_x, pale_y = middle(best(sface, pale).box)
    assert abs(pale_x - x) + abs(pale_y - y) < box.width / 2


def test_a_picture_without_anybody_has_no_face(sface: Engine, sample: Sample) -> None:
    """A rocket on its pad and a plain grey picture have no face."""
    assert sface.detector.find(sample("rocket")) == []
    assert sface.detector.find(np.full((300, 400, 3), 128, np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (7, 9, 3)])
def test_tiny_and_narrow_pictures_are_no_trouble(shape: tuple[int, int, int], sface: Engine) -> None:
    """Pictures of a few pixels or one line are searched like others."""
    assert sface.detector.find(np.zeros(shape, np.uint8)) == []


def test_mirroring_finds_the_same(sface: Engine, sample: Sample, found: Found) -> None:
    """A mirrored portrait has the face at the mirrored place, its right eye still its right."""
    pixels = sample("hopper-us-navy")
    upright = found("hopper-us-navy")[0]
    mirrored = best(sface, np.ascontiguousarray(pixels[:, ::-1]))
    assert abs(middle(mirrored.box)[0] - (pixels.shape[1] - middle(upright.box)[0])) < 10
    assert mirrored.landmarks[0][0] < mirrored.landmarks[1][0]


def test_threads_share_one_detector(sface: Engine, sample: Sample, found: Found) -> None:
    """Searches at the same time, of pictures of different sizes, do not disturb each other."""
    names = (*PORTRAITS, "curie-portrait")
    pictures, alone = [sample(name) for name in names], [found(name)[0].box for name in names]
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


def beside_a_cheek(large: Pixels, face: Box, head: Pixels, turns: int) -> tuple[Pixels, Box]:
    """Return the large face with a print of a head laid into its lower corner, and where the print is.

    Args:
        large: a portrait.
        face: its face.
        head: what is printed.
        turns: quarters against the clock by which the print is turned.
    """
    cut = np.ascontiguousarray(np.rot90(head, turns))
    high, wide = cut.shape[:2]
    right, low = int(face.x + face.width), int(face.y + face.height)
    pixels = large.copy()
    pixels[low - high : low, right - wide : right] = cut
    return pixels, Box(right - wide, low - high, wide, high)


def printed(pixels: Pixels, face: Box, width: float) -> Pixels:
    """Return the head around a face, the face `width` pixels wide."""
    left, top = (max(0, int(at - 0.15 * side)) for at, side in ((face.x, face.width), (face.y, face.height)))
    cut = pixels[top : int(face.y + 1.15 * face.height), left : int(face.x + 1.15 * face.width)]
    return scaled(np.ascontiguousarray(cut), width / face.width)


@pytest.mark.parametrize(
    ("names", "share", "turns"),
    [
        (("collins-nasa", "hopper-us-navy"), 0.35, 0),
        (("hopper-us-navy", "moseley-portrait"), 0.35, 0),
        (("hopper-us-navy", "moseley-portrait"), 0.5, 1),
        (("moseley-portrait", "collins-nasa"), 0.3, 3),
    ],
)
def test_a_face_within_a_larger_face_is_found(
    names: tuple[str, str], share: float, turns: int, sface: Engine, sample: Sample, found: Found
) -> None:
    """A whole, frontal face in the box of a larger one (a baby at a cheek, a print held up) is found beside it."""
    large, small = (found(name)[0].box for name in names)
    head = printed(sample(names[1]), small, share * large.width)
    pixels, place = beside_a_cheek(sample(names[0]), large, head, turns)
    faces = [detection.box for detection in sface.detector.find(pixels)]
    within = [box for box in faces if box.intersection(place) > 0.8 * box.area and box.area > place.area / 4]
    around = [box for box in faces if box.intersection(large) > 0.6 * large.area and box.area < 2 * large.area]
    assert len(within) == 1
    assert len(around) == 1
