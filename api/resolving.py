"""One more fact about a blocked check: who a face is, that it is none, cover it, agree.

Nobody flips a decision. A resolution makes a new request out of the old one, and
the gate examines the picture again with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from consent_db.records import CheckRecord, CheckRequest
from gatekeeper.types import Approval, Box, PersonId, Role, Said, ScreenedFace


class Action(StrEnum):
    """What a person can do about a blocked check."""

    IDENTIFY = "identify"
    NOT_A_FACE = "not_a_face"
    ATTEST = "attest"
    APPROVE = "approve"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Resolution:
    """One more fact, from a person.

    Attributes:
        action: what kind of fact.
        face: the number it is about; for `cover` None means every face that
            may not be published.
        person: who the face is, for `identify`.
        attestations: what is confirmed, for `attest`.
    """

    action: Action
    face: int | None = None
    person: PersonId | None = None
    attestations: frozenset[str] = frozenset()


class ResolutionRefused(Exception):
    """The resolution does not fit the check, and nothing was changed."""


def resolved_request(old: CheckRecord, resolution: Resolution, role: Role, *, by_uploader: bool) -> CheckRequest:
    """Return the old check's request with the new fact in it.

    Raises:
        ResolutionRefused: there is no such face, nobody to bind it to, or nothing to do.
    """
    request = old.draft.request
    if resolution.action is Action.APPROVE:
        return replace(request, approvals=(*request.approvals, Approval(role, by_uploader)))
    # An approval is for exactly what was seen, so any other fact needs a new one.
    request = replace(request, approvals=())
    match resolution.action:
        case Action.ATTEST:
            return _attested(request, resolution.attestations)
        case Action.COVER:
            return _covered(request, _boxes_to_cover(old, resolution.face))
        case Action.NOT_A_FACE:
            return replace(request, said=(*request.said, Said(_face(old, resolution.face).box, None)))
        case Action.IDENTIFY:
            if resolution.person is None:
                raise ResolutionRefused("Say which person the face is.")
            return replace(request, said=(*request.said, Said(_face(old, resolution.face).box, resolution.person)))


def _attested(request: CheckRequest, attestations: frozenset[str]) -> CheckRequest:
    if not attestations - request.attestations:
        raise ResolutionRefused("Say what you confirm.")
    return replace(request, attestations=request.attestations | attestations)


def _covered(request: CheckRequest, boxes: tuple[Box, ...]) -> CheckRequest:
    said = tuple(s for s in request.said if all(s.box.overlap(box) == 0 for box in boxes))
    return replace(request, said=said, covered=(*request.covered, *boxes))


def _boxes_to_cover(old: CheckRecord, number: int | None) -> tuple[Box, ...]:
    if number is not None:
        return (_face(old, number).box,)
    boxes = tuple(face.box for face in _faces(old) if not face.status.publishable)
    if not boxes:
        raise ResolutionRefused("There is no face that has to be covered.")
    return boxes


def _face(old: CheckRecord, number: int | None) -> ScreenedFace:
    for face in _faces(old):
        if face.number == number:
            return face
    raise ResolutionRefused("There is no face of that number in this picture. Look at the numbers again.")


def _faces(old: CheckRecord) -> tuple[ScreenedFace, ...]:
    return old.facts.faces if old.facts else ()
