"""A person at one place of every picture, for tests that need no net."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.persons.bodies import Body, Pose
from gatekeeper.vision.detection.persons.movenet import MoveNet
from gatekeeper.vision.detection.persons.people import People


class NoPoses(MoveNet):
    """Finds nothing."""

    def __init__(self) -> None:
        """Need no net."""

    def search(self, pixels: Pixels) -> list[Pose]:  # noqa: ARG002 (as `MoveNet.search`)
        return []


class OnePlace(People):
    """Finds a person at one place of every picture, of which the box is a fraction."""

    def __init__(self, place: Box) -> None:
        self._place, self._poses = place, NoPoses()

    def find(self, pixels: Pixels, heads: Sequence[Box] = ()) -> list[Body]:  # noqa: ARG002 (as `People.find`)
        height, width = pixels.shape[:2]
        return [Body(self._place.scaled(width, height), 0.99)]
