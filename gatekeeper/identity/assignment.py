"""Assignment over the whole picture: each person at most once, and no face to its second best.

Faces compete for people. The largest sum over the picture (the Hungarian method) would give
a face whose best is taken to the next person, who may only resemble a stranger; here such
a face stays ambiguous.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatekeeper.types import Ambiguous, BoundBy, Identity, Known, PersonId, Unknown

MOST_CANDIDATES: Final = 5
"""An ambiguous face names at most this many people."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person that a face may be.

    Attributes:
        person: who.
        similarity: how alike.
        above: how far above their own threshold that is; negative below it.
        rival: whether they are within the margin of the best, who is one too.
        expected: whether they are of the event, or on the do-not-publish list.
    """

    person: PersonId
    similarity: float
    above: float
    rival: bool
    expected: bool


def settled(close: Mapping[int, Sequence[Candidate]], margin: float) -> dict[int, Identity]:
    """Say who each face is, so that no person is in the picture twice.

    Args:
        close: for each face the people who come into question, best first.
        margin: how far one must be ahead, as `Thresholds.margin`.

    A person without a rival is known. A rival who is clearly another face of the picture
    is none any more, so the others are looked at again. What is never done is to give
    a face to its second best because the best is taken, as the largest sum over the
    picture would: it may be a stranger who resembles both.
    """
    best = {place: candidates[0] for place, candidates in close.items() if candidates}
    known: dict[int, Candidate] = {}
    while True:
        found = {candidate.person: candidate for candidate in known.values()}
        news = {
            place: candidate
            for place, candidate in best.items()
            if place not in known
            and candidate.expected
            and _without_rival(close[place], found, margin)
            and _first_by_far(place, best, margin)
        }
        if not news:
            return {place: _identity(candidates, known.get(place)) for place, candidates in close.items()}
        known |= news


def _without_rival(close: Sequence[Candidate], found: Mapping[PersonId, Candidate], margin: float) -> bool:
    """Say whether all others who come close are clearly another face."""
    return all(
        rival.person in found and found[rival.person].above - rival.above >= margin
        for rival in close[1:]
        if rival.rival
    )


def _first_by_far(place: int, best: Mapping[int, Candidate], margin: float) -> bool:
    """Say whether no other face comes as close to this face's best candidate."""
    own = best[place]
    return all(
        own.above - other.above >= margin
        for elsewhere, other in best.items()
        if elsewhere != place and other.person == own.person
    )


def _identity(close: Sequence[Candidate], known: Candidate | None) -> Identity:
    if known is not None:
        return Known(known.person, BoundBy.ENGINE, known.similarity)
    if not close:
        return Unknown()
    return Ambiguous(tuple(candidate.person for candidate in close[:MOST_CANDIDATES]))
