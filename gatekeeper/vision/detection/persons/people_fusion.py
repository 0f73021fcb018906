"""Which people have no known head, by what two nets say of them.

One net gives bodies, the other people with the place of their head. Each of them decides by itself who
has a known head: `head_assignment` by where a face lies in a body, and here by how far a face lies from the
place of the head, nearest first, each at most once. What is left is added up: log odds of the body's
confidence, and of the other net's where it sees such a person too. What one net does not see, or gives a
head, never counts against what the other saw. Every figure was chosen on one half of the pictures of
`tests.benchmarks.hidden` (`docs/decisions/0074`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log
from typing import Final

import numpy as np

from gatekeeper.types import Box
from gatekeeper.vision.detection.persons.bodies import Body, Pose
from gatekeeper.vision.detection.persons.head_assignment import without_face as without_fitting_face

SURE: Final = 0.53
"""From this confidence a person without a face is reported."""

FAR: Final = 1.0
"""A face may be so far from the place of a head to be it, in its own larger side, middle to middle;"""
NEAR: Final = 0.7
"""and a head so near to a face that has another body is of a second box of the same person."""

FAINTEST: Final = 0.1
"""The confidence that is evidence of nothing."""
_WEIGHT: Final = 0.5
"""What a unit of log odds of poses adds."""
_SUPPORT: Final = 0.4
"""From this overlap (intersection over union) a body and a pose are of one person."""
_SAME: Final = 0.55
"""From this overlap two poses are of one person."""
_SUREST: Final = 0.999


def without_face(bodies: Sequence[Body], poses: Sequence[Pose], heads: Sequence[Box]) -> list[Body]:
    """Return the people for whom no head is known, with the confidence that both nets give, best first.

    Args:
        bodies: as `People.find` returns them, each person once.
        poses: as `MoveNet.search` returns them.
        heads: wherever a face was found, marked or covered, in the same pixels.
    """
    known = has_known_head(poses, heads)
    with_head = [pose for pose, own in zip(poses, known, strict=True) if own]
    alone = _distinct([pose for pose, own in zip(poses, known, strict=True) if not own], with_head)
    unknown = set(without_fitting_face(bodies, heads))
    found, used = list[Body](), set[int]()
    for body in (one for one in bodies if one.box in unknown):
        overlaps = [pose.box.overlap(body.box) for pose in alone]
        best = int(np.argmax(overlaps)) if overlaps else 0
        if overlaps and overlaps[best] >= _SUPPORT:
            used.add(best)
            found.append(replace(body, score=_added(body.score, alone[best])))
        else:
            found.append(body)
    found += [Body(pose.box, _added(FAINTEST, pose)) for number, pose in enumerate(alone) if number not in used]
    return sorted(found, key=lambda body: -body.score)


def has_known_head(poses: Sequence[Pose], heads: Sequence[Box]) -> list[bool]:
    """Say of each pose whether its head is known: assigned to it, the nearest pairs first, or very near to one."""
    middles = np.array([(box.x + box.width / 2, box.y + box.height / 2) for box in heads]).reshape(-1, 2)
    sizes = np.array([max(box.width, box.height) for box in heads])
    places = np.array([pose.head for pose in poses]).reshape(-1, 2)
    away = np.linalg.norm(places[:, np.newaxis] - middles, axis=2) / np.maximum(sizes, 1e-9)
    known = (away < NEAR).any(axis=1)
    assigned, taken = set[int](), set[int]()
    pairs = np.argwhere(away < FAR)
    for pose, head in pairs[np.argsort(away[pairs[:, 0], pairs[:, 1]], kind="stable")].tolist():
        if pose not in assigned and head not in taken:
            assigned.add(pose)
            taken.add(head)
            known[pose] = True
    return [bool(one) for one in known]


def _distinct(alone: Sequence[Pose], known: Sequence[Pose]) -> list[Pose]:
    """Return the surest pose of each person, without those of people who have a surer pose with a known head."""
    kept: list[Pose] = []
    for pose in sorted(alone, key=lambda one: -one.score):
        surer = [other for other in known if other.score > pose.score]
        if not any(other.box.overlap(pose.box) >= _SAME for other in (*kept, *surer)):
            kept.append(pose)
    return kept


def _added(score: float, pose: Pose) -> float:
    """Return a confidence to which that of a pose is added."""
    odds = _log_odds(score) + _WEIGHT * max(0.0, _log_odds(pose.score) - _log_odds(FAINTEST))
    return 1 / (1 + exp(-odds))


def _log_odds(score: float) -> float:
    held = min(max(score, 1 - _SUREST), _SUREST)
    return log(held / (1 - held))
