"""What the rules look at, and what is to be said about one face."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from gatekeeper.caption import NOTHING_SAID, ReviewedWords
from gatekeeper.consent.permission import Permission, Subject, most_restrictive
from gatekeeper.decision.authority import Circumstance, Exemption, place_name
from gatekeeper.decision.objections import forbidding
from gatekeeper.identity.annotations import Placed, authors, named_listed
from gatekeeper.policy.model import Policy
from gatekeeper.register import Register
from gatekeeper.types import (
    Ambiguous,
    Box,
    Face,
    FaceStatus,
    Finding,
    Identity,
    Known,
    Match,
    PersonId,
    Request,
    Said,
    Trace,
    Unknown,
    Unreadable,
)
from gatekeeper.vision.text.reader import Writing


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the rules may look at.

    Attributes:
        matches: one for every entry of `faces`, in the same order, what people
            said by hand included.
        placed: what people said about faces.
        engine_matches: the matches before any annotation.
        dismissed: what the engine said of the finds that were declared to be no
            face, and that are therefore not among `faces`.
        waved: the finds themselves, in the same order.
        size: width and height of the picture, in pixels.
        traces: what was said of each find so far, by number, this comparison included.
        days: every day, in the school's time zone, on which all must hold.
        words: the reviewed caption, alternative text and credit.
        writing: what can be read in the picture, boxes in fractions of it; None if it was not read.
        marked: the numbers of faces that were marked by hand.
        faceless: where a person is whose face was not found, in fractions of the picture.
    """

    request: Request
    register: Register
    policy: Policy
    faces: tuple[Face, ...]
    placed: Placed
    matches: tuple[Match, ...]
    engine_matches: tuple[Match, ...]
    dismissed: tuple[Match, ...]
    days: tuple[date, ...]
    words: ReviewedWords = NOTHING_SAID
    writing: Writing | None = None
    marked: frozenset[int] = frozenset()
    faceless: tuple[Box, ...] = ()
    waved: tuple[Face, ...] = ()
    size: tuple[int, int] = (1, 1)
    traces: Mapping[int, Trace] = field(default_factory=dict)

    def spoken(self, face: int) -> tuple[Said, ...]:
        """Return every statement by hand about a find, oldest first."""
        return self.placed.spoken.get(face, ())

    def place(self, face: int) -> Box:
        """Return where a find is, in fractions of the picture."""
        box = next(found.box for found in (*self.faces, *self.waved) if found.number == face)
        return box.scaled(1 / self.size[0], 1 / self.size[1])

    def permission(self, person: PersonId, subject: Subject) -> Permission:
        """Return the most restrictive permission over all the days."""
        channel = self.request.channel
        return most_restrictive([self.register.permission(person, subject, channel, day) for day in self.days])


Rule = Callable[[Evidence], Iterator[Finding]]


def face_status(match: Match, evidence: Evidence) -> FaceStatus:
    """Say what is to be said about one face; only `consented` may be published."""
    identity, listed = match.identity, evidence.register.listed
    trace = evidence.traces.get(match.face)
    recognised = {*match.recognised, *(trace.recognised if trace else ())}
    if recognised & listed or (isinstance(identity, Known) and identity.person in listed):
        return FaceStatus.DO_NOT_PUBLISH
    if any(not exemption.lifted(evidence.request.approvals) for exemption in list_exemptions(match, evidence)):
        return FaceStatus.POSSIBLE_DO_NOT_PUBLISH
    if isinstance(identity, Known):
        asked_not_to = forbidding(identity.person, evidence.request, evidence.policy) is not None
        allowed = evidence.permission(identity.person, Subject.PICTURE).allowed and not asked_not_to
        return FaceStatus.CONSENTED if allowed else FaceStatus.NO_CONSENT
    return _UNBOUND[type(identity)]


def list_exemptions(match: Match, evidence: Evidence) -> tuple[Exemption, ...]:
    """Return for what the safeguarding lead has to answer before this face may be who it is said to be."""
    trace, listed = evidence.traces.get(match.face), evidence.register.listed
    near = sorted({*match.near_listed, *(trace.near if trace else ())} & listed)
    spoken = evidence.spoken(match.face)
    named = named_listed(spoken, listed)
    pairs = ((Circumstance.NEAR_LISTED, near), (Circumstance.NAMED_LISTED, named))
    return tuple(exemption(kind, match, evidence, people) for kind, people in pairs if people)


def exemption(kind: Circumstance, match: Match, evidence: Evidence, people: Iterable[PersonId] = ()) -> Exemption:
    """Return an exception about one find: its place, who it is said to be, and the people of its history."""
    who = match.identity.person if isinstance(match.identity, Known) else ""
    about = (place_name(evidence.place(match.face)), who, *sorted(people))
    return Exemption(kind, about, authors(evidence.spoken(match.face)))


_UNBOUND: Final[Mapping[type[Identity], FaceStatus]] = {
    Ambiguous: FaceStatus.AMBIGUOUS,
    Unknown: FaceStatus.UNKNOWN,
    Unreadable: FaceStatus.UNREADABLE,
}
