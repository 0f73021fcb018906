"""Faces that somebody marks, and faces that were there before."""

from __future__ import annotations

import numpy as np

from gatekeeper.identity.missed_faces import WHY, complete
from gatekeeper.types import Box, Face

SIZE = (200, 100)
ELSEWHERE = Box(0.5, 0.5, 0.1, 0.2)


def _face(number: int, box: Box) -> Face:
    return Face(number, box, np.zeros((5, 2), np.float32), 0.9)


FOUND = [_face(1, Box(20, 20, 20, 20))]
THERE = Box(0.1, 0.2, 0.1, 0.2)


def test_nothing_to_add() -> None:
    """Without marks the faces are those that were found."""
    assert complete(FOUND, (), (), SIZE).faces == tuple(FOUND)
    assert complete(FOUND, (), (THERE,), SIZE).faces == tuple(FOUND)


def test_a_mark_where_nothing_was_found_is_a_face() -> None:
    """It has the next number, lies where it was marked, and cannot be compared."""
    completed = complete(FOUND, (ELSEWHERE,), (), SIZE)
    added = completed.faces[1]
    assert (added.number, added.box, added.unreadable, added.embedding) == (2, Box(100, 50, 20, 20), WHY, None)
    assert completed.marked == {2}
    assert ((added.landmarks >= (100, 50)) & (added.landmarks <= (120, 70))).all()


def test_a_mark_on_a_face_that_was_found_marks_it() -> None:
    """There is one face, and it is known that a person saw it too."""
    completed = complete(FOUND, (THERE,), (), SIZE)
    assert completed.faces == tuple(FOUND)
    assert completed.marked == {1}


def test_what_was_marked_and_seen_is_one_face() -> None:
    """Marked in the picture before it was cropped, it is carried over twice and counted once."""
    completed = complete(FOUND, (ELSEWHERE,), (ELSEWHERE, THERE), SIZE)
    assert [face.number for face in completed.faces] == [1, 2]


def test_one_find_stands_for_one_earlier_face() -> None:
    """Of two neighbours that were found before and of whom one is found now, the other is not forgotten."""
    neighbour = Box(0.1, 0.25, 0.1, 0.2)
    completed = complete(FOUND, (), (THERE, neighbour), SIZE)
    assert [face.unreadable for face in completed.faces] == [None, WHY]
