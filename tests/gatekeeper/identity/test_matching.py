"""Who is who: nobody is taken for somebody just for being the nearest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatekeeper.identity.assignment import MOST_CANDIDATES
from gatekeeper.identity.matching import bind_by_hand, match_faces
from gatekeeper.register import Gallery
from gatekeeper.types import (
    Ambiguous,
    BoundBy,
    Box,
    Face,
    Identity,
    Known,
    Match,
    PersonId,
    Unknown,
    Unreadable,
    Vector,
)
from gatekeeper.vision.recognition.thresholds import Thresholds
from tests.support.gate import ENGINE, THRESHOLDS, embedding_of

A, B, C, D = (PersonId(letter) for letter in "abcd")
NOBODY: frozenset[PersonId] = frozenset()
BY_SIZE = Thresholds(
    rates=(0.1, 0.01, 0.005),
    references=(1, 3),
    match=((0.45, 0.60, 0.80), (0.35, 0.50, 0.70)),
    wanted=0.01,
    near=0.5,
    margin=0.05,
    smallest_face=20.0,
)
"""Asks for more among four people than for one, and for less of somebody with three photographs."""


def face(number: int, vector: Vector | None, unreadable: str | None = None) -> Face:
    return Face(number, Box(0, 0, 9, 9), np.zeros((5, 2), np.float32), 0.9, vector, unreadable)


def faces_of(*hues: float) -> list[Face]:
    return [face(number, embedding_of(hue)) for number, hue in enumerate(hues, start=1)]


def gallery_of(hues: dict[PersonId, float], references: int = 3) -> Gallery:
    if not hues:
        return Gallery.empty(ENGINE, 8)
    vectors = np.stack([embedding_of(hue) for hue in hues.values()])
    return Gallery(ENGINE, tuple(hues), vectors, np.full(len(hues), references, np.int64))


def axes(*people: PersonId, references: int = 1) -> Gallery:
    """Everybody on an axis of their own, so that similarities can be chosen freely."""
    return Gallery(ENGINE, people, np.eye(len(people), 8, dtype=np.float32), np.full(len(people), references))


def looking_like(*similarities: float) -> Vector:
    """A unit vector with these similarities to the people of `axes`."""
    rest = math.sqrt(max(0.0, 1 - sum(value * value for value in similarities)))
    return np.array([*similarities, *[0.0] * (7 - len(similarities)), rest], np.float32)


def identity(matches: Sequence[Match], number: int = 1) -> Identity:
    return matches[number - 1].identity


# --- one face ----------------------------------------------------------------------


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


# --- scope and the list ------------------------------------------------------------


def test_somebody_who_was_not_expected_is_only_suggested() -> None:
    """Somebody of the register who was not at the event is named as a possibility, and never recognised."""
    gallery = gallery_of({A: 0, B: 120})
    assert identity(match_faces(faces_of(0), gallery, THRESHOLDS, NOBODY, frozenset({B}))) == Ambiguous((A,))
    assert identity(match_faces(faces_of(0), gallery, THRESHOLDS, NOBODY, NOBODY)) == Ambiguous((A,))
    assert identity(match_faces(faces_of(60), gallery, THRESHOLDS, NOBODY, frozenset({B}))) == Unknown()


def test_somebody_who_was_not_expected_raises_a_doubt() -> None:
    """A face between somebody of the event and somebody else of the register is not taken for the former."""
    seen = match_faces(faces_of(4), gallery_of({A: 9, B: 0}), THRESHOLDS, NOBODY, frozenset({A}))
    assert identity(seen) == Ambiguous((B, A))


def test_scope_counts_for_the_threshold() -> None:
    """Among the few people of an event less is asked than in the whole register."""
    gallery, seen = axes(A, B, C, D), [face(1, looking_like(0.65))]
    assert identity(match_faces(seen, gallery, BY_SIZE, NOBODY)) == Unknown()
    assert isinstance(identity(match_faces(seen, gallery, BY_SIZE, NOBODY, frozenset({A}))), Known)


def test_the_list_is_searched_whole() -> None:
    """Somebody on the list is recognised outside any scope."""
    (match,) = match_faces(faces_of(0), gallery_of({A: 0, B: 120}), THRESHOLDS, frozenset({A}), frozenset({B}))
    assert isinstance(match.identity, Known)
    assert match.identity.person == A
    assert match.near_listed == (A,)


def test_near_the_list_though_somebody_else() -> None:
    """A face that is known as one person and near a listed one says both."""
    (match,) = match_faces(faces_of(0), gallery_of({A: 0, B: 12}), THRESHOLDS, frozenset({B}))
    assert isinstance(match.identity, Known)
    assert match.identity.person == A
    assert match.near_listed == (B,)


def test_near_the_list_though_nobody() -> None:
    """A face that resembles a listed person, but not enough for a match, is near."""
    (match,) = match_faces(faces_of(15), gallery_of({A: 0}), THRESHOLDS, frozenset({A}))
    assert match == Match(1, Unknown(), (A,), fits=(A,))
    (match,) = match_faces(faces_of(18), gallery_of({A: 0}), THRESHOLDS, frozenset({A}))
    assert match.near_listed == ()


def test_near_is_said_nearest_first() -> None:
    """Of several listed people the nearest comes first."""
    (match,) = match_faces(faces_of(4), gallery_of({A: 12, B: 0}), THRESHOLDS, frozenset({A, B}))
    assert match.near_listed == (B, A)


def test_whoever_is_listed_and_matches_is_near_too() -> None:
    """However small the scope and large the register, a match with the list is also a nearness."""
    steep = replace(BY_SIZE, references=(1,), match=((0.40, 0.40, 0.80),), near=0.03)
    (match,) = match_faces([face(1, looking_like(0.45))], axes(A, B, C, D), steep, frozenset({A}), frozenset({A}))
    assert isinstance(match.identity, Known)
    assert match.near_listed == (A,)


def test_how_near_is_near_does_not_depend_on_the_list() -> None:
    """Two people on the list are compared with at the same similarity as one."""
    table = replace(BY_SIZE, references=(1,), match=((0.40, 0.50, 0.60),), near=0.999)
    for listed in (frozenset({A}), frozenset({A, B})):
        near = [match_faces([face(1, looking_like(s))], axes(A, B), table, listed)[0].near_listed for s in (0.39, 0.41)]
        assert near == [(), (A,)]


# --- a clear lead over the list ------------------------------------------------------


def test_a_face_that_is_clearly_another_person_is_not_near_the_list() -> None:
    """From the lead on over a listed person a face is only who it is recognised as, and says who was behind."""
    table = replace(BY_SIZE, near=0.99, lead=0.2, match=((0.45, 0.6, 0.6), (0.35, 0.4, 0.4)))
    behind, close = (
        match_faces([face(1, looking_like(0.62, alike))], axes(A, B, references=3), table, frozenset({B}))[0]
        for alike in (0.41, 0.43)
    )
    assert (behind.near_listed, behind.clearly_behind) == ((), (B,))
    assert (close.near_listed, close.clearly_behind) == ((B,), ())


def test_an_engine_without_a_measured_lead_sets_no_nearness_aside() -> None:
    """However far ahead a person is, a listed one who is near stays so where no lead was measured."""
    table = replace(BY_SIZE, match=((0.45, 0.6, 0.6), (0.1, 0.4, 0.4)), near=0.99)
    (match,) = match_faces([face(1, looking_like(0.95, 0.2))], axes(A, B, references=3), table, frozenset({B}))
    assert (match.near_listed, match.clearly_behind) == ((B,), ())


def test_a_listed_person_lifts_no_doubt_about_another() -> None:
    """A face recognised as one listed person is still near the other."""
    table = replace(BY_SIZE, match=((0.45, 0.6, 0.6), (0.1, 0.4, 0.4)), near=0.99, lead=0.2)
    (match,) = match_faces([face(1, looking_like(0.95, 0.2))], axes(A, B, references=3), table, frozenset({A, B}))
    assert match.near_listed == (A, B)


@pytest.mark.parametrize(
    ("bindings", "near"),
    [
        pytest.param({}, (), id="nothing-said"),
        pytest.param({1: A}, (), id="the-same-person"),
        pytest.param({1: C}, (B,), id="another-person"),
        pytest.param({2: A}, (B,), id="that-person-elsewhere"),
    ],
)
def test_contradicting_the_engine_brings_the_list_back(
    bindings: dict[int, PersonId], near: tuple[PersonId, ...]
) -> None:
    """Who says that a face is not the person it was recognised as cannot keep what rested on that."""
    table = replace(BY_SIZE, match=((0.45, 0.6, 0.6), (0.1, 0.4, 0.4)), near=0.99, lead=0.2)
    seen = [face(1, looking_like(0.95, 0.2)), face(2, looking_like(0.0, 0.0, 0.0, 0.9))]
    matches = match_faces(seen, axes(A, B, C, D, references=3), table, frozenset({B}))
    assert matches[0].clearly_behind == (B,)
    assert bind_by_hand(matches, bindings)[0].near_listed == near


RELIEVED = replace(BY_SIZE, lead=0.2, relief=0.05)
"""Asks for 0.70 among two people with three photographs, for 0.65 of one who is clearly ahead."""


@pytest.mark.parametrize(
    ("likeness", "second", "known"),
    [
        pytest.param(0.66, 0.45, True, id="clearly-ahead"),
        pytest.param(0.66, 0.47, False, id="not-clearly"),
        pytest.param(0.64, 0.0, False, id="too-little"),
        pytest.param(0.71, 0.6, True, id="enough-without"),
    ],
)
def test_less_is_asked_of_a_person_who_is_clearly_ahead(likeness: float, second: float, *, known: bool) -> None:
    """A face that resembles one person by far the most passes a little below the threshold, and not further."""
    seen = [face(1, looking_like(likeness, second))]
    found = identity(match_faces(seen, axes(A, B, references=3), RELIEVED, NOBODY))
    assert isinstance(found, Known) is known


def test_a_strict_person_has_no_relief() -> None:
    """Of a pupil nothing less is asked, however far ahead they are of all others."""
    gallery, seen = axes(A, B, references=3), [face(1, looking_like(0.66, 0.1))]
    assert isinstance(identity(match_faces(seen, gallery, RELIEVED, NOBODY, None, frozenset({B}))), Known)
    assert identity(match_faces(seen, gallery, RELIEVED, NOBODY, None, frozenset({A}))) == Unknown()


def test_a_person_outside_the_event_can_hold_back_the_relief() -> None:
    """The lead is over all people of the register, those who were not expected too."""
    gallery, seen = axes(A, B, C, D, references=3), [face(1, looking_like(0.36, 0.3))]
    low = replace(RELIEVED, match=((0.4, 0.4, 0.8), (0.4, 0.4, 0.8)))
    assert identity(match_faces(seen, gallery, low, NOBODY, frozenset({A}))) == Unknown()


# --- each person once --------------------------------------------------------------


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


# --- hands ---------------------------------------------------------------------------


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


# --- what is no number ---------------------------------------------------------------


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


# --- properties ------------------------------------------------------------------------

hues = st.integers(0, 71).map(lambda step: 5.0 * step)
galleries = st.dictionaries(st.sampled_from([A, B, C, D, PersonId("e")]), hues, max_size=5)
pictures = st.lists(hues, max_size=5)
some = st.frozensets(st.sampled_from([A, B, C, D]), max_size=3)
tables = st.sampled_from([THRESHOLDS, BY_SIZE, RELIEVED, replace(THRESHOLDS, lead=0.1, relief=0.1 - 1e-9)])
likenesses = st.integers(0, 19).map(lambda step: step / 20)


def plain(found: Identity) -> tuple[object, ...]:
    """What an identity says, without the last digits of its similarity."""
    if isinstance(found, Known):
        return ("known", found.person)
    if isinstance(found, Ambiguous):
        return ("ambiguous", found.candidates)
    return (type(found).__name__,)


@given(picture=pictures, people=galleries, listed=some, scope=st.none() | some, table=tables)
@settings(max_examples=150)
def test_nobody_is_known_twice(
    picture: list[float],
    people: dict[PersonId, float],
    listed: frozenset[PersonId],
    scope: frozenset[PersonId] | None,
    table: Thresholds,
) -> None:
    """However the faces look, no person is two of them."""
    matches = match_faces(faces_of(*picture), gallery_of(people), table, listed, scope)
    known = [match.identity.person for match in matches if isinstance(match.identity, Known)]
    assert len(known) == len(set(known))
    assert [match.face for match in matches] == list(range(1, len(picture) + 1))


@given(data=st.data(), picture=pictures, people=galleries, listed=some)
@settings(max_examples=100)
def test_the_order_of_rows_and_faces_does_not_matter(
    data: st.DataObject, picture: list[float], people: dict[PersonId, float], listed: frozenset[PersonId]
) -> None:
    """A register in another order, and faces in another order, give the same answers."""
    seen = faces_of(*picture)
    one = match_faces(seen, gallery_of(people), THRESHOLDS, listed)
    rows = data.draw(st.permutations(list(people.items())))
    other = match_faces(data.draw(st.permutations(seen)), gallery_of(dict(rows)), THRESHOLDS, listed)
    answers = [{match.face: (plain(match.identity), match.near_listed) for match in found} for found in (one, other)]
    assert answers[0] == answers[1]


@given(data=st.data(), picture=pictures, people=galleries, listed=some, table=tables)
@settings(max_examples=200, deadline=None)
def test_listing_somebody_never_lets_a_picture_through(
    data: st.DataObject,
    picture: list[float],
    people: dict[PersonId, float],
    listed: frozenset[PersonId],
    table: Thresholds,
) -> None:
    """One more person on the list frees no face of nearness, and makes no picture publishable that was not."""
    more, scope = data.draw(st.sampled_from([A, B, C, D])), data.draw(st.none() | some)
    before = match_faces(faces_of(*picture), gallery_of(people), table, listed, scope)
    after = match_faces(faces_of(*picture), gallery_of(people), table, listed | {more}, scope)
    for old, new in zip(before, after, strict=True):
        assert set(old.near_listed) <= set(new.near_listed)
    if all(isinstance(new.identity, Known) and not new.near_listed for new in after):
        assert [plain(old.identity) for old in before] == [plain(new.identity) for new in after]


def publishable(matches: Sequence[Match], listed: frozenset[PersonId]) -> bool:
    """Say whether every face is one person who is not listed, and near no person who is."""
    return all(
        isinstance(match.identity, Known) and not {match.identity.person, *match.recognised} & listed
        for match in matches
    ) and not any(match.near_listed for match in matches)


@given(picture=pictures, people=galleries, hue=hues, scope=st.none() | some, table=tables)
@settings(max_examples=200, deadline=None)
def test_enrolling_a_listed_person_never_lets_a_picture_through(
    picture: list[float],
    people: dict[PersonId, float],
    hue: float,
    scope: frozenset[PersonId] | None,
    table: Thresholds,
) -> None:
    """A template of one more listed person makes no picture publishable that was not."""
    more = PersonId("listed")
    before = match_faces(faces_of(*picture), gallery_of(people), table, NOBODY, scope)
    after = match_faces(faces_of(*picture), gallery_of(people | {more: hue}), table, frozenset({more}), scope)
    assert publishable(before, NOBODY) or not publishable(after, frozenset({more}))


@given(own=likenesses, less=likenesses, more=likenesses, table=tables, references=st.sampled_from([1, 3]))
@settings(max_examples=300, deadline=None)
def test_more_likeness_to_a_listed_person_never_helps(
    own: float, less: float, more: float, table: Thresholds, references: int
) -> None:
    """A face that is as like a person as before, and more like a listed one, is not publishable unless it was."""
    less, more = sorted((less, more))
    assume(own**2 + more**2 <= 1)
    gallery, listed = axes(A, B, references=references), frozenset({B})
    one, other = (match_faces([face(1, looking_like(own, alike))], gallery, table, listed) for alike in (less, more))
    assert publishable(one, listed) or not publishable(other, listed)


@given(picture=pictures, people=galleries, listed=some, scope=st.none() | some, table=tables)
@settings(max_examples=200, deadline=None)
def test_only_those_far_behind_are_set_aside(
    picture: list[float],
    people: dict[PersonId, float],
    listed: frozenset[PersonId],
    scope: frozenset[PersonId] | None,
    table: Thresholds,
) -> None:
    """A listed person whom no other person leads by the lead stays near, whichever others the face resembles."""
    strict = match_faces(faces_of(*picture), gallery_of(people), replace(table, lead=2.0), listed, scope)
    matches = match_faces(faces_of(*picture), gallery_of(people), table, listed, scope)
    for hue, old, new in zip(picture, strict, matches, strict=True):
        assert sorted(old.near_listed) == sorted({*new.near_listed, *new.clearly_behind})
        likeness = {person: float(embedding_of(hue) @ embedding_of(at)) for person, at in people.items()}
        best = max((likeness[person] for person in people.keys() - listed), default=-1.0)
        assert all(best - likeness[person] >= table.lead - 1e-3 for person in new.clearly_behind)


def test_the_list_does_not_move_the_threshold() -> None:
    """Listed people outside the scope do not change from when on somebody is recognised."""
    gallery, seen, scope = axes(A, B, C, D), [face(1, looking_like(0.65))], frozenset({A})
    one = match_faces(seen, gallery, BY_SIZE, NOBODY, scope)
    assert one == match_faces(seen, gallery, BY_SIZE, frozenset({B, C, D}), scope)


def test_a_rival_who_is_another_face_is_none() -> None:
    """A face between two people is the one of them who is not clearly somebody else in the picture."""
    gallery = axes(A, B, references=3)
    seen = [face(1, looking_like(0.72, 0.68)), face(2, looking_like(0.0, 0.95))]
    alone = match_faces(seen[:1], gallery, BY_SIZE, NOBODY)
    assert identity(alone) == Ambiguous((A, B))
    together = match_faces(seen, gallery, BY_SIZE, NOBODY)
    assert [plain(match.identity) for match in together] == [("known", A), ("known", B)]


def test_a_face_is_never_given_to_its_second_best() -> None:
    """Whoever resembles somebody who is clearly another face is not taken for the next on the list."""
    seen = [face(1, looking_like(0.706, 0.701)), face(2, looking_like(0.95, 0.0))]
    together = match_faces(seen, axes(A, B, references=3), replace(BY_SIZE, margin=0.01), NOBODY)
    assert [plain(match.identity) for match in together] == [("ambiguous", (A, B)), ("known", A)]


def test_less_is_asked_of_a_face_seen_less_clearly() -> None:
    """A dim face resembles everybody less, strangers too, so it passes with less; a clear one does not."""
    kind = replace(BY_SIZE, allowance=0.2)
    clear = face(1, looking_like(0.55))
    dim = replace(clear, clarity=0.5)
    clearly, dimly = (match_faces([one], axes(A), kind, frozenset({A}))[0] for one in (clear, dim))
    assert clearly.identity == Unknown()
    assert isinstance(dimly.identity, Known)
    assert dimly.near_listed == (A,)


def test_with_one_photograph_a_dim_face_passes_by_no_allowance() -> None:
    """A dim face passes with three photographs and not with one; near the list it is with either."""
    kind = replace(BY_SIZE, match=((0.45, 0.60, 0.80),) * 2, allowance=0.2, alone=0.0)
    dim = replace(face(1, looking_like(0.55)), clarity=0.5)
    one, three = (match_faces([dim], axes(A, references=count), kind, frozenset({A}))[0] for count in (1, 3))
    assert (one.identity, one.near_listed) == (Unknown(), (A,))
    assert isinstance(three.identity, Known)


def test_who_would_pass_only_by_the_allowance_leaves_the_face_to_no_other() -> None:
    """The likest person has one photograph and does not pass; the next best is not taken instead."""
    kind = replace(BY_SIZE, match=((0.45, 0.60, 0.61),) * 2, margin=0.02, allowance=0.4, alone=0.0)
    gallery = Gallery(ENGINE, (A, B), np.eye(2, 8, dtype=np.float32), np.array([1, 3]))
    dim = replace(face(1, looking_like(0.55, 0.5)), clarity=0.5)
    found = match_faces([dim], gallery, kind, NOBODY)[0]
    assert (found.identity, found.fits) == (Unknown(), (A, B))
