"""A school's gate as tests ask it: from the bytes of an upload to the facts of a screening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import rescreen, screen
from gatekeeper.policy.model import Policy
from gatekeeper.types import (
    Approval,
    Box,
    Edit,
    FindingCode,
    Outcome,
    PersonId,
    Role,
    Screening,
)
from tests.support.gate import (
    RegisterBuilder,
    a_request,
    upload_of,
)

POLICY = Policy.load("secondary")
LONDON = ZoneInfo("Europe/London")
AMIRA, TOM, MAYA, ZOE = (PersonId(f"per_{number}") for number in (1, 2, 3, 4))
AMIRA_HUE, TOM_HUE, MAYA_HUE, STRANGER = 0, 120, 240, 60
EMPTY_PLACE = Box(0.75, 0.75, 0.1, 0.2)
SECOND = (Approval(Role.APPROVER, by_uploader=False),)


@dataclass
class Gate:
    """One school's gate."""

    tools: Tools
    school: RegisterBuilder
    policy: Policy = POLICY

    def case(self, **wish: Any) -> Case:
        return Case(a_request(**wish), self.school.build(), self.policy)

    def ask(self, *hues: float, **wish: Any) -> Screening:
        return screen(upload_of(*hues), self.case(**wish), self.tools)

    def again(self, before: Screening, *, cover: Sequence[Box] = (), crop: Box | None = None, **wish: Any) -> Screening:
        assert before.examined is not None
        assert before.facts.photo is not None
        case = self.case(covered=tuple(cover), **wish)
        return rescreen(before.examined.data, before.facts.photo, case, self.tools, Edit(tuple(cover), crop))


def found(screening: Screening) -> list[tuple[FindingCode, int | None]]:
    """The findings; a screening with any must not hand out a release."""
    decision = screening.facts.decision
    if decision.findings:
        assert decision.outcome is Outcome.BLOCK
        assert screening.release is None
        assert screening.facts.valid_until is None
    return [(finding.code, finding.face) for finding in decision.findings]


def agreed(screening: Screening, role: Role = Role.APPROVER) -> tuple[Approval, ...]:
    """The agreement of a second person to everything that the screening would let them agree to."""
    about = frozenset(finding.exception for finding in screening.facts.decision.findings if finding.exception)
    return (Approval(role, by_uploader=False, about=about),)


def box_of(screening: Screening, number: int) -> Box:
    return next(face.box for face in screening.facts.faces if face.number == number)
