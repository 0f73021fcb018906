"""The pixels that were checked are the pixels that go out: for every format, turn and output."""

import cv2
import numpy as np
import pytest

from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release, pixels_sha256, reopen_release
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.media.release.quality import similarity
from gatekeeper.rendition import Output
from gatekeeper.types import Pixels
from tests.support import samples
from tests.support.orientations import TURNS, assert_quarters

EXACT = (Encoding(Output.PNG), Encoding(Output.WEBP, lossless=True))
LOSSY = (Encoding(), Encoding(Output.WEBP))
KINDS = ("JPEG", "PNG", "TIFF", "HEIF", "AVIF")
MEAN, FARTHEST = 3.0, 48
"""Levels by which a lossy release may differ from what it was made from, on average and at the most."""


def _turned(kind: str, orientation: int) -> bytes:
    """A picture that is upright only if its orientation tag is heeded."""
    upright = samples.quarters(160, 96)
    turn = TURNS[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    return samples.saved(stored, kind, exif=samples.exif(orientation).tobytes())


def _farthest(one: Pixels, other: Pixels) -> tuple[float, int]:
    difference = np.abs(one.astype(np.int16) - other)
    return float(difference.mean()), int(difference.max())


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_opened_checked_and_published_is_one_picture(opener: Opener, kind: str, orientation: int) -> None:
    """Upright in every output; by hash the same where nothing is lost, within a stated distance where something is."""
    pixels = opener.open(_turned(kind, orientation)).pixels
    assert_quarters(pixels)
    for encoding in EXACT:
        release = make_release(pixels, encoding)
        assert pixels_sha256(release.pixels) == pixels_sha256(pixels)
        assert pixels_sha256(reopen_release(release.data).pixels) == pixels_sha256(pixels)
    for encoding in LOSSY:
        release = make_release(pixels, encoding)
        mean, _ = _farthest(release.pixels, pixels)
        assert mean <= MEAN
        assert_quarters(release.pixels)
        assert pixels_sha256(reopen_release(release.data).pixels) == pixels_sha256(release.pixels)


@pytest.mark.parametrize("seed", range(4))
def test_a_photograph_stays_within_the_stated_distance(seed: int) -> None:
    """No pixel of a JPEG is far from what was checked in, the mean is small, and the structure is the same."""
    pixels = samples.pixels_of(samples.scene(seed=seed))
    release = make_release(pixels)
    mean, farthest = _farthest(release.pixels, pixels)
    assert mean <= MEAN
    assert farthest <= FARTHEST
    one, other = (np.asarray(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), np.uint8) for each in (pixels, release.pixels))
    assert similarity(one, other) >= 0.98
