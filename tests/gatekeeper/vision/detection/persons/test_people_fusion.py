"""Two nets say together who has no known head."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.types import Box
from gatekeeper.vision.detection.persons.bodies import Body, Pose
from gatekeeper.vision.detection.persons.people_fusion import SURE, has_known_head, without_face

PLACE, HEAD = Box(100, 100, 200, 500), Box(160, 110, 70, 90)
POSE = Pose(PLACE, (195.0, 155.0), 0.6)

boxes = st.builds(Box, *[st.integers(0, 400).map(float)] * 2, *[st.integers(1, 400).map(float)] * 2)
bodies = st.lists(st.builds(Body, boxes, st.floats(0.1, 1)), max_size=6, unique=True)
points = st.tuples(*[st.integers(0, 800).map(float)] * 2)
poses = st.lists(st.builds(Pose, boxes, points, st.floats(0.1, 1)), max_size=6, unique=True)
heads = st.lists(boxes, max_size=5)


def test_what_one_net_doubts_counts_if_the_other_sees_it_too() -> None:
    """A doubtful body alone is not reported; with a pose of the same person it is."""
    (alone,), (both,) = without_face([Body(PLACE, 0.4)], [], []), without_face([Body(PLACE, 0.4)], [POSE], [])
    assert alone.score == pytest.approx(0.4)
    assert alone.score < SURE < both.score


def test_a_pose_alone_must_be_sure() -> None:
    """People whom the other net does not see are reported from a high confidence on."""
    doubtful, sure = (without_face([], [Pose(PLACE, POSE.head, score)], [])[0] for score in (0.8, 0.95))
    assert doubtful.score < SURE < sure.score


def test_a_known_head_accounts_for_both() -> None:
    """With the face known nobody is left, and a head elsewhere changes nothing."""
    assert without_face([Body(PLACE, 0.9)], [POSE], [HEAD]) == []
    assert len(without_face([Body(PLACE, 0.9)], [POSE], [Box(600, 110, 70, 90)])) == 1


def test_a_head_is_the_nearest_persons() -> None:
    """Of two people who stand close together the one whose head was found is known, the other is not."""
    other = Pose(Box(180, 100, 200, 500), (270.0, 150.0), 0.7)
    assert has_known_head([POSE, other], [HEAD]) == [True, False]
    assert has_known_head([POSE, other], [HEAD, Box(235, 110, 70, 90)]) == [True, True]


@given(bodies, poses, heads)
def test_the_second_net_only_adds(found: list[Body], seen: list[Pose], known: list[Box]) -> None:
    """Whom the first net leaves without a head is as sure as before, or surer."""
    before = {body.box: body.score for body in without_face(found, [], known)}
    after = {body.box: body.score for body in without_face(found, seen, known)}
    assert all(after[box] >= score - 1e-3 for box, score in before.items())


@given(poses, heads, boxes)
def test_one_more_head_takes_none_away(seen: list[Pose], known: list[Box], head: Box) -> None:
    """Whose head is known keeps it when one more is found."""
    before, after = has_known_head(seen, known), has_known_head(seen, [*known, head])
    assert all(now or not then for then, now in zip(before, after, strict=True))


@given(bodies, poses, heads)
def test_people_come_best_first_and_each_box_is_one_that_a_net_gave(
    found: list[Body], seen: list[Pose], known: list[Box]
) -> None:
    """Each with a confidence from 0 to 1."""
    people = without_face(found, seen, known)
    scores = [body.score for body in people]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert {body.box for body in people} <= {body.box for body in found} | {pose.box for pose in seen}
