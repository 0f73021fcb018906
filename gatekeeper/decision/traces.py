"""Traces: the worst status of each face so far, kept through every edit of the picture.

An edit can make a face that was recognised too unclear to compare. So the strictest
that was ever said of a place goes along with the place: the engine's word when the
face could still be compared, and what people said by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from gatekeeper.media.cover import head
from gatekeeper.types import Ambiguous, Box, Face, FaceStatus, Match, PersonId, Trace

_STRICTNESS: Final = (
    FaceStatus.COVERED,
    FaceStatus.CONSENTED,
    FaceStatus.DISMISSED,
    FaceStatus.UNREADABLE,
    FaceStatus.UNKNOWN,
    FaceStatus.AMBIGUOUS,
    FaceStatus.NO_CONSENT,
    FaceStatus.POSSIBLE_DO_NOT_PUBLISH,
    FaceStatus.DO_NOT_PUBLISH,
)
"""Every status, the mildest first."""

PROTECTED: Final = frozenset({FaceStatus.NO_CONSENT, FaceStatus.POSSIBLE_DO_NOT_PUBLISH, FaceStatus.DO_NOT_PUBLISH})
"""Statuses of people who may not be shown, as far as could be told."""


MILD: Final = frozenset({FaceStatus.COVERED, FaceStatus.CONSENTED, FaceStatus.DISMISSED})
"""Statuses of what may be shown."""


def head_of(trace: Trace) -> Box:
    """Return the head of a face, what a crop has cut off included, in fractions of the picture."""
    return trace.head or head(trace.box, trace.turn)


def worst_of(*statuses: FaceStatus) -> FaceStatus:
    """Return the strictest of these."""
    return max(statuses, key=_STRICTNESS.index)


def places_of(traces: Sequence[Trace], seen: Sequence[Box], same: float) -> tuple[Box, ...]:
    """Return each place where a face has to be found again, in fractions, once.

    Args:
        traces: what is known of each.
        seen: places from checks that kept nothing else.
        same: intersection over union from which two boxes are one place.
    """
    known = [trace.box for trace in traces]
    further = [box for box in seen if all(box.overlap(other) < same for other in known)]
    return (*known, *further)


def by_face(traces: Iterable[Trace], faces: Sequence[Face], size: tuple[int, int]) -> dict[int, Trace]:
    """Return what is known so far of each face, by number.

    Every trace goes to the face that it overlaps most; none is dropped.

    Args:
        traces: boxes in fractions.
        faces: boxes in pixels, among them one at the place of every trace.
        size: width and height of the picture, in pixels.

    Raises:
        ValueError: there are traces and no face at all.
    """
    found: dict[int, Trace] = {}
    for trace in traces:
        box = trace.box.scaled(*size)
        number = max(faces, key=lambda face: box.overlap(face.box)).number
        found[number] = _together(found[number], trace) if number in found else trace
    return found


def with_match(earlier: Trace | None, match: Match, box: Box, turn: int) -> Trace:
    """Return what is known of a face when it was compared once more.

    Args:
        earlier: what was known before.
        match: the engine's word now.
        box: the face, in fractions.
        turn: quarter turns that would bring it upright.
    """
    candidates = match.identity.candidates if isinstance(match.identity, Ambiguous) else ()
    now = Trace(
        box, FaceStatus.COVERED, match.recognised, candidates, tuple(match.near_listed), fits=match.fits, turn=turn
    )
    return now if earlier is None else _together(now, earlier)


def without(traces: Iterable[Trace], person: PersonId) -> tuple[Trace, ...]:
    """Return the traces as they are when a person is erased."""

    def others(people: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
        return tuple(one for one in people if one != person)

    return tuple(
        replace(
            trace,
            recognised=others(trace.recognised),
            candidates=others(trace.candidates),
            near=others(trace.near),
            fits=None if trace.fits is None else others(trace.fits),
        )
        for trace in traces
    )


def finished(traces: Mapping[int, Trace], statuses: Iterable[tuple[int, FaceStatus]]) -> tuple[Trace, ...]:
    """Return the traces by face number, each with the strictest of its statuses.

    Args:
        traces: by face number.
        statuses: numbers and what was said of them in this examination.
    """
    worst = {number: trace.worst for number, trace in traces.items()}
    for number, status in statuses:
        worst[number] = worst_of(worst[number], status)
    return tuple(replace(traces[number], worst=worst[number]) for number in sorted(traces))


def _together(now: Trace, earlier: Trace) -> Trace:
    """Return both in one, at the larger of the two places, so that a cover of its head leaves nothing over."""
    if now.fits is None or earlier.fits is None:
        fits = now.fits if earlier.fits is None else earlier.fits
    else:
        fits = tuple(person for person in now.fits if person in earlier.fits)
    larger = max(now, earlier, key=lambda trace: trace.box.area)
    return replace(
        now,
        box=larger.box,
        turn=larger.turn,
        head=earlier.head or now.head,
        worst=worst_of(now.worst, earlier.worst),
        recognised=_union(earlier.recognised, now.recognised),
        candidates=_union(earlier.candidates, now.candidates),
        near=_union(earlier.near, now.near),
        fits=fits,
    )


def _union(one: tuple[PersonId, ...], other: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys((*one, *other)))
