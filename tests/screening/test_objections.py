"""Pictures of an event at which somebody asked not to be photographed."""

from __future__ import annotations

import pytest

from api.present import View, check_json
from api.resolving import Action, Resolution
from consent_db.records import CheckRecord, ObjectionRecord
from gatekeeper.types import FaceStatus, FindingCode, PersonId, Role
from tests.screening.conftest import AMIRA_HUE, OFFICE, TOM_HUE, School

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
    findings = record.facts.decision.findings if record.facts else ()
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


def test_other_events_and_pictures_of_none_are_not_asked(fair: School) -> None:
    """The list is the event's own."""
    asks_not_to(fair, CAP)
    assert fair.check(AMIRA_HUE).approved
    assert fair.check(AMIRA_HUE, event="choir").approved


def test_somebody_of_the_register_is_not_shown_at_this_event(fair: School) -> None:
    """Whatever they consented to before, for this event their face may not be published."""
    code = asks_not_to(fair, "Tom", fair.people["Tom"]).objection.attestation
    record = confirm(fair, fair.check(AMIRA_HUE, TOM_HUE, event="fair"), code)
    assert record.facts is not None
    assert record.facts.decision.statuses == {1: FaceStatus.CONSENTED, 2: FaceStatus.NO_CONSENT}
    assert fair.check(TOM_HUE).approved


def test_a_scheduler_does_not_read_what_somebody_looks_like(fair: School) -> None:
    """It is told that a person has to look, and neither the words nor what would confirm them."""
    asks_not_to(fair, CAP)
    asks_not_to(fair, "a woman with a pram")
    (finding,) = check_json(fair.check(AMIRA_HUE, event="fair"), View.SCHEDULER, fair.clock())["findings"]
    assert (finding["code"], finding["attestation"]) == ("asked_not_to_be_shown", None)
    assert "guide dog" not in str(finding)
