"""Authorisation of exceptions: one table, asked by the rules, the pages and the API alike.

An exception is one thing that the gate does not decide alone: a statement by hand
that contradicts it, a find that is waved away, a picture for which the policy wants
a second look. An agreement names the exceptions that it is for, and each is named by
what it is about, so that an agreement ends when the place, the people or the kind of
exception change. The uploader, every author of an annotation about it, and every key of
theirs, is no second person for it; a program is one for nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatekeeper.types import Approval, Box, Finding, Role, Severity

_PLACES: Final = 3
"""Decimals of a place's coordinates, in fractions, that tell it from others."""


class Circumstance(StrEnum):
    """What an agreement can be for."""

    DISMISSED = "dismissed"
    """A find that resembles no person on the register is declared to be no face."""
    DISMISSED_PERSON = "dismissed_person"
    """The same of a find that was recognised, may be one of several people, or was marked by hand."""
    NOBODY_ELSE = "nobody_else"
    """No person is said to be recognisable besides the faces that were found."""
    OVERRULED = "overruled"
    """A recognised face is said to be another person."""
    UNLIKE = "unlike"
    """A face is said to be a person whose template it does not fit."""
    CONTRADICTED = "contradicted"
    """Different people have said different things of one face."""
    NEAR_LISTED = "near_listed"
    """A named face is, or was, near a person on the do-not-publish list."""
    NAMED_LISTED = "named_listed"
    """A face was once said to be a person on the do-not-publish list."""
    SECOND_PERSON = "second_person"
    """The policy wants a second person for every picture."""
    LEADERSHIP = "leadership"
    """The policy wants the leadership for this picture."""


LEADERSHIP: Final = frozenset({Role.APPROVER, Role.SAFEGUARDING_LEAD})
_COLLEAGUES: Final = frozenset({Role.STAFF}) | LEADERSHIP
_LEAD: Final = frozenset({Role.SAFEGUARDING_LEAD})

MAY_LIFT: Final[Mapping[Circumstance, frozenset[Role]]] = {
    Circumstance.DISMISSED: _COLLEAGUES,
    Circumstance.DISMISSED_PERSON: LEADERSHIP,
    Circumstance.NOBODY_ELSE: _COLLEAGUES,
    Circumstance.OVERRULED: LEADERSHIP,
    Circumstance.UNLIKE: _COLLEAGUES,
    Circumstance.CONTRADICTED: LEADERSHIP,
    Circumstance.NEAR_LISTED: _LEAD,
    Circumstance.NAMED_LISTED: _LEAD,
    Circumstance.SECOND_PERSON: _COLLEAGUES,
    Circumstance.LEADERSHIP: LEADERSHIP,
}
"""The table. Where any member of staff may, administrators are members of staff; elsewhere they are not named."""

_OWN_LOOK: Final = frozenset({Circumstance.SECOND_PERSON, Circumstance.LEADERSHIP})
"""What the policy asks of a picture as such; agreements from before they named anything are for these."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exception, named by what it is about.

    Attributes:
        circumstance: of which kind.
        about: the place and the opaque ids of people that it is about.
        authors: the ids of those who said what it is about; none of them can lift it.
    """

    circumstance: Circumstance
    about: tuple[str, ...] = ()
    authors: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What an agreement calls it: its kind, and 16 hex digits of what it is about."""
        digest = hashlib.sha256("\n".join(self.about).encode()).hexdigest()
        return f"{self.circumstance.value}:{digest[:16]}"

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may lift it, as a finding lists them."""
        return tuple(role for role in Role if role in MAY_LIFT[self.circumstance])

    def lifted(self, approvals: Iterable[Approval]) -> bool:
        """Say whether one of these agreements is for it, by a second person who may."""
        return any(self._counts(approval) for approval in approvals)

    def _counts(self, approval: Approval) -> bool:
        if approval.by_uploader or not may_lift(self.circumstance, approval.role):
            return False
        if approval.by is not None and (approval.by.program or approval.by.parties & self.authors):
            return False
        if approval.about is None:
            return self.circumstance in _OWN_LOOK
        return self.name in approval.about


def may_lift(circumstance: Circumstance, role: Role) -> bool:
    """Say whether people of a role may lift an exception; every account with a role is a member of staff."""
    return bool({role, Role.STAFF} & MAY_LIFT[circumstance])


def open_to(findings: Iterable[Finding], role: Role) -> tuple[Finding, ...]:
    """Return the findings to which a second person of this role may agree."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK and _open(finding, role))


def place_name(box: Box) -> str:
    """Return how an exception names a place in fractions of the picture."""
    return ",".join(f"{side:.{_PLACES}f}" for side in (box.x, box.y, box.width, box.height))


def _open(finding: Finding, role: Role) -> bool:
    if finding.exception is None:
        return False
    return may_lift(Circumstance(finding.exception.partition(":")[0]), role)
