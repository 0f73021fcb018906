"""What holds for any picture and any gallery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatekeeper.identity.matching import match_faces
from gatekeeper.register import Gallery
from gatekeeper.types import (
    Ambiguous,
    Identity,
    Known,
    Match,
    PersonId,
    Unknown,
)
from gatekeeper.vision.recognition.thresholds import Thresholds
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
from tests.support.gate import ENGINE, THRESHOLDS, embedding_of

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
