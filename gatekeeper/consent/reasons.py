"""A chain of reasons in sentences, for those who keep the register and for other staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from gatekeeper.consent.permission import (
    EVERYWHERE,
    Effect,
    Party,
    Permission,
    Reason,
    Stance,
    Statement,
    Step,
    Subject,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One reason: a stable code, what it does to the answer, and a sentence for people."""

    code: Reason
    effect: Effect
    sentence: str


def verdict(answer: Permission, subject: Subject) -> str:
    """Return the answer in one sentence that any member of staff may read: never why not."""
    what = subject.verdict
    if not answer.allowed:
        return f"{what} not permitted."
    return f"{what} permitted{f' until {_day(answer.until)}' if answer.until else ''}."


def lines(answer: Permission) -> tuple[Line, ...]:
    """Return the whole chain in sentences, what decides first; for those who keep the register."""
    return tuple(Line(step.code, step.effect, sentence(step)) for step in answer.chain)


def sentence(step: Step) -> str:
    """Return what a step says, with who said it, where and from when until when."""
    if step.statement is not None:
        return f"{_said(step.statement)}{_AFTER.get(step.code, '')}."
    if step.code is Reason.LEFT and step.day is not None:
        return f"The last day at the school was {_day(step.day)}."
    return _PLAIN[step.code]


def _said(said: Statement) -> str:
    where = "everywhere" if said.scope == EVERYWHERE else f"for {said.scope}"
    until = f" until {_day(said.until)}" if said.until else ""
    return f"{WHO[said.party]} {DID[said.stance]} {where}, from {_day(said.since)}{until}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


WHO: Final[Mapping[Party, str]] = {
    Party.PARENT: "A parent",
    Party.SECOND_PARENT: "The second parent",
    Party.CARER: "A carer",
    Party.LOCAL_AUTHORITY: "The local authority",
    Party.PUPIL: "The pupil",
    Party.SELF: "The person",
    Party.SCHOOL: "The school’s leadership",
    Party.COURT: "A court",
}
"""Who made a statement, at the beginning of a sentence."""

DID: Final[Mapping[Stance, str]] = {
    Stance.GRANTED: "agreed",
    Stance.REFUSED: "refused",
    Stance.WITHDRAWN: "withdrew consent",
}
"""What they did, behind it."""

_AFTER: Final[Mapping[Reason, str]] = {
    Reason.REFUSED: "; only they can agree again",
    Reason.EXPIRED: ", which has ended",
    Reason.REFUSAL_ENDED: ", which has ended, and has not agreed since",
    Reason.NOT_YET: ", which has not begun",
    Reason.DOES_NOT_COUNT: ", whose yes is not what is needed here",
}
_PLAIN: Final[Mapping[Reason, str]] = {
    Reason.LISTED: "The person is on the do-not-publish list.",
    Reason.HELD: "There is a hold on the person.",
    Reason.LEFT: "The person has left the school.",
    Reason.EXPIRED: "The consent that is needed has ended; ask again.",
    Reason.NOT_GIVEN: "No person whose consent is needed has agreed.",
    Reason.PUPIL_NOT_ASKED: "The pupil is, or may be, old enough to be asked too, and has not agreed.",
    Reason.NOT_ON_REGISTER: "The person is not on the register.",
    Reason.NO_BIOMETRICS: "The school works without biometrics.",
}
