"""Words that go out and words in the picture, as the pipeline reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gatekeeper.decision import rules
from gatekeeper.policy.model import Naming
from gatekeeper.types import (
    Box,
    ChangeReason,
    FindingCode,
    Kind,
    Pixels,
    Severity,
    Words,
    WritingLook,
)
from gatekeeper.vision.text.reader import Line, Writing
from tests.support.gate import (
    FakeWords,
)
from tests.support.people import OnePlace
from tests.support.screenings import (
    AMIRA_HUE,
    MAYA_HUE,
    POLICY,
    STRANGER,
    TOM_HUE,
    Gate,
    box_of,
    found,
)


def gate_that_reads(gate: Gate, text: str, **policy: Any) -> Gate:
    """A gate whose reader sees one line in every picture."""
    writing = Writing((Line(text, Box(29, 14, 58, 8), 0.95),))
    tools = replace(gate.tools, words=FakeWords(writing))
    return Gate(tools, gate.school, replace(POLICY, **policy))


def test_a_name_in_the_picture_blocks_where_it_is(gate: Gate) -> None:
    """A full name on a badge blocks, also of somebody who consents to everything, and says where to cover."""
    screening = gate_that_reads(gate, "AMIRA KHAN").ask(AMIRA_HUE)
    (finding,) = screening.facts.decision.findings
    assert found(screening) == [(FindingCode.VISIBLE_NAME, None)]
    assert finding.region is not None
    assert finding.region.overlap(Box(0.1, 0.1, 0.2, 0.05)) > 0.5


def test_what_is_covered_is_not_read_again(gate: Gate) -> None:
    """Once the line is gone the picture may leave."""
    before = gate_that_reads(gate, "AMIRA KHAN").ask(AMIRA_HUE)
    (finding,) = before.facts.decision.findings
    assert finding.region is not None
    assert gate.again(before, cover=[finding.region]).facts.decision.approved


def test_the_first_name_of_whoever_may_be_named_is_fine(gate: Gate) -> None:
    """Amira may wear her first name; Tom's is noted where he is not in the picture, or blocks by policy."""
    assert gate_that_reads(gate, "Amira").ask(AMIRA_HUE).facts.decision.findings == ()
    noted = gate_that_reads(gate, "Tom").ask(AMIRA_HUE).facts.decision
    assert (noted.approved, [f.code for f in noted.findings]) == (True, [FindingCode.VISIBLE_NAME])
    assert not gate_that_reads(gate, "Tom", visible_first_names=Severity.BLOCK).ask(AMIRA_HUE).facts.decision.approved


def test_without_names_a_visible_first_name_is_nobodys(gate: Gate) -> None:
    """Where the policy wants no names at all, not even the name of whoever consents is fine."""
    decision = gate_that_reads(gate, "Amira", naming=Naming.NONE).ask(AMIRA_HUE).facts.decision
    assert [finding.severity for finding in decision.findings] == [Severity.NOTE]


def test_a_child_and_the_schools_name(gate: Gate) -> None:
    """The school's name is noted where a child is to be seen, and is nothing beside a teacher."""
    gate.school.consent(gate.school.person("Ada", "Bright", hue=STRANGER, kind=Kind.STAFF))
    school = gate_that_reads(gate, "OAKFIELD PRIMARY", school_name="Oakfield Primary School")
    assert [finding.severity for finding in school.ask(AMIRA_HUE).facts.decision.findings] == [Severity.NOTE]
    assert school.ask(STRANGER).facts.decision.findings == ()


def test_writing_is_looked_for_once_nothing_else_has_to_be_mended(gate: Gate) -> None:
    """A picture that has to change is not read; what comes of the change is, and a name in it stops it then."""
    gate.school.person("Ada", "Bright", hue=STRANGER)
    reads = gate_that_reads(gate, "AMIRA KHAN")
    first = reads.ask(AMIRA_HUE, STRANGER)
    assert found(first) == [(FindingCode.NO_CONSENT, 2)]
    assert first.facts.writing is WritingLook.LATER
    assert not {rule.__name__ for rule in rules.WRITING_RULES} & set(first.facts.decision.rules)
    second = reads.again(first, cover=[box_of(first, 2)])
    assert found(second) == [(FindingCode.VISIBLE_NAME, None)]
    assert second.facts.writing is WritingLook.READ


def test_reading_does_not_tell_a_listed_person_from_a_stranger(gate: Gate) -> None:
    """Whether writing is looked for, and so whether a name in it is found, is the same for both."""
    reads = gate_that_reads(gate, "AMIRA KHAN")
    for hue in (MAYA_HUE, STRANGER):
        screening = reads.ask(AMIRA_HUE, hue)
        assert screening.facts.writing is WritingLook.READ
        assert (FindingCode.VISIBLE_NAME, None) in found(screening)


