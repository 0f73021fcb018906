"""Places as seen from a part of a picture, and which part is best."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gatekeeper.media.cropping import MOST_HEADS, WHOLE, largest_part, seen_from, shown, snapped
from gatekeeper.types import Box

SIZE = st.tuples(st.integers(1, 3000), st.integers(1, 3000))


@st.composite
def boxes(draw: st.DrawFn, smallest: float = 0.01) -> Box:
    """A box inside the picture."""
    x, y = draw(st.floats(0, 1 - smallest)), draw(st.floats(0, 1 - smallest))
    width, height = (draw(st.floats(smallest, max(smallest, 1 - corner))) for corner in (x, y))
    return Box(x, y, width, height)


@given(box=boxes(), size=SIZE)
def test_a_snapped_box_has_whole_pixels_and_is_no_larger(box: Box, size: tuple[int, int]) -> None:
    """What is kept never reaches beyond what was drawn, and less than two pixels of it are lost on each side."""
    width, height = size
    inner = snapped(box, size)
    for number, side in ((inner.x, width), (inner.y, height), (inner.width, width), (inner.height, height)):
        assert isclose(number * side, round(number * side), abs_tol=1e-6)
    assert inner.x >= box.x - 1e-6
    assert inner.x + inner.width <= max(box.x + box.width, inner.x) + 1e-6
    assert (box.width - inner.width) * width < 2
    assert (box.height - inner.height) * height < 2


@given(box=boxes(), part=boxes())
def test_a_place_seen_from_a_part_is_the_same_place(box: Box, part: Box) -> None:
    """Going back to the whole picture gives exactly what of the place lies in the part."""
    there = seen_from(box, part)
    back = there.scaled(part.width, part.height)
    back = Box(back.x + part.x, back.y + part.y, back.width, back.height)
    assert isclose(back.area, box.intersection(part), abs_tol=1e-9)
    assert 0 <= there.x <= 1
    assert there.x + there.width <= 1 + 1e-9
    assert isclose(shown(box, part), back.area / box.area, abs_tol=1e-6)


@given(box=boxes(), first=boxes(0.1), second=boxes(0.1))
def test_two_crops_are_one(box: Box, first: Box, second: Box) -> None:
    """What is said of a place is the same place whether the picture is cut once or twice."""
    inner = second.scaled(first.width, first.height)
    both = Box(first.x + inner.x, first.y + inner.y, inner.width, inner.height)
    twice, once = seen_from(seen_from(box, first), second), seen_from(box, both)
    assert isclose(twice.area, once.area, abs_tol=1e-6)
    if once.area > 1e-6:
        assert twice.overlap(once) > 1 - 1e-3


@given(box=boxes())
def test_the_whole_picture_changes_nothing(box: Box) -> None:
    """Keeping everything keeps every place."""
    assert seen_from(box, WHOLE).overlap(box) > 1 - 1e-9
    assert shown(box, WHOLE) > 1 - 1e-9
    assert shown(Box(0.5, 0.5, 0, 0.1), WHOLE) == 0


@given(keep=st.lists(boxes(), min_size=1, max_size=4), avoid=st.lists(boxes(), max_size=5))
def test_a_suggested_part_keeps_and_avoids(keep: list[Box], avoid: list[Box]) -> None:
    """Every head to keep is whole in it, and none to avoid is touched."""
    part = largest_part(keep, avoid)
    assume(part is not None)
    assert part is not None
    assert all(shown(box, part) > 1 - 1e-9 for box in keep)
    assert all(box.intersection(part) < 1e-9 for box in avoid)
    assert part.within(1, 1) == part


@given(other=boxes(0.3), share=boxes(0.05), avoid=st.lists(boxes(0.05), max_size=6))
def test_no_larger_part_would_do(other: Box, share: Box, avoid: list[Box]) -> None:
    """Any other rectangle that is a picture and keeps and avoids the same is at most as large."""
    inside = share.scaled(other.width, other.height)
    keep = Box(other.x + inside.x, other.y + inside.y, inside.width, inside.height)
    part = largest_part([keep], [box for box in avoid if box.intersection(other) == 0])
    assert part is not None
    assert part.area >= other.area - 1e-9


def test_the_part_beside_a_stranger() -> None:
    """With a stranger on the right everything left of them is kept, from top to bottom."""
    assert largest_part([Box(0.1, 0.3, 0.2, 0.2)], [Box(0.7, 0.2, 0.2, 0.3)]) == Box(0, 0, 0.7, 1)
    assert largest_part([Box(0.4, 0.1, 0.2, 0.2)], []) == WHOLE


@pytest.mark.parametrize(
    ("keep", "avoid"),
    [
        ([], []),
        ([Box(0.1, 0.1, 0.1, 0.1), Box(0.8, 0.1, 0.1, 0.1)], [Box(0.4, 0.1, 0.1, 0.1)]),
        ([Box(0.4, 0.4, 0.1, 0.1)], [Box(0.3, 0, 0.05, 1), Box(0.55, 0, 0.05, 1)]),
        ([Box(0.4, 0.4, 0.1, 0.1)] * MOST_HEADS, [Box(0.9, 0.9, 0.1, 0.1)]),
    ],
)
def test_sometimes_there_is_no_part(keep: list[Box], avoid: list[Box]) -> None:
    """Nobody to keep, somebody in between, a thin strip only, or a crowd."""
    assert largest_part(keep, avoid) is None
