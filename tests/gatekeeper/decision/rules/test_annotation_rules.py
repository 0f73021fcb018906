"""What is said by hand, held against the engine, the list and what others said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gatekeeper.decision.case import Case
from gatekeeper.decision.gathering import gather
from gatekeeper.decision.rules import Evidence, Rule, face_status
from gatekeeper.decision.rules.annotation_rules import dismissals_are_seen as dismissal_rule
from gatekeeper.decision.rules.annotation_rules import hands_do_not_overrule_the_engine as overrule_rule
from gatekeeper.decision.rules.annotation_rules import hands_fit_the_picture as fit_rule
from gatekeeper.decision.rules.annotation_rules import no_other_person_is_seen as else_rule
from gatekeeper.decision.rules.annotation_rules import nobody_is_listed as list_rule
from gatekeeper.decision.rules.annotation_rules import statements_agree as agree_rule
from gatekeeper.identity.annotations import place
from gatekeeper.types import (
    Approval,
    Author,
    Box,
    FaceStatus,
    FindingCode,
    PersonId,
    Role,
    Said,
    Trace,
)
from tests.support.evidence import POLICY, SECOND, TOOLS, evidence_of
from tests.support.gate import NOON, RegisterBuilder
from tests.support.ruling import AMIRA, OTHERS, TOM, codes


def test_hands_fit(school: RegisterBuilder) -> None:
    """Naming somebody where there is no face blocks; dismissing nothing does not."""
    assert codes(fit_rule, evidence_of(school, 0, said={1: AMIRA})) == []
    assert codes(fit_rule, evidence_of(school, 0, said={9: AMIRA})) == [(FindingCode.NOT_EXAMINED, None)]
    assert codes(fit_rule, evidence_of(school, 0, said={9: None})) == []


def agreed(evidence: Evidence, rule: Rule, role: Role, **more: Any) -> Evidence:
    """The same evidence with an agreement of this role to all that the rule finds."""
    about = frozenset(finding.exception for finding in rule(evidence) if finding.exception)
    approval = Approval(role, about=about, **{"by_uploader": False} | more)
    return replace(evidence, request=replace(evidence.request, approvals=(*evidence.request.approvals, approval)))


def lifters(evidence: Evidence, rule: Rule) -> set[Role]:
    """The roles whose agreement leaves the rule nothing to say."""
    return {role for role in Role if not list(rule(agreed(evidence, rule, role)))}


HEADS = {Role.APPROVER, Role.SAFEGUARDING_LEAD}


@pytest.mark.parametrize(("person", "rule"), [(TOM, overrule_rule), (None, dismissal_rule)])
def test_overruling_the_engine(school: RegisterBuilder, person: PersonId | None, rule: Rule) -> None:
    """Calling a recognised face somebody else, or no face, needs the agreement of leadership that names it."""
    evidence = evidence_of(school, 0, said={1: person})
    assert codes(rule, evidence) == [(SECOND, 1)]
    assert lifters(evidence, rule) == HEADS
    assert codes(rule, evidence_of(school, 0, said={1: person}, approvals=OTHERS)) == [(SECOND, 1)]
    assert codes(rule, agreed(evidence, rule, Role.SAFEGUARDING_LEAD, by_uploader=True)) == [(SECOND, 1)]
    program = Author("cli_1", program=True)
    assert codes(rule, agreed(evidence, rule, Role.APPROVER, by=program)) == [(SECOND, 1)]


def test_dismissing_a_face_that_nobody_knows(school: RegisterBuilder) -> None:
    """A find that resembles nobody is waved away by two members of staff, never by one."""
    evidence = evidence_of(school, 60, said={1: None})
    assert codes(dismissal_rule, evidence) == [(SECOND, 1)]
    assert lifters(evidence, dismissal_rule) == set(Role)


def test_dismissing_a_face_in_doubt(school: RegisterBuilder) -> None:
    """A face that may be one of several people is for leadership."""
    school.person("Ali", "Shah", hue=6)
    evidence = evidence_of(school, 3, said={1: None})
    assert codes(dismissal_rule, evidence) == [(SECOND, 1)]
    assert lifters(evidence, dismissal_rule) == HEADS


def test_naming_a_face_as_a_person_whom_it_does_not_resemble(school: RegisterBuilder) -> None:
    """A template that does not fit at all contradicts the name; one that nearly fits, or none, does not."""
    zoe = school.person("Zoe", "Moss")
    school.consent(zoe)
    unlike = evidence_of(school, 60, said={1: TOM})
    assert codes(overrule_rule, unlike) == [(SECOND, 1)]
    assert lifters(unlike, overrule_rule) == set(Role)
    assert codes(overrule_rule, evidence_of(school, 106, said={1: TOM})) == []
    assert codes(overrule_rule, evidence_of(school, 60, said={1: zoe})) == []


def test_the_event_does_not_decide_who_is_recognised(school: RegisterBuilder) -> None:
    """A face that is recognised over the whole register is, also where the event leaves the person out."""
    zoe = school.person("Zoe", "Moss")
    for scope in (None, frozenset({TOM, zoe})):
        evidence = evidence_of(school, 0, said={1: zoe}, scope=scope)
        assert codes(overrule_rule, evidence) == [(SECOND, 1)]
        assert lifters(evidence, overrule_rule) == HEADS


def test_naming_a_face_in_doubt_as_a_third_person(school: RegisterBuilder) -> None:
    """Of the people in question one may be chosen; anybody else contradicts the engine."""
    ali, zoe = school.person("Ali", "Shah", hue=6), school.person("Zoe", "Moss")
    assert codes(overrule_rule, evidence_of(school, 3, said={1: ali})) == []
    assert codes(overrule_rule, evidence_of(school, 3, said={1: zoe})) == [(SECOND, 1)]


def test_what_is_no_overruling(school: RegisterBuilder) -> None:
    """Confirming the engine, and naming an unknown face as a person without a template, need one person."""
    zoe = school.person("Zoe", "Moss")
    assert codes(overrule_rule, evidence_of(school, 0, 60, said={1: AMIRA, 2: zoe})) == []


def test_an_agreement_is_for_this_face_and_this_name(school: RegisterBuilder) -> None:
    """Agreed to one name, the face is not agreed to be another, nor is another face."""
    evidence = evidence_of(school, 60, 180, said={1: TOM, 2: None})
    both = agreed(agreed(evidence, overrule_rule, Role.STAFF), dismissal_rule, Role.STAFF)
    assert [*overrule_rule(both), *dismissal_rule(both)] == []
    for said in ({1: AMIRA, 2: None}, {1: None, 2: TOM}):
        other = evidence_of(school, 60, 180, said=said, approvals=both.request.approvals)
        assert codes(overrule_rule, other) != []


def test_nobody_else_is_confirmed_by_two(school: RegisterBuilder) -> None:
    """Each place of a person without a face is named, and a picture without any as a whole."""
    empty = evidence_of(school, nobody_else=True, nobody_else_by=Author("usr_1"))
    assert codes(else_rule, empty) == [(SECOND, None)]
    assert lifters(empty, else_rule) == set(Role)
    assert codes(else_rule, agreed(empty, else_rule, Role.STAFF, by=Author("usr_1"))) == [(SECOND, None)]
    places = (Box(0.7, 0.1, 0.2, 0.8), Box(0.1, 0.1, 0.2, 0.8))
    bodies = replace(evidence_of(school, 0, nobody_else=True), faceless=places)
    assert [finding.region for finding in else_rule(bodies)] == list(places)
    assert codes(else_rule, evidence_of(school, 0, nobody_else=True)) == []


def spoken(builder: RegisterBuilder, *statements: tuple[str, PersonId | None], **wish: Any) -> Evidence:
    """Evidence of one unknown face of which different people have said something, `!` before those who take back."""
    before = evidence_of(builder, 60)
    box = before.place(1)
    said = tuple(
        Said(box, person, Author(by.removeprefix("!"), wish.get("role", Role.STAFF)), NOON, not_them=by.startswith("!"))
        for by, person in statements
    )
    request = replace(before.request, said=said)
    found = place(said, before.faces, before.size)
    return gather(before.faces, found, Case(request, before.register, POLICY), TOOLS, before.size)


def test_hand_against_hand(school: RegisterBuilder) -> None:
    """Two people who name one face differently need a third; one person may correct what they said."""
    zoe, eve = school.person("Zoe", "Moss"), school.person("Eve", "Hill")
    both = spoken(school, ("usr_1", zoe), ("usr_2", eve))
    assert codes(agree_rule, both) == [(SECOND, 1)]
    assert lifters(both, agree_rule) == HEADS
    by_author = agreed(both, agree_rule, Role.APPROVER, by=Author("usr_1", Role.APPROVER))
    assert codes(agree_rule, by_author) == [(SECOND, 1)]
    assert codes(agree_rule, spoken(school, ("usr_1", zoe), ("usr_1", eve))) == []
    assert codes(agree_rule, spoken(school, ("usr_1", zoe), ("!usr_1", zoe), ("usr_2", eve))) == []
    assert codes(agree_rule, spoken(school, ("usr_1", zoe), ("!usr_2", zoe), ("usr_2", eve))) == [(SECOND, 1)]
    assert codes(agree_rule, spoken(school, ("usr_1", zoe), ("usr_2", None))) == [(SECOND, 1)]


def test_a_listed_name_stays_until_the_lead_takes_it_back(school: RegisterBuilder) -> None:
    """Whoever said it, and whatever is said after it; the lead may agree to the new name, or take the old one back."""
    maya, zoe = school.person("Maya", "Lee"), school.person("Zoe", "Moss")
    school.listed(maya)
    school.consent(zoe)
    possible = [(FindingCode.POSSIBLE_DO_NOT_PUBLISH, 1)]
    assert codes(list_rule, spoken(school, ("usr_1", maya))) == [(FindingCode.DO_NOT_PUBLISH, 1)]
    renamed = spoken(school, ("usr_1", maya), ("usr_1", zoe))
    assert codes(list_rule, renamed) == possible
    assert lifters(renamed, list_rule) == {Role.SAFEGUARDING_LEAD}
    assert face_status(renamed.matches[0], agreed(renamed, list_rule, Role.SAFEGUARDING_LEAD)) is FaceStatus.CONSENTED
    assert codes(list_rule, spoken(school, ("usr_1", maya), ("!usr_1", maya), ("usr_1", zoe))) == possible
    lead = {"role": Role.SAFEGUARDING_LEAD}
    assert codes(list_rule, spoken(school, ("usr_1", maya), ("!usr_9", maya), ("usr_1", zoe), **lead)) == []


def test_near_the_list_only_the_lead(school: RegisterBuilder) -> None:
    """A named face near somebody on the list is for the safeguarding lead, and for nobody before it is named."""
    school.listed(AMIRA)
    zoe = school.person("Zoe", "Moss")
    named = evidence_of(school, 13, said={1: zoe})
    assert lifters(named, list_rule) == {Role.SAFEGUARDING_LEAD}
    assert all(finding.exception is None for finding in list_rule(evidence_of(school, 13)))


def test_what_the_engine_once_said_of_a_place_counts(school: RegisterBuilder) -> None:
    """A face that cannot be compared any more is still whom it was recognised as, or near."""
    zoe, maya = school.person("Zoe", "Moss"), school.person("Maya", "Lee", hue=180)
    for person in (zoe, maya):
        school.consent(person)
    school.listed(maya)

    def after(status: FaceStatus, **history: Any) -> Evidence:
        box = evidence_of(school, 60).place(1)
        return evidence_of(school, 60, said={1: zoe}, traces=(Trace(box, status, **history),))

    listed = after(FaceStatus.DO_NOT_PUBLISH, recognised=(maya,))
    assert codes(list_rule, listed) == [(FindingCode.DO_NOT_PUBLISH, 1)]
    assert lifters(listed, list_rule) == set()
    near = after(FaceStatus.POSSIBLE_DO_NOT_PUBLISH, near=(maya,))
    assert lifters(near, list_rule) == {Role.SAFEGUARDING_LEAD}
    known = after(FaceStatus.NO_CONSENT, recognised=(AMIRA,))
    assert lifters(known, overrule_rule) == HEADS
    doubted = after(FaceStatus.AMBIGUOUS, candidates=(AMIRA, TOM))
    assert lifters(doubted, overrule_rule) == HEADS
