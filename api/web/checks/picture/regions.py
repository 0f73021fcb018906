"""Places in the picture that are no face: a name that can be read, a person whose face was not found."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final, Literal

from gatekeeper.decision.findings import CATALOGUE, Topic
from gatekeeper.types import Box, Facts, Finding, Severity

_ROOM: Final = 0.45
"""How much of a place's size is shown around it in its close-up."""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place: where it is in the picture's pixels, and what is said about it.

    Attributes:
        letter: its label; faces have numbers.
        crop: the close-up as an SVG view box.
        edges: names and values of the form's fields, in per cent of the picture.
        person: whether a head may be marked there.
    """

    letter: str
    x: int
    y: int
    width: int
    height: int
    crop: str
    edges: tuple[tuple[str, str], ...]
    mood: Literal["stop", "ask", "note"]
    words: str
    code: str
    message: str
    person: bool


def place_views(facts: Facts, size: tuple[int, int]) -> tuple[PlaceView, ...]:
    """Return every place that a finding points at, lettered in the order of the findings.

    Args:
        facts: of a check.
        size: the picture's width and height in pixels.
    """
    found = [(finding, finding.region) for finding in facts.decision.findings if finding.region is not None]
    return tuple(_place(_letter(at), finding, region.within(1, 1), size) for at, (finding, region) in enumerate(found))


def close_up(x: int, y: int, width: int, height: int) -> str:
    """Return the SVG view box of a square around a rectangle, all in pixels."""
    side = round(max(width, height) * (1 + 2 * _ROOM))
    return f"{x + width // 2 - side // 2} {y + height // 2 - side // 2} {side} {side}"


def edges_of(box: Box) -> tuple[tuple[str, str], ...]:
    """Return the four edges of a box in fractions, as the forms send them: in per cent."""
    edges = {"left": box.x, "top": box.y, "right": box.x + box.width, "bottom": box.y + box.height}
    return tuple((name, f"{100 * min(1.0, max(0.0, edge)):.6f}") for name, edge in edges.items())


def _place(letter: str, finding: Finding, region: Box, size: tuple[int, int]) -> PlaceView:
    pixels = region.scaled(*size)
    x, y, width, height = (round(side) for side in (pixels.x, pixels.y, pixels.width, pixels.height))
    entry = CATALOGUE[finding.code]
    person = Topic.FACELESS in entry.topics
    return PlaceView(
        letter=letter,
        x=x,
        y=y,
        width=width,
        height=height,
        crop=close_up(x, y, width, height),
        edges=edges_of(region),
        mood="note" if finding.severity is Severity.NOTE else "ask" if person else "stop",
        words=entry.place,
        code=finding.code.value,
        message=finding.message,
        person=person,
    )


def _letter(at: int) -> str:
    """Return A to Z, then AA to ZZ."""
    return ascii_uppercase[at % 26] * (at // 26 + 1)
