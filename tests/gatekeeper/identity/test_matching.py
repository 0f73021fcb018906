"""Who is who: nobody is taken for somebody just for being the nearest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gatekeeper.identity.assignment import MOST_CANDIDATES
from gatekeeper.identity.matching import bind_by_hand, match_faces
from gatekeeper.register import Gallery
from gatekeeper.types import (
    Ambiguous,
    BoundBy,
    Known,
    Match,
    PersonId,
    Unknown,
    Unreadable,
    Vector,
)
from tests.support.galleries import (
    BY_SIZE,
    NOBODY,
    A,
    B,
    axes,
    face,
    faces_of,
    gallery_of,
    identity,
    looking_like,
)
from tests.support.gate import ENGINE, THRESHOLDS, embedding_of


def test_the_same_person_is_known() -> None:
    """A face like one template and no other is that person, by the engine."""
    known = identity(match_faces(faces_of(120), gallery_of({A: 0, B: 120}), THRESHOLDS, NOBODY))
    assert isinstance(known, Known)
    assert (known.person, known.by) == (B, BoundBy.ENGINE)
    assert known.similarity == pytest.approx(1, abs=1e-5)


def test_the_nearest_is_not_enough() -> None:
    """A stranger is nobody, though somebody is always the nearest."""
    assert identity(match_faces(faces_of(60), gallery_of({A: 0, B: 120}), THRESHOLDS, NOBODY)) == Unknown()


def test_an_empty_gallery_knows_nobody() -> None:
    """With no templates every face is unknown."""
    assert identity(match_faces(faces_of(60), gallery_of({}), THRESHOLDS, NOBODY)) == Unknown()


def test_no_faces_give_no_matches() -> None:
    """Nothing is compared with nobody."""
    assert match_faces([], gallery_of({A: 0}), THRESHOLDS, NOBODY) == ()


@pytest.mark.parametrize(("given_reason", "reason"), [("too small", "too small"), (None, "not compared")])
def test_without_an_embedding_it_is_unreadable(given_reason: str | None, reason: str) -> None:
    """A face without a vector is unreadable, never unknown, whatever the reason."""
    matches = match_faces([face(1, None, given_reason)], gallery_of({A: 0}), THRESHOLDS, frozenset({A}))
    assert matches == (Match(1, Unreadable(reason)),)


@pytest.mark.parametrize(
    ("people", "references", "similarity", "known"),
    [
        pytest.param((A,), 1, 0.61, True, id="one-person"),
        pytest.param((A,), 1, 0.59, False, id="one-person-below"),
        pytest.param((A, B), 1, 0.79, False, id="more-people-ask-for-more"),
        pytest.param((A, B), 1, 0.81, True, id="more-people-and-enough"),
        pytest.param((A, B), 3, 0.71, True, id="three-photographs-ask-for-less"),
        pytest.param((A, B), 3, 0.69, False, id="three-photographs-below"),
    ],
)
def test_threshold_by_people_and_references(
    people: tuple[PersonId, ...], references: int, similarity: float, *, known: bool
) -> None:
    """The threshold is the table's for so many people and so many photographs."""
    gallery = axes(*people, references=references)
    found = identity(match_faces([face(1, looking_like(similarity))], gallery, BY_SIZE, NOBODY))
    assert isinstance(found, Known) is known


def test_each_person_has_the_threshold_of_their_own_references() -> None:
    """Somebody with one photograph must be matched better than somebody with three."""
    gallery = Gallery(ENGINE, (A, B), np.eye(2, 8, dtype=np.float32), np.array([1, 3]))
    by_a, by_b = (match_faces([face(1, looking_like(*s))], gallery, BY_SIZE, NOBODY) for s in ((0.75, 0), (0, 0.75)))
    assert identity(by_a) == Unknown()
    assert isinstance(identity(by_b), Known)


def test_without_a_margin_it_is_ambiguous() -> None:
    """A face between two people is neither; both are named, best first."""
    assert identity(match_faces(faces_of(4), gallery_of({A: 9, B: 0}), THRESHOLDS, NOBODY)) == Ambiguous((B, A))


def test_equals_are_named_in_a_fixed_order() -> None:
    """Two people with the same template are named by their ids, not by their rows."""
    assert identity(match_faces(faces_of(0), gallery_of({B: 0, A: 0}), THRESHOLDS, NOBODY)) == Ambiguous((A, B))


def test_a_runner_up_that_passes_makes_it_ambiguous() -> None:
    """If the best fails its own threshold and another passes, nobody is believed."""
    gallery = Gallery(ENGINE, (A, B), np.eye(2, 8, dtype=np.float32), np.array([1, 3]))
    matches = match_faces([face(1, looking_like(0.699, 0.701))], gallery, BY_SIZE, NOBODY)
    assert identity(matches) == Ambiguous((B, A))
    far = replace(BY_SIZE, match=((0.99, 0.99, 0.99), (0.30, 0.30, 0.30)))
    assert identity(match_faces([face(1, looking_like(0.8, 0.5))], gallery, far, NOBODY)) == Ambiguous((B, A))


