"""One more fact about a blocked check: who a face is, that it is none, cover it, crop it, agree.

A decision is never overridden. A resolution makes a new request out of the old one, and
the gate examines the picture again with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from api.application.checks.editing import covered, cropped, grown
from consent_db.approvals.records import CheckRecord, CheckRequest
from gatekeeper.decision.authority import open_to
from gatekeeper.decision.rules import NOBODY_RECOGNISABLE
from gatekeeper.decision.traces import head_of
from gatekeeper.identity.annotations import SAME_PLACE
from gatekeeper.media.cover import head
from gatekeeper.media.cropping import snapped
from gatekeeper.types import (
    UNEDITED,
    Approval,
    Author,
    BoundBy,
    Box,
    FaceStatus,
    Finding,
    FindingCode,
    PersonId,
    Role,
    Said,
    ScreenedFace,
    Severity,
    Trace,
)

SMALLEST_PART: Final = 64
"""The shortest side, in pixels, of what may be kept of a picture."""
SMALLEST_FACE: Final = 0.005
"""The shortest side of a place that is marked as a face, as a share of the picture's."""


class Action(StrEnum):
    """What a person can do about a blocked check."""

    IDENTIFY = "identify"
    NOT_THEM = "not_them"
    NOT_A_FACE = "not_a_face"
    MISSED_FACE = "missed_face"
    ATTEST = "attest"
    APPROVE = "approve"
    COVER = "cover"
    CROP = "crop"
    REWORD = "reword"
    ACCEPT_WORDS = "accept_words"
    NOT_OUR_PUPIL = "not_our_pupil"


@dataclass(frozen=True, slots=True)
class NewWords:
    """Everything that is to go out with the picture; None for nothing."""

    caption: str | None = field(default=None, repr=False)
    alt_text: str | None = field(default=None, repr=False)
    credit: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Resolution:
    """One more fact, from a person.

    Attributes:
        action: what kind of fact.
        face: the number it is about; for `cover` without a `box` None means every
            face, and every other place, that may not be published.
        person: who the face is, for `identify`; who it is not, for `not_them` (the
            person it was last named as if left out).
        attestations: what is confirmed, for `attest`.
        box: in fractions of the picture: what is kept, for `crop`; what is filled,
            for `cover`; where a face is, for `missed_face`.
        words: in place of all that were given before, for `reword`.
        named: who several faces are at once, by their numbers, for `identify`.
        note: what the second person writes beside an agreement, for `approve`.
        attested_by: the account of the person who looked, where a program attests.
        phrase: the name that is no pupil's, as it stands in the words, for `not_our_pupil`.
    """

    action: Action
    face: int | None = None
    person: PersonId | None = None
    attestations: frozenset[str] = frozenset()
    box: Box | None = None
    words: NewWords = NewWords()
    named: Mapping[int, PersonId] = field(default_factory=dict)
    note: str = field(default="", repr=False)
    attested_by: str | None = None
    phrase: str | None = field(default=None, repr=False)

    @property
    def people(self) -> frozenset[PersonId]:
        """All people it names."""
        return frozenset([*self.named.values(), *([self.person] if self.person is not None else [])])


@dataclass(frozen=True, slots=True)
class Hand:
    """Who resolves something, and when.

    Attributes:
        author: who.
        at: when; aware.
        by_uploader: whether they, or a key of theirs, sent the picture or said anything about it.
        current: whether the register is as it was when the check was decided.
        attests: whether the policy lets programs attest without saying who looked.
    """

    author: Author
    at: datetime
    by_uploader: bool
    current: bool
    attests: bool = False


class ResolutionRefused(Exception):
    """The resolution does not fit the check, and nothing was changed."""


