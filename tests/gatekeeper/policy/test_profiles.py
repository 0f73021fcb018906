"""The shipped policies, walked rule by rule, each picture through the whole gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import screen
from gatekeeper.policy.describe import in_words
from gatekeeper.policy.model import PROFILES, Naming, Policy
from gatekeeper.types import AcceptedChange, Approval, FindingCode, Kind, PersonId, Role, Screening, Severity
from tests.support.gate import CONFIRMED, NOON, WEBSITE, RegisterBuilder, a_request, upload_of

AMIRA, HEAD, LISTED = PersonId("per_1"), PersonId("per_2"), PersonId("per_4")
AMIRA_HUE, HEAD_HUE, SILENT_HUE, LISTED_HUE = 0, 90, 180, 270

LEADERSHIP = (Approval(Role.APPROVER, by_uploader=False),)
COLLEAGUE = (Approval(Role.STAFF, by_uploader=False),)

naming = pytest.mark.parametrize("name", ["secondary", "primary", "trust"])
nameless = pytest.mark.parametrize("name", ["infant", "federation"])
everywhere = pytest.mark.parametrize("name", PROFILES)


@pytest.fixture(scope="module")
def school() -> RegisterBuilder:
    """A pupil and a teacher who consent, a pupil who said nothing, one on the list."""
    builder = RegisterBuilder()
    builder.consent(builder.person("Amira", "Khan", hue=AMIRA_HUE))
    builder.consent(builder.person("Ruth", "Bell", kind=Kind.STAFF, hue=HEAD_HUE))
    builder.person("Tom", "Jones", hue=SILENT_HUE)
    builder.consent(builder.person("Maya", "Lee", hue=LISTED_HUE))
    builder.listed(LISTED)
    return builder


class Gate:
    """The gate of one school under one policy."""

    def __init__(self, name: str, school: RegisterBuilder, tools: Tools) -> None:
        self.policy, self._school, self._tools = Policy.load(name), school, tools

    def asked(self, *hues: float, **wish: Any) -> Screening:
        wish = {"approvals": LEADERSHIP, **wish}
        return screen(upload_of(*hues), Case(a_request(**wish), self._school.build(), self.policy), self._tools)

    def blocks(self, *hues: float, **wish: Any) -> set[FindingCode]:
        screening = self.asked(*hues, **wish)
        assert screening.facts.decision.approved is (not screening.facts.decision.findings)
        return {finding.code for finding in screening.facts.decision.findings}


@pytest.fixture
def gate(name: str, school: RegisterBuilder, tools: Tools) -> Gate:
    return Gate(name, school, tools)


# --- what all five have in common ---------------------------------------------------


@everywhere
def test_consented_people_may_be_shown(gate: Gate) -> None:
    """With consent, attestations and leadership's agreement every policy approves."""
    screening = gate.asked(AMIRA_HUE, HEAD_HUE)
    assert screening.facts.decision.approved
    assert screening.facts.policy == gate.policy.label


@everywhere
def test_no_picture_of_a_child_without_consent(gate: Gate) -> None:
    """No photograph of a child without the consent of the parents."""
    assert gate.blocks(AMIRA_HUE, SILENT_HUE) == {FindingCode.NO_CONSENT}


@everywhere
def test_nobody_from_the_list(gate: Gate) -> None:
    """Whoever must not be published is not, whoever agrees."""
    both = (*LEADERSHIP, Approval(Role.SAFEGUARDING_LEAD, by_uploader=False))
    assert gate.blocks(LISTED_HUE, approvals=both) == {FindingCode.DO_NOT_PUBLISH}


@everywhere
def test_never_a_full_name(gate: Gate) -> None:
    """No policy lets a surname out."""
    accepted = frozenset({AcceptedChange.SURNAMES})
    caption = gate.asked(AMIRA_HUE, caption="Amira Khan wins", accepted_changes=accepted).facts.caption
    assert gate.blocks(AMIRA_HUE, caption="The Khan family") == {FindingCode.CAPTION_FULL_NAME}
    assert caption == "Amira wins" or gate.blocks(AMIRA_HUE, caption="Amira Khan wins")


@everywhere
def test_what_the_policy_page_says_of_words_is_what_is_done(gate: Gate) -> None:
    """Each sentence about words is true of this profile: who may be named, and what stops or is pointed out."""
    said, nobody = " ".join(in_words(gate.policy)), gate.policy.naming is Naming.NONE
    stranger = gate.asked(AMIRA_HUE, caption="We met Malorie Blackman").facts.decision
    assert {finding.code for finding in stranger.findings} >= {FindingCode.CAPTION_OTHER_NAME}
    assert ("Captions name no person" in said) is nobody
    (asked,) = (finding for finding in stranger.findings if finding.code is FindingCode.CAPTION_OTHER_NAME)
    assert (asked.severity is Severity.BLOCK) is nobody
    for caption in ("Amira in Year 4", "Amira has asthma", "Amira walks home", "Amira is 7"):
        codes = gate.blocks(AMIRA_HUE, caption=caption)
        assert codes & {FindingCode.CAPTION_PERSONAL_DATA, FindingCode.CAPTION_SENSITIVE}
    assert "What tells of health, care or family circumstances beside a name stops words too." in said
    assert "a class beside a pupil’s name stops words too." in said
    assert ("title and surname" in said) is (gate.policy.staff_titles and not nobody)


