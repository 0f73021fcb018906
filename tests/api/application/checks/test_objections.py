"""Pictures of an event at which somebody asked not to be photographed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.application.checks.resolve.resolution import Action, Resolution
from api.http.present import View, check_json
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.register.records import ObjectionRecord
from gatekeeper.consent.permission import Stance, Subject
from gatekeeper.types import FaceStatus, FindingCode, PersonId, Role
from tests.support.school import AMIRA_HUE, OFFICE, TOM_HUE, School

CAP = "a man in a red cap with a guide dog"


@pytest.fixture
def fair(school: School) -> School:
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.groups.add_event("fair", "Summer fair", school.clock().date(), frozenset(school.people.values()))
    return school


def asks_not_to(school: School, words: str, person: PersonId | None = None) -> ObjectionRecord:
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        return tx.objections.add("fair", words, person)


def confirm(school: School, record: CheckRecord, *codes: str) -> CheckRecord:
    said = Resolution(Action.ATTEST, attestations=frozenset(codes))
    return school.screener.resolve(record.id, said, OFFICE, Role.STAFF)


def test_the_uploader_reads_whom_to_look_for_and_confirms_each(fair: School) -> None:
    """Each description is a finding of its own; only when all are confirmed may the picture go."""
    codes = [asks_not_to(fair, words).objection.attestation for words in (CAP, "a woman with a pram")]
    record = fair.check(AMIRA_HUE, event="fair")
    findings = record.findings
    assert {finding.code for finding in findings} == {FindingCode.ASKED_NOT_TO_BE_SHOWN}
    assert any(CAP in finding.message for finding in findings)
    assert {finding.attestation for finding in findings} == set(codes)
    record = confirm(fair, record, codes[0])
    assert not record.approved
    assert confirm(fair, record, codes[1]).approved


def test_what_was_confirmed_is_no_answer_to_what_came_later(fair: School) -> None:
    """Somebody else asks after the approval: it ends, and the new description has to be looked for."""
    first = asks_not_to(fair, CAP).objection.attestation
    record = confirm(fair, fair.check(AMIRA_HUE, event="fair"), first)
    assert record.approved
    asks_not_to(fair, "a woman with a pram")
    with fair.services.store.reading("user:admin", fair.clock()) as tx:
        assert not tx.checks.get(record.id).stands(fair.clock())
    again = confirm(fair, fair.check(AMIRA_HUE, event="fair"), first)
    assert not again.approved


def test_a_description_is_asked_about_on_the_day_and_in_pictures_of_the_event(fair: School) -> None:
    """Chosen, named in the words, or left open on its very day; not in those of another event or day."""
    asks_not_to(fair, CAP)
    with fair.services.store.transaction("user:admin", fair.clock()) as tx:
        tx.groups.add_event("match", "Match", fair.clock().date(), frozenset(fair.people.values()))
    assert not fair.check(AMIRA_HUE).approved
    assert not fair.check(AMIRA_HUE, event="choir").approved
    assert not fair.check(AMIRA_HUE, event="match", caption="Not at the #SummerFair").approved
    assert fair.check(AMIRA_HUE, event="match").approved
    fair.clock.advance(days=1)
    assert fair.check(AMIRA_HUE).approved
    assert not fair.check(AMIRA_HUE, caption="The Summer Fair!").approved


def test_a_person_of_the_register_is_not_shown_at_this_event(fair: School) -> None:
    """Whatever they consented to before, for this event their face may not be published, and no tick lifts it."""
    objection = asks_not_to(fair, "Tom", fair.people["Tom"]).objection
    record = confirm(fair, fair.check(AMIRA_HUE, TOM_HUE, event="fair"), objection.attestation, objection.elsewhere)
    assert record.facts is not None
    assert record.facts.decision.statuses == {1: FaceStatus.CONSENTED, 2: FaceStatus.NO_CONSENT}
    assert [(f.code, f.face) for f in record.facts.decision.findings] == [(FindingCode.ASKED_NOT_TO_BE_SHOWN, 2)]


@pytest.mark.parametrize("days", [-8, -7, 0, 7, 8])
def test_a_person_is_asked_about_in_every_picture_near_the_day(fair: School, days: int) -> None:
    """Whatever event was chosen or left open; staff who know that it was elsewhere say so."""
    with fair.services.store.transaction("user:admin", fair.clock()) as tx:
        tx.groups.add_event("later", "Garden day", fair.clock().date() - timedelta(days=days), frozenset())
        objection = tx.objections.add("later", "the boy in white", fair.people["Tom"]).objection
    record = fair.check(TOM_HUE, event="choir")
    described = [objection.attestation] if days == 0 else []
    if abs(days) > 7:
        assert record.approved
        return
    findings = record.findings
    assert [f.attestation for f in findings] == [*described, objection.elsewhere]
    assert "Garden day" in findings[-1].message
    assert not fair.check(TOM_HUE, caption="Garden day").approved
    assert confirm(fair, record, *described, objection.elsewhere).approved


def test_a_person_named_by_hand_is_asked_about_too(fair: School) -> None:
    """A family that objects often refused biometrics: the face is named by a colleague."""
    fair.say("Tom", Stance.WITHDRAWN, Subject.BIOMETRICS)
    objection = asks_not_to(fair, "Tom", fair.people["Tom"]).objection
    fair.clock.advance(days=2)
    unknown = fair.check(TOM_HUE)
    named = Resolution(Action.IDENTIFY, 1, fair.people["Tom"])
    record = fair.screener.resolve(unknown.id, named, OFFICE, Role.STAFF)
    assert not record.approved
    assert record.facts is not None
    assert objection.elsewhere in {finding.attestation for finding in record.facts.decision.findings}


def test_an_approval_without_an_event_ends_when_a_person_in_it_objects(fair: School) -> None:
    """It is not handed out any more, and programs are told; a picture of another person stays approved."""
    mine, other = fair.check(TOM_HUE, event="choir"), fair.check(AMIRA_HUE, event="choir")
    fair.clock.advance(hours=2)
    with fair.services.store.transaction("user:admin", fair.clock()) as tx:
        tx.groups.add_event("past", "Picnic", fair.clock().date() - timedelta(days=3), frozenset())
        ended = tx.objections.add("past", "a boy in white", fair.people["Tom"]).ended
    assert ended == {mine.id}
    with fair.services.store.reading("user:admin", fair.clock()) as tx:
        assert [tx.checks.get(one.id).state for one in (mine, other)] == [CheckState.REVOKED, CheckState.DECIDED]
    assert fair.screener.releases.standing(other, fair.clock()).sha256


def test_a_scheduler_does_not_read_what_somebody_looks_like(fair: School) -> None:
    """It is told that a person has to look, and neither the words nor what would confirm them."""
    asks_not_to(fair, CAP)
    asks_not_to(fair, "a woman with a pram")
    (finding,) = check_json(fair.check(AMIRA_HUE, event="fair"), View.SCHEDULER, fair.clock())["findings"]
    assert (finding["code"], finding["attestation"]) == ("asked_not_to_be_shown", None)
    assert "guide dog" not in str(finding)
