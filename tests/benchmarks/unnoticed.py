"""Whether a person ends in nothing at all whose face is cut, covered, painted, small, dark or turned.

    python -m tests.benchmarks.unnoticed --data FOLDER [--faces 5] [--half report] [--seed 1]

In each picture a stranger's face stands beside a whole one, on a photograph without people.
Noticed is whoever is found as a face, or pointed out as a place to look at. Half of the people and
pictures (`--half choose`) is for choosing rules and thresholds; figures are those of the other half.
The folder is laid out as `gatekeeper.benchmark.pictures` says. Nothing is written but numbers;
the digest says whether two versions were shown the same pictures.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from gatekeeper.benchmark.pictures import held_out, people, read, without_faces
from gatekeeper.benchmark.subjects import Subject, examine
from gatekeeper.types import Box, Pixels
from gatekeeper.vision import load
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.unnoticed import unnoticed
from tests.benchmarks.nested import frontal
from tests.benchmarks.singles import Quick

CONSOLE: Final = Console(highlight=False, soft_wrap=True)
WIDTH, HEIGHT = 840, 560
"""Of each picture, in pixels."""
FACE: Final = 96
"""Width of both faces, in pixels, where the condition is not about size."""
TILE: Final = 2.6
"""Side of what shows around a face, in its widths."""
SAME: Final = 0.25
"""From this overlap (intersection over union) a find is the face, or what shows of it."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A photograph with one frontal face: pixels, box, and landmarks in the order of `types.Face`."""

    pixels: Pixels
    box: Box
    landmarks: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One picture: where the stranger's whole face lies, what shows of it, and where the other face is."""

    pixels: Pixels
    whole: Box
    visible: Box
    other: Box


@dataclass(frozen=True, slots=True)
class Condition:
    """A way in which a face may escape notice; `counts` says whether a person could still be recognised."""

    name: str
    make: Callable[[Pixels, Person, Person, Random], Shown]
    counts: bool = True


