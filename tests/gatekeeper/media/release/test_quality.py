"""How finely a picture is stored."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from gatekeeper.media.release.encode import make_release
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.media.release.quality import QUALITIES, choose_quality, needs_full_colour, similarity
from gatekeeper.types import Pixels
from tests.support import samples


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _text(ink: str, paper: str) -> Pixels:
    page = Image.new("RGB", (640, 480), paper)
    draw = ImageDraw.Draw(page)
    for line in range(0, 480, 12):
        draw.text((4, line), "Sports day is on Friday the thirteenth of June. " * 2, fill=ink)
    return samples.pixels_of(page)


def _sharp() -> Pixels:
    """Fine detail of low contrast, which a JPEG loses first."""
    grain = np.random.default_rng(1).normal(128, 5, (900, 1200, 1))
    return np.repeat(np.clip(grain, 0, 255).astype(np.uint8), 3, axis=2)


def test_pictures_that_are_easy_take_the_lowest_quality() -> None:
    """Plain areas lose nothing at 90."""
    assert choose_quality(samples.pixels_of(samples.quarters(1200, 900))) == QUALITIES[0]


def test_pictures_that_are_hard_take_a_higher_quality() -> None:
    """Fine grain is kept by spending more bytes on it."""
    assert choose_quality(_sharp()) > QUALITIES[0]


@pytest.mark.parametrize("picture", [samples.pixels_of(samples.scene(900, 700)), _sharp(), _text("black", "white")])
def test_a_release_looks_the_same(picture: Pixels) -> None:
    """The whole picture's similarity to what it was made from is at least 0.98."""
    assert similarity(_grey(picture), _grey(make_release(picture).pixels)) >= 0.98


def test_coloured_text_keeps_its_colour() -> None:
    """Red on blue is stored with colour at full resolution, and comes out better for it."""
    text = _text("red", "blue")
    assert needs_full_colour(text)
    sampling = make_release(text).data.index(b"\xff\xc2") + 11
    assert make_release(text).data[sampling] == 0x11
    assert cv2.PSNR(make_release(text, Encoding(quality=90)).pixels, text) > 28


@pytest.mark.parametrize("picture", [samples.pixels_of(samples.scene()), _text("black", "white"), _sharp()])
def test_photographs_and_black_text_do_not_need_it(picture: Pixels) -> None:
    """Where there is no fine colour nothing is spent on it."""
    assert not needs_full_colour(picture)


@pytest.mark.parametrize("side", [1, 5, 12, 600])
def test_similarity_is_one_for_the_same_and_less_for_others(side: int) -> None:
    """Planes of any size can be compared."""
    plane = np.random.default_rng(side).integers(0, 256, (side, side + 1)).astype(np.uint8)
    assert similarity(plane, plane) == pytest.approx(1.0, abs=1e-4)
    assert similarity(plane, 255 - plane) < 0.9
