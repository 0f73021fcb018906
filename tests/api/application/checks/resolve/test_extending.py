"""An approval that ends soon is extended while everything still holds, and in no other case."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from api.application.checks.release.releasing import ReleaseWithdrawn
from api.application.checks.resolve.resolution import Action, Resolution, ResolutionRefused
from api.application.checks.screening import Screener
from api.application.checks.submission import build_draft
from consent_db.approvals.records import CheckRecord, CheckState
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Role
from tests.support.gate import upload_of
from tests.support.http import NewClient
from tests.support.pages import ask, read, resolve
from tests.support.school import AMIRA_HUE, ATTESTED, OFFICE, STRANGER_HUE, TOM_HUE, School

EXTEND = Resolution(Action.EXTEND)


def extended(school: School, record: CheckRecord, screener: Screener | None = None) -> CheckRecord:
    return (screener or school.screener).resolve(record.id, EXTEND, OFFICE, Role.STAFF)


def ruled(school: School, **changed: object) -> Screener:
    """Return the school's screener under a changed policy."""
    return replace(school.screener, policy=replace(school.screener.policy, **changed))  # type: ignore[arg-type]


def test_an_approval_is_extended_once_until_the_policys_day(school: School) -> None:
    """It lasts until seven days after the first approval, as a new check that replaces the old; the audit says so."""
    first = school.check(AMIRA_HUE, caption="Amira plants beans")
    school.clock.advance(hours=20)
    second = extended(school, first)
    assert first.decided_at is not None
    assert (second.approved, second.expires_at) == (True, first.decided_at + timedelta(days=7))
    with school.services.store.reading(OFFICE, school.clock()) as tx:
        assert tx.checks.get(first.id).state is CheckState.SUPERSEDED
        (entry,) = [entry for entry in tx.audit.about(second.id) if entry.action == "approval.extended"]
        assert (entry.actor, json.loads(entry.payload)["replaces"]) == (OFFICE, first.id)
        assert tx.lineage.contributors(second) == {OFFICE}
    assert second.facts is not None
    assert first.facts is not None
    assert second.facts.decision.release_sha256 == first.facts.decision.release_sha256, "the same bytes"
    school.clock.advance(days=1)
    with pytest.raises(ResolutionRefused, match="does not let this approval last longer"):
        extended(school, second)
    school.clock.advance(days=6)
    assert not second.stands(school.clock())


def test_nothing_that_has_ended_comes_back(school: School) -> None:
    """Not what is over, was replaced, or was withdrawn, also where that was granted again since; nor a block."""
    over, replaced, withdrawn = (school.check(hue) for hue in (TOM_HUE, AMIRA_HUE, AMIRA_HUE))
    school.screener.resolve(replaced.id, Resolution(Action.COVER, face=1), OFFICE, Role.STAFF)
    school.say("Amira", Stance.WITHDRAWN)
    school.say("Amira", Stance.GRANTED)
    for record in (replaced, withdrawn):
        with pytest.raises(ResolutionRefused):
            extended(school, record)
    school.clock.advance(hours=25)
    school.believe_the_clock()
    for record in (over, school.check(STRANGER_HUE)):
        with pytest.raises(ResolutionRefused, match="Only an approval that has not ended"):
            extended(school, record)


def test_the_policy_says_whether_and_an_approval_for_one_post_is_never_extended(school: School) -> None:
    """A used receipt would count again."""
    first = school.check(AMIRA_HUE)
    for changed in ({"extension_days": 0}, {"extension_days": 1}, {"single_use_receipts": True}):
        with pytest.raises(ResolutionRefused, match="does not let this approval last longer"):
            extended(school, first, ruled(school, **changed))
    draft = build_draft("website", attestations=ATTESTED, single_use=True)
    once = school.screener.check(upload_of(TOM_HUE), draft, OFFICE)
    with pytest.raises(ResolutionRefused, match="does not let this approval last longer"):
        extended(school, once)


@pytest.mark.parametrize("changed", [{"long_side": 320}, {"attestations": {"dry": "No one is wet."}}])
def test_what_a_stricter_policy_has_ended_is_not_extended(school: School, changed: dict[str, object]) -> None:
    """A confirmation of other words, or a picture larger than is allowed now, is looked at anew."""
    first = school.screener.check(upload_of(AMIRA_HUE, side=120), build_draft("website", attestations=ATTESTED), OFFICE)
    with pytest.raises(ResolutionRefused, match="has ended"):
        extended(school, first, ruled(school, **changed))


def test_a_shorter_extension_ends_what_was_extended(school: School) -> None:
    """From then on, when the picture is handed out."""
    first = school.check(AMIRA_HUE)
    second = extended(school, first)
    token = school.screener.releases.token(second) or ""
    school.clock.advance(days=3)
    school.believe_the_clock()
    assert school.screener.releases.open(token).check == second.id
    with pytest.raises(ReleaseWithdrawn):
        ruled(school, extension_days=2).releases.open(token)


def test_an_agreement_is_for_the_same_exceptions_only(school: School) -> None:
    """It goes on counting while picture, places and people are the same, and an extension makes no second person."""
    named = school.screener.resolve(
        school.check(AMIRA_HUE).id,
        Resolution(Action.IDENTIFY, face=1, person=school.people["Tom"]),
        OFFICE,
        Role.STAFF,
    )
    agreed = school.agree(named)
    assert agreed.approved
    second = extended(school, agreed)
    assert second.approved
    assert second.draft.request.approvals == agreed.draft.request.approvals
    school.say("Tom", Stance.WITHDRAWN)
    with pytest.raises(ResolutionRefused):
        extended(school, second)


def test_the_page_offers_it_and_says_until_when(office: TestClient, school: School) -> None:
    """One button, and afterwards no more of it."""
    address = ask(office, school, AMIRA_HUE, caption="Beans")
    page = office.get(address)
    assert "Extend the approval Until 17 March 2026, 09:00 at the latest." in read(page)
    after = resolve(office, address, action="extend")
    assert "The picture was examined again. The picture is approved now." in read(after)
    assert "on Website until 17 March 2026, 09:00." in read(after)
    assert "Extend the approval" not in read(after)


def test_programs_extend_their_own(new_client: NewClient, office: TestClient) -> None:
    """By a resolution, whose answer is the new check with a receipt of its own; the page leaves it to them."""
    program = new_client("check", "resolve")
    check = program.check(AMIRA_HUE).json()
    answer = program.http.post(
        f"/v1/checks/{check['id']}/resolutions", headers=program.headers, json={"action": "extend"}
    )
    assert answer.status_code == 201
    assert program.get(f"/v1/checks/{check['id']}").json()["state"] == "withdrawn"
    assert answer.json()["expires_at"] > check["expires_at"]
    again = program.http.post(
        f"/v1/checks/{answer.json()['id']}/resolutions", headers=program.headers, json={"action": "extend"}
    )
    assert again.status_code == 409
    assert office.get("/checks").status_code == 200
