"""Parts of a picture that are worth keeping, worked out for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gatekeeper.media.cover import head
from gatekeeper.media.cropping import largest_part, snapped
from gatekeeper.types import Box, FaceStatus, Facts, ScreenedFace

_SOFT_EDGE: Final = 0.08
"""How far a fill's edge may reach beyond it, as a share of its size."""


@dataclass(frozen=True, slots=True)
class PartView:
    """One part: its four edges in per cent as a form sends them, and an SVG view box to show it."""

    left: str
    top: str
    right: str
    bottom: str
    crop: str
    width: int
    height: int
    keeps: int
    """How many faces stay."""

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the form's fields."""
        return (("left", self.left), ("top", self.top), ("right", self.right), ("bottom", self.bottom))


def best_part(facts: Facts) -> PartView | None:
    """Return the largest part with every face that may be published and none that may not or is covered.

    None if no person has to go, none could stay, or people stand too close.
    """
    keep = [face for face in facts.faces if face.status is FaceStatus.CONSENTED]
    return _part(facts, keep, [face for face in facts.faces if face.status is not FaceStatus.CONSENTED])


def part_without(facts: Facts, number: int) -> PartView | None:
    """Return the largest part that keeps all other faces and nothing of this one's head; None if there is none."""
    away = [face for face in facts.faces if face.number == number]
    return _part(facts, [f for f in facts.faces if f.number != number and f.status is not FaceStatus.COVERED], away)


def _part(facts: Facts, keep: list[ScreenedFace], away: list[ScreenedFace]) -> PartView | None:
    if facts.release is None or not away:
        return None
    part = largest_part([face.box for face in keep], [_whole(face) for face in away])
    return None if part is None else _view(part, (facts.release.width, facts.release.height), len(keep))


def _whole(face: ScreenedFace) -> Box:
    """Return the place that has to go; a covered one is a whole head already, but for its soft edge."""
    if face.status is not FaceStatus.COVERED:
        return head(face.box, face.turn)
    box, across, down = face.box, _SOFT_EDGE * face.box.width, _SOFT_EDGE * face.box.height
    return Box(box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down)


def _view(part: Box, size: tuple[int, int], keeps: int) -> PartView:
    part = snapped(part, size)
    pixels = part.scaled(*size)
    x, y, width, height = (round(number) for number in (pixels.x, pixels.y, pixels.width, pixels.height))
    edges = (part.x, part.y, part.x + part.width, part.y + part.height)
    left, top, right, bottom = (f"{100 * edge:.6f}" for edge in edges)
    return PartView(left, top, right, bottom, f"{x} {y} {width} {height}", width, height, keeps)
