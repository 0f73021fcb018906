"""What an answer shows: faces, words, and the same answer for the same question."""

from __future__ import annotations

from datetime import date

import pytest

from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.decision import rules
from gatekeeper.decision.case import Tools
from gatekeeper.media.release.encode import verify
from gatekeeper.types import (
    AcceptedChange,
    BoundBy,
    Box,
    FaceStatus,
    FindingCode,
    Said,
    ScreenedFace,
)
from tests.support.gate import (
    ENGINE,
    RegisterBuilder,
)
from tests.support.screenings import (
    AMIRA,
    AMIRA_HUE,
    STRANGER,
    TOM,
    TOM_HUE,
    Gate,
    box_of,
    found,
)


def test_everybody_known_and_consenting_is_approved(gate: Gate) -> None:
    """A picture of consenting people leaves as clean bytes that are the ones examined."""
    screening = gate.ask(AMIRA_HUE, TOM_HUE)
    assert screening.facts.decision.approved
    assert screening.release is not None
    assert screening.release is screening.examined
    verify(screening.release.data)
    facts = screening.facts
    assert facts.release is not None
    assert facts.release.sha256 == screening.release.sha256 == facts.decision.release_sha256
    assert (facts.release.width, facts.release.height, facts.release.bytes) == (288, 144, len(screening.release.data))
    assert facts.decision.rules == tuple(rule.__name__ for rule in (*rules.RULES, *rules.WRITING_RULES))
    assert (facts.policy, facts.engine, facts.register_version) == ("secondary@1", ENGINE, 1)


def test_the_answer_shows_each_face(gate: Gate) -> None:
    """Each face is there with its place, its person, how it was bound and the name to use."""
    first, second = gate.ask(AMIRA_HUE, TOM_HUE).facts.faces
    assert first == ScreenedFace(1, first.box, FaceStatus.CONSENTED, AMIRA, BoundBy.ENGINE, "Amira")
    assert (second.number, second.person, second.first_name) == (2, TOM, "Tom")
    assert first.box.overlap(Box(48 / 288, 48 / 144, 48 / 288, 48 / 144)) > 0.9


def test_words_that_go_out(gate: Gate) -> None:
    """Caption, alternative text and credit come back as they may be published."""
    words = {"caption": "Amira Khan and Tom", "alt_text": "Tom Jones digging", "credit": "Photo: the school"}
    facts = gate.ask(AMIRA_HUE, TOM_HUE, **words).facts
    assert facts.proposed_words == ("Amira and Tom", "Tom digging", None)
    assert not facts.decision.approved
    accepted = gate.ask(AMIRA_HUE, TOM_HUE, **words, accepted_changes=frozenset({AcceptedChange.SURNAMES})).facts
    assert (accepted.caption, accepted.alt_text, accepted.credit) == ("Amira and Tom", "Tom digging", words["credit"])
    assert accepted.decision.approved


def test_a_caption_is_composed_from_left_to_right(gate: Gate) -> None:
    """Without a caption the first names are given as people stand, and the event."""
    assert gate.ask(TOM_HUE, AMIRA_HUE, event="Sports Day").facts.caption == "Tom and Amira at Sports Day"


@pytest.mark.parametrize("title", ["Amira Khan's party", "Maya's farewell", "a@example.org"])
def test_an_events_title_is_reviewed_like_a_caption(gate: Gate, title: str) -> None:
    """Where the title of an event would not pass, the composed caption does without it."""
    facts = gate.ask(AMIRA_HUE, event=title).facts
    assert (facts.caption, facts.decision.approved) == ("Amira", True)


def test_without_naming_consent_nobody_is_named(gate: Gate) -> None:
    """A picture may be shown though the name may not be given."""
    gate.school.consent(AMIRA, Subject.NAME, stance=Stance.REFUSED, since=date(2026, 1, 1))
    facts = gate.ask(AMIRA_HUE).facts
    assert facts.decision.approved
    assert (facts.caption, facts.faces[0].first_name) == (None, None)


def test_whose_picture_is_not_permitted_is_not_named(gate: Gate) -> None:
    """Consent to be named counts for nothing in a picture that the person did not consent to."""
    gate.school.consent(AMIRA, Subject.PICTURE, stance=Stance.REFUSED, since=date(2026, 1, 1))
    screening = gate.ask(AMIRA_HUE, TOM_HUE)
    assert [face.first_name for face in screening.facts.faces] == [None, "Tom"]
    assert screening.facts.caption == "Tom"


def test_a_school_without_biometrics(tools: Tools) -> None:
    """With no template at all, a picture is approved once a hand has said who everybody is."""
    builder = RegisterBuilder()
    for name in ("Amira", "Tom"):
        builder.consent(builder.person(name, "Khan"))
    gate = Gate(tools, builder)
    before = gate.ask(AMIRA_HUE, TOM_HUE)
    assert found(before) == [(FindingCode.UNKNOWN_FACE, 1), (FindingCode.UNKNOWN_FACE, 2)]
    one = (Said(box_of(before, 1), AMIRA),)
    assert found(gate.again(before, said=one)) == [(FindingCode.UNKNOWN_FACE, 2)]
    after = gate.again(before, said=(*one, Said(box_of(before, 2), TOM)))
    assert after.facts.decision.approved
    assert {face.by for face in after.facts.faces} == {BoundBy.HAND}


def test_the_same_question_has_the_same_answer(gate: Gate) -> None:
    """The same photo, register, policy and engine give equal facts and equal bytes."""
    one, other = (gate.ask(AMIRA_HUE, TOM_HUE, STRANGER, caption="Amira") for _ in range(2))
    assert one.facts == other.facts
    assert one.examined is not None
    assert other.examined is not None
    assert one.examined.data == other.examined.data
