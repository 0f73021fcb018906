"""What a net for people reports."""

from __future__ import annotations

from dataclasses import dataclass

from gatekeeper.types import Box


@dataclass(frozen=True, slots=True)
class Body:
    """One person: bounding box in pixels of the picture, confidence 0 to 1."""

    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Pose:
    """One person with the place of the head: bounding box, middle of the head (x, y) in pixels, confidence 0 to 1."""

    box: Box
    head: tuple[float, float]
    score: float
