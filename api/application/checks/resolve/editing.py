"""What covering or cropping a picture does to everything that was said about it.

What people said is about places. The places move with a crop. What was said about a
face that is still to be seen stays said, and binds while most of the face is; what
was confirmed of the picture as it was goes. What the gate has found stays found: a
face is hidden when a fill takes its whole head, or when it lies outside the part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from gatekeeper.decision.traces import MILD, PROTECTED, head_of
from gatekeeper.identity.annotations import SAME_PLACE
from gatekeeper.media.cover import head
from gatekeeper.media.cropping import WHOLE, seen_from, shown
from gatekeeper.types import Box, CheckRequest, Edit, FaceStatus, Said, ScreenedFace, Trace

STILL_A_FACE: Final = 0.15
"""A face of which at least this share is to be seen is still a face."""
STILL_KNOWN: Final = 2 / 3
"""What was said about a face holds while at least this share of it is to be seen."""
GROWS_AT: Final = 0.5
"""A fill that takes this share of a face that may be shown takes the whole head."""
_NOT_SEEN: Final = 0.02
"""A face that may not be shown is gone when no more than this share of it is to be seen ..."""
_NO_HEAD: Final = 0.15
"""... and less than this share of the head as it was before any cut."""
_WHOLE_HEAD: Final = 0.99
"""A fill takes a head if it takes this share of it; the rest is rounding."""


def covered(request: CheckRequest, fills: tuple[Box, ...], settled: Sequence[Box] | None = ()) -> CheckRequest:
    """Return the request for the picture with these places filled.

    Args:
        request: of the picture as it was, with the traces of every face in it.
        fills: in fractions of the picture.
        settled: the faces that may be published as they are, with nothing left to decide;
            None if the register has changed since that was said, so that it holds of none.
    """
    fills = tuple(fill.within(1, 1) for fill in fills)

    def left(box: Box) -> float:
        return 1 - max(shown(box, fill) for fill in fills)

    traces = tuple(trace for trace in request.traces if not _hidden(trace, fills, settled))
    return replace(
        request,
        nobody_else=False,
        nobody_else_by=None,
        edit=Edit(fills=fills),
        covered=(*request.covered, *fills),
        said=_still_said(request.said, left, traces),
        missed=tuple(box for box in request.missed if left(box) >= STILL_A_FACE),
        traces=traces,
    )


def grown(fill: Box, faces: Sequence[ScreenedFace]) -> tuple[Box, ...]:
    """Return a place that was marked to be covered, and the head of every face that it takes a good part of.

    Args:
        fill: in fractions of the picture.
        faces: that are to be seen.
    """
    touched = [face for face in faces if shown(face.box, fill) >= _grows_at(face)]
    heads = [head(face.box, face.turn).within(1, 1) for face in touched]
    own = () if any(shown(fill, one) >= _WHOLE_HEAD for one in heads) else (fill,)
    return (*own, *(one for one in heads if shown(one, fill) < _WHOLE_HEAD))


def cropped(request: CheckRequest, part: Box, settled: Sequence[Box] | None = ()) -> CheckRequest:
    """Return the request for a part of the picture, with every place as seen from that part.

    Args:
        request: of the whole picture, with the traces of every face in it.
        part: what is kept, in fractions; it has an area.
        settled: the faces that may be published as they are, with nothing left to decide;
            None if the register has changed since that was said, so that it holds of none.
    """

    def kept(boxes: Sequence[Box], share: float) -> tuple[Box, ...]:
        return tuple(seen_from(box, part) for box in boxes if shown(box, part) > share)

    traces = tuple(trace for trace in request.traces if _in_part(trace, part, settled))
    said = _still_said(request.said, lambda box: shown(box, part), traces)
    return replace(
        request,
        nobody_else=False,
        nobody_else_by=None,
        edit=Edit(crop=part),
        covered=kept(request.covered, 0),
        said=tuple(replace(one, box=seen_from(one.box, part)) for one in said if seen_from(one.box, part).area > 0),
        missed=kept(request.missed, STILL_A_FACE),
        traces=tuple(_from_part(trace, part) for trace in traces),
    )


def _still_said(said: Sequence[Said], left: Callable[[Box], float], traces: Sequence[Trace]) -> tuple[Said, ...]:
    """Return the statements about what is still to be seen; about what is mostly hidden, as memories only."""
    found = []
    for one in said:
        known = left(one.box) >= STILL_KNOWN
        if known or any(one.box.overlap(trace.box) >= SAME_PLACE for trace in traces):
            found.append(replace(one, holds=one.holds and known))
    return tuple(found)


def _hidden(trace: Trace, fills: Sequence[Box], settled: Sequence[Box] | None) -> bool:
    whole = head_of(trace).within(WHOLE.width, WHOLE.height)
    if any(shown(whole, fill) >= _WHOLE_HEAD for fill in fills):
        return True
    # A friend who stands half behind a covered head is not looked for at the rest.
    return _mild(trace, settled) and any(1 - shown(trace.box, fill) < STILL_A_FACE for fill in fills)


def _in_part(trace: Trace, part: Box, settled: Sequence[Box] | None) -> bool:
    if _mild(trace, settled):
        return shown(trace.box, part) > STILL_A_FACE
    return shown(trace.box, part) > _NOT_SEEN or shown(_whole(trace), part) >= _NO_HEAD


def _mild(trace: Trace, settled: Sequence[Box] | None) -> bool:
    """Say whether a small rest of a face is nothing to ask about: it could have stayed whole.

    A face that is unknown may be a person on the list who has no template, and one between
    several people, or recognised outside the chosen event, any of them.
    """
    if settled is None:
        return False
    if trace.worst in MILD:
        return True
    named = trace.worst not in PROTECTED and not trace.recognised
    return named and any(box.overlap(trace.box) >= SAME_PLACE for box in settled)


def _from_part(trace: Trace, part: Box) -> Trace:
    """Return the face as it is in the part; a face outside it is where the rest of the head is."""
    whole = _moved(_whole(trace), part)
    seen = shown(trace.box, part) > _NOT_SEEN
    return replace(trace, box=seen_from(trace.box, part) if seen else whole.within(1, 1), head=whole)


def _whole(trace: Trace) -> Box:
    """Return the head as far as it was ever in the picture; a crop may have left a part of it outside."""
    return trace.head or head_of(trace).within(1, 1)


def _moved(box: Box, part: Box) -> Box:
    """Return the whole box in fractions of the part, inside it or not."""
    return Box(box.x - part.x, box.y - part.y, box.width, box.height).scaled(1 / part.width, 1 / part.height)


def _grows_at(face: ScreenedFace) -> float:
    return GROWS_AT if face.status is FaceStatus.CONSENTED else STILL_A_FACE
