"""Merging: one detection a face, and no face lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.types import Box
from gatekeeper.vision.detection.non_maximum_suppression import (
    APART,
    CONTAINED,
    DISPLACED,
    OVERLAP,
    SURE,
    distinct,
    merged,
    overlaps,
)
from gatekeeper.vision.engine import Detection
from tests.support.detections import detection, detections


def common_area(one: Box, other: Box) -> float:
    """Return the area that two boxes share, reckoned apart from the code under test."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(across, 0.0) * max(down, 0.0)


def one_face(one: Detection, other: Detection) -> bool:
    """Say whether two detections overlap or contain each other enough to be one face, by boxes and landmarks."""
    common = common_area(one.box, other.box)
    joint = one.box.area + other.box.area - common
    if common <= 0 or (common < APART * joint and common < CONTAINED * min(one.box.area, other.box.area)):
        return False
    apart = np.hypot(*(one.landmarks - other.landmarks).T.astype(float)).mean()
    faint, sure = sorted((one, other), key=lambda each: each.score)
    within = common < APART * joint and faint.box.area < sure.box.area
    own = apart >= DISPLACED * min(one.box.width, other.box.width) and (faint.score >= SURE or within)
    return bool(common >= OVERLAP * joint or not own)


@given(detections, st.randoms())
def test_order_of_input_does_not_matter(found: list[Detection], random: np.random.Generator) -> None:
    """The same detections in any order give the same list."""
    shuffled = list(found)
    random.shuffle(shuffled)
    assert [(d.box, d.score) for d in merged(shuffled)] == [(d.box, d.score) for d in merged(found)]


@given(detections)
def test_nothing_is_lost_that_stands_alone(found: list[Detection]) -> None:
    """Every detection that goes is the same face as one that stays and is as confident."""
    kept = merged(found)
    for gone in (d for d in found if not any(d is stays for stays in kept)):
        assert any(one_face(gone, stays) and stays.score >= gone.score for stays in kept)


@given(detections)
def test_no_two_that_stay_are_one_face(found: list[Detection]) -> None:
    """What stays neither overlaps nor contains each other."""
    kept = merged(found)
    assert not any(one_face(a, b) for i, a in enumerate(kept) for b in kept[i + 1 :])


@given(detections)
def test_merging_twice_changes_nothing(found: list[Detection]) -> None:
    """A merged list merges to itself."""
    kept = merged(found)
    assert merged(kept) == kept


def test_a_second_frame_around_part_of_a_face_goes() -> None:
    """A small box within a larger one whose landmarks are the large one's is no face of its own."""
    whole = detection(0, 0, 300, 400, 0.9)
    assert merged([replace(whole, box=Box(60, 100, 180, 260), score=0.7), whole]) == [whole]


@pytest.mark.parametrize("score", [0.3, 0.75, 0.9, 0.99])
def test_a_sure_face_within_a_larger_one_stays(score: float) -> None:
    """A baby at a cheek: contained wholly, with landmarks of its own, surer than the large face or not."""
    large, small = detection(0, 0, 300, 400, 0.95), detection(190, 220, 100, 130, score)
    assert {one.score for one in merged([large, small])} == {0.95, score}


def test_one_face_in_a_tight_and_a_loose_frame_is_one() -> None:
    """A face with a hood around it: the frames differ by half, the landmarks coincide, and one stays."""
    tight = detection(100, 100, 100, 130, 0.97)
    loose = replace(tight, box=Box(60, 40, 190, 240), score=0.98)
    assert merged([tight, loose]) == [loose]


def test_two_heads_of_which_one_half_hides_the_other_are_two() -> None:
    """Two sure faces that share a third of their boxes stay two if their landmarks are apart."""
    pair = [detection(0, 0, 100, 130, 0.98), detection(48, 10, 100, 130, 0.9)]
    assert APART < common_area(pair[0].box, pair[1].box) / (2 * 13000 - common_area(pair[0].box, pair[1].box)) < OVERLAP
    assert merged(pair) == pair


def test_faces_within_a_doubtful_large_box_stay() -> None:
    """A large box around two confident faces goes; both faces stay."""
    left, right = detection(10, 10, 60, 80, 0.95), detection(150, 10, 60, 80, 0.94)
    assert merged([detection(0, 0, 230, 110, 0.7), left, right]) == [left, right]


def test_cheek_to_cheek_are_two_faces() -> None:
    """Two heads that touch, sharing a fifth of their boxes, stay two."""
    pair = [detection(0, 0, 100, 130, 0.9), detection(80, 10, 100, 130, 0.89)]
    assert merged(pair) == pair


def test_the_landmarks_of_the_most_confident_stay() -> None:
    """Of two looks at one face the more confident one's landmarks are kept."""
    sure, unsure = detection(100, 100, 80, 100, 0.93), detection(96, 104, 84, 100, 0.7)
    (kept,) = merged([unsure, sure])
    assert np.array_equal(kept.landmarks, sure.landmarks)


def test_boxes_without_area_harm_nobody() -> None:
    """An empty box takes no other with it."""
    face = detection(50, 50, 40, 40, 0.8)
    assert face in merged([detection(60, 60, 0, 0, 0.9), face, detection(200, 200, 0, 0, 0.9)])


def test_nothing_merges_to_nothing() -> None:
    """No detections give an empty list."""
    assert merged([]) == []


@given(detections)
def test_distinct_finds_overlap_no_surer_one(found: list[Detection]) -> None:
    """What stays overlaps nothing else that stays; what goes overlaps something at least as sure."""
    kept = distinct(found)
    stays = [found[index].box for index in kept]
    assert (overlaps(stays, stays) <= np.eye(len(kept), dtype=bool)).all()
    for index in set(range(len(found))) - set(kept):
        near = overlaps([found[index].box], stays)[0]
        assert any(hit and found[k].score >= found[index].score for k, hit in zip(kept, near, strict=True))


def test_a_face_within_a_large_find_stays_distinct() -> None:
    """Whether the large one is a face is not known yet, so it may not take a small one with it."""
    assert sorted(distinct([detection(0, 0, 300, 400, 0.9), detection(40, 60, 60, 80, 0.7)])) == [0, 1]
