"""Sizes that phones and cameras make: opened by decoding a fraction, within the same memory."""

import io
from functools import cache

import pytest
from PIL import Image

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.types import FindingCode

COLOUR = (90, 120, 60)
SIZES = {
    "50_megapixel_phone": (8192, 6144),
    "200_megapixel_phone": (16_320, 12_240),
    "panorama": (16_382, 3628),
    "stitched_panorama": (30_000, 3600),
    "long_screenshot": (1170, 20_000),
}


@cache
def _jpeg(width: int, height: int, *, progressive: bool = False) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), COLOUR).save(file, "JPEG", quality=60, progressive=progressive)
    return file.getvalue()


@pytest.mark.parametrize("name", SIZES)
def test_a_large_jpeg_is_opened(opener: Opener, name: str) -> None:
    """Its size is reported as it was; what is made of it is the usual size and colour."""
    photo = opener.open(_jpeg(*SIZES[name]))
    assert photo.size == SIZES[name]
    assert max(photo.pixels.shape) == 2048
    assert abs(photo.pixels.mean(axis=(0, 1)) - COLOUR).max() < 2


def test_a_large_progressive_jpeg_is_opened(opener: Opener) -> None:
    """The whole of its coefficients fits into the memory of the process."""
    assert opener.open(_jpeg(9216, 7168, progressive=True)).size == (9216, 7168)


@pytest.mark.parametrize("size", [(16_320, 12_900), (32_769, 2000)])
def test_more_than_that_is_refused(opener: Opener, size: tuple[int, int]) -> None:
    """The limits are where they are said to be."""
    with pytest.raises(PhotoRefused) as refused:
        opener.open(_jpeg(*size))
    assert refused.value.code is FindingCode.TOO_LARGE


def test_only_what_can_be_decoded_at_a_fraction_may_be_so_large() -> None:
    """A PNG has to be unpacked whole, so it has to be smaller."""
    limits = Limits()
    assert limits.pixels_of("JPEG") == 210_000_000
    assert {limits.pixels_of(decoder) for decoder in ("PNG", "WEBP", "HEIF", "AVIF", "TIFF")} == {61_000_000}
