"""What blocks a picture, and what resolves it: names, covers, crops, marked faces."""

from __future__ import annotations

from typing import Any

import pytest

from gatekeeper.decision.pipeline import screen
from gatekeeper.types import (
    Box,
    FaceStatus,
    FindingCode,
    Role,
    Said,
)
from tests.support.gate import (
    fake_engine,
    upload_of,
)
from tests.support.screenings import (
    AMIRA,
    AMIRA_HUE,
    EMPTY_PLACE,
    MAYA_HUE,
    STRANGER,
    TOM,
    ZOE,
    Gate,
    agreed,
    box_of,
    found,
)


@pytest.mark.parametrize(
    ("hues", "codes"),
    [
        pytest.param((AMIRA_HUE, STRANGER), [(FindingCode.UNKNOWN_FACE, 2)], id="a-stranger"),
        pytest.param((AMIRA_HUE, MAYA_HUE), [(FindingCode.DO_NOT_PUBLISH, 2)], id="somebody-on-the-list"),
        pytest.param((AMIRA_HUE, MAYA_HUE + 13), [(FindingCode.POSSIBLE_DO_NOT_PUBLISH, 2)], id="near-the-list"),
    ],
)
def test_one_wrong_face_blocks_the_picture(
    gate: Gate, hues: tuple[float, ...], codes: list[tuple[FindingCode, int | None]]
) -> None:
    """One face that may not leave blocks all, and the examined picture is there to look at."""
    screening = gate.ask(*hues)
    assert found(screening) == codes
    assert screening.examined is not None


def test_nobody_in_the_picture(gate: Gate) -> None:
    """A picture without a face leaves only after two people said that nobody can be recognised."""
    assert found(gate.ask()) == [(FindingCode.NOBODY_FOUND, None)]
    confirmed = gate.ask(nobody_else=True)
    assert found(confirmed) == [(FindingCode.NEEDS_SECOND_PERSON, None)]
    assert gate.again(confirmed, nobody_else=True, approvals=agreed(confirmed)).facts.decision.approved


def test_too_small_to_compare(gate: Gate) -> None:
    """A face too small to be compared blocks, until a hand says who it is."""
    before = screen(upload_of(STRANGER, side=12), gate.case(), gate.tools)
    assert found(before) == [(FindingCode.UNREADABLE_FACE, 1)]
    assert gate.again(before, said=(Said(box_of(before, 1), TOM),)).facts.decision.approved


def test_identify_by_hand(gate: Gate) -> None:
    """Saying who an unknown face is resolves it, and the same bytes leave that were looked at."""
    before = gate.ask(AMIRA_HUE, STRANGER)
    after = gate.again(before, said=(Said(box_of(before, 2), ZOE),))
    assert after.facts.decision.approved
    assert after.release is not None
    assert before.examined is not None
    assert after.release.data == before.examined.data
    assert after.facts.photo == before.facts.photo


def test_not_a_face(gate: Gate) -> None:
    """A find that is nobody holds the picture up until a second person has seen it, under its number."""
    before = gate.ask(AMIRA_HUE, STRANGER)
    said = (Said(box_of(before, 2), None),)
    after = gate.again(before, said=said)
    assert found(after) == [(FindingCode.NEEDS_SECOND_PERSON, 2)]
    faces = [(face.number, face.status) for face in after.facts.faces]
    assert faces == [(1, FaceStatus.CONSENTED), (2, FaceStatus.DISMISSED)]
    assert gate.again(before, said=said, approvals=agreed(after, Role.STAFF)).facts.decision.approved


def test_covering_makes_a_new_picture_that_is_examined_again(gate: Gate) -> None:
    """After somebody is covered the new bytes go through the gate and may leave."""
    before = gate.ask(AMIRA_HUE, MAYA_HUE)
    after = gate.again(before, cover=[box_of(before, 2)])
    assert after.facts.decision.approved
    assert after.release is not None
    assert before.examined is not None
    assert after.release.data != before.examined.data
    assert [(face.number, face.status) for face in after.facts.faces] == [
        (1, FaceStatus.CONSENTED),
        (2, FaceStatus.COVERED),
    ]
    assert fake_engine().detector.find(after.release.pixels)[0].box.x < 144


