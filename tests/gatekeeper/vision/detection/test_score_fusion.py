"""What several passes amount to: no net hides what the other saw."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.vision.detection.score_fusion import Find, Look, weighed
from tests.support.detections import detection

confidences = st.floats(0.2, 0.99)
widths = st.floats(12, 500)


def find(look: Look, score: float, width: float = 40.0, x: float = 100.0) -> Find:
    """Return one find of one pass."""
    return Find(detection(x, 100, width, width * 1.3, score), look)


def test_both_nets_together_may_be_less_sure() -> None:
    """What neither net alone makes a face, both together do."""
    yunet, centerface = find(Look.YUNET, 0.6), find(Look.CENTERFACE, 0.5)
    assert weighed([yunet]) == weighed([centerface]) == []
    assert len(weighed([yunet, centerface])) == 1


def test_either_net_alone_is_enough_if_it_is_sure() -> None:
    """A strong find counts although the other net sees nothing."""
    assert len(weighed([find(Look.YUNET, 0.92)])) == 1
    assert len(weighed([find(Look.CENTERFACE, 0.85)])) == 1


@given(confidences, confidences, widths)
def test_a_second_opinion_never_speaks_against(one: float, other: float, width: float) -> None:
    """Whatever a second pass says of a face, it is at least as probable as without it."""
    alone = weighed([find(Look.YUNET, one, width)], bar=-99)
    both = weighed([find(Look.YUNET, one, width), find(Look.CENTERFACE, other, width)], bar=-99)
    assert both[0].score >= alone[0].score


@given(confidences, confidences)
def test_what_stands_beside_is_another_face(one: float, other: float) -> None:
    """Finds apart from each other stay apart, and neither changes the other."""
    pair = [find(Look.YUNET, one), find(Look.CENTERFACE, other, x=300.0)]
    together = weighed(pair, bar=-99)
    assert sorted(d.score for d in together) == sorted(weighed([f], bar=-99)[0].score for f in pair)


def test_the_landmarks_are_the_first_nets() -> None:
    """Where both found a face, YuNet's surest find stands for it, however sure CenterFace is."""
    yunet = find(Look.YUNET, 0.7)
    (face,) = weighed([find(Look.YUNET, 0.5, 44), yunet, find(Look.CENTERFACE, 0.95, 42)])
    assert face.box == yunet.detection.box
    assert face.landmarks is yunet.detection.landmarks


def test_a_face_too_small_for_the_second_net_is_not_held_against_it() -> None:
    """In a large picture CenterFace's copies are too small to show the smallest faces."""
    small = find(Look.YUNET, 0.7, 14)
    assert weighed([small]) == []
    assert len(weighed([small], reach=(20.0, 400.0))) == 1


def test_nothing_found_is_nothing() -> None:
    """No finds make no faces."""
    assert weighed([]) == []


def test_a_face_cut_off_by_the_frame_needs_one_net_only() -> None:
    """CenterFace was made for whole heads, so it is not asked for a face wider than the picture shows."""
    close = find(Look.YUNET, 0.8, 400)
    assert weighed([close]) == []
    assert len(weighed([close], reach=(0.0, 300.0))) == 1
