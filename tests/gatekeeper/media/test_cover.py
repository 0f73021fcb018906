"""Covering heads and cropping."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.media.cover import cover, crop, edited, head
from gatekeeper.types import Box, Edit
from tests.support import samples

PIXELS = samples.pixels_of(samples.scene(200, 150))
FILL = Box(64, 30, 72, 95)
EDGE = 4
"""How far the soft edge of `FILL` reaches: a twentieth of its shorter side."""


def _changed(before: np.ndarray, after: np.ndarray) -> tuple[int, int, int, int]:
    """The outermost changed rows and columns: top, bottom, left, right."""
    different = (before != after).any(axis=2)
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def test_a_head_is_larger_than_its_face() -> None:
    """Hair, ears and jaw are taken with the face, whichever way up it is."""
    face = Box(100, 100, 40, 50)
    upright, hanging = head(face), head(face, turn=2)
    assert (upright.x, upright.width) == (80, 80)
    assert (upright.y, upright.y + upright.height) == (70, 167.5)
    assert (hanging.y, hanging.y + hanging.height) == (82.5, 180)


@pytest.mark.parametrize("turn", range(4))
def test_there_is_most_room_where_the_hair_is(turn: int) -> None:
    """A head that was turned with the picture is the same head."""
    face, (width, height) = Box(30, 40, 20, 20), (100, 80)
    marks = np.zeros((height, width), np.uint8)
    box = head(face)
    marks[round(box.y) : round(box.y + box.height), round(box.x) : round(box.x + box.width)] = 1
    middle = np.zeros_like(marks)
    middle[40:60, 30:50] = 1
    turned, face_turned = np.rot90(marks, -turn), np.rot90(middle, -turn)
    rows, columns = np.flatnonzero(face_turned.any(axis=1)), np.flatnonzero(face_turned.any(axis=0))
    again = head(Box(columns[0], rows[0], len(columns), len(rows)), turn)
    expected = np.zeros_like(turned)
    expected[round(again.y) : round(again.y + again.height), round(again.x) : round(again.x + again.width)] = 1
    assert np.array_equal(turned, expected)


def test_a_fill_is_one_plain_colour() -> None:
    """Every pixel of the fill is the same, and it is a muted one."""
    covered = cover(PIXELS, [FILL])
    colours = np.unique(covered[30:125, 64:136].reshape(-1, 3), axis=0)
    assert len(colours) == 1
    assert int(colours.max()) - int(colours.min()) < 40


def test_the_soft_edge_lies_outside_the_fill() -> None:
    """Around the fill its colour fades out; farther away nothing changes, nor does the picture that was given."""
    before = PIXELS.copy()
    covered = cover(PIXELS, [FILL])
    assert np.array_equal(PIXELS, before)
    assert _changed(PIXELS, covered) == (30 - EDGE, 124 + EDGE, 64 - EDGE, 135 + EDGE)
    colour = covered[70, 100].astype(int)
    away = np.abs(covered[60:90, 60:64].astype(int) - colour).mean(axis=(0, 2))
    assert (np.diff(away) < 0).all()


@settings(max_examples=60, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.integers(-20, 190), st.integers(-20, 140), st.integers(30, 90), st.integers(30, 90)),
        min_size=1,
        max_size=4,
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_nothing_of_what_is_covered_leaks(places: list[tuple[int, int, int, int]], seed: int) -> None:
    """Whatever is under the fills, colour, edge and all the rest of the result are the same."""
    fills = [Box(*place) for place in places]
    hidden = np.zeros(PIXELS.shape[:2], bool)
    for x, y, width, height in places:
        hidden[max(y, 0) : max(y + height, 0), max(x, 0) : max(x + width, 0)] = True
    other = PIXELS.copy()
    other[hidden] = np.random.default_rng(seed).integers(0, 256, (int(hidden.sum()), 3))
    assert np.array_equal(cover(PIXELS, fills), cover(other, fills))


def test_the_colour_goes_with_the_picture() -> None:
    """A picture of blue and one of brown get different tones; with nothing left to go by it is grey."""
    blue, brown = np.full((80, 80, 3), (40, 80, 160), np.uint8), np.full((80, 80, 3), (150, 90, 40), np.uint8)
    fill = [Box(20, 20, 20, 20)]
    first, second = (cover(pixels, fill)[30, 30].astype(int) for pixels in (blue, brown))
    assert first[2] > first[0]
    assert second[0] > second[2]
    everything = cover(blue, [Box(0, 0, 80, 80)])[0, 0].astype(int)
    assert np.ptp(everything) < 6


def test_several_heads_and_heads_at_the_edge_are_covered() -> None:
    """A head that is cut by the frame is covered as far as it is there, and fills that meet are both whole."""
    covered = cover(PIXELS, [FILL, Box(-10, -5, 30, 30), Box(190, 140, 30, 30), Box(136, 30, 20, 40)])
    colour = covered[70, 100]
    for place in ((slice(0, 25), slice(0, 20)), (slice(140, 150), slice(190, 200)), (slice(30, 70), slice(64, 156))):
        assert (covered[place] == colour).all()


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
    """The nearest whole pixels, cut at the edges, in memory of their own."""
    part = crop(PIXELS, Box(10.4, 20.4, 30.2, 500))
    assert np.array_equal(part, PIXELS[20:150, 10:41])
    assert part.flags.c_contiguous
    assert not np.shares_memory(part, PIXELS)


def test_an_edit_fills_first_and_crops_then() -> None:
    """Both places are in fractions of the picture as it was."""
    fill, part = Box(0.5, 0, 0.5, 0.5), Box(0, 0, 1, 0.5)
    done = edited(PIXELS, Edit((fill,), part))
    assert np.array_equal(done, cover(PIXELS, [Box(100, 0, 100, 75)])[:75])
    assert np.array_equal(edited(PIXELS, Edit()), PIXELS)
