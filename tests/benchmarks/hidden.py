"""Whether a person without a face is pointed out: heads hidden in pictures of groups, and needless findings.

    python -m tests.benchmarks.hidden --data FOLDER [--half report] [--most 3] [--bars 0.45,0.53,0.6]

In each picture of a group one head after another, of people whose face is marked and found, is
painted over: by hair, as of a person turned away, or by cloth, as of something held up. The
person counts as pointed out if a region lies over the place where the head was. Needless are findings
in the pictures as they are, if every marked face was found: an upper bound, since people
whose face does not show are not marked, and are rightly pointed out; `--show` writes
those pictures into a folder outside of the project. Half of the pictures (`--half choose`) is for choosing.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from gatekeeper.benchmark.detection import is_found
from gatekeeper.benchmark.pictures import Marked, held_out, marked, read, without_faces
from gatekeeper.benchmark.report import Rate
from gatekeeper.types import Box, Pixels
from gatekeeper.vision import load
from gatekeeper.vision.detection.persons.people_fusion import SURE
from gatekeeper.vision.engine import Engine

CONSOLE: Final = Console(highlight=False, soft_wrap=True)
SMALL: Final = 9
"""People in a small group, at most."""
SHORTEST: Final = 20
"""Height of a face that is hidden, in pixels, at least."""
BODY: Final = 2.2
"""So many of its heights have to show from its top downwards, or there is no body to be seen."""
TINY: Final = 8
"""Narrower marked faces need not be found, in pixels."""


@dataclass(slots=True)
class Tally:
    """The confidence with which each person of a kind was pointed out, 0 if not at all, by kind."""

    kinds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def rate(self, kind: str, bar: float) -> Rate:
        return Rate(sum(score >= bar for score in self.kinds[kind]), len(self.kinds[kind]))


def pointed_out(pixels: Pixels, heads: Sequence[Box], engine: Engine) -> list[tuple[float, Box]]:
    """Return the regions of people without a face at any confidence, with it."""
    people = engine.people.without_face(pixels, heads) if engine.people else []
    return [(person.score, person.box) for person in people]


def hidden(pixels: Pixels, face: Box, seed: int) -> Pixels:
    """Return the picture with the head painted over: by hair if the seed is even, else by the person's clothes."""
    height, width = pixels.shape[:2]
    noise, picture = np.random.default_rng(seed), pixels.astype(np.float32)
    middle = np.array((face.x + face.width / 2, face.y + 0.42 * face.height))
    half = np.array((0.78 * face.width, 0.85 * face.height))
    left, top = np.maximum(middle - half - 4, 0).round().astype(int)
    right, low = np.minimum(middle + half + 5, (width, height)).round().astype(int)
    size = (int(right - left), int(low - top))
    if seed % 2:
        cloth = Box(face.x - 0.3 * face.width, face.y + 1.5 * face.height, 1.6 * face.width, face.height)
        fill = cv2.resize(_part(pixels, cloth), size).astype(np.float32) + noise.normal(0, 3, (size[1], size[0], 1))
    else:
        hair = Box(face.x + 0.2 * face.width, face.y - 0.3 * face.height, 0.6 * face.width, 0.25 * face.height)
        tone = 0.8 * np.median(_part(pixels, hair).reshape(-1, 3), axis=0)
        strands = cv2.resize(noise.normal(0, 1, (max(2, size[1] // 6), max(3, size[0] // 2))), size)
        fill = tone + strands[..., np.newaxis] * (6 + 0.12 * tone.mean())
    down, across = np.mgrid[top:low, left:right]
    away = ((across - middle[0]) / half[0]) ** 2 + ((down - middle[1]) / half[1]) ** 2
    mask = np.clip((1.05 - away) / 0.12, 0, 1)[..., np.newaxis]
    picture[top:low, left:right] = picture[top:low, left:right] * (1 - mask) + np.clip(fill, 0, 255) * mask
    return np.asarray(picture, np.uint8)


def candidates(name: str, faces: Sequence[Marked], height: int, found: Sequence[Box], most: int) -> Iterator[Marked]:
    """Yield at most so many marked faces whose person would still show without a head, in a fixed random order."""
    for face in sorted(faces, key=lambda one: _number(name, one.box)):
        clear = not face.flags.get("invalid") and not face.flags.get("occlusion")
        shows = face.box.height >= SHORTEST and face.box.y + BODY * face.box.height <= height
        if clear and shows and is_found(face.box, found) and most > 0:
            most -= 1
            yield face


def over(region: Box, face: Box) -> bool:
    """Say whether a region is that of the person whose face was here: the head is in its upper half, or above."""
    across, down = face.x + face.width / 2 - region.x, face.y + face.height / 2 - region.y
    beside = -0.15 * region.width <= across <= 1.15 * region.width
    return beside and -0.2 * region.height - 0.3 * face.height <= down <= 0.5 * region.height


def measure(groups: dict[Path, list[Marked]], engine: Engine, most: int, show: Path | None) -> tuple[Tally, str]:
    """Hide heads, look at every picture as it is, and return what was pointed out, with the pictures' digest."""
    tally, digest = Tally(), hashlib.sha256()
    for path, faces in groups.items():
        pixels, people = read(path), [face for face in faces if not face.flags.get("invalid")]
        if len(people) < 2:
            continue
        found = [detection.box for detection in engine.detector.find(pixels)]
        regions = pointed_out(pixels, found, engine)
        if all(is_found(face.box, found) for face in people if face.box.width >= TINY):
            tally.kinds["needless"].append(max((score for score, _ in regions), default=0.0))
            if show:
                _write(show / f"{path.stem}.png", pixels, found, [box for score, box in regions if score >= SURE])
        kind = "small" if len(people) <= SMALL else "large"
        for face in candidates(path.name, faces, pixels.shape[0], found, most):
            picture = hidden(pixels, face.box, _number(path.name, face.box))
            digest.update(picture.tobytes())
            others = [box for box in found if not is_found(face.box, [box])]
            seen = [score for score, box in pointed_out(picture, others, engine) if over(box, face.box)]
            tally.kinds[kind].append(max(seen, default=0.0))
    return tally, digest.hexdigest()


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.hidden", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photographs")
    parser.add_argument("--half", choices=("choose", "report"), default="report")
    parser.add_argument("--most", type=int, default=3, help="heads hidden in a picture")
    parser.add_argument("--bars", default=f"0.45,{SURE},0.6", help="confidences to try")
    parser.add_argument("--show", type=Path, help="folder for the pictures with findings, outside of the project")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    engine = load()
    report = options.half == "report"
    groups = {path: faces for path, faces in sorted(marked(options.data).items()) if held_out(path.name) == report}
    tally, digest = measure(groups, engine, options.most, options.show)
    for path in without_faces(options.data):
        if "person" in path.parent.name:
            regions = pointed_out(read(path), [], engine)
            tally.kinds["behind"].append(max((score for score, _ in regions), default=0.0))
    _print(tally, [float(bar) for bar in options.bars.split(",")], digest)


def _print(tally: Tally, bars: Sequence[float], digest: str) -> None:
    table = Table("", *(f"from {bar}" for bar in bars), title="People without a face")
    rows = {
        "small": f"hidden in groups up to {SMALL}, pointed out",
        "large": f"hidden in groups of {SMALL + 1} and more, pointed out",
        "behind": "pictures of people from behind, pointed out",
        "needless": "pictures with every marked face found, with a finding",
    }
    for kind, name in rows.items():
        table.add_row(name, *(str(tally.rate(kind, bar)) for bar in bars))
    CONSOLE.print(table)
    CONSOLE.print(f"pictures: {digest[:16]}")


def _write(path: Path, pixels: Pixels, found: Sequence[Box], regions: Sequence[Box]) -> None:
    if regions:
        drawn = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        for boxes, colour in ((found, (0, 255, 0)), (regions, (0, 0, 255))):
            for box in boxes:
                corners = (round(box.x), round(box.y)), (round(box.x + box.width), round(box.y + box.height))
                cv2.rectangle(drawn, *corners, colour, 3)
        cv2.imwrite(str(path), drawn)


def _part(pixels: Pixels, box: Box) -> NDArray[np.uint8]:
    """Return what lies in a box; the whole picture if nothing does."""
    inside = box.within(pixels.shape[1], pixels.shape[0])
    x, y = int(inside.x), int(inside.y)
    part = pixels[y : y + int(inside.height) + 1, x : x + int(inside.width) + 1]
    return part if part.size else pixels


def _number(name: str, box: Box) -> int:
    return int.from_bytes(hashlib.sha256(f"{name} {box.x} {box.y}".encode()).digest()[:8], "big")


if __name__ == "__main__":
    main()
