"""Detection recall by size, occlusion and pose; and false positives where there is no face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from gatekeeper.benchmark.pictures import Marked, read
from gatekeeper.benchmark.report import Rate
from gatekeeper.types import Box
from gatekeeper.vision.engine import Detector

FOUND: Final = 0.35
"""From this overlap (intersection over union) a find is the marked face: people mark boxes
more tightly or loosely than a detector does."""

_SIZES: Final = ((80, "80 px and more"), (40, "40 to 80 px"), (20, "20 to 40 px"), (12, "12 to 20 px"))

_OF_FLAGS: Final = 20
"""The other groups count faces from this width, in pixels, so that size does not hide what they show."""


def recall(pictures: Mapping[Path, Sequence[Marked]], detector: Detector) -> dict[str, Rate]:
    """Return the share of marked faces that were found, by group."""
    tried: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for path, faces in pictures.items():
        found = [detection.box for detection in detector.find(read(path))]
        for face in faces:
            for group in _groups(face):
                tried[group] += 1
                hits[group] += is_found(face.box, found)
    return {group: Rate(hits[group], tried[group]) for group in sorted(tried)}


def false_alarms(paths: Sequence[Path], detector: Detector) -> Rate:
    """Return how many pictures without a face have at least one find."""
    return Rate(sum(bool(detector.find(read(path))) for path in paths), len(paths))


def is_found(box: Box, found: Sequence[Box]) -> bool:
    """Say whether one of the finds is this face."""
    return any(overlap(box, other) >= FOUND for other in found)


def overlap(one: Box, other: Box) -> float:
    """Return the share of the two boxes' joint area that they have in common, 0 to 1."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    common = max(0.0, across) * max(0.0, down)
    return common / (one.area + other.area - common) if common else 0.0


def _groups(face: Marked) -> Iterator[str]:
    if face.flags.get("invalid"):
        return
    size = next((name for smallest, name in _SIZES if face.box.width >= smallest), None)
    if size is not None:
        yield f"width {size}"
    if face.box.width >= _OF_FLAGS:
        yield f"all of {_OF_FLAGS} px and more"
        for flag in ("occlusion", "pose", "blur"):
            if flag in face.flags:
                yield f"{flag} {face.flags[flag]}"
