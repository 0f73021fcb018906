"""Each rule: when it speaks, when it does not, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.decision.case import Case
from gatekeeper.decision.gathering import gather
from gatekeeper.decision.rules import RULES, approvers_agree, face_status
from gatekeeper.decision.rules import channel_is_approved as channel_rule
from gatekeeper.decision.rules import every_face_is_identified as somebody_rule
from gatekeeper.decision.rules import every_person_consents as consent_rule
from gatekeeper.decision.rules import faces_can_be_counted as count_rule
from gatekeeper.decision.rules import no_person_appears_twice as twice_rule
from gatekeeper.decision.rules import no_person_without_face as faceless_rule
from gatekeeper.decision.rules import somebody_was_found as found_rule
from gatekeeper.decision.rules import uploader_attests as attest_rule
from gatekeeper.decision.rules import words_give_nobody_away as words_rule
from gatekeeper.decision.rules.annotation_rules import nobody_is_listed as list_rule
from gatekeeper.policy.model import Approver
from gatekeeper.types import (
    Approval,
    Box,
    FaceStatus,
    FindingCode,
    Kind,
    PersonId,
    Role,
)
from tests.support.evidence import POLICY, TOOLS, evidence_of
from tests.support.gate import CONFIRMED, NOON, WEBSITE, RegisterBuilder
from tests.support.ruling import AMIRA, OTHERS, TOM, codes


def test_a_good_picture_has_no_finding(school: RegisterBuilder) -> None:
    """No rule speaks of two consenting people on an approved channel."""
    evidence = evidence_of(school, 0, 120)
    assert [finding for rule in RULES for finding in rule(evidence)] == []
    assert {face_status(match, evidence) for match in evidence.matches} == {FaceStatus.CONSENTED}


def test_channel(school: RegisterBuilder) -> None:
    """Only an approved channel may be used."""
    assert codes(channel_rule, evidence_of(school, 0)) == []
    private = evidence_of(school, 0, channel=replace(WEBSITE, approved=False))
    assert codes(channel_rule, private) == [(FindingCode.CHANNEL_NOT_APPROVED, None)]


def test_attestations(school: RegisterBuilder) -> None:
    """Each attestation that is lacking is asked for with its own sentence."""
    assert codes(attest_rule, evidence_of(school, 0)) == []
    lacking = evidence_of(school, 0, attestations=frozenset({"not_compromising", "something_else"}))
    (finding,) = attest_rule(lacking)
    assert finding.code is FindingCode.ATTESTATION_MISSING
    assert POLICY.attestations["appropriately_dressed"] in finding.message


def test_nobody_found(school: RegisterBuilder) -> None:
    """A picture without a face needs the word of somebody who has looked that nobody can be recognised."""
    assert codes(found_rule, evidence_of(school)) == [(FindingCode.NOBODY_FOUND, None)]
    assert codes(found_rule, evidence_of(school, nobody_else=True)) == []
    assert codes(found_rule, evidence_of(school, 0)) == []


def test_nobody_recognisable_cannot_be_promised(school: RegisterBuilder) -> None:
    """Sent along with the picture it clears nothing, for no face and for no body, and the sentence says so."""
    early = CONFIRMED | {"nobody_recognisable"}
    somebody = replace(evidence_of(school, 0, attestations=early), faceless=(Box(0.7, 0.1, 0.2, 0.8),))
    findings = [*found_rule(evidence_of(school, attestations=early)), *faceless_rule(somebody)]
    assert [finding.code for finding in findings] == [FindingCode.NOBODY_FOUND, FindingCode.PERSON_WITHOUT_FACE]
    assert all(f.message.endswith("confirmed before the picture was examined does not count.") for f in findings)
    looked = replace(somebody, request=replace(somebody.request, nobody_else=True))
    assert list(faceless_rule(looked)) == []


def test_nobody_found_when_every_find_was_no_face(school: RegisterBuilder) -> None:
    """Declaring all finds to be no faces leaves a picture without a face."""
    evidence = evidence_of(school, 60, said={1: None})
    assert codes(found_rule, evidence) == [(FindingCode.NOBODY_FOUND, None)]


def test_too_many_faces(school: RegisterBuilder) -> None:
    """One face more than the policy examines is too many."""
    policy = replace(POLICY, most_faces=2)
    assert codes(count_rule, evidence_of(school, 0, 60, policy=policy)) == []
    crowd = evidence_of(school, 0, 60, 120, policy=policy)
    assert codes(count_rule, crowd) == [(FindingCode.TOO_MANY_FACES, None)]


# --- who is in the picture -----------------------------------------------------------


def test_unknown_ambiguous_and_unreadable_faces(school: RegisterBuilder) -> None:
    """Whoever is not bound to one person blocks, each with its own code."""
    school.person("Ali", "Shah", hue=6)
    evidence = evidence_of(school, 3, 60, 120)
    assert codes(somebody_rule, evidence) == [(FindingCode.AMBIGUOUS_FACE, 1), (FindingCode.UNKNOWN_FACE, 2)]
    blurred = replace(evidence.faces[2], embedding=None, unreadable="too small")
    again = gather((blurred,), evidence.placed, Case(evidence.request, evidence.register, POLICY), TOOLS, evidence.size)
    (finding,) = somebody_rule(again)
    assert (finding.code, finding.face) == (FindingCode.UNREADABLE_FACE, 3)
    assert "(too small)" in finding.message
    assert face_status(again.matches[0], again) is FaceStatus.UNREADABLE


def test_known_faces_are_somebody(school: RegisterBuilder) -> None:
    """A face that a hand gave to a person is somebody."""
    assert codes(somebody_rule, evidence_of(school, 0, 60, said={2: TOM})) == []


def test_listed(school: RegisterBuilder) -> None:
    """Somebody on the list blocks whatever they consented to, and the reason stays unsaid."""
    school.listed(AMIRA)
    evidence = evidence_of(school, 0)
    assert codes(list_rule, evidence) == [(FindingCode.DO_NOT_PUBLISH, 1)]
    assert face_status(evidence.matches[0], evidence) is FaceStatus.DO_NOT_PUBLISH
    (finding,) = list_rule(evidence)
    assert "list" not in finding.message


def test_nobody_resolves_a_listed_face(school: RegisterBuilder) -> None:
    """No role can agree to a face on the list; it can only be hidden."""
    school.listed(AMIRA)
    (finding,) = list_rule(evidence_of(school, 0))
    assert finding.resolvable_by == ()


def test_listed_without_a_template_but_named(school: RegisterBuilder) -> None:
    """Somebody on the list without a template is blocked when a hand names them."""
    maya = school.person("Maya", "Lee")
    school.consent(maya)
    school.listed(maya)
    assert codes(list_rule, evidence_of(school, 60, said={1: maya})) == [(FindingCode.DO_NOT_PUBLISH, 1)]


@pytest.mark.parametrize("said", [{}, {1: TOM}, {1: None}])
def test_near_the_list(school: RegisterBuilder, said: dict[int, PersonId | None]) -> None:
    """A face near somebody on the list blocks, whoever or whatever it is said to be."""
    school.listed(AMIRA)
    evidence = evidence_of(school, 13, said=said, approvals=OTHERS)
    assert codes(list_rule, evidence) == [(FindingCode.POSSIBLE_DO_NOT_PUBLISH, 1)]
    assert all(finding.resolvable_by == (Role.SAFEGUARDING_LEAD,) for finding in list_rule(evidence))
    assert face_status(evidence.matches[0], evidence) is FaceStatus.POSSIBLE_DO_NOT_PUBLISH


def test_not_near_the_list(school: RegisterBuilder) -> None:
    """Somebody who looks like nobody on the list is not held up by it."""
    school.listed(AMIRA)
    assert codes(list_rule, evidence_of(school, 120)) == []


def consenting(**terms: Any) -> RegisterBuilder:
    builder = RegisterBuilder()
    builder.consent(builder.person("Amira", "Khan", hue=0), Subject.PICTURE, **terms)
    return builder


TODAY = NOON.date()


@pytest.mark.parametrize(
    ("builder", "code"),
    [
        pytest.param(consenting(), None, id="granted"),
        pytest.param(consenting(scope="website"), None, id="for-the-channel"),
        pytest.param(consenting(scope="publicity"), None, id="for-its-purpose"),
        pytest.param(consenting(scope="press"), FindingCode.NO_CONSENT, id="for-another-purpose"),
        pytest.param(consenting(stance=Stance.REFUSED), FindingCode.NO_CONSENT, id="refused"),
        pytest.param(consenting(until=TODAY), None, id="last-day"),
        pytest.param(consenting(until=TODAY - timedelta(days=1)), FindingCode.CONSENT_EXPIRED, id="expired"),
        pytest.param(consenting(since=TODAY + timedelta(days=1)), FindingCode.NO_CONSENT, id="not-yet"),
    ],
)
def test_consent(builder: RegisterBuilder, code: FindingCode | None) -> None:
    """A picture needs a consent that covers this channel on this day."""
    evidence = evidence_of(builder, 0)
    assert codes(consent_rule, evidence) == ([(code, 1)] if code else [])
    expected = FaceStatus.CONSENTED if code is None else FaceStatus.NO_CONSENT
    assert face_status(evidence.matches[0], evidence) is expected


def test_consent_of_naming_is_not_consent_to_the_picture() -> None:
    """A grant for the name, or for biometrics, gives no picture away."""
    builder = RegisterBuilder()
    builder.consent(builder.person("Amira", "Khan", hue=0), Subject.NAME, Subject.BIOMETRICS)
    assert codes(consent_rule, evidence_of(builder, 0)) == [(FindingCode.NO_CONSENT, 1)]


def test_held_and_gone(school: RegisterBuilder) -> None:
    """A hold forbids, and whoever left is not shown any more."""
    school.held(AMIRA)
    school.left(TOM, date(2026, 3, 9))
    found = codes(consent_rule, evidence_of(school, 0, 120))
    assert found == [(FindingCode.NO_CONSENT, 1), (FindingCode.CONSENT_EXPIRED, 2)]


def test_somebody_who_is_not_on_the_register(school: RegisterBuilder) -> None:
    """A hand that names nobody we know gives no consent."""
    assert codes(consent_rule, evidence_of(school, 60, said={1: PersonId("per_9")})) == [(FindingCode.NO_CONSENT, 1)]


def test_consent_must_hold_on_every_day_that_counts(school: RegisterBuilder) -> None:
    """A picture that will be published later needs consent then, too."""
    school.consent(AMIRA, Subject.PICTURE, stance=Stance.REFUSED, since=date(2026, 3, 12))
    assert codes(consent_rule, evidence_of(school, 0)) == []
    later = evidence_of(school, 0, publish_at=NOON + timedelta(days=2))
    assert codes(consent_rule, later) == [(FindingCode.NO_CONSENT, 1)]


def test_twice(school: RegisterBuilder) -> None:
    """One person in two places blocks, whether the engine or a hand says so."""
    assert codes(twice_rule, evidence_of(school, 0, 120)) == []
    assert codes(twice_rule, evidence_of(school, 0, 60, 0)) == [(FindingCode.SAME_PERSON_TWICE, 3)]
    by_hand = evidence_of(school, 60, 180, said={1: TOM, 2: TOM})
    assert codes(twice_rule, by_hand) == [(FindingCode.SAME_PERSON_TWICE, 2)]
    mixed = evidence_of(school, 0, 60, said={2: AMIRA})
    assert codes(twice_rule, mixed) == [(FindingCode.SAME_PERSON_TWICE, 2)]


def test_two_candidates_are_not_one_person_twice(school: RegisterBuilder) -> None:
    """Two faces in doubt between the same two people are in doubt, not the same."""
    school.person("Ali", "Shah", hue=6)
    assert codes(twice_rule, evidence_of(school, 3, 60, 3)) == []


# --- who agrees ------------------------------------------------------------------------


def by(role: Role, *, uploader: bool = False) -> tuple[Approval, ...]:
    return (Approval(role, by_uploader=uploader),)


@pytest.mark.parametrize(
    ("approver", "approvals", "code"),
    [
        (Approver.NOBODY, (), None),
        (Approver.SECOND_PERSON, (), FindingCode.NEEDS_SECOND_PERSON),
        (Approver.SECOND_PERSON, by(Role.SAFEGUARDING_LEAD, uploader=True), FindingCode.NEEDS_SECOND_PERSON),
        (Approver.SECOND_PERSON, by(Role.STAFF), None),
        (Approver.LEADERSHIP, (), FindingCode.NEEDS_LEADERSHIP),
        (Approver.LEADERSHIP, by(Role.STAFF), FindingCode.NEEDS_LEADERSHIP),
        (Approver.LEADERSHIP, by(Role.ADMIN), FindingCode.NEEDS_LEADERSHIP),
        (Approver.LEADERSHIP, by(Role.APPROVER, uploader=True), FindingCode.NEEDS_LEADERSHIP),
        (Approver.LEADERSHIP, by(Role.APPROVER), None),
        (Approver.LEADERSHIP, by(Role.SAFEGUARDING_LEAD), None),
    ],
)
def test_approvers(
    school: RegisterBuilder, approver: Approver, approvals: tuple[Approval, ...], code: FindingCode | None
) -> None:
    """Whoever must agree has to, and the uploader's own agreement never counts."""
    evidence = evidence_of(school, 0, policy=replace(POLICY, approver=approver), approvals=approvals)
    assert codes(approvers_agree, evidence) == ([(code, None)] if code else [])


