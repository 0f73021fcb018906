"""Let every rule examine the evidence; the costly evidence last, and only where it can matter.

To look for writing costs as much as to look for faces. Where something can only be
mended by other pixels or another register, the picture will be examined again whatever
is written in it, so it is not looked for yet (`docs/decisions/0055`). An approval always
rests on every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from gatekeeper.decision.rules import RULES, WRITING_RULES
from gatekeeper.decision.rules.evidence import Evidence, Rule, face_status
from gatekeeper.types import FaceStatus, Finding, Remedy, Severity, WritingLook
from gatekeeper.vision.text.reader import Writing

_OTHERWISE: Final = frozenset(
    (Remedy.COVER, Remedy.CROP, Remedy.OTHER_PICTURE, Remedy.ASK_CONSENT, Remedy.SAVE_AS_JPEG)
)
"""What leads to other pixels, or waits for another register; all else is said of this picture as it is."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules found, which of them ran, and whether writing was looked for."""

    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    writing: WritingLook


def judge(evidence: Evidence, read: Callable[[], Writing | None]) -> Judgement:
    """Return the judgement of every rule that can matter.

    Args:
        evidence: all but the writing.
        read: reads it; None if the policy does not want that.
    """
    found = _findings(RULES, evidence)
    statuses = {match.face: face_status(match, evidence) for match in evidence.matches}
    if not evidence.policy.unsafe_without_words and any(needs_another_look(one, statuses) for one in found):
        return Judgement(found, RULES, WritingLook.LATER)
    writing = read()
    found += _findings(WRITING_RULES, replace(evidence, writing=writing))
    return Judgement(found, (*RULES, *WRITING_RULES), WritingLook.OFF if writing is None else WritingLook.READ)


def needs_another_look(finding: Finding, statuses: Mapping[int, FaceStatus]) -> bool:
    """Say whether a finding stays until the picture, or the register, is another one.

    What a person can settle by saying it, ticking it or agreeing to it does not. Nor does a face
    of the do-not-publish list: a program cannot tell it from a stranger's, and must not learn it
    from whether writing was looked for. That a person has not agreed it is told anyway.
    """
    if finding.face is not None and statuses.get(finding.face) is not FaceStatus.NO_CONSENT:
        return False
    blocks = finding.severity is Severity.BLOCK and finding.exception is None and finding.attestation is None
    return blocks and set(finding.remedies) <= _OTHERWISE


def _findings(rules: Iterable[Rule], evidence: Evidence) -> tuple[Finding, ...]:
    return tuple(finding for rule in rules for finding in rule(evidence))
