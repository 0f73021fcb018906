"""What staff read of each rule: the sentence, who can answer it, and every way out that is offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gatekeeper.consent.permission import Subject
from gatekeeper.decision import rules
from gatekeeper.decision.authority import Circumstance
from gatekeeper.decision.case import Case
from gatekeeper.decision.gathering import gather
from gatekeeper.decision.rules import Evidence, Rule, annotation_rules
from gatekeeper.identity.annotations import place
from gatekeeper.policy.model import Approver
from gatekeeper.types import (
    Author,
    Box,
    FaceStatus,
    Finding,
    FindingCode,
    Kind,
    Objection,
    PersonId,
    Remedy,
    Role,
    Said,
    Severity,
    Trace,
)
from gatekeeper.vision.text.reader import Line, Writing
from tests.support.evidence import POLICY, SECOND, TOOLS, evidence_of
from tests.support.gate import CONFIRMED, NOON, WEBSITE, RegisterBuilder

AMIRA, TOM = PersonId("per_1"), PersonId("per_2")
STAFF, ADMIN, LEAD = (Role.STAFF,), (Role.ADMIN,), (Role.SAFEGUARDING_LEAD,)
LEADERSHIP, COLLEAGUES = (Role.APPROVER, Role.SAFEGUARDING_LEAD), (Role.STAFF, *(Role.APPROVER, Role.SAFEGUARDING_LEAD))
HIDE = (Remedy.COVER, Remedy.CROP, Remedy.OTHER_PICTURE)
PEOPLE = (Remedy.IDENTIFY, Remedy.NOT_A_FACE, Remedy.COVER, Remedy.CROP)
AGREE = (Remedy.ASK_LEADERSHIP, Remedy.COVER, Remedy.CROP)
FAIR = Objection("obj_1", "a girl in a red cap", AMIRA, "Summer fair", date(2026, 3, 10))


@pytest.fixture
def school() -> RegisterBuilder:
    """Amira (hue 0) and Tom (120) consent to everything; nobody else is on the register."""
    builder = RegisterBuilder()
    for name, surname, hue in (("Amira", "Khan", 0), ("Tom", "Jones", 120)):
        builder.consent(builder.person(name, surname, hue=hue))
    return builder


def only(rule: Rule, evidence: Evidence) -> Finding:
    """The one thing that a rule says; the name of its exception is compared by kind elsewhere."""
    (finding,) = rule(evidence)
    return finding


def said(finding: Finding) -> tuple[str, int | None, tuple[Role, ...], tuple[Remedy, ...], str | None]:
    assert finding.severity is Severity.BLOCK
    assert finding.code in FindingCode
    return finding.message, finding.face, finding.resolvable_by, finding.remedies, finding.attestation


def kind(finding: Finding) -> str:
    return (finding.exception or "").partition(":")[0]


# --- the picture ---------------------------------------------------------------------


def test_a_channel_that_is_not_approved(school: RegisterBuilder) -> None:
    """An administrator is asked; the picture itself needs nothing."""
    private = evidence_of(school, 0, channel=replace(WEBSITE, approved=False))
    assert said(only(rules.channel_is_approved, private)) == (
        "This channel is not approved. Choose another, or ask an administrator to have it approved.",
        *(None, ADMIN, (), None),
    )


def test_a_confirmation_that_is_lacking(school: RegisterBuilder) -> None:
    """Its sentence is asked for, and where a program confirmed it without a person, that is said."""
    code = "appropriately_dressed"
    sentence = f"Please confirm: {POLICY.attestations[code]}"
    lacking = evidence_of(school, 0, attestations=CONFIRMED - {code})
    assert said(only(rules.uploader_attests, lacking)) == (sentence, None, STAFF, (Remedy.ATTEST,), code)
    by_program = evidence_of(school, 0, attestations=CONFIRMED - {code}, unlooked=frozenset({code}))
    assert only(rules.uploader_attests, by_program).message == (
        f"{sentence} A program sent this without saying who looked (attested_by), so it does not count."
    )


def test_no_face_at_all(school: RegisterBuilder) -> None:
    """A look is asked for, and a confirmation that came before the examination is answered."""
    sentence = "No face was found. Please look, and confirm that no person in it can be recognised."
    rest = (None, STAFF, (Remedy.ATTEST, Remedy.OTHER_PICTURE), "nobody_recognisable")
    assert said(only(rules.somebody_was_found, evidence_of(school))) == (sentence, *rest)
    early = evidence_of(school, attestations=CONFIRMED | {"nobody_recognisable"})
    late = "What was confirmed before the picture was examined does not count."
    assert said(only(rules.somebody_was_found, early)) == (f"{sentence} {late}", *rest)


@pytest.mark.parametrize(
    ("box", "side"),
    [
        (Box(0.0, 0, 0.3, 1), "on the left"),
        (Box(0.2, 0, 0.26, 1), "on the left"),
        (Box(0.2, 0, 0.28, 1), "in the middle"),
        (Box(0.0, 0, 1.0, 1), "in the middle"),
        (Box(0.5, 0, 0.32, 1), "in the middle"),
        (Box(0.5, 0, 0.34, 1), "on the right"),
    ],
)
def test_a_person_without_a_face(school: RegisterBuilder, box: Box, side: str) -> None:
    """The third of the picture in which they are, their place, and four ways out."""
    ways = "Mark the head if it can be seen, cover them, or confirm that no person without a number can be recognised."
    finding = only(rules.no_person_without_face, replace(evidence_of(school, 0), faceless=(box,)))
    assert finding.region == box
    assert said(finding) == (
        f"There seems to be a person {side} whose face was not found. {ways}",
        *(None, STAFF, (Remedy.ATTEST, *HIDE), "nobody_recognisable"),
    )


def test_too_many_faces(school: RegisterBuilder) -> None:
    """The number that is examined is named."""
    crowd = evidence_of(school, 0, 120, policy=replace(POLICY, most_faces=1))
    assert said(only(rules.faces_can_be_counted, crowd)) == (
        "There are more than 1 faces. Crop the picture, or choose another.",
        *(None, (), (Remedy.CROP, Remedy.OTHER_PICTURE), None),
    )


# --- the people in it ----------------------------------------------------------------


def test_a_description_that_is_looked_for(school: RegisterBuilder) -> None:
    """At the event that was chosen, or that the words name."""
    fair = replace(FAIR, person=None)
    rest = (None, STAFF, (Remedy.ATTEST, Remedy.CROP, Remedy.OTHER_PICTURE), "not_shown_obj_1")
    look = "Look, and confirm that no person of this description is in the picture."
    chosen = evidence_of(school, 0, objections=(fair,))
    assert said(only(rules.no_objection_applies, chosen)) == (
        f"A person asked not to be photographed: a girl in a red cap. {look}",
        *rest,
    )
    named = evidence_of(school, 0, objections=(replace(fair, of_chosen_event=False),))
    assert said(only(rules.no_objection_applies, named)) == (
        f"A person asked not to be photographed at “Summer fair” on 10 March 2026: a girl in a red cap. {look}",
        *rest,
    )


SEEN = CONFIRMED | {"not_shown_obj_1"}


def test_a_face_of_a_person_who_objected(school: RegisterBuilder) -> None:
    """At the chosen event it is hidden; where only the words name the event, they may be changed too."""
    rule = rules.no_objection_applies
    here = evidence_of(school, 0, objections=(FAIR,), attestations=SEEN)
    asked = "The person on face 1 asked not to be photographed at “Summer fair” on 10 March 2026."
    hide = "Cover the face, crop it away, or use another picture."
    assert said(only(rule, here)) == (f"{asked} {hide}", 1, (), HIDE, None)
    words = evidence_of(
        school,
        *(0,),
        objections=(replace(FAIR, of_chosen_event=False),),
        caption="At the Summer fair",
        attestations=SEEN,
    )
    assert said(only(rule, words)) == (f"{asked} {hide}", 1, (), (*HIDE, Remedy.EDIT_CAPTION), None)
    bare = evidence_of(school, 0, objections=(replace(FAIR, event="", day=None),), attestations=SEEN)
    assert only(rule, bare).message.startswith("The person on face 1 asked not to be photographed at this event. ")


def test_a_face_of_a_person_who_objected_near_the_day(school: RegisterBuilder) -> None:
    """It may have been taken elsewhere, which can be confirmed."""
    near = replace(FAIR, of_chosen_event=False, day=NOON.date() + timedelta(days=2))
    evidence = evidence_of(school, 0, objections=(near,), attestations=SEEN)
    ways = "Cover the face if this picture was taken there; otherwise confirm that it was taken elsewhere."
    assert said(only(rules.no_objection_applies, evidence)) == (
        f"The person on face 1 asked not to be photographed at “Summer fair” on 12 March 2026. {ways}",
        *(1, STAFF, (Remedy.ATTEST, *HIDE), "elsewhere_obj_1"),
    )


def test_an_objection_of_a_person_on_the_list(school: RegisterBuilder) -> None:
    """The face is not to be published whatever is said of the event, so no event is named."""
    school.listed(AMIRA)
    evidence = evidence_of(school, 0, 60, objections=(FAIR,), attestations=SEEN)
    assert list(rules.no_objection_applies(evidence)) == []


def test_an_objection_is_said_once(school: RegisterBuilder) -> None:
    """A consented face that an objection forbids is not said to lack consent as well."""
    evidence = evidence_of(school, 0, objections=(FAIR,), attestations=SEEN)
    assert list(rules.every_person_consents(evidence)) == []


def test_faces_that_are_nobody(school: RegisterBuilder) -> None:
    """Unknown, ambiguous or unreadable, each in its own words."""
    school.person("Ali", "Shah", hue=6)
    evidence = evidence_of(school, 3, 60)
    ambiguous, unknown = rules.every_face_is_identified(evidence)
    ways = (STAFF, PEOPLE, None)
    choose = "Choose the person, or cover the face."
    assert said(ambiguous) == (f"Face 1 could be more than one person. {choose}", 1, *ways)
    assert said(unknown) == (f"Face 2 matches no person on the register. {choose}", 2, *ways)
    blurred = replace(evidence.faces[1], embedding=None, unreadable="too small")
    case = Case(evidence.request, evidence.register, POLICY)
    unreadable = only(rules.every_face_is_identified, gather((blurred,), evidence.placed, case, TOOLS, evidence.size))
    assert said(unreadable) == (f"Face 2 cannot be compared (too small). {choose}", 2, *ways)


@pytest.mark.parametrize(
    ("ended", "code", "sentence"),
    [
        ("never", FindingCode.NO_CONSENT, "There is no consent for face 1 on this channel."),
        ("expired", FindingCode.CONSENT_EXPIRED, "The consent for face 1 has ended on this channel."),
        ("left", FindingCode.CONSENT_EXPIRED, "The consent for face 1 has ended on this channel."),
    ],
)
def test_consent_that_is_lacking(ended: str, code: FindingCode, sentence: str) -> None:
    """Never given, or ended with its term or with school: an administrator can ask for it."""
    builder = RegisterBuilder()
    person = builder.person("Zoe", "Moss", hue=0)
    yesterday = NOON.date() - timedelta(days=1)
    if ended == "expired":
        builder.consent(person, Subject.PICTURE, until=yesterday)
    if ended == "left":
        builder.consent(person)
        builder.left(person, yesterday)
    finding = only(rules.every_person_consents, evidence_of(builder, 0))
    assert finding.code is code
    assert said(finding) == (
        f"{sentence} Cover it, crop it away, or use another picture.",
        *(1, ADMIN, (*HIDE, Remedy.ASK_CONSENT), None),
    )


def test_one_person_twice(school: RegisterBuilder) -> None:
    """Each further face is compared with the first."""
    second, third = rules.no_person_appears_twice(evidence_of(school, 0, 0, 0))
    assert said(second) == ("Faces 1 and 2 would be the same person. Say who each of them is.", 2, STAFF, PEOPLE, None)
    assert said(third) == ("Faces 1 and 3 would be the same person. Say who each of them is.", 3, STAFF, PEOPLE, None)


# --- the list ------------------------------------------------------------------------


def test_a_listed_face(school: RegisterBuilder) -> None:
    """It can only be hidden, and why is not said."""
    school.listed(AMIRA)
    finding = only(annotation_rules.nobody_is_listed, evidence_of(school, 0))
    hidden = "Face 1 may not be published. Cover it, crop it away, or use another picture."
    assert said(finding) == (hidden, 1, (), HIDE, None)
    assert finding.exception is None


def test_a_face_near_the_list(school: RegisterBuilder) -> None:
    """Unnamed it can be hidden; named, the safeguarding lead can be asked as well."""
    school.listed(AMIRA)
    sentence = "Face 1 may be a person who may not be published. Cover it, crop it away, or use another picture."
    unnamed = only(annotation_rules.nobody_is_listed, evidence_of(school, 13))
    assert said(unnamed) == (sentence, 1, LEAD, HIDE, None)
    assert unnamed.exception is None
    named = only(annotation_rules.nobody_is_listed, evidence_of(school, 13, said={1: TOM}))
    assert said(named) == (sentence, 1, LEAD, (*HIDE, Remedy.ASK_LEADERSHIP), None)
    assert kind(named) == Circumstance.NEAR_LISTED


def statements(builder: RegisterBuilder, *log: tuple[str, PersonId | None]) -> Evidence:
    """Evidence of one unknown face of which these authors have said something."""
    before = evidence_of(builder, 60)
    box = before.place(1)
    request = replace(before.request, said=tuple(Said(box, person, Author(by), NOON) for by, person in log))
    found = place(request.said, before.faces, before.size)
    return gather(before.faces, found, Case(request, before.register, POLICY), TOOLS, before.size)


def test_a_face_that_was_named_as_a_listed_person(school: RegisterBuilder) -> None:
    """What was once said stands, in other words than a resemblance."""
    maya = school.person("Maya", "Lee")
    school.listed(maya)
    finding = only(annotation_rules.nobody_is_listed, statements(school, ("usr_1", maya), ("usr_1", TOM)))
    assert kind(finding) == Circumstance.NAMED_LISTED
    assert finding.message == (
        "Face 1 was said to be a person who may not be published. Cover it, crop it away, or use another picture."
    )


# --- what was said by hand ----------------------------------------------------------


def second(finding: Finding, sentence: str, roles: tuple[Role, ...], circumstance: Circumstance) -> None:
    assert finding.code is SECOND
    assert said(finding) == (
        f"{sentence} A second person has to look and agree, or cover it.",
        *(1, roles, AGREE, None),
    )
    assert kind(finding) == circumstance


def test_a_statement_about_a_place_without_a_face(school: RegisterBuilder) -> None:
    """Staff look again."""
    finding = only(annotation_rules.hands_fit_the_picture, evidence_of(school, 0, said={9: AMIRA}))
    sentence = "A person was named where no face is found. Look at the picture and its numbers again."
    assert said(finding) == (sentence, None, STAFF, (Remedy.TRY_AGAIN,), None)


def test_a_name_against_the_engine(school: RegisterBuilder) -> None:
    """Recognised as another is for leadership; not like the photographs, for a colleague."""
    rule = annotation_rules.hands_do_not_overrule_the_engine
    other = only(rule, evidence_of(school, 0, said={1: TOM}))
    second(other, "Face 1 was recognised as another person.", LEADERSHIP, Circumstance.OVERRULED)
    unlike = only(rule, evidence_of(school, 60, said={1: TOM}))
    sentence = "Face 1 does not resemble the photographs of the person it was named as."
    second(unlike, sentence, COLLEAGUES, Circumstance.UNLIKE)


def test_of_a_listed_face_nothing_else_is_said(school: RegisterBuilder) -> None:
    """No agreement could help it, so no name and no contradiction is asked about; calling it no face still is."""
    school.listed(AMIRA)
    named = evidence_of(school, 0, said={1: TOM})
    assert list(annotation_rules.hands_do_not_overrule_the_engine(named)) == []
    trace = Trace(named.place(1), FaceStatus.DO_NOT_PUBLISH, (AMIRA,))
    for last, asked in ((AMIRA, 0), (None, 1)):
        once = replace(statements(school, ("usr_1", TOM), ("usr_2", last)), traces={1: trace})
        assert len(list(annotation_rules.statements_agree(once))) == asked


def test_a_name_for_a_face_that_was_never_compared(school: RegisterBuilder) -> None:
    """Nothing speaks against it: it fits no template, and it does not fail to."""
    evidence = evidence_of(school, 60, said={1: TOM})
    never = Trace(evidence.place(1), FaceStatus.UNREADABLE)
    for traces in ({1: never}, {}):
        assert list(annotation_rules.hands_do_not_overrule_the_engine(replace(evidence, traces=traces))) == []


def test_an_agreement_ends_when_other_people_are_recognised(school: RegisterBuilder) -> None:
    """What is agreed to is the name against these people, not against any."""
    evidence = evidence_of(school, 60, said={1: TOM})
    histories = [Trace(evidence.place(1), FaceStatus.UNKNOWN, (person,)) for person in (AMIRA, PersonId("per_7"))]
    names = {
        only(annotation_rules.hands_do_not_overrule_the_engine, replace(evidence, traces={1: trace})).exception
        for trace in histories
    }
    assert len(names) == len(histories)


def test_people_who_disagree(school: RegisterBuilder) -> None:
    """Two names for one face, or a name and no face."""
    for log in ((("usr_1", AMIRA), ("usr_2", TOM)), (("usr_1", AMIRA), ("usr_2", None))):
        finding = only(annotation_rules.statements_agree, statements(school, *log))
        sentence = "Different people have said different things of face 1."
        second(finding, sentence, LEADERSHIP, Circumstance.CONTRADICTED)


def test_a_find_that_is_called_no_face(school: RegisterBuilder) -> None:
    """Nobody known: any colleague. Recognised, once recognised, once in doubt, or marked by hand: leadership."""
    rule = annotation_rules.dismissals_are_seen
    person = Circumstance.DISMISSED_PERSON
    nobody = evidence_of(school, 60, said={1: None})
    second(only(rule, nobody), "Face 1 was called no face.", COLLEAGUES, Circumstance.DISMISSED)
    marked = replace(nobody, marked=frozenset({1}))
    second(only(rule, marked), "Face 1 was marked by hand, and was then called no face.", LEADERSHIP, person)
    known = "Face 1 was recognised, and was then called no face."
    second(only(rule, evidence_of(school, 0, said={1: None})), known, LEADERSHIP, person)
    for history in ({"recognised": (AMIRA,)}, {"candidates": (AMIRA, TOM)}):
        once = replace(nobody, traces={1: Trace(nobody.place(1), FaceStatus.UNKNOWN, **history)})
        second(only(rule, once), known, LEADERSHIP, person)
    second(only(rule, replace(nobody, traces={})), "Face 1 was called no face.", COLLEAGUES, Circumstance.DISMISSED)


def test_every_dismissal_is_seen(school: RegisterBuilder) -> None:
    """One find that nobody knows does not end the search."""
    evidence = evidence_of(school, 60, 0, 180, said={1: None, 2: None, 3: None})
    assert [finding.face for finding in annotation_rules.dismissals_are_seen(evidence)] == [1, 2, 3]


def test_nobody_else(school: RegisterBuilder) -> None:
    """Where nobody was found at all, and place by place where a person without a face was found."""
    rule = annotation_rules.no_other_person_is_seen
    look = "and it was confirmed that no person can be recognised. A second person has to look too."
    rest = (None, COLLEAGUES, (Remedy.ASK_LEADERSHIP, *HIDE), None)
    empty = evidence_of(school, nobody_else=True)
    assert said(only(rule, empty)) == (f"No face was found, {look}", *rest)
    assert only(rule, empty).region is None
    left, right = Box(0.1, 0.1, 0.2, 0.8), Box(0.7, 0.1, 0.2, 0.8)
    for hues in ((), (0,)):
        bodies = list(rule(replace(evidence_of(school, *hues, nobody_else=True), faceless=(left, right))))
        assert [finding.region for finding in bodies] == [left, right]
        assert all(said(one) == (f"A person without a face was found here, {look}", *rest) for one in bodies)
        assert {kind(one) for one in bodies} == {Circumstance.NOBODY_ELSE}
        assert bodies[0].exception != bodies[1].exception
    assert list(rule(replace(evidence_of(school), faceless=(left,)))) == []


# --- who agrees, and what is written --------------------------------------------------


def test_agreement_that_the_policy_wants(school: RegisterBuilder) -> None:
    """Leadership, or any second person."""
    rest = ((Remedy.ASK_LEADERSHIP,), None)
    heads = only(rules.approvers_agree, evidence_of(school, 0, policy=replace(POLICY, approver=Approver.LEADERSHIP)))
    sentence = "A member of the leadership team has to agree to this picture."
    assert said(heads) == (sentence, None, LEADERSHIP, *rest)
    assert kind(heads) == Circumstance.LEADERSHIP
    two = only(rules.approvers_agree, evidence_of(school, 0, policy=replace(POLICY, approver=Approver.SECOND_PERSON)))
    assert said(two) == ("A second person has to look at this picture.", None, COLLEAGUES, *rest)
    assert kind(two) == Circumstance.SECOND_PERSON


def written(evidence: Evidence, *lines: str) -> Evidence:
    """The same picture, in which these lines can be read."""
    return replace(evidence, writing=Writing(tuple(Line(text, Box(0.1, 0.8, 0.3, 0.1), 0.99) for text in lines)))


def test_a_first_name_that_can_be_read(school: RegisterBuilder) -> None:
    """It is worth a look unless a person in the picture may be named by it."""
    rule = rules.nothing_written_gives_anybody_away
    assert list(rule(written(evidence_of(school, 0), "AMIRA"))) == []
    assert [one.code for one in rule(written(evidence_of(school, 120), "AMIRA"))] == [FindingCode.VISIBLE_NAME]
    assert [one.code for one in rule(written(evidence_of(school, 0), "AMIRA KHAN"))] == [FindingCode.VISIBLE_NAME]
    shy = RegisterBuilder()
    shy.consent(shy.person("Zoe", "Moss", hue=0), Subject.PICTURE)
    assert [one.code for one in rule(written(evidence_of(shy, 0), "ZOE"))] == [FindingCode.VISIBLE_NAME]


@pytest.mark.parametrize(("kind_of_person", "noted"), [(Kind.PUPIL, True), (Kind.STAFF, False)])
def test_the_name_of_the_school(kind_of_person: Kind, *, noted: bool) -> None:
    """It is noted beside a child, and beside nobody else."""
    builder = RegisterBuilder()
    builder.consent(builder.person("Jo", "Hill", kind=kind_of_person, hue=0))
    policy = replace(POLICY, school_name="Hillcrest Academy")
    rule = rules.school_is_not_shown_with_children
    read = written(evidence_of(builder, 0, policy=policy), "Hillcrest Academy")
    assert bool(list(rule(read))) is noted
    unknown = written(evidence_of(builder, 0, policy=policy, said={1: PersonId("per_9")}), "Hillcrest Academy")
    assert list(rule(unknown)) == []
