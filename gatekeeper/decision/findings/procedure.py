"""Procedure: where and when it goes out, and what people confirm and agree to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatekeeper.decision.findings.entry import ADMIN, CROP, OTHER, STAFF, YOU, Entry, Topic
from gatekeeper.types import FindingCode as Code
from gatekeeper.types import Remedy, Severity

_SECOND: Final = "An approver or the safeguarding lead; the picture waits for them under Approvals."

PROCEDURE: Final[Mapping[Code, Entry]] = {
    Code.APPROVAL_ENDS_FIRST: Entry(
        "Planned for after its approval",
        "An approval is for the near future, since consent and policy change. It may be published until it ends.",
        ("Check the picture again nearer to the day.",),
        YOU,
        means=(
            "a note: `publish_at` lies further ahead than an approval lasts (`approval_days` of the policy), so it "
            "ends before"
        ),
        can="check the picture again nearer to the day",
        severity=Severity.NOTE,
        remedies=(Remedy.TRY_AGAIN,),
    ),
    Code.CHANNEL_NOT_APPROVED: Entry(
        "The channel is not approved",
        "Pictures go only to accounts that the school owns and the leadership has approved.",
        ("Check the picture for another channel.",),
        "An administrator, who can have the channel approved.",
        means="the outlet is not approved, or closed",
        can="an administrator",
        resolvable_by=ADMIN,
    ),
    Code.ATTESTATION_MISSING: Entry(
        "Something is to be confirmed",
        "There are things that only a person can see, such as whether all are dressed appropriately.",
        ("Look at the picture, tick the sentences that are true, and check again.",),
        YOU,
        means=(
            "something only a person can see was not confirmed, or only by a program that does not say who looked "
            "(`attested_by`)"
        ),
        can="staff confirm",
        topics=frozenset({Topic.CONFIRMED}),
        resolvable_by=STAFF,
        remedies=(Remedy.ATTEST,),
    ),
    Code.ASKED_NOT_TO_BE_SHOWN: Entry(
        "A person asked not to be shown",
        "A person asked not to be photographed at an event. By a description the computer cannot find them; "
        "a person on the register it asks about in every picture near the day of the event.",
        (
            "Read the description, look, and confirm that the person is not in the picture.",
            "Of a face: if the picture was taken at the event, cover the face. If not, confirm that.",
            CROP,
            OTHER,
        ),
        YOU,
        means=(
            "a person asked not to be photographed at an event: by description (the sentence says what to look for), "
            "or a person on the register, who is asked about in every picture near its day"
        ),
        can="staff look and confirm `attestation` of the finding, cover, crop, another picture",
        plain="A person asked not to be photographed. A member of staff has to check that they are not in the picture.",
        topics=frozenset({Topic.CONFIRMED}),
        resolvable_by=STAFF,
        remedies=(Remedy.ATTEST, Remedy.CROP, Remedy.OTHER_PICTURE),
    ),
    Code.NEEDS_SECOND_PERSON: Entry(
        "A second person has to look",
        "What was said contradicts what the computer found, or your school’s policy asks for two people. Staff "
        "cannot approve their own exception.",
        ("Wait: the picture stands in your colleagues’ list.", OTHER),
        _SECOND,
        means=(
            "the policy or an exception asks for a person besides the uploader and besides those who said what it is "
            "about; `exception` names it (see below)"
        ),
        can="the people of `resolvable_by`; or cover, crop",
        plain="A second person at the school has to look at this picture.",
        topics=frozenset({Topic.APPROVED, Topic.FACELESS}),
        place="A person without a face",
        remedies=(Remedy.ASK_LEADERSHIP,),
    ),
    Code.NEEDS_LEADERSHIP: Entry(
        "The leadership has to agree",
        "Your school’s policy asks the leadership to look at this picture.",
        ("Wait: the picture stands in their list.",),
        _SECOND,
        means="the policy asks for leadership",
        can="approver or safeguarding lead",
        topics=frozenset({Topic.APPROVED}),
        remedies=(Remedy.ASK_LEADERSHIP,),
    ),
}
