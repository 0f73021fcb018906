"""What was said of a place is kept: nothing that was once known of a face gets lost or milder."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.decision.traces import by_face, finished, places_of, with_match, without, worst_of
from gatekeeper.types import Ambiguous, BoundBy, Box, Face, FaceStatus, Known, Match, PersonId, Trace, Unknown

SIZE = (200, 100)
LEFT, RIGHT = Box(0.1, 0.2, 0.2, 0.4), Box(0.6, 0.2, 0.2, 0.4)
AMIRA, TOM, ZOE = PersonId("amira"), PersonId("tom"), PersonId("zoe")
MILDEST_FIRST = [
    FaceStatus.COVERED,
    FaceStatus.CONSENTED,
    FaceStatus.DISMISSED,
    FaceStatus.UNREADABLE,
    FaceStatus.UNKNOWN,
    FaceStatus.AMBIGUOUS,
    FaceStatus.NO_CONSENT,
    FaceStatus.POSSIBLE_DO_NOT_PUBLISH,
    FaceStatus.DO_NOT_PUBLISH,
]

people = st.lists(st.sampled_from([AMIRA, TOM, ZOE]), unique=True).map(tuple)
traces = st.builds(
    Trace,
    st.sampled_from([LEFT, RIGHT, Box(0.12, 0.2, 0.3, 0.4)]),
    st.sampled_from(FaceStatus),
    people,
    people,
    people,
    st.none() | people,
    st.integers(0, 3),
)


def faces_at(*boxes: Box) -> list[Face]:
    """Faces with numbers from 4 on: a number is no index."""
    landmarks = np.zeros((5, 2), np.float32)
    return [Face(number, box.scaled(*SIZE), landmarks, 0.9) for number, box in enumerate(boxes, start=4)]


def trace(box: Box = LEFT, **what: object) -> Trace:
    return Trace(box, FaceStatus.UNKNOWN, **what)  # type: ignore[arg-type]


def test_the_strictest_wins() -> None:
    """Every status has its rank, and the listed ones are above all others."""
    assert set(MILDEST_FIRST) == set(FaceStatus)
    for milder, stricter in pairwise(MILDEST_FIRST):
        assert worst_of(milder, stricter) is worst_of(stricter, milder) is stricter
    assert worst_of(*FaceStatus) is FaceStatus.DO_NOT_PUBLISH


def test_a_place_is_looked_at_once() -> None:
    """A place seen by an older check is added, unless a trace is kept of the same place."""
    nudged, beside = Box(0.11, 0.2, 0.2, 0.4), Box(0.3, 0.2, 0.2, 0.4)
    assert places_of([trace(LEFT)], [nudged, RIGHT], 0.5) == (LEFT, RIGHT)
    assert places_of([trace(LEFT)], [beside], 0.5) == (LEFT, beside)
    assert places_of([trace(LEFT), trace(RIGHT)], [nudged, RIGHT], 0.5) == (LEFT, RIGHT)
    assert places_of([], [LEFT], 0.5) == (LEFT,)


def test_the_same_place_from_the_threshold_on() -> None:
    """Boxes whose intersection over union is exactly the threshold are one place."""
    whole, half = Box(0, 0, 1, 1), Box(0, 0, 0.5, 1)
    assert places_of([trace(whole)], [half], 0.5) == (whole,)


def test_each_trace_goes_to_the_face_it_overlaps_most() -> None:
    """Fractions are compared with pixels, and the face's number is the key."""
    found = by_face([trace(RIGHT), trace(LEFT)], faces_at(Box(0.15, 0.2, 0.2, 0.4), LEFT, RIGHT), SIZE)
    assert {number: one.box for number, one in found.items()} == {6: RIGHT, 5: LEFT}


def test_two_traces_of_one_face_become_one() -> None:
    """None is dropped where two places have become one face."""
    both = [trace(LEFT, recognised=(AMIRA,)), trace(Box(0.12, 0.2, 0.2, 0.4), near=(TOM,))]
    (one,) = by_face(both, faces_at(LEFT, RIGHT), SIZE).values()
    assert (one.recognised, one.near) == ((AMIRA,), (TOM,))


def test_traces_without_a_face_are_an_error() -> None:
    """There is a face at the place of every trace; were there none, nothing would be said in silence."""
    with pytest.raises(ValueError, match="empty"):
        by_face([trace()], [], SIZE)
    assert by_face([], [], SIZE) == {}


