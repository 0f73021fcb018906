"""From the bytes of a photo to a decision: every way that it can end, with the real airlock."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.decision import rules
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import refuse, rescreen, screen
from gatekeeper.decision.rules import Evidence
from gatekeeper.errors import PhotoRefused
from gatekeeper.media.fingerprint import perceptual_hash
from gatekeeper.media.release.encode import make_release, verify
from gatekeeper.policy.model import Naming, Policy
from gatekeeper.rendition import Rendition
from gatekeeper.types import (
    AcceptedChange,
    Approval,
    BoundBy,
    Box,
    ChangeReason,
    Edit,
    FaceStatus,
    FindingCode,
    Kind,
    Outcome,
    PersonId,
    Photo,
    Pixels,
    Remedy,
    Role,
    Said,
    ScreenedFace,
    Screening,
    Severity,
    Vector,
    Words,
    WritingLook,
)
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.text.reader import Line, Writing
from tests.support.gate import (
    ENGINE,
    NOON,
    FakeDetector,
    FakeEmbedder,
    FakeWords,
    RegisterBuilder,
    a_request,
    embedding_of,
    fake_engine,
    picture_of,
    upload_of,
)
from tests.support.people import OnePlace

POLICY = Policy.load("secondary")
LONDON = ZoneInfo("Europe/London")
AMIRA, TOM, MAYA, ZOE = (PersonId(f"per_{number}") for number in (1, 2, 3, 4))
AMIRA_HUE, TOM_HUE, MAYA_HUE, STRANGER = 0, 120, 240, 60
SECOND = (Approval(Role.APPROVER, by_uploader=False),)


@pytest.fixture
def school() -> RegisterBuilder:
    """Amira, Tom and Zoe consent, Zoe not to a template; Maya is on the do-not-publish list."""
    builder = RegisterBuilder()
    builder.consent(builder.person("Amira", "Khan", hue=AMIRA_HUE))
    builder.consent(builder.person("Tom", "Jones", hue=TOM_HUE))
    maya = builder.person("Maya", "Lee", hue=MAYA_HUE)
    builder.consent(maya)
    builder.listed(maya)
    builder.consent(builder.person("Zoe", "Moss"))
    return builder


@dataclass
class Gate:
    """One school's gate."""

    tools: Tools
    school: RegisterBuilder
    policy: Policy = POLICY

    def case(self, **wish: Any) -> Case:
        return Case(a_request(**wish), self.school.build(), self.policy)

    def ask(self, *hues: float, **wish: Any) -> Screening:
        return screen(upload_of(*hues), self.case(**wish), self.tools)

    def again(self, before: Screening, *, cover: Sequence[Box] = (), crop: Box | None = None, **wish: Any) -> Screening:
        assert before.examined is not None
        assert before.facts.photo is not None
        case = self.case(covered=tuple(cover), **wish)
        return rescreen(before.examined.data, before.facts.photo, case, self.tools, Edit(tuple(cover), crop))


@pytest.fixture
def gate(tools: Tools, school: RegisterBuilder) -> Gate:
    return Gate(tools, school)


def found(screening: Screening) -> list[tuple[FindingCode, int | None]]:
    """The findings; a screening with any must not hand out a release."""
    decision = screening.facts.decision
    if decision.findings:
        assert decision.outcome is Outcome.BLOCK
        assert screening.release is None
        assert screening.facts.valid_until is None
    return [(finding.code, finding.face) for finding in decision.findings]


def agreed(screening: Screening, role: Role = Role.APPROVER) -> tuple[Approval, ...]:
    """The agreement of a second person to everything that the screening would let them agree to."""
    about = frozenset(finding.exception for finding in screening.facts.decision.findings if finding.exception)
    return (Approval(role, by_uploader=False, about=about),)


def box_of(screening: Screening, number: int) -> Box:
    return next(face.box for face in screening.facts.faces if face.number == number)


# --- approvals -------------------------------------------------------------------------


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


# --- blocks, and what resolves them -------------------------------------------------------


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


EMPTY_PLACE = Box(0.75, 0.75, 0.1, 0.2)


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


# --- attempts to get around the list and the register ----------------------------------------


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


# --- pictures that were refused before --------------------------------------------------------


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


# --- time -----------------------------------------------------------------------------------


