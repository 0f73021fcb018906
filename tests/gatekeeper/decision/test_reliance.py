"""Approvals end when a stricter policy or another name applies, and not by a change that cannot matter to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.decision.approval_window import longest
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import screen
from gatekeeper.decision.reliance import Lapse, ends_at, lapse, mentions
from gatekeeper.policy.model import PROFILES, Approver, Naming, Policy
from gatekeeper.register import Register
from gatekeeper.rendition import Frames, Output
from gatekeeper.types import Approval, Facts, Kind, PersonId, Request, Role, Severity
from tests.support.gate import CONFIRMED, NOON, RegisterBuilder, a_request, upload_of

AMIRA = PersonId("per_1")
AMIRA_HUE, RUTH_HUE = 0.0, 90.0
POLICY = replace(Policy.load("secondary"), staff_titles=True, links=("www.school.example",))
AGREED = (Approval(Role.APPROVER, by_uploader=False),)


def people(amira: str = "Amira") -> Register:
    """A pupil and a teacher who agreed to everything; the pupil may be called otherwise."""
    builder = RegisterBuilder()
    builder.consent(builder.person(amira, "Khan", hue=AMIRA_HUE))
    builder.consent(builder.person("Ruth", "Bell", kind=Kind.STAFF, hue=RUTH_HUE))
    return builder.build()


def approved(tools: Tools, request: Request, policy: Policy = POLICY, *hues: float) -> Facts:
    facts = screen(upload_of(*(hues or (AMIRA_HUE,))), Case(request, people(), policy), tools).facts
    assert facts.decision.approved, facts.decision.findings
    return facts


def later(request: Request, policy: Policy, register: Register | None = None) -> Case:
    return Case(replace(request, moment=NOON + timedelta(hours=1)), register or people(), policy)


NEVER: dict[str, Any] = {
    "version": 2,
    "title": "A new title",
    "retention_days": 30,
    "takedown_hours": 2,
    "approval_hours": 2,
    "output": Output.PNG,
    "school_name": "Oakfield",
    "most_faces": 5,
    "keep_reference_photos": True,
    "template_days": 60,
}
"""Changes that cannot matter to the approval of a picture of one face without a first name to be read in it."""


@pytest.mark.parametrize("entry", NEVER)
def test_a_change_that_cannot_matter_leaves_approvals_alone(tools: Tools, entry: str) -> None:
    """A new version, a shorter retention, a format: nobody's approval ends of it."""
    request = a_request(caption="Amira plants beans")
    facts = approved(tools, request)
    assert lapse(facts, later(request, replace(POLICY, **{entry: NEVER[entry]})), by_program=False) is None


@pytest.mark.parametrize(
    ("changed", "caption", "by_program"),
    [
        ({"naming": Naming.NONE}, "Amira plants beans", False),
        ({"approver": Approver.SECOND_PERSON}, "Beans", False),
        ({"approver": Approver.LEADERSHIP}, "Beans", False),
        ({"attestations": {**POLICY.attestations, "more": "Nobody is wet."}}, "Beans", False),
        ({"attestations": dict.fromkeys(POLICY.attestations, "Nobody is wet.")}, "Beans", False),
        ({"class_with_name": Severity.BLOCK}, "Amira of class 4B plants beans", False),
        ({"links": ()}, "More on www.school.example", False),
        ({"long_side": 320, "largest_face": 0}, "Beans", False),
        ({"largest_face": 64}, "Beans", False),
        ({"biometrics": False}, "Beans", False),
        ({"unsafe_without_words": False}, "Beans", False),
        ({"programs_attest": False}, "Beans", True),
    ],
)
def test_a_stricter_policy_ends_what_rests_on_less(
    tools: Tools, changed: dict[str, Any], caption: str, *, by_program: bool
) -> None:
    """Names, agreement, confirmations, sizes, and what was looked at: each by itself."""
    lax = replace(POLICY, unsafe_without_words=True, programs_attest=True, class_with_name=Severity.NOTE)
    request = a_request(caption=caption)
    upload = upload_of(AMIRA_HUE, side=120)
    facts = screen(upload, Case(request, people(), lax), tools).facts
    assert facts.decision.approved, facts.decision.findings
    assert lapse(facts, later(request, lax), by_program=by_program) is None
    assert lapse(facts, later(request, replace(lax, **changed)), by_program=by_program) is not None


def test_a_comma_in_a_confirmation_is_no_other_confirmation(tools: Tools) -> None:
    """Its words are compared, not its signs."""
    request = a_request(caption="Beans")
    facts = approved(tools, request)
    same = {code: text.upper().rstrip(".") + "!" for code, text in POLICY.attestations.items()}
    assert lapse(facts, later(request, replace(POLICY, attestations=same)), by_program=False) is None


