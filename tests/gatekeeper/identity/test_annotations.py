"""What people say about faces lands on the face at that place, or nowhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.identity.annotations import authors, contradicted, face_at, named_listed, place
from gatekeeper.types import Author, Box, Face, PersonId, Role, Said

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


# --- the log of one face --------------------------------------------------------------------

ANN, BOB, LEAD = Author("usr_ann"), Author("usr_bob"), Author("usr_lead", Role.SAFEGUARDING_LEAD)


def says(by: Author | None, person: PersonId | None) -> Said:
    return Said(LEFT, person, by)


def denies(by: Author | None, person: PersonId | None) -> Said:
    return Said(LEFT, person, by, not_them=True)


def test_a_name_that_was_taken_back_binds_nobody() -> None:
    """The face is unspoken of again, and what was said can still be read."""
    placed = place([says(ANN, AMIRA), denies(ANN, AMIRA)], TWO, SIZE)
    assert (placed.bindings, placed.not_faces, len(placed.spoken[1])) == ({}, frozenset(), 2)


def test_taking_back_another_name_leaves_the_last_one() -> None:
    """Only the statement that holds can be taken back."""
    assert place([says(ANN, TOM), denies(ANN, AMIRA)], TWO, SIZE).bindings == {1: TOM}
    assert place([denies(ANN, AMIRA)], TWO, SIZE).bindings == {}


def test_a_place_is_the_same_from_half_on() -> None:
    """Boxes whose intersection over union is exactly one half are one place; without faces there is none."""
    whole = faces_at(Box(0, 0, 1, 1))
    assert face_at(Box(0, 0, 0.5, 1).scaled(*SIZE), whole) == 1
    assert face_at(Box(0, 0, 0.49, 1).scaled(*SIZE), whole) is None
    assert face_at(Box(0, 0, 1, 1), []) is None


@pytest.mark.parametrize(
    ("spoken", "apart"),
    [
        ([], False),
        ([says(ANN, AMIRA)], False),
        ([says(ANN, AMIRA), says(ANN, TOM)], False),
        ([says(ANN, AMIRA), says(BOB, AMIRA)], False),
        ([says(ANN, AMIRA), says(BOB, TOM)], True),
        ([says(ANN, AMIRA), says(BOB, None)], True),
        ([says(ANN, AMIRA), says(BOB, TOM), says(BOB, AMIRA)], False),
        ([says(ANN, AMIRA), says(BOB, TOM), denies(BOB, TOM)], False),
        ([says(ANN, AMIRA), denies(BOB, AMIRA)], True),
        ([denies(ANN, AMIRA), says(BOB, AMIRA)], True),
        ([denies(ANN, AMIRA), says(ANN, AMIRA), says(BOB, AMIRA)], False),
        ([denies(ANN, AMIRA), says(BOB, TOM)], False),
        ([denies(ANN, AMIRA), denies(BOB, TOM)], False),
        ([denies(ANN, None), says(ANN, AMIRA), says(BOB, AMIRA)], False),
        ([says(ANN, AMIRA), denies(ANN, TOM), says(BOB, TOM)], True),
        ([says(None, AMIRA), says(ANN, TOM)], True),
        ([says(None, AMIRA), says(None, TOM)], False),
        ([says(Author("key_1", program=True, holder="usr_ann"), AMIRA), says(ANN, TOM)], False),
        ([says(Author("key_1", program=True), AMIRA), says(ANN, TOM)], True),
    ],
)
def test_what_contradicts(spoken: list[Said], *, apart: bool) -> None:
    """The last words of different people; a key speaks for its holder, and one person may correct themselves."""
    assert contradicted(spoken) is apart


@pytest.mark.parametrize(
    ("spoken", "named"),
    [
        ([says(ANN, TOM), says(ANN, AMIRA)], (AMIRA, TOM)),
        ([says(ANN, None), says(ANN, PersonId("open")), says(ANN, TOM)], (TOM,)),
        ([says(ANN, TOM), denies(ANN, TOM)], (TOM,)),
        ([says(ANN, TOM), denies(None, TOM)], (TOM,)),
        ([says(ANN, TOM), denies(Author("key_1", Role.SAFEGUARDING_LEAD, program=True), TOM)], (TOM,)),
        ([says(ANN, TOM), denies(LEAD, TOM)], ()),
        ([says(ANN, TOM), denies(LEAD, AMIRA)], (TOM,)),
        ([says(ANN, TOM), denies(LEAD, TOM), says(BOB, TOM)], (TOM,)),
        ([says(LEAD, TOM), says(LEAD, AMIRA), denies(LEAD, TOM)], (AMIRA,)),
    ],
)
def test_a_listed_name_stays(spoken: list[Said], named: tuple[PersonId, ...]) -> None:
    """Until the safeguarding lead, as a person, takes back that very name."""
    assert named_listed(spoken, {AMIRA, TOM}) == named


def test_authors_of_a_face() -> None:
    """Holders of keys are authors; what came without a name has none."""
    key = Author("key_1", program=True, holder="usr_ann")
    assert authors([says(key, AMIRA), says(None, TOM), denies(BOB, TOM)]) == {"key_1", "usr_ann", "usr_bob"}
