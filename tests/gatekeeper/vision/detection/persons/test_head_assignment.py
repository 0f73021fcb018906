"""A head belongs to one body, and a body has one head; who is left is a person without a face."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gatekeeper.types import Box
from gatekeeper.vision.detection.persons.bodies import Body
from gatekeeper.vision.detection.persons.head_assignment import FITS, assigned, without_face

BODY = Body(Box(100, 100, 200, 500), 0.9)
HEAD = Box(160, 110, 70, 90)

boxes = st.builds(Box, *[st.integers(0, 400).map(float)] * 2, *[st.integers(1, 400).map(float)] * 2)
bodies = st.lists(st.builds(Body, boxes, st.floats(0.3, 1)), max_size=8, unique=True)
heads = st.lists(boxes, max_size=6)
fits = st.integers(0, 6).flatmap(
    lambda rows: st.integers(0, 6).flatmap(
        lambda columns: st.lists(
            st.lists(st.floats(0, 1), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        ).map(lambda values: np.array(values, np.float64).reshape(rows, columns))
    )
)


def test_a_head_belongs_to_its_body() -> None:
    """A head in the upper part of a body is that body's; one at its feet, or at its side, is not."""
    assert without_face([BODY], [HEAD]) == []
    assert without_face([BODY], [Box(160, 540, 30, 40)]) == [BODY.box]
    assert without_face([BODY], [Box(285, 120, 30, 40)]) == [BODY.box]


def test_a_neighbours_face_is_not_the_face_of_a_person_turned_away() -> None:
    """Two stand side by side, their boxes overlap, and one face was found: the other is pointed out."""
    left, right = Body(Box(100, 100, 220, 500), 0.9), Body(Box(240, 100, 220, 500), 0.8)
    assert without_face([left, right], [Box(180, 120, 60, 75)]) == [right.box]
    assert without_face([left, right], [Box(180, 120, 60, 75), Box(320, 120, 60, 75)]) == []


def test_a_person_from_behind_before_an_audience_is_pointed_out() -> None:
    """Small faces around the head of a large person from behind are not that person's."""
    behind = Body(Box(200, 50, 400, 600), 0.8)
    audience = [Body(Box(x, 60, 70, 120), 0.7) for x in (220, 500)]
    faces = [Box(x + 22, 66, 26, 32) for x in (220, 500)]
    assert without_face([behind, *audience], faces) == [behind.box]


def test_a_box_around_a_group_is_nobodys() -> None:
    """A box that the boxes of its people fill is not one more person."""
    group = Body(Box(100, 100, 400, 400), 0.8)
    people = [Body(Box(100 + 100 * number, 110, 110, 380), 0.7) for number in range(4)]
    faces = [Box(135 + 100 * number, 120, 36, 44) for number in range(4)]
    assert without_face([group, *people], faces) == []
    assert without_face([group], []) == [group.box]


def test_hats_and_legs_are_not_people() -> None:
    """A box of the hat above a face, or of the legs below it, is of the same person."""
    hat, legs = Body(Box(155, 20, 80, 150), 0.8), Body(Box(110, 430, 180, 170), 0.8)
    assert without_face([BODY, hat, legs], [HEAD]) == []
    assert without_face([legs], []) == [legs.box]


def test_scraps_behind_a_face_are_not_people() -> None:
    """What is narrower than the face in front of it, and within that body, is not pointed out; a child there is."""
    front, face = Body(Box(100, 100, 400, 560), 0.9), Box(220, 180, 170, 240)
    scrap, child = Body(Box(105, 120, 120, 350), 0.8), Body(Box(280, 400, 200, 250), 0.8)
    assert without_face([front, scrap], [face]) == []
    assert without_face([front, child], [face]) == [child.box]


@given(fits)
def test_every_body_has_at_most_one_head_and_every_head_one_body(fit: NDArray[np.float64]) -> None:
    """And no pair is left over in which both would be better off."""
    pairs = assigned(fit)
    assert len(set(pairs.values())) == len(pairs)
    assert all(fit[body, head] >= FITS for body, head in pairs.items())
    of_head = {head: fit[body, head] for body, head in pairs.items()}
    for body, head in np.argwhere(fit >= FITS).tolist():
        own = fit[body, pairs[body]] if body in pairs else 0.0
        assert fit[body, head] <= max(own, of_head.get(head, 0.0))


@given(bodies, heads, boxes)
def test_knowing_one_more_head_points_out_no_one_more(found: list[Body], known: list[Box], head: Box) -> None:
    """A head more never makes a person without a face more."""
    before, after = without_face(found, known), without_face(found, [*known, head])
    assert _counted(after) <= _counted(before)


@given(bodies, heads, st.integers(0, 1000))
def test_no_order_matters(found: list[Body], known: list[Box], seed: int) -> None:
    """The same people are pointed out however bodies and heads are ordered."""
    random, mixed, shuffled = Random(seed), list(found), list(known)
    random.shuffle(shuffled)
    random.shuffle(mixed)
    assert len(without_face(mixed, shuffled)) == len(without_face(found, known))


@given(bodies)
def test_without_heads_all_are_pointed_out(found: list[Body]) -> None:
    """Except for boxes around several people."""
    boxes = [body.box for body in found]
    assert _counted(without_face(found, [])) <= _counted(boxes)
    if len(found) == 1:
        assert without_face(found, []) == boxes


def _counted(some: Sequence[Box]) -> set[tuple[float, float, float, float]]:
    return {(box.x, box.y, box.width, box.height) for box in some}