def test_the_policys_window(gate: Gate) -> None:
    """An approval ends with the policy's window, which begins when the picture is published."""
    assert gate.ask(AMIRA_HUE).facts.valid_until == NOON + timedelta(hours=24)
    later = NOON + timedelta(days=3)
    assert gate.ask(AMIRA_HUE, publish_at=later).facts.valid_until == later + timedelta(hours=24)


@pytest.mark.parametrize("publish_at", [NOON - timedelta(days=400), NOON, None])
def test_publishing_in_the_past_is_publishing_now(gate: Gate, publish_at: datetime | None) -> None:
    """A moment before now neither brings back a consent that has ended nor shortens the window."""
    gate.school.consent(TOM, Subject.PICTURE, stance=Stance.REFUSED, since=date(2026, 3, 1))
    assert gate.ask(AMIRA_HUE, publish_at=publish_at).facts.valid_until == NOON + timedelta(hours=24)
    assert found(gate.ask(TOM_HUE, publish_at=publish_at)) == [(FindingCode.NO_CONSENT, 1)]


def test_consent_is_needed_now_and_when_published(gate: Gate) -> None:
    """Neither a consent that begins later nor one that ends before is enough."""
    ends, begins = gate.school.person("Ali", "Shah", hue=180), gate.school.person("Eve", "Hill", hue=300)
    gate.school.consent(ends, until=date(2026, 3, 12))
    gate.school.consent(begins, since=date(2026, 3, 13))
    for days, codes in (
        (0, [(FindingCode.NO_CONSENT, 2)]),
        (2, [(FindingCode.NO_CONSENT, 2)]),
        (3, [(FindingCode.CONSENT_EXPIRED, 1), (FindingCode.NO_CONSENT, 2)]),
    ):
        assert found(gate.ask(180, 300, publish_at=NOON + timedelta(days=days))) == codes


def midnight(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=LONDON)


def refusal(day: int, subject: Subject = Subject.PICTURE) -> Callable[[RegisterBuilder], None]:
    return lambda school: school.consent(AMIRA, subject, stance=Stance.REFUSED, since=date(2026, 3, day))


def grant(day: int, subject: Subject = Subject.PICTURE) -> Callable[[RegisterBuilder], None]:
    return lambda school: school.consent(AMIRA, subject, since=date(2026, 1, 1), until=date(2026, 3, day))


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        pytest.param(grant(10), midnight(11), id="last-day-today"),
        pytest.param(grant(11), midnight(12), id="last-day-tomorrow"),
        pytest.param(grant(11, Subject.NAME), midnight(12), id="naming-ends"),
        pytest.param(refusal(12), midnight(12), id="a-refusal-that-begins-within-the-window"),
        pytest.param(refusal(12, Subject.NAME), midnight(12), id="naming-refused-from-a-day-on"),
        pytest.param(lambda school: school.left(AMIRA, date(2026, 3, 11)), midnight(12), id="leaving"),
        pytest.param(lambda school: school.born(AMIRA, date(2013, 3, 12)), midnight(12), id="old-enough-to-be-asked"),
        pytest.param(grant(30), NOON + timedelta(hours=72), id="after-the-window"),
        pytest.param(refusal(14), NOON + timedelta(hours=72), id="a-refusal-after-the-window"),
    ],
)
def test_an_approval_ends_with_the_first_permission(
    gate: Gate, change: Callable[[RegisterBuilder], None], ends: datetime
) -> None:
    """An approval ends at the midnight from which on somebody's permission is missing."""
    gate.policy = replace(POLICY, approval_hours=72)
    change(gate.school)
    screening = gate.ask(AMIRA_HUE, TOM_HUE)
    assert screening.facts.decision.approved
    assert screening.facts.valid_until == ends


def test_a_name_that_is_not_given_ends_nothing(gate: Gate) -> None:
    """Where nobody is named, the end of a naming consent does not end an approval."""
    gate.policy = replace(Policy.load("infant"), approval_hours=72)
    grant(11, Subject.NAME)(gate.school)
    screening = gate.ask(AMIRA_HUE, approvals=SECOND)
    assert screening.facts.valid_until == NOON + timedelta(hours=72)


def test_days_are_the_schools(gate: Gate) -> None:
    """Half past eleven at night in UTC is already tomorrow in a British summer."""
    gate.school.consent(AMIRA, Subject.PICTURE, since=date(2026, 1, 1), until=date(2026, 6, 30))
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert found(gate.ask(AMIRA_HUE, moment=late)) == [(FindingCode.CONSENT_EXPIRED, 1)]
    gate.policy = replace(POLICY, time_zone="UTC")
    assert gate.ask(AMIRA_HUE, moment=late).facts.decision.approved


