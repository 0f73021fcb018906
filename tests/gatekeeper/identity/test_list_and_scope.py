"""The do-not-publish list and the scope of an event: who is near, who leads, who is only suggested."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gatekeeper.identity.matching import bind_by_hand, match_faces
from gatekeeper.types import (
    Ambiguous,
    Known,
    Match,
    PersonId,
    Unknown,
)
from tests.support.galleries import (
    BY_SIZE,
    NOBODY,
    RELIEVED,
    A,
    B,
    C,
    D,
    axes,
    face,
    faces_of,
    gallery_of,
    identity,
    looking_like,
)
from tests.support.gate import THRESHOLDS


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