def test_few_candidates_are_named() -> None:
    """An ambiguous face does not list half the school."""
    everybody = {PersonId(f"p{number}"): 0.0 for number in range(9)}
    found = identity(match_faces(faces_of(0), gallery_of(everybody), THRESHOLDS, NOBODY))
    assert isinstance(found, Ambiguous)
    assert len(found.candidates) == MOST_CANDIDATES


def test_the_clearly_better_face_is_kept() -> None:
    """Of two faces that claim one person the clearly better one is, and the other is in doubt."""
    loose = replace(THRESHOLDS, match=((0.4, 0.5, 0.5),))
    matches = match_faces(faces_of(20, 0), gallery_of({A: 0}), loose, NOBODY)
    assert identity(matches, 1) == Ambiguous((A,))
    assert isinstance(identity(matches, 2), Known)


def test_an_unclear_claim_is_nobodys() -> None:
    """Of two faces that are about as good neither is believed."""
    matches = match_faces(faces_of(0, 3, 180), gallery_of({A: 0, B: 180}), THRESHOLDS, NOBODY)
    assert [identity(matches, 1), identity(matches, 2)] == [Ambiguous((A,)), Ambiguous((A,))]
    assert isinstance(identity(matches, 3), Known)


def test_hand_binding_replaces_what_the_engine_said() -> None:
    """What a person said stands, and is marked as said by hand."""
    matches = match_faces(faces_of(0, 60), gallery_of({A: 0}), THRESHOLDS, NOBODY)
    bound = bind_by_hand(matches, {2: B})
    assert bound == (matches[0], Match(2, Known(B, BoundBy.HAND), fits=()))


def test_hand_binding_does_not_talk_the_list_away() -> None:
    """Nearness to a listed person survives being called somebody else."""
    matches = match_faces(faces_of(0), gallery_of({A: 0}), THRESHOLDS, frozenset({A}))
    assert bind_by_hand(matches, {1: B}) == (Match(1, Known(B, BoundBy.HAND), (A,), recognised=(A,), fits=(A,)),)


def test_the_scope_does_not_decide_who_is_recognised() -> None:
    """Whoever is recognised over the whole register is, although the event leaves them out."""
    (match,) = match_faces(faces_of(0), gallery_of({A: 0, B: 120}), THRESHOLDS, NOBODY, frozenset({B}))
    assert (match.identity, match.recognised) == (Ambiguous((A,)), (A,))


def test_a_person_named_by_hand_is_not_also_recognised() -> None:
    """When a hand gives a person to one face, the engine's claim on another is in doubt."""
    matches = match_faces(faces_of(0, 60), gallery_of({A: 0}), THRESHOLDS, NOBODY)
    assert identity(bind_by_hand(matches, {2: A}), 1) == Ambiguous((A,))


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(np.full(8, np.nan, np.float32), id="nan"),
        pytest.param(np.array([np.nan, 1, 0, 0, 0, 0, 0, 0], np.float32), id="one-nan"),
        pytest.param(np.array([np.inf, 0, 0, 0, 0, 0, 0, 0], np.float32), id="infinite"),
        pytest.param(np.zeros(8, np.float32), id="zero"),
        pytest.param(2 * embedding_of(0), id="too-long"),
    ],
)
def test_what_is_no_unit_vector_is_an_error(vector: Vector) -> None:
    """A broken vector stops the comparison, and makes no gallery; it would be near nobody."""
    with pytest.raises(ValueError, match="unit"):
        match_faces([face(1, vector)], gallery_of({A: 0}), THRESHOLDS, frozenset({A}))
    with pytest.raises(ValueError, match="unit"):
        Gallery(ENGINE, (A,), vector[np.newaxis], np.array([3]))


def test_vectors_of_another_length_are_an_error() -> None:
    """An embedding of another dimension is never compared."""
    with pytest.raises(ValueError, match="dimension"):
        match_faces([face(1, np.ones(1, np.float32))], gallery_of({A: 0}), THRESHOLDS, NOBODY)


def test_somebody_without_photographs_is_an_error() -> None:
    """A template that was made of nothing has no threshold."""
    with pytest.raises(ValueError, match="at least 1"):
        match_faces(faces_of(0), gallery_of({A: 0}, references=0), THRESHOLDS, NOBODY)


@pytest.mark.parametrize("rows", [0, 2])
def test_a_gallery_has_one_template_a_person(rows: int) -> None:
    """People and templates that do not fit each other make no gallery."""
    with pytest.raises(ValueError, match="as many templates"):
        Gallery(ENGINE, (A,), np.zeros((rows, 8), np.float32), np.ones(rows, np.int64))