def test_facts_from_before_terms_were_kept_end_with_the_label(tools: Tools) -> None:
    """Of these nothing but name and version of the policy is known."""
    request = a_request(caption="Beans")
    old = replace(approved(tools, request), terms=None)
    assert lapse(old, later(request, POLICY), by_program=False) is None
    assert lapse(old, later(request, replace(POLICY, version=2)), by_program=False) is Lapse.POLICY


@pytest.mark.parametrize(
    ("caption", "ends"),
    [("Amira plants beans", True), ("AMIRA’S beans", True), (None, True), ("Planting beans", False)],
)
def test_another_name_ends_what_gives_the_old_one(tools: Tools, caption: str | None, *, ends: bool) -> None:
    """Also in a caption that was composed; a caption without the name stands."""
    request = a_request(caption=caption)
    facts = approved(tools, request)
    found = lapse(facts, later(request, POLICY, people("Alex")), by_program=False)
    assert found == (Lapse.NAME if ends else None)


@given(
    name=st.sampled_from(["Zoë", "Jo-Ann", "Li Wei", "O’Neil"]), before=st.text(max_size=8), after=st.text(max_size=8)
)
def test_a_name_is_found_wherever_it_stands(name: str, before: str, after: str) -> None:
    """In capitals, without accents, between any signs."""
    assert mentions(f"{before} {name.upper()} {after}", name)
    assert mentions(f"{before} {name}s, {after}", name)
    assert not mentions("Planting beans", name)


def test_no_approval_lasts_longer_than_the_policy_of_now_allows(tools: Tools) -> None:
    """However far ahead it is to be published; and a shorter policy shortens it."""
    request = a_request(caption="Beans", publish_at=NOON + timedelta(days=365))
    facts = approved(tools, request)
    assert facts.valid_until == NOON + timedelta(days=30)
    assert [finding.code.value for finding in facts.decision.findings] == ["approval_ends_first"]
    shorter = replace(POLICY, approval_days=2)
    assert ends_at(facts, NOON, request.publish_at, shorter) == NOON + timedelta(days=2)
    soon = approved(tools, a_request(caption="Beans"))
    assert ends_at(soon, NOON, None, replace(POLICY, approval_hours=2)) == NOON + timedelta(hours=2)
    assert ends_at(soon, NOON, None, replace(POLICY, approval_hours=168)) == soon.valid_until


@given(
    first=st.integers(0, 200),
    hours=st.integers(0, 800),
    days=st.integers(0, 31),
    most=st.integers(1, 366),
    ahead=st.booleans(),
)
def test_no_extension_outlasts_its_days(*, first: int, hours: int, days: int, most: int, ahead: bool) -> None:
    """Counted from the first approval, wherever the publication lies; and with no days it has ended before it began."""
    policy = replace(POLICY, extension_days=days, approval_days=most)
    began = NOON - timedelta(hours=first)
    until = longest(NOON, NOON + timedelta(hours=hours) if ahead else None, policy, began)
    assert until <= began + timedelta(days=days)
    assert until <= NOON + timedelta(days=most)


policies = st.builds(
    replace,
    st.sampled_from(PROFILES).map(Policy.load),
    naming=st.sampled_from(Naming),
    approver=st.sampled_from(Approver),
    adults_need_leadership=st.booleans(),
    own_consent_age=st.just(13),
    staff_titles=st.booleans(),
    class_with_name=st.sampled_from(Severity),
    sensitive_words=st.sampled_from(Severity),
    links=st.sampled_from([(), ("www.school.example",)]),
    long_side=st.sampled_from([320, 2048]),
    largest_face=st.sampled_from([0, 64, 100]),
    most_faces=st.sampled_from([1, 20]),
    frames=st.sampled_from(Frames),
    approval_hours=st.integers(1, 168),
)
captions = st.sampled_from(
    [
        "Beans",
        "Amira plants beans",
        "Amira of class 4B",
        "Mrs Bell and Amira",
        "See www.school.example",
        "Amira, on crutches",
        None,
    ]
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_still_stands_would_be_approved_anew(tools: Tools, data: st.DataObject) -> None:
    """Whatever policy comes after whatever other; and under its own policy an approval always stands."""
    before, after = data.draw(policies), data.draw(policies)
    hues = data.draw(st.sampled_from([(AMIRA_HUE,), (RUTH_HUE,), (AMIRA_HUE, RUTH_HUE)]))
    approvals = data.draw(st.sampled_from([(), AGREED]))
    request = a_request(caption=data.draw(captions), approvals=approvals, attestations=CONFIRMED)
    upload = upload_of(*hues, side=120)
    facts = screen(upload, Case(request, people(), before), tools).facts
    if not facts.decision.approved:
        return
    assert lapse(facts, later(request, before), by_program=False) is None
    if lapse(facts, later(request, after), by_program=False) is None:
        said = replace(request, caption=facts.caption)
        anew = screen(upload, Case(said, people(), after), tools).facts
        assert anew.decision.approved, (before, after, anew.decision.findings)
