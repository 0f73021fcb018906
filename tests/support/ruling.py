"""What tests of rules share: what a rule finds, and the people whom it is asked about."""

from __future__ import annotations

from gatekeeper.decision.rules import Evidence, Rule
from gatekeeper.types import (
    Approval,
    FindingCode,
    PersonId,
    Role,
    Severity,
)

OTHERS = (Approval(Role.STAFF, by_uploader=False),)
AMIRA, TOM = PersonId("per_1"), PersonId("per_2")


def codes(rule: Rule, evidence: Evidence) -> list[tuple[FindingCode, int | None]]:
    """What a rule finds; every finding must be a block that tells what to do."""
    found = list(rule(evidence))
    for finding in found:
        assert finding.severity is Severity.BLOCK
        assert finding.message.endswith(".")
        assert finding.remedies or finding.resolvable_by
    return [(finding.code, finding.face) for finding in found]
