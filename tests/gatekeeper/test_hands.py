"""What people say about faces lands on the face at that place, or nowhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.hands import place
from gatekeeper.types import Box, Face, PersonId, Said

SIZE = (200, 100)
AMIRA, TOM = PersonId("amira"), PersonId("tom")
LEFT, RIGHT = Box(0.1, 0.2, 0.2, 0.4), Box(0.6, 0.2, 0.2, 0.4)


def faces_at(*boxes: Box) -> list[Face]:
    landmarks = np.zeros((5, 2), np.float32)
    return [Face(number, box.scaled(*SIZE), landmarks, 0.9) for number, box in enumerate(boxes, start=1)]


TWO = faces_at(LEFT, RIGHT)


def test_a_statement_finds_its_face() -> None:
    """Fractions of the picture are matched with the pixels of the face."""
    placed = place([Said(RIGHT, AMIRA)], TWO, SIZE)
    assert (placed.bindings, placed.not_faces, placed.lost) == ({2: AMIRA}, frozenset(), 0)


def test_no_face_is_a_statement_too() -> None:
    """Somebody who says that there is no face is heard."""
    assert place([Said(LEFT, None)], TWO, SIZE).not_faces == {1}


def test_the_later_statement_about_a_face_holds() -> None:
    """Of several statements about one face only the last one counts."""
    said = [Said(LEFT, AMIRA), Said(LEFT, None), Said(LEFT, TOM)]
    assert place(said, TWO, SIZE).bindings == {1: TOM}
    placed = place(said[:2], TWO, SIZE)
    assert placed.bindings == {}
    assert placed.not_faces == {1}


def test_a_place_may_have_moved_a_little() -> None:
    """A box found again a little aside is still the same place, and one beside it is not."""
    assert place([Said(Box(0.12, 0.22, 0.2, 0.4), AMIRA)], TWO, SIZE).bindings == {1: AMIRA}
    assert place([Said(Box(0.2, 0.2, 0.2, 0.4), AMIRA)], TWO, SIZE).bindings == {}


def test_a_named_person_without_a_face_is_lost() -> None:
    """Naming somebody where no face is found is counted; saying that there is none there is not."""
    nowhere = Box(0.4, 0.8, 0.1, 0.1)
    assert place([Said(nowhere, AMIRA), Said(nowhere, None)], TWO, SIZE).lost == 1
    assert place([Said(nowhere, AMIRA)], [], SIZE).lost == 1


@pytest.mark.parametrize(
    "box",
    [
        pytest.param(Box(0.2, 0.4, 0.001, 0.001), id="tiny"),
        pytest.param(Box(0, 0, 1, 1), id="the-whole-picture"),
        pytest.param(Box(0.2, 0.4, 0, 0), id="no-area"),
        pytest.param(Box(0.3, 0.6, -0.2, -0.4), id="inside-out"),
        pytest.param(Box(math.nan, 0.2, 0.2, 0.4), id="nan"),
        pytest.param(Box(0.1, 0.2, math.inf, 0.4), id="infinite"),
    ],
)
@pytest.mark.parametrize("person", [AMIRA, None])
def test_a_box_that_is_no_face_reaches_none(box: Box, person: PersonId | None) -> None:
    """A statement about a speck, everything or nonsense speaks of no face at all."""
    placed = place([Said(box, person)], TWO, SIZE)
    assert (placed.bindings, placed.not_faces) == ({}, frozenset())


@given(
    st.lists(st.builds(Said, st.sampled_from([LEFT, RIGHT, Box(0, 0, 1, 1)]), st.sampled_from([AMIRA, TOM, None]))),
)
def test_no_face_is_both_somebody_and_nothing(said: list[Said]) -> None:
    """However much is said, a face is somebody, or no face, or not spoken of."""
    placed = place(said, TWO, SIZE)
    assert not placed.bindings.keys() & placed.not_faces
