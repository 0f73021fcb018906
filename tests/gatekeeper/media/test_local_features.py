"""A picture is known again inside a screenshot, a frame, under stickers and cropped; another one is not."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from gatekeeper.media.local_features import local_features, shows_any
from gatekeeper.types import Pixels
from tests.support import samples

Change = Callable[[Image.Image], Image.Image]


def _street(seed: int) -> Image.Image:
    """A picture full of corners: blocks, discs and lines of chance on a soft ground."""
    rng = np.random.default_rng(seed)
    pixels = np.array(samples.scene(900, 640, seed))
    for _ in range(160):
        left, top = (int(rng.integers(0, side)) for side in (880, 620))
        width, height = (int(rng.integers(12, 120)) for _ in range(2))
        colour = tuple(int(each) for each in rng.integers(0, 256, 3))
        cv2.rectangle(pixels, (left, top), (left + width, top + height), colour, -1)
        cv2.circle(pixels, (top, left % 640), width // 3, colour[::-1], 3)
    return Image.fromarray(cv2.GaussianBlur(pixels, (3, 3), 0.8))


def _saved(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=60)
    return Image.open(file)


def _screenshot(image: Image.Image) -> Image.Image:
    phone = Image.new("RGB", (1080, 2340), (18, 18, 18))
    shown = image.resize((1080, 1080 * image.height // image.width))
    phone.paste(shown, (0, 700))
    draw = ImageDraw.Draw(phone)
    for row, text in enumerate(("09:41", "school_account", "Liked by 12 others", "Add a comment")):
        draw.text((40, 60 + 120 * row), text, fill=(200, 200, 200), font_size=44)
    return phone


def _stickers(image: Image.Image) -> Image.Image:
    copy = image.copy()
    draw = ImageDraw.Draw(copy)
    for left, top in ((60, 80), (400, 300), (700, 120)):
        draw.ellipse((left, top, left + 110, top + 110), fill=(255, 210, 0))
    draw.text((100, 520), "LOL!!", fill="white", font_size=80)
    return copy


def _cut(left: float, top: float, right: float, bottom: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        width, height = image.size
        return image.crop((int(width * left), int(height * top), int(width * (1 - right)), int(height * (1 - bottom))))

    return change


CHANGES: dict[str, Change] = {
    "saved_small": lambda image: _saved(image.resize((image.width // 2, image.height // 2))),
    "screenshot": _screenshot,
    "white_border": lambda image: ImageOps.expand(image, 120, "white"),
    "one_sided_border": lambda image: ImageOps.expand(image, (0, 0, 0, 200), "black"),
    "stickers": _stickers,
    "cut_5": _cut(0.05, 0.0, 0.0, 0.05),
    "cut_10": _cut(0.02, 0.08, 0.08, 0.02),
    "cut_20": _cut(0.2, 0.0, 0.0, 0.2),
    "mirrored_and_cut": lambda image: ImageOps.mirror(_cut(0.1, 0.0, 0.0, 0.1)(image)),
    "turned_and_framed": lambda image: ImageOps.expand(image.transpose(Image.Transpose.ROTATE_90), 60, "grey"),
}


def _pixels(image: Image.Image) -> Pixels:
    return samples.pixels_of(_saved(image))


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_changed_picture_is_known_again(name: str, seed: int) -> None:
    """Also among others, and each change by itself."""
    stored = [local_features(samples.pixels_of(_street(each))) for each in (seed, 11, 12)]
    assert shows_any(_pixels(CHANGES[name](_street(seed))), stored)


def test_different_pictures_are_told_apart() -> None:
    """None of the pairs is taken for one picture."""
    stored = {seed: local_features(samples.pixels_of(_street(seed))) for seed in range(20, 28)}
    for seed in stored:
        others = [features for each, features in stored.items() if each != seed]
        assert not shows_any(samples.pixels_of(_street(seed)), others)
        assert not shows_any(samples.pixels_of(_screenshot(_street(seed))), others)


def test_what_is_stored_is_small_and_has_no_places() -> None:
    """At most 3,000 bytes; the same whichever way the corners came, since it is sorted."""
    features = local_features(samples.pixels_of(_street(3)))
    assert 1000 <= len(features) <= 3000
    records = [features[at : at + 10] for at in range(0, len(features), 10)]
    signatures = [int.from_bytes(record[:8], "little") for record in records]
    assert signatures == sorted(signatures)
    assert {record[9] for record in records} <= set(range(8))


def test_a_plain_picture_has_no_features() -> None:
    """Too few corners are none, and what is damaged or empty matches nothing."""
    plain = samples.pixels_of(Image.new("RGB", (400, 300), (90, 120, 160)))
    assert local_features(plain) == b""
    assert not shows_any(plain, [local_features(samples.pixels_of(_street(4)))])
    assert not shows_any(samples.pixels_of(_street(4)), [b"", b"seven b"])