def test_what_staff_can_say_at_once_is_no_reason_to_read_later(gate: Gate) -> None:
    """Where a face has only to be named, its picture's writing is shown in the same round."""
    screening = gate_that_reads(gate, "AMIRA KHAN").ask(AMIRA_HUE, STRANGER)
    assert found(screening) == [(FindingCode.UNKNOWN_FACE, 2), (FindingCode.VISIBLE_NAME, None)]
    assert screening.facts.writing is WritingLook.READ


def test_words_that_are_not_read_are_a_note(gate: Gate) -> None:
    """A school may switch reading off; each answer says so."""
    decision = gate_that_reads(gate, "AMIRA KHAN", unsafe_without_words=True).ask(AMIRA_HUE).facts.decision
    assert [(finding.code, finding.severity) for finding in decision.findings] == [
        (FindingCode.VISIBLE_NAME, Severity.NOTE)
    ]


def test_a_reader_that_fails_blocks(gate: Gate) -> None:
    """What could not be read was not examined."""

    class Broken:
        def read(self, pixels: Pixels) -> Writing:
            raise MemoryError(pixels.shape)

    tools = replace(gate.tools, words=Broken())
    assert found(Gate(tools, gate.school).ask(AMIRA_HUE)) == [(FindingCode.NOT_EXAMINED, None)]


def test_the_answer_says_what_was_changed(gate: Gate) -> None:
    """What was typed and does not go out is named by place and reason, for each of the words."""
    words = {"caption": "Amira Khan and Maya. It rained.", "alt_text": "Amira digs. See www.example.org."}
    facts = gate.ask(AMIRA_HUE, **words).facts
    assert not facts.decision.approved
    assert facts.proposed_words == ("Amira. It rained.", "Amira digs.", None)
    assert [(change.words, change.reason) for change in facts.changes] == [
        (Words.CAPTION, ChangeReason.NOT_NAMED),
        (Words.ALT_TEXT, ChangeReason.LINK),
    ]


def test_a_caption_is_proposed_where_one_blocks(gate: Gate) -> None:
    """A caption of which nothing would be left blocks, and the plain one is offered."""
    facts = gate.ask(AMIRA_HUE, caption="Maya digs", event="Sports Day").facts
    assert (facts.decision.approved, facts.proposed_caption) == (False, "Amira at Sports Day")
    assert gate.ask(AMIRA_HUE, caption="Amira digs").facts.proposed_caption is None
    assert gate.ask(AMIRA_HUE, caption="Maya digs", event="Maya's party").facts.proposed_caption == "Amira"


def test_the_policys_links_may_be_given(gate: Gate) -> None:
    """A school's own page passes, another does not."""
    gate.policy = replace(POLICY, links=("www.school.example",))
    assert gate.ask(AMIRA_HUE, caption="More at www.school.example").facts.decision.approved
    assert not gate.ask(AMIRA_HUE, caption="More at www.example.org").facts.decision.approved


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (Box(0.8, 0.125, 0.15, 0.5), Box(0.8, 0.125, 0.15, 0.5)),
        (Box(0.9, 0.5, 0.25, 0.75), Box(0.9, 0.5, 0.1, 0.5)),
        (Box(-0.1, -0.25, 0.2, 0.5), Box(0, 0, 0.1, 0.25)),
    ],
)
def test_the_place_of_a_person_without_a_face_is_where_the_person_is(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, body: Box, place: Box
) -> None:
    """In fractions of the picture, across and down, and cut off at its edges: what the page outlines."""
    monkeypatch.setattr("gatekeeper.vision.detection.persons.people_fusion.without_face", lambda bodies, *_: bodies)
    tools = replace(gate.tools, engine=replace(gate.tools.engine, people=OnePlace(body)))
    screening = Gate(tools, gate.school).ask(AMIRA_HUE, TOM_HUE)
    (region,) = [one.region for one in screening.facts.decision.findings if one.code is FindingCode.PERSON_WITHOUT_FACE]
    assert region is not None
    assert (region.x, region.y, region.width, region.height) == pytest.approx(
        (place.x, place.y, place.width, place.height), abs=0.01
    )


@pytest.mark.parametrize(("cover", "alone"), [(Box(0.82, 0.3, 0.08, 0.1), False), (Box(0.82, 0.75, 0.08, 0.1), True)])
def test_a_cover_at_the_head_accounts_for_a_person(gate: Gate, cover: Box, *, alone: bool) -> None:
    """Where the head is, and not where that place would be in a picture of another height."""
    tools = replace(gate.tools, engine=replace(gate.tools.engine, people=OnePlace(Box(0.8, 0.125, 0.15, 0.7))))
    watched = Gate(tools, gate.school)
    covered = watched.again(watched.ask(AMIRA_HUE, TOM_HUE), cover=[cover])
    codes = [one.code for one in covered.facts.decision.findings]
    assert (FindingCode.PERSON_WITHOUT_FACE in codes) == alone