@pytest.mark.parametrize(
    "wish",
    [
        {"moment": NOON.replace(tzinfo=None)},
        {"publish_at": NOON.replace(tzinfo=None)},
        {"moment": NOON.replace(tzinfo=None), "publish_at": NOON.replace(tzinfo=None, day=11)},
    ],
)
def test_moments_that_cannot_be_reckoned_with(gate: Gate, wish: dict[str, datetime]) -> None:
    """A moment without a time zone is blocked, since it would be another day elsewhere."""
    assert found(gate.ask(AMIRA_HUE, **wish)) == [(FindingCode.NOT_EXAMINED, None)]


def test_the_end_of_time(gate: Gate) -> None:
    """A moment after which there is no other is blocked, though somebody agreed for ever."""
    gate.school.consent(gate.school.person("Ruth", "Bell", kind=Kind.STAFF, hue=180))
    assert gate.ask(180).facts.decision.approved
    screening = gate.ask(180, publish_at=datetime.max.replace(tzinfo=UTC))
    assert found(screening) == [(FindingCode.NOT_EXAMINED, None)]


# --- whatever goes wrong is a block -----------------------------------------------------------


class BrokenOpener:
    """Fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def open(self, data: bytes, rendition: Rendition) -> Photo:  # noqa: ARG002 - the protocol's
        raise self._error


class BrokenEmbedder(FakeEmbedder):
    """Fails instead of embedding, or gives what it is told."""

    def __init__(self, vectors: Vector | None = None) -> None:
        self._vectors = vectors

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:  # noqa: ARG002 - the protocol's
        if self._vectors is None:
            message = "Amira Khan in a stack trace"
            raise RuntimeError(message)
        return self._vectors


class BrokenDetector(FakeDetector):
    """Reports one face as it is told."""

    def __init__(self, box: Box, score: float = 0.9) -> None:
        self._box, self._score = box, score

    def find(self, pixels: Pixels) -> list[Detection]:
        face = super().find(pixels)[0]
        return [replace(face, box=self._box, score=self._score)]


def with_engine(tools: Tools, **parts: Any) -> Tools:
    return replace(tools, engine=replace(tools.engine, **parts))


def not_examined(screening: Screening) -> bool:
    assert screening.examined is None
    assert screening.facts.photo is None
    return found(screening) == [(FindingCode.NOT_EXAMINED, None)]


@pytest.mark.parametrize("error", [RuntimeError(), MemoryError(), RecursionError(), OSError(), KeyError("Amira")])
def test_an_opener_that_fails(gate: Gate, error: Exception) -> None:
    """Whatever the airlock raises, the answer is a block."""
    assert not_examined(screen(b"", gate.case(), Tools(BrokenOpener(error), gate.tools.engine, FakeWords())))


def test_an_upload_that_is_refused(gate: Gate) -> None:
    """A refusal keeps its code and its sentence."""
    error = PhotoRefused(FindingCode.TOO_LARGE, "Too large. Make it smaller.")
    screening = screen(b"", gate.case(), Tools(BrokenOpener(error), gate.tools.engine, FakeWords()))
    assert found(screening) == [(FindingCode.TOO_LARGE, None)]
    assert screening.facts.decision.findings[0].message == "Too large. Make it smaller."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", FindingCode.DAMAGED_FILE),
        (b"%PDF-1.7", FindingCode.UNSUPPORTED_FORMAT),
        (upload_of(0)[:200], FindingCode.DAMAGED_FILE),
    ],
)
def test_files_that_cannot_be_opened(gate: Gate, data: bytes, code: FindingCode) -> None:
    """The real airlock's refusals come out as blocks with their codes."""
    assert found(screen(data, gate.case(), gate.tools)) == [(code, None)]


