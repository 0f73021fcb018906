"""Pictures with transparency: laid on white, as a browser shows them on a white page."""

import numpy as np
import pytest
from PIL import Image

from gatekeeper.media.open import Opener
from tests.support import samples

COLOURS = np.array([(200, 60, 40), (40, 60, 210), (60, 140, 60)])
ALPHA = np.array([255, 128, 0])
SHOWN = np.round(COLOURS * (ALPHA / 255)[:, None] + 255 * (1 - ALPHA / 255)[:, None])
"""What an `<img>` on a white page shows (measured in Chromium as well, within 4 levels)."""


def _stripes() -> Image.Image:
    stripes = np.hstack(
        [np.tile(np.array([*c, a], np.uint8), (64, 64, 1)) for c, a in zip(COLOURS, ALPHA, strict=True)]
    )
    return Image.fromarray(stripes)


@pytest.mark.parametrize("premultiplied", [False, True], ids=["straight", "premultiplied"])
def test_an_avif_with_alpha_is_laid_on_white(opener: Opener, premultiplied: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Whether its colours are multiplied with alpha is told by the file, and heeded."""
    data = samples.saved(_stripes(), "AVIF", quality=100, subsampling="4:4:4", alpha_premultiplied=premultiplied)
    assert (b"prem" in data) is premultiplied
    pixels = opener.open(data).pixels[32, 32::64].astype(int)
    assert np.abs(pixels - SHOWN).max() <= 4


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True}), ("HEIF", {"quality": 95})])
def test_other_formats_with_alpha_are_laid_on_white(opener: Opener, kind: str, options: dict[str, object]) -> None:
    """The same picture comes out whatever carried it."""
    pixels = opener.open(samples.saved(_stripes(), kind, **options)).pixels[32, 32::64].astype(int)
    assert np.abs(pixels - SHOWN).max() <= 6