@everywhere
def test_no_identifying_information(gate: Gate) -> None:
    """No address, number or account goes out with a picture."""
    assert gate.blocks(AMIRA_HUE, caption="Call 020 7946 0958") == {FindingCode.CAPTION_PERSONAL_DATA}
    assert gate.blocks(AMIRA_HUE, caption="By @our_photographer") == {FindingCode.CAPTION_LINK}


@everywhere
def test_only_the_schools_own_accounts(gate: Gate) -> None:
    """Only channels that leadership approved may be used."""
    channel = replace(WEBSITE, approved=False)
    assert gate.blocks(AMIRA_HUE, channel=channel) == {FindingCode.CHANNEL_NOT_APPROVED}


@everywhere
def test_the_uploader_attests(gate: Gate) -> None:
    """The uploader confirms each thing that the policy lists, and each is needed."""
    assert {"appropriately_dressed", "not_compromising"} <= gate.policy.attestations.keys()
    for code in gate.policy.attestations:
        assert gate.blocks(AMIRA_HUE, attestations=CONFIRMED - {code}) == {FindingCode.ATTESTATION_MISSING}


@everywhere
def test_an_approval_ends(gate: Gate) -> None:
    """An approval holds for a day and no longer."""
    assert gate.asked(AMIRA_HUE).facts.valid_until == NOON + timedelta(hours=24)


# --- how people are named -------------------------------------------------------------


@naming
def test_first_names_only(gate: Gate) -> None:
    """First names may be given, of people in the picture; of a full name the first is proposed."""
    assert gate.asked(AMIRA_HUE, caption="Amira Khan plants beans").facts.proposed_caption == "Amira plants beans"
    assert gate.asked(AMIRA_HUE).facts.caption == "Amira"
    assert gate.blocks(AMIRA_HUE, caption="Tom plants beans") == {FindingCode.CAPTION_NAME_NOT_IN_PHOTO}


@nameless
def test_no_names_at_all(gate: Gate) -> None:
    """Where names are not given, a first name blocks and none is made up."""
    assert gate.blocks(AMIRA_HUE, caption="Amira plants beans") == {FindingCode.CAPTION_NAME_NOT_IN_PHOTO}
    assert gate.asked(AMIRA_HUE).facts.caption is None
    assert all(face.first_name is None for face in gate.asked(AMIRA_HUE).facts.faces)


# --- who has to agree ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["secondary"])
def test_secondary_needs_nobody_besides_the_gate(gate: Gate) -> None:
    """Leadership may look at any post, but need not at each."""
    assert gate.blocks(AMIRA_HUE, approvals=()) == set()


@pytest.mark.parametrize("name", ["primary", "trust"])
def test_posts_are_vetted_before_they_go_out(gate: Gate) -> None:
    """A second person looks at each picture, and the uploader is not that person."""
    assert gate.blocks(AMIRA_HUE, approvals=()) == {FindingCode.NEEDS_SECOND_PERSON}
    own = (Approval(Role.APPROVER, by_uploader=True),)
    assert gate.blocks(AMIRA_HUE, approvals=own) == {FindingCode.NEEDS_SECOND_PERSON}
    assert gate.blocks(AMIRA_HUE, approvals=COLLEAGUE) == set()


@pytest.mark.parametrize("name", ["primary", "trust"])
def test_the_policys_own_look_lifts_no_exception(gate: Gate) -> None:
    """A colleague who vets the picture has not agreed to what contradicts the gate, nor leadership to the vetting."""
    said = {"nobody_else": True}
    findings = gate.asked(approvals=(), **said).facts.decision.findings
    names = {finding.exception for finding in findings}
    assert len(names) == 2
    for name in names:
        one = (Approval(Role.APPROVER, by_uploader=False, about=frozenset({name or ""})),)
        assert gate.blocks(approvals=one, **said) == {FindingCode.NEEDS_SECOND_PERSON}


@nameless
def test_leadership_agrees_to_everything(gate: Gate) -> None:
    """Nothing about anybody or any activity goes out without leadership's agreement."""
    assert gate.blocks(AMIRA_HUE, approvals=COLLEAGUE) == {FindingCode.NEEDS_LEADERSHIP}
    both = {FindingCode.NEEDS_LEADERSHIP, FindingCode.NEEDS_SECOND_PERSON}
    assert gate.blocks(nobody_else=True, approvals=COLLEAGUE) == both
    assert gate.blocks(nobody_else=True, approvals=LEADERSHIP) == {FindingCode.NEEDS_SECOND_PERSON}


@everywhere
def test_pictures_of_adults(gate: Gate) -> None:
    """Employees and governors are shown with leadership's consent where the policy asks for it."""
    asked = gate.blocks(HEAD_HUE, approvals=COLLEAGUE) == {FindingCode.NEEDS_LEADERSHIP}
    assert asked is gate.policy.adults_need_leadership is (gate.policy.name in {"infant", "federation"})


# --- what a policy adds -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "asks"),
    [("secondary", False), ("primary", True), ("trust", True), ("infant", False), ("federation", False)],
)
def test_nobody_is_ridiculed(gate: Gate, *, asks: bool) -> None:
    """Primary schools and trusts ask whether anybody is made fun of."""
    assert ("nobody_ridiculed" in gate.policy.attestations) is asks
    blocks = gate.blocks(AMIRA_HUE, attestations=CONFIRMED - {"nobody_ridiculed"})
    assert blocks == ({FindingCode.ATTESTATION_MISSING} if asks else set())
