"""What is said of the faces and places in a picture: who they are, what is covered, what is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from api.application.checks.resolve.editing import covered, cropped, grown
from api.application.checks.resolve.resolution import Hand, Resolution, ResolutionRefused
from consent_db.approvals.records import CheckRecord
from gatekeeper.decision.traces import head_of
from gatekeeper.identity.annotations import SAME_PLACE
from gatekeeper.media.cover import head
from gatekeeper.media.cropping import snapped
from gatekeeper.types import (
    BoundBy,
    Box,
    CheckRequest,
    FaceStatus,
    PersonId,
    Said,
    ScreenedFace,
    Severity,
    Trace,
)

SMALLEST_PART: Final = 64
"""The shortest side, in pixels, of what may be kept of a picture."""
SMALLEST_FACE: Final = 0.005
"""The shortest side of a place that is marked as a face, as a share of the picture's."""


def identify(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the request with who a face is in it.

    Raises:
        ResolutionRefused: it does not fit the picture.
    """
    named = list(resolution.named.items())
    pairs = [(resolution.face, resolution.person)] if resolution.person is not None else named
    if not pairs:
        raise ResolutionRefused("Say which person the face is.")
    said = (Said(_face(old, number).box, person, hand.author, hand.at) for number, person in pairs)
    return replace(request, said=(*request.said, *said))


def not_them(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the request with whom a face is not in it; of one that was called no face, that it is one after all.

    Raises:
        ResolutionRefused: it does not fit the picture.
    """
    face = _face(old, resolution.face)
    if face.status is FaceStatus.DISMISSED:
        after_all = Said(face.box, None, hand.author, hand.at, not_them=True)
        return replace(request, said=(*request.said, after_all), nobody_else=False, nobody_else_by=None)
    person = resolution.person or named_as(request, face)
    if person is None:
        raise ResolutionRefused("This face was not named by hand, so there is no name to remove.")
    back = Said(face.box, person, hand.author, hand.at, not_them=True)
    return replace(request, said=(*request.said, back))


def named_as(request: CheckRequest, face: ScreenedFace) -> PersonId | None:
    """Return the person a face was named as by hand: the one bound to it, else the last one said of its place."""
    if face.by is BoundBy.HAND:
        return face.person
    here = [one for one in request.said if one.box.overlap(face.box) >= SAME_PLACE]
    return next((one.person for one in reversed(here) if one.person is not None and not one.not_them), None)


def not_a_face(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the request with that a find is no face in it.

    Raises:
        ResolutionRefused: it does not fit the picture.
    """
    said = Said(_face(old, resolution.face).box, None, hand.author, hand.at)
    # The person who confirmed that no one else can be recognised saw this face as a face.
    return replace(request, said=(*request.said, said), nobody_else=False, nobody_else_by=None)


def missed_face(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the request with where a face is that was not found in it.

    Raises:
        ResolutionRefused: it does not fit the picture.
    """
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


def cover(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the request with what is to be filled in it.

    Raises:
        ResolutionRefused: it does not fit the picture.
    """
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
    earlier = [head_of(trace) for trace in traces_of(old) if trace.box.overlap(face.box) >= SAME_PLACE]
    within = (one.within(1, 1) for one in (head(face.box, face.turn), *earlier))
    return tuple(dict.fromkeys(box for box in within if box.area > 0))


def _settled(old: CheckRecord) -> tuple[Box, ...]:
    """Return the faces that may be published as they are, with nothing left to decide about them."""
    open_ = {finding.face for finding in old.findings if finding.severity is Severity.BLOCK}
    return tuple(face.box for face in _faces(old) if face.status is FaceStatus.CONSENTED and face.number not in open_)


def traces_of(old: CheckRecord) -> tuple[Trace, ...]:
    """Return what is known of every face; of a check from before traces were kept, what its answer says."""
    if old.facts is None or old.facts.traces:
        return old.facts.traces if old.facts else ()
    return tuple(
        Trace(face.box, face.status, (face.person,) if face.person and face.by is BoundBy.ENGINE else ())
        for face in _open_faces(old)
    )


def _regions(old: CheckRecord) -> list[Box]:
    """Return the places without a face that block, such as a name that can be read."""
    return [found.region for found in old.findings if found.region is not None and found.severity is Severity.BLOCK]


def crop(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the request with which part is to be kept in it.

    Raises:
        ResolutionRefused: it does not fit the picture.
    """
    size = _size(old)
    part = snapped(_box(resolution), size)
    if round(min(part.width * size[0], part.height * size[1])) < min(SMALLEST_PART, *size):
        raise ResolutionRefused("This part is too small to be a picture. Keep more of it.")
    if part.area == 1:
        raise ResolutionRefused("This is the whole picture. Choose the part to keep.")
    return cropped(request, part, _settled(old) if hand.current else None)


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
    return old.faces


def _size(old: CheckRecord) -> tuple[int, int]:
    if old.facts is None or old.facts.release is None:
        raise ResolutionRefused("There is no picture to cut.")
    return old.facts.release.width, old.facts.release.height
