"""Covering heads and cropping."""

import numpy as np
import pytest

from gatekeeper.media.cover import cover, crop
from gatekeeper.types import Box
from tests.gatekeeper.media import samples

PIXELS = samples.pixels_of(samples.scene(200, 150))
FACE = Box(80, 60, 40, 50)


def _changed(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    different = (pixels != PIXELS).any(axis=2)
    return np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))


def test_a_whole_head_is_covered() -> None:
    """The fill takes hair, ears and chin with the face, and is one plain colour."""
    covered = cover(PIXELS, [FACE])
    rows, columns = _changed(covered)
    assert (rows[0], rows[-1]) == (30, 124)
    assert (columns[0], columns[-1]) == (64, 135)
    assert len(np.unique(covered[30:125, 64:136])) == 1


def test_the_rest_and_the_original_stay() -> None:
    """Nothing outside the head changes, and the picture that was given is not touched."""
    before = PIXELS.copy()
    covered = cover(PIXELS, [FACE])
    assert np.array_equal(PIXELS, before)
    covered[30:125, 64:136] = PIXELS[30:125, 64:136]
    assert np.array_equal(covered, PIXELS)


def test_several_heads_and_heads_at_the_edge_are_covered() -> None:
    """A head that is cut by the frame is covered as far as it is there."""
    covered = cover(PIXELS, [FACE, Box(-10, -5, 30, 30), Box(190, 140, 30, 30)])
    assert len(np.unique(covered[0:30, 0:20])) == 1
    assert len(np.unique(covered[140:, 190:])) == 1


def test_nothing_to_cover_is_a_copy() -> None:
    """Without boxes the picture stays as it is."""
    assert np.array_equal(cover(PIXELS, []), PIXELS)
    assert cover(PIXELS, []) is not PIXELS


@pytest.mark.parametrize("box", [Box(500, 10, 20, 20), Box(10, -90, 20, 20), Box(10, 10, 0, 20)])
def test_a_box_outside_the_picture_is_an_error(box: Box) -> None:
    """A cover or crop that would do nothing is not done silently."""
    with pytest.raises(ValueError, match="outside the picture"):
        crop(PIXELS, box)
    if box.width:
        with pytest.raises(ValueError, match="outside the picture"):
            cover(PIXELS, [box])


def test_a_crop_is_the_part_in_the_box() -> None:
    """Whole pixels that the box touches, cut at the edges, in memory of their own."""
    part = crop(PIXELS, Box(10.4, 20.6, 30.2, 500))
    assert np.array_equal(part, PIXELS[20:150, 10:41])
    assert part.flags.c_contiguous
    assert not np.shares_memory(part, PIXELS)