def cut(side: str, share: float) -> Callable[[Pixels, Person, Person, Random], Shown]:
    """Return a picture's maker: its edge cuts the face so that `share` of width or height is left."""

    def make(ground: Pixels, one: Person, other: Person, random: Random) -> Shown:
        picture, known = _with_other(ground, other, left=side == "right")
        tile, face = _tile(one, FACE)
        low, far = (HEIGHT - tile.shape[0]) // 2, random.randrange(WIDTH // 3, WIDTH // 2)
        corner = {
            "left": (-round(face.x + (1 - share) * face.width), low),
            "right": (round(WIDTH - face.x - share * face.width), low),
            "top": (far - WIDTH // 3, -round(face.y + (1 - share) * face.height)),
            "bottom": (far - WIDTH // 3, round(HEIGHT - face.y - share * face.height)),
        }[side]
        return _laid(picture, tile, face, corner, known)

    return make


def behind(share: float) -> Callable[[Pixels, Person, Person, Random], Shown]:
    """Return a picture's maker: another head leaves so much of the face's box in sight."""

    def make(ground: Pixels, one: Person, other: Person, random: Random) -> Shown:
        picture = ground.copy()
        tile, face = _tile(one, FACE)
        shown = _laid(picture, tile, face, (150, 200), Box(0, 0, 0, 0))
        front, head = _tile(other, round(1.1 * FACE))
        right = random.random() < 0.5
        for away in np.linspace(0, 1.6, 65):
            x = shown.whole.x + (away if right else -away) * face.width
            mask = _oval(picture.shape, Box(x, shown.whole.y - 4, head.width, head.height))
            if 1 - _part(mask, shown.whole) >= share:
                break
        corner = round(x - head.x), round(shown.whole.y - 4 - head.y)
        laid = picture.copy()
        place = _paste(laid, front, corner)
        soft = cv2.GaussianBlur(mask, (0, 0), 1.5)[..., np.newaxis]
        mixed = np.asarray(picture * (1 - soft) + laid * soft, np.uint8)
        known = Box(head.x + place[0], head.y + place[1], head.width, head.height)
        return Shown(mixed, shown.whole, shown.whole, known)

    return make


def worn(draw: Callable[[Pixels, Box, Floats], None]) -> Callable[[Pixels, Person, Person, Random], Shown]:
    """Return a picture's maker: `draw` puts something on the face."""

    def make(ground: Pixels, one: Person, other: Person, random: Random) -> Shown:
        picture, known = _with_other(ground, other, left=False)
        tile, face = _tile(one, FACE)
        draw(tile, face, _features(one, face))
        return _laid(picture, tile, face, (random.randrange(60, 200), random.randrange(100, 250)), known)

    return make


def small(width: int) -> Callable[[Pixels, Person, Person, Random], Shown]:
    """Return a picture's maker: the face is so many pixels wide."""

    def make(ground: Pixels, one: Person, other: Person, random: Random) -> Shown:
        picture, known = _with_other(ground, other, left=False)
        tile, face = _tile(one, width)
        return _laid(picture, tile, face, (random.randrange(60, 400), random.randrange(60, HEIGHT - 60)), known)

    return make


def dark(share: float) -> Callable[[Pixels, Person, Person, Random], Shown]:
    """Return a picture's maker: so much of the light is left, with a sensor's noise."""

    def make(ground: Pixels, one: Person, other: Person, random: Random) -> Shown:
        shown = worn(lambda *_: None)(ground, one, other, random)
        noise = np.random.default_rng(random.getrandbits(32)).normal(0, 1, shown.pixels.shape)
        return replace(shown, pixels=np.clip(shown.pixels * share + noise, 0, 255).astype(np.uint8))

    return make


def turned(angle: float) -> Callable[[Pixels, Person, Person, Random], Shown]:
    """Return a picture's maker: the head is turned by `angle` degrees."""

    def make(ground: Pixels, one: Person, other: Person, random: Random) -> Shown:
        picture, known = _with_other(ground, other, left=False)
        tile, face = _tile(one, FACE)
        middle = (face.x + face.width / 2, face.y + face.height / 2)
        matrix = cv2.getRotationMatrix2D(middle, angle, 1)
        size = (tile.shape[1], tile.shape[0])
        around = cv2.warpAffine(tile, matrix, size, borderMode=cv2.BORDER_REFLECT)
        side = max(face.width, face.height)
        box = Box(middle[0] - side / 2, middle[1] - side / 2, side, side)
        return _laid(picture, np.asarray(around, np.uint8), box, (random.randrange(60, 200), 150), known)

    return make


def hooded(tile: Pixels, face: Box, points: Floats) -> None:
    """Draw a hood, dark glasses and a mask."""
    inside = _oval(tile.shape, Box(face.x + 0.05 * face.width, face.y, 0.9 * face.width, face.height), 1.0)
    head = _oval(tile.shape, Box(face.x, face.y - 0.1 * face.height, face.width, face.height), 1.75)
    tile[(head > 0.5) & (inside <= 0.5)] = (38, 40, 52)
    disguised(tile, face, points)


def disguised(tile: Pixels, face: Box, points: Floats) -> None:
    """Draw dark glasses and a mask."""
    glasses(tile, face, points)
    masked(tile, face, points)


def glasses(tile: Pixels, face: Box, points: Floats) -> None:
    """Draw dark glasses."""
    radius = (round(0.21 * face.width), round(0.15 * face.width))
    for eye in points[:2]:
        cv2.ellipse(tile, _whole(eye), radius, 0, 0, 360, (18, 18, 20), cv2.FILLED, cv2.LINE_AA)
    cv2.line(tile, _whole(points[0]), _whole(points[1]), (18, 18, 20), max(2, round(0.04 * face.width)), cv2.LINE_AA)


def masked(tile: Pixels, face: Box, points: Floats) -> None:
    """Draw a mask over nose, mouth and chin."""
    nose, low = float(points[2, 1]) - 0.08 * face.height, face.y + 1.02 * face.height
    middle = face.x + face.width / 2
    shape = [(face.x, nose), (middle, nose - 0.08 * face.height), (face.x + face.width, nose)]
    shape += [(middle + 0.32 * face.width, low), (middle - 0.32 * face.width, low)]
    cv2.fillPoly(tile, [np.array(shape).round().astype(np.int32)], (196, 214, 228), cv2.LINE_AA)


def striped(tile: Pixels, face: Box, _: Floats) -> None:
    """Paint the face orange with dark stripes."""
    _tinted(tile, face, (235, 130, 20), 0.7)
    for share in (0.08, 0.22, 0.36, 0.5, 0.64, 0.78, 0.92):
        y = face.y + share * face.height
        for start, end in ((0.02, 0.34), (0.98, 0.66)):
            ends = [(face.x + start * face.width, y - 4), (face.x + end * face.width, y + 0.05 * face.height)]
            cv2.line(tile, _whole(np.array(ends[0])), _whole(np.array(ends[1])), (20, 16, 12), 5, cv2.LINE_AA)


def halved(tile: Pixels, face: Box, _: Floats) -> None:
    """Paint one half of the face blue and the other red."""
    half = Box(face.x, face.y, face.width / 2, face.height)
    _tinted(tile, face, (200, 30, 40), 0.7, half)
    _tinted(tile, face, (30, 50, 190), 0.7, Box(face.x + face.width / 2, face.y, face.width / 2, face.height))


def skull(tile: Pixels, face: Box, points: Floats) -> None:
    """Paint the face white with black eyes, nose and mouth."""
    _tinted(tile, face, (240, 240, 236), 0.75)
    for eye in points[:2]:
        cv2.circle(tile, _whole(eye), round(0.15 * face.width), (10, 10, 10), cv2.FILLED, cv2.LINE_AA)
    cv2.circle(tile, _whole(points[2]), round(0.08 * face.width), (10, 10, 10), cv2.FILLED, cv2.LINE_AA)
    cv2.line(tile, _whole(points[3]), _whole(points[4]), (10, 10, 10), 7, cv2.LINE_AA)


def green(tile: Pixels, face: Box, _: Floats) -> None:
    """Paint the whole face green."""
    _tinted(tile, face, (40, 150, 50), 0.7)


CONDITIONS: Final = (
    *(Condition(f"{side} edge leaves {share} %", cut(side, share / 100), counts=share >= 30)
      for side in ("left", "right", "top", "bottom") for share in (20, 30, 40, 50)),
    *(Condition(f"behind a head, {share} % in sight", behind(share / 100)) for share in (35, 50, 70)),
    Condition("hood, glasses and mask", worn(hooded), counts=False),
    Condition("glasses and mask", worn(disguised)),
    Condition("mask", worn(masked)),
    Condition("painted as a tiger", worn(striped)),
    Condition("painted in halves", worn(halved)),
    Condition("painted as a skull", worn(skull)),
    Condition("painted green", worn(green)),
    *(Condition(f"{width} px", small(width), counts=width >= 12) for width in (8, 10, 12, 16)),
    *(Condition(f"{share} % of the light", dark(share / 100)) for share in (3, 8)),
    *(Condition(f"turned {angle} degrees", turned(angle)) for angle in (45, 90, 135, 180)),
)  # fmt: skip


def pictures(data: Path, faces: int, seed: int, *, report: bool) -> Iterator[tuple[Condition, Shown]]:
    """Yield `faces` pictures of every condition, the same ones for the same folder and seed."""
    persons = list(islice(_persons(data, report=report), 2 * faces + 2))
    grounds = [read(path) for path in without_faces(data) if "object" in path.parent.name]
    for condition in CONDITIONS:
        for number in range(faces):
            random = Random(f"{seed} {condition.name} {number}")
            one, other = random.sample(persons, 2)
            ground = cv2.resize(random.choice(grounds), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
            yield condition, condition.make(np.asarray(ground, np.uint8), one, other, random)


def noticed(shown: Shown, found: Sequence[Box], places: Sequence[Box]) -> bool:
    """Say whether one of the faces found, or of the places pointed out, is the stranger's."""
    middle = shown.visible.x + shown.visible.width / 2, shown.visible.y + shown.visible.height / 2
    for box in found:
        own = max(box.overlap(shown.whole), box.overlap(shown.visible))
        if own >= SAME and own > box.overlap(shown.other):
            return True
    return any(0 <= middle[0] - p.x <= p.width and 0 <= middle[1] - p.y <= p.height for p in places)


def main() -> None:
    """Compose, look, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.unnoticed", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photographs")
    parser.add_argument("--faces", type=int, default=5, help="of each condition")
    parser.add_argument("--half", choices=("choose", "report"), default="report")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    engine = load()
    tried, missed, digest = Counter[str](), Counter[str](), hashlib.sha256()
    for condition, shown in pictures(options.data, options.faces, options.seed, report=options.half == "report"):
        digest.update(shown.pixels.tobytes())
        tried[condition.name] += 1
        missed[condition.name] += not noticed(shown, *looked(shown.pixels, engine))
    _print(tried, missed, digest.hexdigest())


def looked(pixels: Pixels, engine: Engine) -> tuple[list[Box], list[Box]]:
    """Return the faces that the gate finds and the places that it points out besides."""
    found = [detection.box for detection in engine.detector.find(pixels)]
    return found, unnoticed(pixels, found, engine)


def _print(tried: Counter[str], missed: Counter[str], digest: str) -> None:
    table = Table("", "pictures", "unnoticed", title="A stranger's face, beside a whole one")
    for condition in CONDITIONS:
        table.add_row(condition.name, str(tried[condition.name]), str(missed[condition.name]))
    for name, own in (("all", CONDITIONS), ("recognisable", [one for one in CONDITIONS if one.counts])):
        sums = (sum(counts[one.name] for one in own) for counts in (tried, missed))
        table.add_row(name, *map(str, sums))
    CONSOLE.print(table)
    CONSOLE.print(f"pictures: {digest[:16]}")


def _persons(data: Path, *, report: bool) -> Iterator[Person]:
    """Yield whole frontal faces of people with a single photograph, of one half of the names."""
    quick = replace(load(), detector=Quick())
    for name, own in people(data).items():
        if len(own) == 1 and not own[0].company and held_out(name) == report:
            subject: Subject = examine(own[0], quick)
            if subject.alone and subject.face is not None and frontal(subject.face):
                yield Person(read(own[0].path), subject.face.box, subject.face.landmarks)


def _tile(one: Person, width: int) -> tuple[Pixels, Box]:
    """Return a square around the face at this width, and the face's box in it."""
    scale, half = width / one.box.width, TILE * one.box.width / 2
    x, y = one.box.x + one.box.width / 2 - half, one.box.y + one.box.height / 2 - half
    side = round(TILE * width)
    source = one.pixels if scale > 1 else np.asarray(cv2.GaussianBlur(one.pixels, (0, 0), 0.4 / scale), np.uint8)
    matrix = np.array([(scale, 0, -x * scale), (0, scale, -y * scale)])
    tile = cv2.warpAffine(source, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    box = Box((one.box.x - x) * scale, (one.box.y - y) * scale, width, one.box.height * scale)
    return np.asarray(tile, np.uint8), box


def _features(one: Person, face: Box) -> Floats:
    """Return the landmarks in the tile whose face is `face`."""
    scale = face.width / one.box.width
    return np.asarray((one.landmarks - (one.box.x, one.box.y)) * scale + (face.x, face.y), np.float32)


def _with_other(ground: Pixels, other: Person, *, left: bool) -> tuple[Pixels, Box]:
    """Return the picture with a whole face on one side, and that face's box."""
    picture = ground.copy()
    tile, face = _tile(other, FACE)
    x, y = 90 if left else WIDTH - 90 - tile.shape[1], HEIGHT - tile.shape[0] - 60
    _paste(picture, tile, (x, y))
    return picture, Box(face.x + x, face.y + y, face.width, face.height)


def _laid(picture: Pixels, tile: Pixels, face: Box, corner: tuple[int, int], other: Box) -> Shown:
    x, y = _paste(picture, tile, corner)
    whole = Box(face.x + x, face.y + y, face.width, face.height)
    return Shown(picture, whole, whole.within(WIDTH, HEIGHT), other)


def _paste(picture: Pixels, tile: Pixels, corner: tuple[int, int]) -> tuple[int, int]:
    """Lay a tile into the picture, cut off at its edges; return the corner."""
    x, y = corner
    height, width = tile.shape[:2]
    left, top, right, low = max(x, 0), max(y, 0), min(x + width, picture.shape[1]), min(y + height, picture.shape[0])
    picture[top:low, left:right] = tile[top - y : low - y, left - x : right - x]
    return corner


def _oval(shape: tuple[int, ...], box: Box, share: float = 1.25) -> Floats:
    """Return 1 within an oval around a box, `share` as large, and 0 elsewhere."""
    mask = np.zeros(shape[:2], np.float32)
    middle = _whole(np.array((box.x + box.width / 2, box.y + box.height / 2)))
    half = _whole(np.array((share * box.width / 2, share * box.height / 2)))
    cv2.ellipse(mask, middle, half, 0, 0, 360, (1.0,), cv2.FILLED)
    return mask


def _part(mask: Floats, box: Box) -> float:
    """Return the mean of a mask within a box."""
    x, y = round(box.x), round(box.y)
    return float(mask[y : y + round(box.height), x : x + round(box.width)].mean())


def _tinted(tile: Pixels, face: Box, colour: tuple[int, int, int], share: float, within: Box | None = None) -> None:
    mask = _oval(tile.shape, face, 1.05)
    if within is not None:
        keep = np.zeros_like(mask)
        x, y = round(within.x), round(within.y)
        keep[y : y + round(within.height), x : x + round(within.width)] = 1
        mask *= keep
    mask = share * cv2.GaussianBlur(mask, (0, 0), 1.5)[..., np.newaxis]
    tile[:] = np.asarray(tile * (1 - mask) + np.array(colour) * mask, np.uint8)


def _whole(point: NDArray[np.float32] | NDArray[np.float64]) -> tuple[int, int]:
    x, y = (round(float(value)) for value in point)
    return x, y


if __name__ == "__main__":
    main()