def test_an_embedder_that_fails_says_nothing(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """A failing engine blocks, and the log has the kind of error but not its words."""
    with caplog.at_level(logging.DEBUG):
        assert not_examined(screen(upload_of(0), gate.case(), with_engine(gate.tools, embedder=BrokenEmbedder())))
    assert "RuntimeError" in caplog.text
    assert "Amira" not in caplog.text


@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param(np.full((1, 8), np.nan, np.float32), id="nan"),
        pytest.param(np.zeros((1, 8), np.float32), id="zeros"),
        pytest.param(3 * embedding_of(0)[np.newaxis], id="not-a-unit-vector"),
        pytest.param(np.ones((1, 5), np.float32) / math.sqrt(5), id="another-dimension"),
        pytest.param(np.empty((0, 8), np.float32), id="too-few"),
    ],
)
def test_broken_embeddings_block(gate: Gate, vectors: Vector) -> None:
    """Embeddings that are no unit vectors block, also when a hand has named the face."""
    broken = with_engine(gate.tools, embedder=BrokenEmbedder(vectors))
    said = (Said(box_of(gate.ask(STRANGER), 1), AMIRA),)
    assert not_examined(screen(upload_of(STRANGER), gate.case(said=said), broken))
    assert not_examined(screen(upload_of(STRANGER), gate.case(), broken))


@pytest.mark.parametrize(
    "detector",
    [
        BrokenDetector(Box(math.nan, 10, 50, 50)),
        BrokenDetector(Box(10, 10, math.inf, 50)),
        BrokenDetector(Box(-100, 10, 50, 50)),
        BrokenDetector(Box(5000, 10, 50, 50)),
        BrokenDetector(Box(10, 10, 50, -50)),
        BrokenDetector(Box(48, 48, 48, 48), score=math.nan),
    ],
)
def test_broken_detections_block(gate: Gate, detector: FakeDetector) -> None:
    """A face that is nowhere in the picture, or of no score, is not reasoned about."""
    screening = screen(upload_of(AMIRA_HUE), gate.case(), with_engine(gate.tools, detector=detector))
    assert not screening.facts.decision.approved


def test_a_face_on_the_edge(gate: Gate) -> None:
    """A face that is cut by the picture's edge is shown as far as the picture goes."""
    box = Box(-20, 100, 80, 80)
    tools = with_engine(gate.tools, detector=BrokenDetector(box), embedder=BrokenEmbedder(embedding_of(60)[np.newaxis]))
    before = screen(upload_of(AMIRA_HUE), gate.case(), tools)
    assert box_of(before, 1).overlap(Box(0, 100 / 144, 60 / 288, 44 / 144)) == pytest.approx(1)
    said = (Said(box_of(before, 1), ZOE),)
    assert screen(upload_of(AMIRA_HUE), gate.case(said=said), tools).facts.decision.approved


def test_another_engines_templates(gate: Gate) -> None:
    """Templates of another engine are never compared with, not even with none of them."""
    other = replace(gate.tools, engine=fake_engine("other"))
    assert not_examined(screen(upload_of(AMIRA_HUE), gate.case(), other))
    assert screen(upload_of(AMIRA_HUE), gate.case(), other).facts.engine == "other"


def test_a_rule_that_fails(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that cannot finish blocks the picture, however good the picture is."""

    def broken(evidence: Evidence) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("gatekeeper.decision.judgement.RULES", (*rules.RULES, broken))
    assert not_examined(gate.ask(AMIRA_HUE))


def test_no_rules_at_all(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rules nothing is approved."""
    for name in ("RULES", "WRITING_RULES"):
        monkeypatch.setattr(f"gatekeeper.decision.judgement.{name}", ())
    assert not gate.ask(AMIRA_HUE).facts.decision.approved


def test_an_interruption_is_not_swallowed(gate: Gate) -> None:
    """Somebody who stops the program stops it."""

    class Interrupted:
        def open(self, data: bytes, rendition: Rendition) -> Photo:  # noqa: ARG002 - the protocol's
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(b"", gate.case(), Tools(Interrupted(), gate.tools.engine, FakeWords()))


def test_a_release_that_was_changed_is_not_screened_again(gate: Gate) -> None:
    """Bytes that are not a clean release any more are blocked."""
    before = gate.ask(AMIRA_HUE)
    assert before.examined is not None
    assert before.facts.photo is not None
    for data in (before.examined.data + b"Amira", before.examined.data[:-40], b""):
        assert not_examined(rescreen(data, before.facts.photo, gate.case(), gate.tools))


def test_a_picture_that_is_gone(gate: Gate) -> None:
    """What a crash left without its picture is blocked, and says what to do."""
    screening = refuse(gate.case(), gate.tools)
    assert not_examined(screening)
    assert screening.facts.decision.findings[0].remedies == (Remedy.TRY_AGAIN,)


# --- words: those that go out, and those in the picture ------------------------------------


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
