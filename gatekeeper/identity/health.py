"""How well a person can be recognised: one number, and what would raise it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from gatekeeper.identity.gallery import Gallery
from gatekeeper.types import PersonId
from gatekeeper.vision.recognition.thresholds import Thresholds

ENOUGH: Final = 3
"""Photographs from which on a template is good."""

_FOR_PHOTOGRAPHS: Final = {1: 15, 2: 33}
_MOST: Final = 40
_FOR_AGREEMENT, _FOR_QUALITY, _FOR_DISTANCE = 20, 20, 20
"""Points: of enrolled people one in 19 is missed with one photograph, one in 60 with two, one in 130 with three."""

_AGREEING: Final = 0.65
"""References of one person that agree this much agree well: half of them do in press photographs."""

_GOOD: Final = 0.5
_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """What a template was made of.

    Attributes:
        references: how many photographs.
        agreement: the least that one of them resembles the others, -1 to 1; None if that is not known.
        quality: of the poorest, 0 to 1; None if that is not known.
    """

    references: int
    agreement: float | None = None
    quality: float | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How well a person can be recognised.

    Attributes:
        score: 0 to 100.
        advice: what would raise it, most helpful first; empty if nothing would.
    """

    score: int
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two enrolled people who look alike to the engine, `one` < `other`.

    Attributes:
        similarity: of their templates.
        false_match: how often a stranger is as similar to any person on the register.
        confusable: whether a face of either may be taken for the other's, so that it ends as ambiguous.
    """

    one: PersonId
    other: PersonId
    similarity: float
    false_match: float
    confusable: bool


def health(made: Made, nearest: float, thresholds: Thresholds, people: int) -> Health:
    """Return the health of one template.

    Args:
        made: what it was made of.
        nearest: its similarity to the likest template of another person; -1 if there is none.
        thresholds: of its engine.
        people: how many are on the register.
    """
    needed = thresholds.match_at(max(1, people), made.references)
    near = thresholds.near_at(made.references)
    agreeing = _share(made.agreement, near, _AGREEING)
    distance = _share(-nearest, -needed, -near) if needed > near else float(nearest < near)
    good = _share(made.quality, 0.0, _GOOD)
    points = _FOR_PHOTOGRAPHS.get(made.references, _MOST)
    score = points + _FOR_AGREEMENT * agreeing + _FOR_QUALITY * good + _FOR_DISTANCE * distance
    return Health(round(score), tuple(_advice(made, agreeing, good, distance)))


def nearest_others(gallery: Gallery) -> dict[PersonId, float]:
    """Return each person's similarity to the likest other person; -1 where there is none."""
    nearest = np.full(len(gallery.people), -1.0, np.float32)
    for start, similarity in _similarities(gallery):
        nearest[start : start + len(similarity)] = similarity.max(axis=1, initial=-1.0)
    return dict(zip(gallery.people, map(float, nearest), strict=True))


def lookalikes(gallery: Gallery, thresholds: Thresholds) -> tuple[Pair, ...]:
    """Return every two people who are near each other, likest first: the engine's impostor ceiling."""
    pairs = []
    for start, similarity in _similarities(gallery):
        for row, column in np.argwhere(similarity >= _nears(gallery, thresholds)):
            if start + row < column:
                pairs.append(_pair(gallery, thresholds, int(start + row), int(column), float(similarity[row, column])))
    return tuple(sorted(pairs, key=lambda pair: (-pair.similarity, pair.one, pair.other)))


def _nears(gallery: Gallery, thresholds: Thresholds) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    counts, place = np.unique(gallery.references, return_inverse=True)
    return np.array([thresholds.near_at(int(count)) for count in counts], np.float32)[place]


def _pair(gallery: Gallery, thresholds: Thresholds, row: int, column: int, similarity: float) -> Pair:
    people, fewer = len(gallery.people), int(min(gallery.references[row], gallery.references[column]))
    one, other = sorted((gallery.people[row], gallery.people[column]))
    return Pair(
        one,
        other,
        similarity,
        thresholds.false_match(similarity, people, fewer),
        similarity >= thresholds.match_at(people, fewer) - thresholds.margin,
    )


def _similarities(gallery: Gallery) -> Iterator[tuple[int, np.ndarray[tuple[int, int], np.dtype[np.float32]]]]:
    """Yield blocks of rows with their similarity to all others, without their own."""
    for start in range(0, len(gallery.people), _ROWS):
        block = gallery.templates[start : start + _ROWS] @ gallery.templates.T
        block[np.arange(len(block)), np.arange(start, start + len(block))] = -1.0
        yield start, block


def _share(value: float | None, worst: float, best: float) -> float:
    """Return where a value lies between the worst and the best, 0 to 1; a half for one that is not known."""
    return 0.5 if value is None else min(1.0, max(0.0, (value - worst) / (best - worst)))


def _advice(made: Made, agreeing: float, good: float, distance: float) -> Iterator[str]:
    missing = ENOUGH - made.references
    if missing > 0:
        yield f"Add {missing} more photograph{'s' * (missing > 1)}: three make a miss much rarer than one does."
    if distance < 1:
        yield "Looks like another enrolled person; their faces may end as ambiguous."
    if agreeing < _GOOD:
        yield "The photographs differ much. Check that all show this person, and add a recent one."
    if good < _GOOD:
        yield "At least one photograph is poor. Replace it by a sharp one from the front, in even light."
