"""One more fact about a blocked check: who a face is, that it is none, cover it, crop it, agree.

Nobody flips a decision. A resolution makes a new request out of the old one, and
the gate examines the picture again with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from api.editing import covered, cropped
from consent_db.records import CheckRecord, CheckRequest
from gatekeeper.cropping import snapped
from gatekeeper.hands import SAME_PLACE
from gatekeeper.media.cover import head
from gatekeeper.rules import NOBODY_RECOGNISABLE
from gatekeeper.types import UNEDITED, Approval, Box, FaceStatus, PersonId, Role, Said, ScreenedFace, Severity

SMALLEST_PART: Final = 64
"""The shortest side, in pixels, of what may be kept of a picture."""
SMALLEST_FACE: Final = 0.005
"""The shortest side of a place that is marked as a face, as a share of the picture's."""


class Action(StrEnum):
    """What a person can do about a blocked check."""

    IDENTIFY = "identify"
    NOT_A_FACE = "not_a_face"
    MISSED_FACE = "missed_face"
    ATTEST = "attest"
    APPROVE = "approve"
    COVER = "cover"
    CROP = "crop"
    REWORD = "reword"


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
        person: who the face is, for `identify`.
        attestations: what is confirmed, for `attest`.
        box: in fractions of the picture: what is kept, for `crop`; what is filled,
            for `cover`; where a face is, for `missed_face`.
        words: in place of all that were given before, for `reword`.
        named: who several faces are at once, by their numbers, for `identify`.
    """

    action: Action
    face: int | None = None
    person: PersonId | None = None
    attestations: frozenset[str] = frozenset()
    box: Box | None = None
    words: NewWords = NewWords()
    named: Mapping[int, PersonId] = field(default_factory=dict)

    @property
    def people(self) -> frozenset[PersonId]:
        """Everybody whom it names."""
        return frozenset([*self.named.values(), *([self.person] if self.person is not None else [])])


class ResolutionRefused(Exception):
    """The resolution does not fit the check, and nothing was changed."""


def resolved_request(old: CheckRecord, resolution: Resolution, role: Role, *, by_uploader: bool) -> CheckRequest:
    """Return the old check's request with the new fact in it.

    Raises:
        ResolutionRefused: there is no such face or place, nobody to bind it to, or nothing to do.
    """
    request = replace(old.draft.request, edit=UNEDITED)
    if resolution.action is Action.APPROVE:
        return replace(request, approvals=(*request.approvals, Approval(role, by_uploader)))
    # An approval is for exactly what was seen, so any other fact needs a new one.
    return _ANSWERS[resolution.action](replace(request, approvals=()), old, resolution)


def _attest(request: CheckRequest, old: CheckRecord, resolution: Resolution) -> CheckRequest:
    nobody_else = NOBODY_RECOGNISABLE in resolution.attestations
    given = resolution.attestations - {NOBODY_RECOGNISABLE}
    if nobody_else and not asks_whether_nobody_else(old):
        raise ResolutionRefused("The gate has not asked whether anybody else can be recognised. Confirm what it asks.")
    if not (nobody_else or given - request.attestations):
        raise ResolutionRefused("Say what you confirm.")
    return replace(request, attestations=request.attestations | given, nobody_else=request.nobody_else or nobody_else)


def asks_whether_nobody_else(record: CheckRecord) -> bool:
    """Say whether a person has to look whether anybody can be recognised who was not found."""
    findings = record.facts.decision.findings if record.facts else ()
    return any(finding.attestation == NOBODY_RECOGNISABLE for finding in findings)


def _identify(request: CheckRequest, old: CheckRecord, resolution: Resolution) -> CheckRequest:
    named = list(resolution.named.items())
    pairs = [(resolution.face, resolution.person)] if resolution.person is not None else named
    if not pairs:
        raise ResolutionRefused("Say which person the face is.")
    said = (Said(_face(old, number).box, person) for number, person in pairs)
    return replace(request, said=(*request.said, *said))


def _not_a_face(request: CheckRequest, old: CheckRecord, resolution: Resolution) -> CheckRequest:
    # Whoever confirmed that nobody else can be recognised had this face before them as a face.
    return replace(request, said=(*request.said, Said(_face(old, resolution.face).box, None)), nobody_else=False)


def _missed_face(request: CheckRequest, old: CheckRecord, resolution: Resolution) -> CheckRequest:
    box = _box(resolution).within(1, 1)
    if min(box.width, box.height) < SMALLEST_FACE:
        raise ResolutionRefused("This place is too small to be a face. Mark the whole head.")
    for face in _open_faces(old):
        if face.box.overlap(box) >= SAME_PLACE:
            raise ResolutionRefused(f"This is face {face.number}, which was found already.")
    # Whoever said that there is none is overruled by whoever sees one.
    said = tuple(s for s in request.said if s.person is not None or s.box.overlap(box) < SAME_PLACE)
    return replace(request, said=said, missed=(*request.missed, box), nobody_else=False)


def _cover(request: CheckRequest, old: CheckRecord, resolution: Resolution) -> CheckRequest:
    fills = _fills(old, resolution)
    if not fills:
        raise ResolutionRefused("There is no face that has to be covered, and nothing else.")
    return covered(request, _faces(old), fills)


def _fills(old: CheckRecord, resolution: Resolution) -> tuple[Box, ...]:
    """Return what is to be covered: the place, the face, or all that may not be published."""
    if resolution.box is not None:
        return (resolution.box.within(1, 1),) if resolution.box.within(1, 1).area else ()
    if resolution.face is not None:
        face = _face(old, resolution.face)
        return (head(face.box, face.turn),)
    return (*(head(face.box, face.turn) for face in _unpublishable(old)), *_regions(old))


def _regions(old: CheckRecord) -> list[Box]:
    """Return the places without a face that block, such as a name that can be read."""
    findings = old.facts.decision.findings if old.facts else ()
    return [found.region for found in findings if found.region is not None and found.severity is Severity.BLOCK]


def _crop(request: CheckRequest, old: CheckRecord, resolution: Resolution) -> CheckRequest:
    size = _size(old)
    part = snapped(_box(resolution), size)
    if round(min(part.width * size[0], part.height * size[1])) < min(SMALLEST_PART, *size):
        raise ResolutionRefused("This part is too small to be a picture. Keep more of it.")
    if part.area == 1:
        raise ResolutionRefused("This is the whole picture. Choose the part to keep.")
    return cropped(request, _faces(old), part)


def _reword(request: CheckRequest, _: CheckRecord, resolution: Resolution) -> CheckRequest:
    words = resolution.words
    new = replace(request, caption=words.caption, alt_text=words.alt_text, credit=words.credit)
    if new == request:
        raise ResolutionRefused("These are the words that were checked already. Change them first.")
    return new


_ANSWERS: Final[Mapping[Action, Callable[[CheckRequest, CheckRecord, Resolution], CheckRequest]]] = {
    Action.ATTEST: _attest,
    Action.IDENTIFY: _identify,
    Action.NOT_A_FACE: _not_a_face,
    Action.MISSED_FACE: _missed_face,
    Action.COVER: _cover,
    Action.CROP: _crop,
    Action.REWORD: _reword,
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
