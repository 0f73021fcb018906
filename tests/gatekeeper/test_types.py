"""A decision is derived, and everything but a complete approval is a block."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, fields, replace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.types import (
    Box,
    Decision,
    FaceStatus,
    Facts,
    Finding,
    FindingCode,
    Outcome,
    Release,
    Screening,
    Severity,
)
from tests.support.gate import NOON, a_request

NOTE = Finding(FindingCode.CAPTION_FULL_NAME, "Shortened.", severity=Severity.NOTE)
BLOCK = Finding(FindingCode.UNKNOWN_FACE, "Nobody.")
COMPLETE = Decision((NOTE,), {1: FaceStatus.CONSENTED, 2: FaceStatus.COVERED}, ("a_rule",), "ab12")

sizes = st.floats(0.1, 1000)
places = st.floats(-1000, 1000)
boxes = st.builds(Box, places, places, sizes, sizes)


def test_nothing_is_a_block() -> None:
    """A decision made of nothing blocks."""
    assert Decision().outcome is Outcome.BLOCK


def test_all_four_conditions_together_approve() -> None:
    """A clean release, a rule that ran, publishable faces and only notes are an approval."""
    assert COMPLETE.outcome is Outcome.APPROVE
    assert COMPLETE.approved


@pytest.mark.parametrize(
    "lacking",
    [
        pytest.param({"release_sha256": None}, id="no-release"),
        pytest.param({"release_sha256": ""}, id="an-empty-hash"),
        pytest.param({"rules": ()}, id="no-rule-ran"),
        pytest.param({"findings": (NOTE, BLOCK)}, id="a-blocking-finding"),
        pytest.param({"statuses": {1: FaceStatus.CONSENTED, 2: FaceStatus.UNKNOWN}}, id="one-face-unknown"),
    ],
)
def test_each_condition_is_needed(lacking: dict[str, object]) -> None:
    """Three of the four conditions are not enough."""
    assert replace(COMPLETE, **lacking).outcome is Outcome.BLOCK  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "alone",
    [
        Decision(findings=(NOTE,)),
        Decision(statuses={1: FaceStatus.CONSENTED}),
        Decision(rules=("a_rule",)),
        Decision(release_sha256="ab12"),
    ],
)
def test_no_condition_is_enough_alone(alone: Decision) -> None:
    """One condition by itself blocks."""
    assert not alone.approved


@given(
    severities=st.lists(st.sampled_from(Severity), max_size=3),
    statuses=st.lists(st.sampled_from(FaceStatus), max_size=3),
    rules=st.lists(st.text(min_size=1), max_size=2),
    release=st.none() | st.just("ab12"),
)
def test_approval_is_exactly_the_conjunction(
    severities: list[Severity], statuses: list[FaceStatus], rules: list[str], release: str | None
) -> None:
    """Over every combination, approval means all four and nothing else."""
    decision = Decision(
        tuple(replace(NOTE, severity=severity) for severity in severities),
        dict(enumerate(statuses, start=1)),
        tuple(rules),
        release,
    )
    safe = {FaceStatus.CONSENTED, FaceStatus.COVERED}
    expected = Severity.BLOCK not in severities and set(statuses) <= safe and bool(rules) and release is not None
    assert decision.approved is expected
    assert (decision.outcome is Outcome.APPROVE) is expected


@pytest.mark.parametrize("severity", ["block", "warning", "", None])
def test_what_is_not_plainly_a_note_blocks(severity: object) -> None:
    """A severity that came from elsewhere, as a plain word or not at all, blocks unless it says note."""
    finding = replace(NOTE, severity=cast("Severity", severity))
    assert not replace(COMPLETE, findings=(finding,)).approved


def test_outcome_cannot_be_passed_in() -> None:
    """There is no field by which a caller could state the outcome."""
    assert {field.name for field in fields(Decision)} == {"findings", "statuses", "rules", "release_sha256"}


@pytest.mark.parametrize("value", [COMPLETE, BLOCK, a_request(), Box(0, 0, 1, 1)])
def test_values_are_frozen(value: object) -> None:
    """Nothing that flows through the gate can be changed on the way."""
    name = fields(value)[0].name  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)


def test_only_consented_and_covered_may_leave() -> None:
    """Every other status, and each that is added later, is not publishable."""
    assert {status for status in FaceStatus if status.publishable} == {FaceStatus.CONSENTED, FaceStatus.COVERED}


@pytest.mark.parametrize(("decision", "leaves"), [(COMPLETE, True), (Decision(), False)])
def test_a_release_is_there_only_when_approved(decision: Decision, *, leaves: bool) -> None:
    """The examined picture of a block is not a release."""
    release = Release(b"", "ab12", "image/jpeg", 3, 2, lambda _: np.zeros((2, 3, 3), np.uint8))
    facts = Facts(decision, (), None, None, None, None, None, "primary@1", "fake", 1, NOON)
    screening = Screening(facts, examined=release)
    assert screening.release is (release if leaves else None)
    assert release.pixels.shape == (release.height, release.width, 3)


def test_words_and_names_are_not_shown_by_repr() -> None:
    """A request in a log line carries no picture, and facts carry no caption."""
    facts = Facts(COMPLETE, (), "Amira", "Amira", "Amira", None, None, "primary@1", "fake", 1, NOON)
    assert "Amira" not in repr(facts)


@given(box=boxes, other=boxes)
def test_overlap_is_a_symmetric_share(box: Box, other: Box) -> None:
    """Overlap lies between 0 and 1 and does not depend on the order; a box is itself."""
    assert 0 <= box.overlap(other) <= 1 + 1e-9
    assert box.overlap(other) == pytest.approx(other.overlap(box))
    assert box.overlap(box) == pytest.approx(1)


def test_boxes_without_area_are_nowhere() -> None:
    """A box of no size overlaps nothing, not even itself."""
    assert Box(1, 1, 0, 0).overlap(Box(1, 1, 0, 0)) == 0


@given(box=boxes, width=sizes, height=sizes)
def test_within_is_the_common_part(box: Box, width: float, height: float) -> None:
    """What lies in the picture is as large as what the box has in common with it."""
    inside = box.within(width, height)
    assert inside.area == pytest.approx(box.intersection(Box(0, 0, width, height)), abs=1e-6)
    assert inside.x >= 0
    assert inside.x + inside.width <= width * (1 + 1e-9)


def test_within_keeps_what_is_no_number() -> None:
    """A box of no numbers does not become a box of numbers."""
    assert math.isnan(Box(math.nan, 0, 1, 1).within(10, 10).area)


def test_fractions_and_pixels() -> None:
    """Scaling turns fractions into pixels and back."""
    assert Box(0.5, 0.25, 0.1, 0.2).scaled(100, 200) == Box(50, 50, 10, 40)
