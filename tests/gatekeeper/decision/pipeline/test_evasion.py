"""Attempts to get around the list and the register, and pictures that were refused before."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.decision.pipeline import rescreen, screen
from gatekeeper.media.fingerprint import perceptual_hash
from gatekeeper.media.release.encode import make_release
from gatekeeper.types import (
    Box,
    FindingCode,
    PersonId,
    Remedy,
    Role,
    Said,
)
from tests.support.gate import (
    picture_of,
    upload_of,
)
from tests.support.screenings import (
    AMIRA,
    AMIRA_HUE,
    MAYA,
    MAYA_HUE,
    STRANGER,
    TOM,
    TOM_HUE,
    ZOE,
    Gate,
    agreed,
    box_of,
    found,
)


@pytest.mark.parametrize("person", [AMIRA, TOM, ZOE, None])
@pytest.mark.parametrize("off", [0, 13])
def test_nobody_talks_the_list_away(gate: Gate, person: PersonId | None, off: float) -> None:
    """Calling a listed child somebody else, or no face, is not believed; near the list, only the lead is."""
    before = gate.ask(MAYA_HUE + off)
    said = (Said(box_of(before, 1), person),)
    after = gate.again(before, said=said)
    others = [approval for role in set(Role) - {Role.SAFEGUARDING_LEAD} for approval in agreed(after, role)]
    refused = gate.again(before, said=said, approvals=tuple(others))
    code = FindingCode.POSSIBLE_DO_NOT_PUBLISH if off else FindingCode.DO_NOT_PUBLISH
    if person is None:
        code = found(before)[0][0]
    assert (code, 1) in found(refused)
    lead = gate.again(before, said=said, approvals=agreed(after, Role.SAFEGUARDING_LEAD))
    assert lead.facts.decision.approved is (off > 0 and person is not None)


def test_a_recognised_child_without_consent_is_not_waved_away_alone(gate: Gate) -> None:
    """One person cannot call a recognised face no face, or somebody who consents."""
    gate.school.consent(AMIRA, Subject.PICTURE, stance=Stance.REFUSED, since=date(2026, 1, 1))
    before = gate.ask(AMIRA_HUE)
    assert found(before) == [(FindingCode.NO_CONSENT, 1)]
    for person in (TOM, ZOE, None):
        after = gate.again(before, said=(Said(box_of(before, 1), person),), nobody_else=True)
        assert (FindingCode.NEEDS_SECOND_PERSON, 1) in found(after)


def test_two_statements_about_one_face(gate: Gate) -> None:
    """Two statements about one face make one person, the last one named; a listed name stays said."""
    before = gate.ask(STRANGER)
    box = box_of(before, 1)
    assert found(gate.again(before, said=(Said(box, ZOE), Said(box, MAYA)))) == [(FindingCode.DO_NOT_PUBLISH, 1)]
    again = gate.again(before, said=(Said(box, MAYA), Said(box, ZOE)))
    assert found(again) == [(FindingCode.POSSIBLE_DO_NOT_PUBLISH, 1)]


def test_one_person_for_two_faces(gate: Gate) -> None:
    """One consent does not cover two strangers."""
    before = gate.ask(STRANGER, STRANGER + 120)
    said = tuple(Said(box_of(before, number), ZOE) for number in (1, 2))
    assert found(gate.again(before, said=said)) == [(FindingCode.SAME_PERSON_TWICE, 2)]


@pytest.mark.parametrize(
    "box",
    [Box(0.5, 0.5, 1e-6, 1e-6), Box(0, 0, 1, 1), Box(math.nan, 0, 1, 1), Box(2, 2, 1, 1), Box(1, 1, -1, -1)],
)
def test_statements_about_no_face(gate: Gate, box: Box) -> None:
    """A statement about a speck, everything or nowhere frees nobody and names nobody."""
    before = gate.ask(STRANGER)
    assert (FindingCode.UNKNOWN_FACE, 1) in found(gate.again(before, said=(Said(box, AMIRA),)))
    assert (FindingCode.UNKNOWN_FACE, 1) in found(gate.again(before, said=(Said(box, None),)))


def test_naming_somebody_where_nobody_is_found(gate: Gate) -> None:
    """Whoever sees a person where the gate finds no face has seen more than the gate, so nothing leaves."""
    screening = gate.ask(AMIRA_HUE, said=(Said(Box(0.8, 0.8, 0.1, 0.1), TOM),))
    assert found(screening) == [(FindingCode.NOT_EXAMINED, None)]


@pytest.mark.parametrize("box", [Box(2, 2, 0.1, 0.1), Box(math.nan, 0, 0.1, 0.1), Box(-1, 0, 0.5, 0.5)])
def test_covering_outside_the_picture(gate: Gate, box: Box) -> None:
    """A place to cover that is not in the picture covers nobody, so nothing is approved."""
    before = gate.ask(AMIRA_HUE)
    assert found(gate.again(before, cover=[box])) == [(FindingCode.NOT_EXAMINED, None)]
    assert found(gate.again(before, crop=box)) == [(FindingCode.NOT_EXAMINED, None)]


def test_claiming_to_have_covered_covers_nothing(gate: Gate) -> None:
    """A request that says a place is covered does not make the face there go away."""
    screening = gate.ask(STRANGER, covered=(Box(0, 0, 1, 1),))
    assert found(screening) == [(FindingCode.UNKNOWN_FACE, 1)]


def test_a_narrow_scope_hides_nobody_on_the_list(gate: Gate) -> None:
    """An event without the listed child still finds the listed child."""
    assert found(gate.ask(MAYA_HUE, scope=frozenset({AMIRA}))) == [(FindingCode.DO_NOT_PUBLISH, 1)]


def test_somebody_who_was_not_expected_is_suggested(gate: Gate) -> None:
    """Whoever is on the register and not of the event is not taken for known, and is named as a candidate."""
    assert found(gate.ask(TOM_HUE, scope=frozenset())) == [(FindingCode.AMBIGUOUS_FACE, 1)]


def test_a_picture_deleted_before_is_refused(gate: Gate) -> None:
    """The same picture, saved again, is refused, and no file of it is kept."""
    case = replace(gate.case(), refused_before=(perceptual_hash(picture_of(AMIRA_HUE)),))
    screening = screen(upload_of(AMIRA_HUE, kind=".png"), case, gate.tools)
    assert found(screening) == [(FindingCode.REFUSED_BEFORE, None)]
    assert screening.examined is None
    assert screening.facts.decision.findings[0].remedies == (Remedy.OTHER_PICTURE,)
    for turns in range(4):
        for pixels in (np.rot90(picture_of(AMIRA_HUE), turns), np.rot90(picture_of(AMIRA_HUE)[:, ::-1], turns)):
            turned = screen(make_release(np.ascontiguousarray(pixels)).data, case, gate.tools)
            assert found(turned) == [(FindingCode.REFUSED_BEFORE, None)]
    assert screen(upload_of(TOM_HUE, AMIRA_HUE, MAYA_HUE), case, gate.tools).facts.photo is not None


def test_a_file_deleted_before_is_refused_unopened(gate: Gate) -> None:
    """The very same bytes are refused even if they are no picture that can be opened."""
    case = replace(gate.case(), refused_files=frozenset({hashlib.sha256(b"no picture").hexdigest()}))
    assert found(screen(b"no picture", case, gate.tools)) == [(FindingCode.REFUSED_BEFORE, None)]
    before = gate.ask(AMIRA_HUE)
    assert before.examined is not None
    assert before.facts.photo is not None
    case = replace(gate.case(), refused_files=frozenset({before.facts.photo.sha256}))
    after = rescreen(before.examined.data, before.facts.photo, case, gate.tools)
    assert found(after) == [(FindingCode.REFUSED_BEFORE, None)]


def test_a_picture_deleted_meanwhile_is_refused_when_screened_again(gate: Gate) -> None:
    """A resolution does not bring back a picture that was deleted as compromising in between."""
    before = gate.ask(AMIRA_HUE)
    assert before.examined is not None
    assert before.facts.photo is not None
    case = replace(gate.case(), refused_before=(before.facts.photo.fingerprint,))
    after = rescreen(before.examined.data, before.facts.photo, case, gate.tools)
    assert found(after) == [(FindingCode.REFUSED_BEFORE, None)]