def resolved_request(old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the old check's request with the new fact in it.

    Raises:
        ResolutionRefused: there is no such face or place, no person to bind it to, nothing
            to do, or it is not for this hand to do.
    """
    request = replace(old.draft.request, edit=UNEDITED, traces=_traces(old), seen=())
    if resolution.action is Action.APPROVE:
        about = frozenset(finding.exception for finding in agreeable(old, hand) if finding.exception is not None)
        approval = Approval(hand.author.role, hand.by_uploader, about, hand.author)
        return replace(request, approvals=(*request.approvals, approval))
    # An approval is for exactly what was seen, so any other fact needs a new one.
    return _ANSWERS[resolution.action](replace(request, approvals=()), old, resolution, hand)


def asked_of(old: CheckRecord, role: Role) -> tuple[Finding, ...]:
    """Return what a second person of this role may agree to; whether they are one is the caller's to ask."""
    return open_to(old.facts.decision.findings, role) if old.facts else ()


def agreeable(old: CheckRecord, hand: Hand) -> tuple[Finding, ...]:
    """Return what this hand may agree to.

    Raises:
        ResolutionRefused: nothing.
    """
    if hand.author.program:
        raise ResolutionRefused("A program cannot agree to a picture. Ask a colleague to open it under Approvals.")
    found = () if hand.by_uploader else asked_of(old, hand.author.role)
    if not found:
        raise ResolutionRefused(
            "You cannot decide this: it is your own upload, another role has to decide, or it is already decided."
        )
    return found


def _attest(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    nobody_else = NOBODY_RECOGNISABLE in resolution.attestations
    given = resolution.attestations - {NOBODY_RECOGNISABLE}
    if hand.author.program:
        _may_attest(old, resolution, hand)
    if nobody_else and not asks_whether_nobody_else(old):
        raise ResolutionRefused(
            "The gate has not asked whether any other person can be recognised. Confirm what it asks."
        )
    if not (nobody_else or given - request.attestations):
        raise ResolutionRefused("Say what you confirm.")
    return replace(
        request,
        attestations=request.attestations | given,
        unlooked=request.unlooked - given,
        nobody_else=request.nobody_else or nobody_else,
        nobody_else_by=hand.author if nobody_else else request.nobody_else_by,
        attested_by=resolution.attested_by or request.attested_by,
    )


def _may_attest(old: CheckRecord, resolution: Resolution, hand: Hand) -> None:
    """Refuse what a key alone cannot say.

    Raises:
        ResolutionRefused: it needs a person who is signed in, or the account of the person who looked is missing.
    """
    if resolution.attestations & needs_eyes(old):
        raise ResolutionRefused("A program cannot confirm this. Ask a colleague to open the picture and to look.")
    if not hand.attests and resolution.attested_by is None:
        raise ResolutionRefused("Say who looked at the picture: send the e-mail address of the account as attested_by.")


def needs_eyes(old: CheckRecord) -> frozenset[str]:
    """Return the attestations that only a person who was shown the picture can give."""
    findings = old.facts.decision.findings if old.facts else ()
    asked = {f.attestation for f in findings if f.code is FindingCode.ASKED_NOT_TO_BE_SHOWN and f.attestation}
    return frozenset({NOBODY_RECOGNISABLE, *asked})


def asks_whether_nobody_else(record: CheckRecord) -> bool:
    """Return whether a person has to look for people who can be recognised but were not found."""
    findings = record.facts.decision.findings if record.facts else ()
    return any(finding.attestation == NOBODY_RECOGNISABLE for finding in findings)


def _identify(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    named = list(resolution.named.items())
    pairs = [(resolution.face, resolution.person)] if resolution.person is not None else named
    if not pairs:
        raise ResolutionRefused("Say which person the face is.")
    said = (Said(_face(old, number).box, person, hand.author, hand.at) for number, person in pairs)
    return replace(request, said=(*request.said, *said))


def _not_them(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    face = _face(old, resolution.face)
    person = resolution.person or named_as(request, face)
    if person is None:
        raise ResolutionRefused("This face was not named by hand, so there is nothing to take back.")
    back = Said(face.box, person, hand.author, hand.at, not_them=True)
    return replace(request, said=(*request.said, back))


def named_as(request: CheckRequest, face: ScreenedFace) -> PersonId | None:
    """Return the person a face was named as by hand: the one bound to it, else the last one said of its place."""
    if face.by is BoundBy.HAND:
        return face.person
    here = [one for one in request.said if one.box.overlap(face.box) >= SAME_PLACE]
    return next((one.person for one in reversed(here) if one.person is not None and not one.not_them), None)


def _not_a_face(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    said = Said(_face(old, resolution.face).box, None, hand.author, hand.at)
    # The person who confirmed that no one else can be recognised saw this face as a face.
    return replace(request, said=(*request.said, said), nobody_else=False, nobody_else_by=None)


def _missed_face(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    box = _box(resolution).within(1, 1)
    if min(box.width, box.height) < SMALLEST_FACE:
        raise ResolutionRefused("This place is too small to be a face. Mark the whole head.")
    for face in _open_faces(old):
        if face.status is not FaceStatus.DISMISSED and face.box.overlap(box) >= SAME_PLACE:
            raise ResolutionRefused(f"This is face {face.number}, which was found already.")
    # A statement that there is no face yields to a statement that there is one.
    waved = [f for f in _faces(old) if f.status is FaceStatus.DISMISSED and f.box.overlap(box) >= SAME_PLACE]
    back = (Said(face.box, None, hand.author, hand.at, not_them=True) for face in waved)
    said = (*request.said, *back)
    return replace(request, said=said, missed=(*request.missed, box), nobody_else=False, nobody_else_by=None)


def _cover(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    fills = _fills(old, resolution)
    if not fills:
        raise ResolutionRefused("There is no face that has to be covered, and nothing else.")
    return covered(request, fills, _settled(old) if hand.current else None)


def _fills(old: CheckRecord, resolution: Resolution) -> tuple[Box, ...]:
    """Return what is to be covered: the place, the face, or all that may not be published."""
    if resolution.box is not None:
        box = resolution.box.within(1, 1)
        return grown(box, _open_faces(old)) if box.area else ()
    if resolution.face is not None:
        return _heads(old, _face(old, resolution.face))
    faces = [fill for face in _unpublishable(old) for fill in _heads(old, face)]
    return (*faces, *(fill for region in _regions(old) for fill in grown(region, _open_faces(old))))


def _heads(old: CheckRecord, face: ScreenedFace) -> tuple[Box, ...]:
    """Return the head of a face, and that of the face that was found there before it was cut or covered in part."""
    earlier = [head_of(trace) for trace in _traces(old) if trace.box.overlap(face.box) >= SAME_PLACE]
    within = (one.within(1, 1) for one in (head(face.box, face.turn), *earlier))
    return tuple(dict.fromkeys(box for box in within if box.area > 0))


def _settled(old: CheckRecord) -> tuple[Box, ...]:
    """Return the faces that may be published as they are, with nothing left to decide about them."""
    findings = old.facts.decision.findings if old.facts else ()
    open_ = {finding.face for finding in findings if finding.severity is Severity.BLOCK}
    return tuple(face.box for face in _faces(old) if face.status is FaceStatus.CONSENTED and face.number not in open_)


def _traces(old: CheckRecord) -> tuple[Trace, ...]:
    """Return what is known of every face; of a check from before traces were kept, what its answer says."""
    if old.facts is None or old.facts.traces:
        return old.facts.traces if old.facts else ()
    return tuple(
        Trace(face.box, face.status, (face.person,) if face.person and face.by is BoundBy.ENGINE else ())
        for face in _open_faces(old)
    )


def _regions(old: CheckRecord) -> list[Box]:
    """Return the places without a face that block, such as a name that can be read."""
    findings = old.facts.decision.findings if old.facts else ()
    return [found.region for found in findings if found.region is not None and found.severity is Severity.BLOCK]


def _crop(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    size = _size(old)
    part = snapped(_box(resolution), size)
    if round(min(part.width * size[0], part.height * size[1])) < min(SMALLEST_PART, *size):
        raise ResolutionRefused("This part is too small to be a picture. Keep more of it.")
    if part.area == 1:
        raise ResolutionRefused("This is the whole picture. Choose the part to keep.")
    return cropped(request, part, _settled(old) if hand.current else None)


def _reword(request: CheckRequest, _: CheckRecord, resolution: Resolution, __: Hand) -> CheckRequest:
    words = resolution.words
    new = replace(request, caption=words.caption, alt_text=words.alt_text, credit=words.credit)
    if new == request:
        raise ResolutionRefused("These are the words that were checked already. Change them first.")
    return new


def _accept_words(request: CheckRequest, old: CheckRecord, _: Resolution, __: Hand) -> CheckRequest:
    """Take the words that were proposed; they are reviewed again like any others."""
    if old.facts is None or old.facts.proposed_words == (None, None, None):
        raise ResolutionRefused("No words are proposed. Write the words that are to go out, and send those.")
    caption, alt_text, credit = old.facts.proposed_words
    return replace(
        request,
        caption=caption or request.caption,
        alt_text=alt_text or request.alt_text,
        credit=credit or request.credit,
    )


def _same_words(request: CheckRequest, _: CheckRecord, __: Resolution, ___: Hand) -> CheckRequest:
    """Ask again with the same words, of which one is let pass now."""
    return request


_ANSWERS: Final[Mapping[Action, Callable[[CheckRequest, CheckRecord, Resolution, Hand], CheckRequest]]] = {
    Action.ATTEST: _attest,
    Action.IDENTIFY: _identify,
    Action.NOT_THEM: _not_them,
    Action.NOT_A_FACE: _not_a_face,
    Action.MISSED_FACE: _missed_face,
    Action.COVER: _cover,
    Action.CROP: _crop,
    Action.REWORD: _reword,
    Action.ACCEPT_WORDS: _accept_words,
    Action.NOT_OUR_PUPIL: _same_words,
}


def _box(resolution: Resolution) -> Box:
    if resolution.box is None:
        raise ResolutionRefused("Say which part of the picture.")
    return resolution.box


def _face(old: CheckRecord, number: int | None) -> ScreenedFace:
    for face in _open_faces(old):
        if face.number == number:
            return face
    raise ResolutionRefused("There is no face of that number in this picture. Look at the numbers again.")


def _unpublishable(old: CheckRecord) -> list[ScreenedFace]:
    return [face for face in _faces(old) if not face.status.publishable]


def _open_faces(old: CheckRecord) -> tuple[ScreenedFace, ...]:
    """Return the faces that are to be seen; of a covered one there is nothing to say."""
    return tuple(face for face in _faces(old) if face.status is not FaceStatus.COVERED)


def _faces(old: CheckRecord) -> tuple[ScreenedFace, ...]:
    return old.facts.faces if old.facts else ()


def _size(old: CheckRecord) -> tuple[int, int]:
    if old.facts is None or old.facts.release is None:
        raise ResolutionRefused("There is no picture to cut.")
    return old.facts.release.width, old.facts.release.height