def test_what_is_covered_leaves_no_trace_in_the_bytes(gate: Gate) -> None:
    """Two pictures that differ only under the fill become the same file, byte for byte."""
    one, other = gate.ask(AMIRA_HUE, MAYA_HUE), gate.ask(AMIRA_HUE, STRANGER)
    fill = Box(0.55, 0.05, 0.4, 0.9)
    first, second = (gate.again(before, cover=[fill]).release for before in (one, other))
    assert first is not None
    assert second is not None
    assert first.data == second.data


def test_a_crop_is_a_new_picture_that_is_examined_again(gate: Gate) -> None:
    """Whoever is cropped away is not in the bytes any more; who is left is found in the part."""
    before = gate.ask(AMIRA_HUE, MAYA_HUE)
    after = gate.again(before, crop=Box(0, 0, 0.5, 1))
    assert after.facts.decision.approved
    assert after.release is not None
    assert (after.release.width, after.release.height) == (144, 144)
    assert [face.person for face in after.facts.faces] == [AMIRA]


def test_a_cropped_picture_without_anybody_has_to_be_looked_at(gate: Gate) -> None:
    """No face in the part is as little proof as no face in an upload."""
    before = gate.ask(AMIRA_HUE, MAYA_HUE)
    after = gate.again(before, crop=Box(0, 0, 1, 0.25))
    assert found(after) == [(FindingCode.NOBODY_FOUND, None)]


def test_a_face_that_somebody_marks_is_a_face(gate: Gate) -> None:
    """It blocks until somebody says who it is, although the detector sees nothing there."""
    before = gate.ask(AMIRA_HUE)
    marked = gate.again(before, missed=(EMPTY_PLACE,))
    assert found(marked) == [(FindingCode.UNREADABLE_FACE, 2)]
    assert marked.facts.faces[1].box.overlap(EMPTY_PLACE) > 0.99
    named = gate.again(before, missed=(EMPTY_PLACE,), said=(Said(EMPTY_PLACE, TOM),))
    assert named.facts.decision.approved
    assert named.facts.faces[1].person == TOM


def test_a_marked_face_is_not_waved_away_alone(gate: Gate) -> None:
    """That it is none after all is for a second person to confirm; the same where the detector finds it too."""
    before = gate.ask(AMIRA_HUE, STRANGER)
    box = box_of(before, 2)
    for place in (EMPTY_PLACE, box):
        said = (Said(box, ZOE), Said(place, None))
        after = gate.again(before, missed=(place,), said=said)
        assert FindingCode.NEEDS_SECOND_PERSON in {code for code, _ in found(after)}
        staff = gate.again(before, missed=(place,), said=said, approvals=agreed(after, Role.STAFF))
        assert found(staff) == [(FindingCode.NEEDS_SECOND_PERSON, 3 if place is EMPTY_PLACE else 2)]
        leadership = gate.again(before, missed=(place,), said=said, approvals=agreed(after))
        assert leadership.facts.decision.approved


def test_a_face_that_was_seen_before_does_not_vanish(gate: Gate) -> None:
    """Where the gate once found a face and finds none now, somebody has to look."""
    before = gate.ask(AMIRA_HUE)
    assert found(gate.again(before, seen=(EMPTY_PLACE,))) == [(FindingCode.UNREADABLE_FACE, 2)]
    assert gate.again(before, seen=(box_of(before, 1),)).facts.decision.approved
    waved: dict[str, Any] = {"seen": (EMPTY_PLACE,), "said": (Said(EMPTY_PLACE, None),)}
    after = gate.again(before, **waved)
    assert found(after) == [(FindingCode.NEEDS_SECOND_PERSON, 2)]
    assert gate.again(before, **waved, approvals=agreed(after)).facts.decision.approved


def test_a_covered_picture_is_not_trusted(gate: Gate) -> None:
    """Whoever is still to be seen after covering still blocks."""
    before = gate.ask(MAYA_HUE, MAYA_HUE + 60)
    after = gate.again(before, cover=[box_of(before, 2)])
    assert found(after) == [(FindingCode.DO_NOT_PUBLISH, 1)]


def test_numbers_of_covered_places_are_their_own(gate: Gate) -> None:
    """A covered place never takes the number of a find that was dismissed."""
    before = gate.ask(AMIRA_HUE, STRANGER, MAYA_HUE)
    after = gate.again(before, cover=[box_of(before, 3)], said=(Said(box_of(before, 2), None),))
    assert [face.number for face in after.facts.faces] == [1, 2, 3]
