"""What covering or cropping a picture does to everything that was said about it.

What people said is about places. The places move with a crop, and what was said
about a place that is not to be seen any more goes; so does what was confirmed of the
picture as it was. What the gate has found stays found: a face that is still to be seen
is looked for at its place again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from consent_db.records import CheckRequest
from gatekeeper.cropping import WHOLE, seen_from, shown
from gatekeeper.types import Box, Edit, FaceStatus, ScreenedFace

STILL_A_FACE: Final = 0.15
"""A face of which at least this share is to be seen is still a face."""
STILL_KNOWN: Final = 2 / 3
"""What was said about a face holds while at least this share of it is to be seen."""


def covered(request: CheckRequest, faces: Sequence[ScreenedFace], fills: tuple[Box, ...]) -> CheckRequest:
    """Return the request for the picture with these places filled.

    Args:
        request: of the picture as it was.
        faces: that were found in it.
        fills: in fractions of the picture.
    """
    fills = tuple(fill.within(1, 1) for fill in fills)

    def left(box: Box) -> float:
        return 1 - max(shown(box, fill) for fill in fills)

    return replace(
        request,
        nobody_else=False,
        edit=Edit(fills=fills),
        covered=(*request.covered, *fills),
        said=tuple(said for said in request.said if left(said.box) >= STILL_KNOWN),
        missed=tuple(box for box in request.missed if left(box) >= STILL_A_FACE),
        seen=tuple(box for box in _places(faces) if left(box) >= STILL_A_FACE),
    )


def cropped(request: CheckRequest, faces: Sequence[ScreenedFace], part: Box) -> CheckRequest:
    """Return the request for a part of the picture, with every place as seen from that part.

    Args:
        request: of the whole picture.
        faces: that were found in it.
        part: what is kept, in fractions; it has an area.
    """

    def kept(boxes: Sequence[Box], share: float) -> tuple[Box, ...]:
        return tuple(seen_from(box, part) for box in boxes if shown(box, part) > share)

    return replace(
        request,
        nobody_else=False,
        edit=Edit(crop=part),
        covered=kept(request.covered, 0),
        said=tuple(
            replace(said, box=seen_from(said.box, part))
            for said in request.said
            if shown(said.box, part) >= STILL_KNOWN
        ),
        missed=kept(request.missed, STILL_A_FACE),
        seen=kept(_places(faces), STILL_A_FACE),
    )


def _places(faces: Sequence[ScreenedFace]) -> tuple[Box, ...]:
    return tuple(face.box.within(WHOLE.width, WHOLE.height) for face in faces if face.status is not FaceStatus.COVERED)
