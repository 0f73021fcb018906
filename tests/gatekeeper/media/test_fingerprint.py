"""The perceptual hash."""

import io
import itertools
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from gatekeeper.media.fingerprint import distance, perceptual_hash, same_picture
from tests.support import samples

SCENES = [samples.scene(seed=seed) for seed in range(12)]


def _hash(image: Image.Image) -> int:
    return perceptual_hash(samples.pixels_of(image))


def _again(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(samples.saved(image, "JPEG", quality=quality)))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half_the_size": lambda image: image.resize((320, 240)),
    "a_thumbnail": lambda image: image.resize((160, 120)),
    "saved_at_50": lambda image: _again(image, 50),
    "saved_small_at_30": lambda image: _again(image.resize((240, 180)), 30),
    "lighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "less_contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.8),
    "grey": lambda image: image.convert("L"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_picture_is_known_again(change: str) -> None:
    """Resizing, saving again and small corrections leave nearly all bits as they are."""
    for image in SCENES:
        changed = _hash(CHANGES[change](image))
        assert distance(_hash(image), changed) <= 6
        assert same_picture(_hash(image), changed)


def test_other_pictures_are_not_mistaken() -> None:
    """Unrelated pictures differ in far more bits than copies do."""
    for one, other in itertools.combinations(map(_hash, SCENES), 2):
        assert distance(one, other) >= 14
        assert not same_picture(one, other)


def test_a_hash_has_64_bits_and_none_is_wasted() -> None:
    """Over many pictures each bit is sometimes set and sometimes not."""
    hashes = [_hash(samples.scene(64, 48, seed)) for seed in range(60)]
    together, common = 0, (1 << 64) - 1
    for value in hashes:
        together |= value
        common &= value
    assert together == (1 << 64) - 1
    assert common == 0


def test_the_smallest_and_the_plainest_pictures_have_a_hash() -> None:
    """No picture is too small or too plain."""
    assert perceptual_hash(np.zeros((1, 1, 3), np.uint8)) == 0
    assert distance(0, (1 << 64) - 1) == 64