def test_a_first_comparison() -> None:
    """What the engine says is kept: who, between whom, near whom, and which templates fit."""
    match = Match(4, Ambiguous((AMIRA, TOM)), (ZOE,), (AMIRA,), (AMIRA, TOM))
    assert with_match(None, match, LEFT, 3) == Trace(
        LEFT, FaceStatus.COVERED, (AMIRA,), (AMIRA, TOM), (ZOE,), (AMIRA, TOM), 3
    )


def test_only_doubt_has_candidates() -> None:
    """A face that is known, or nobody, is in question for nobody."""
    for identity in (Known(AMIRA, BoundBy.HAND), Unknown()):
        assert with_match(None, Match(4, identity), LEFT, 0).candidates == ()


def test_a_comparison_adds_to_what_was_known() -> None:
    """Later words come after earlier ones, and what fitted once but not again does not fit."""
    earlier = Trace(LEFT, FaceStatus.NO_CONSENT, (AMIRA,), (TOM,), (TOM,), (AMIRA, TOM), 1)
    now = with_match(earlier, Match(4, Unknown(), (ZOE,), (ZOE,), (TOM, ZOE)), Box(0.1, 0.2, 0.1, 0.2), 2)
    assert now == Trace(LEFT, FaceStatus.NO_CONSENT, (AMIRA, ZOE), (TOM,), (TOM, ZOE), (TOM,), 1)


@pytest.mark.parametrize(
    ("earlier", "now", "fits"),
    [(None, None, None), (None, (AMIRA,), (AMIRA,)), ((AMIRA,), None, (AMIRA,)), ((AMIRA,), (), ())],
)
def test_a_face_that_could_not_be_compared_keeps_what_fitted(
    earlier: tuple[PersonId, ...] | None, now: tuple[PersonId, ...] | None, fits: tuple[PersonId, ...] | None
) -> None:
    """No comparison says nothing; a comparison that no template fits says that none does."""
    assert with_match(trace(fits=earlier), Match(4, Unknown(), fits=now), LEFT, 0).fits == fits


@given(traces, people, people, st.none() | people)
def test_nothing_is_forgotten(
    earlier: Trace, near: tuple[PersonId, ...], recognised: tuple[PersonId, ...], fits: tuple[PersonId, ...] | None
) -> None:
    """Whatever is said later, everybody of before is still named, once, and the status is no milder."""
    now = with_match(earlier, Match(4, Unknown(), near, recognised, fits), RIGHT, 0)
    for before, new, after in (
        (earlier.recognised, recognised, now.recognised),
        (earlier.near, near, now.near),
        (earlier.candidates, (), now.candidates),
    ):
        assert set(after) == {*before, *new}
        assert len(set(after)) == len(after)
    assert now.worst is earlier.worst
    assert now.box.area >= max(earlier.box.area, RIGHT.area)


def test_an_erased_person_is_in_no_trace() -> None:
    """Every list is cleared of them, and the rest stays, also that a face was never compared."""
    full = Trace(LEFT, FaceStatus.NO_CONSENT, (AMIRA, TOM), (TOM, AMIRA), (AMIRA, ZOE), (AMIRA, TOM), 2)
    bare = trace(RIGHT)
    assert without([full, bare], AMIRA) == (
        Trace(LEFT, FaceStatus.NO_CONSENT, (TOM,), (TOM,), (ZOE,), (TOM,), 2),
        bare,
    )


@given(st.lists(traces), st.sampled_from([AMIRA, TOM, ZOE]))
def test_erasing_names_the_person_nowhere(kept: list[Trace], person: PersonId) -> None:
    """And no other person goes with them."""
    for before, after in zip(kept, without(kept, person), strict=True):
        assert after.people == before.people - {person}
        assert (after.box, after.worst, after.turn) == (before.box, before.worst, before.turn)


def test_an_examination_leaves_the_strictest_status() -> None:
    """Of all that was said of a face now and before; in the order of the numbers."""
    known = {7: trace(RIGHT), 2: Trace(LEFT, FaceStatus.NO_CONSENT)}
    said = [(2, FaceStatus.CONSENTED), (7, FaceStatus.POSSIBLE_DO_NOT_PUBLISH), (7, FaceStatus.COVERED)]
    assert finished(known, said) == (
        Trace(LEFT, FaceStatus.NO_CONSENT),
        Trace(RIGHT, FaceStatus.POSSIBLE_DO_NOT_PUBLISH),
    )
    assert finished({}, []) == ()
