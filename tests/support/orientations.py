"""Formats, modes and orientations of pictures, and how to tell that one is upright."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tests.support import samples

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "LAB", "YCbCr")
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "TIFF", "BMP")
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture has to be stored for each orientation."""


def assert_quarters(pixels: np.ndarray, tolerance: int = 16) -> None:
    """The four quarters have their colours, looked at away from the seams."""
    height, width = pixels.shape[:2]
    found = [pixels[y, x] for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    assert np.abs(np.array(found, np.int16) - np.array(samples.CORNERS)).max() <= tolerance