@pytest.mark.parametrize(
    ("kind", "asked"),
    [(Kind.STAFF, True), (Kind.GOVERNOR, True), (Kind.PUPIL, False), (Kind.VOLUNTEER, False), (Kind.VISITOR, False)],
)
def test_adults_who_need_leadership(kind: Kind, *, asked: bool) -> None:
    """Where the policy says so, a picture of staff or governors needs leadership."""
    builder = RegisterBuilder()
    builder.consent(builder.person("Jo", "Hill", kind=kind, hue=0))
    strict = replace(POLICY, adults_need_leadership=True)
    expected = [(FindingCode.NEEDS_LEADERSHIP, None)] if asked else []
    assert codes(approvers_agree, evidence_of(builder, 0, policy=strict)) == expected
    assert codes(approvers_agree, evidence_of(builder, 0, policy=strict, approvals=by(Role.APPROVER))) == []
    assert codes(approvers_agree, evidence_of(builder, 0)) == []


def test_unknown_people_are_not_adults(school: RegisterBuilder) -> None:
    """A face that is nobody, and a person who is not on the register, ask for no leadership."""
    strict = replace(POLICY, adults_need_leadership=True)
    evidence = evidence_of(school, 60, 180, policy=strict, said={2: PersonId("per_9")})
    assert codes(approvers_agree, evidence) == []


# --- words -------------------------------------------------------------------------------


def test_words(school: RegisterBuilder) -> None:
    """What is wrong with a caption, an alternative text or a credit is found each for itself."""
    assert codes(words_rule, evidence_of(school, 0, caption="Amira planting beans")) == []
    bad = evidence_of(school, 0, caption="With Tom", alt_text="See www.example.org", credit="a@example.org")
    assert codes(words_rule, bad) == [
        (FindingCode.CAPTION_NAME_NOT_IN_PHOTO, None),
        (FindingCode.CAPTION_LINK, None),
        (FindingCode.CAPTION_PERSONAL_DATA, None),
    ]


def test_permission_takes_the_strictest_day(school: RegisterBuilder) -> None:
    """Of several days the one that forbids counts, and otherwise the grant that ends first."""
    school.consent(TOM, Subject.PICTURE, until=date(2026, 3, 20))
    evidence = evidence_of(school, 120, publish_at=NOON + timedelta(days=1))
    assert evidence.days == (date(2026, 3, 10), date(2026, 3, 11))
    assert evidence.permission(TOM, Subject.PICTURE).until == date(2026, 3, 20)
