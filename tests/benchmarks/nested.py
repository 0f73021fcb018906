"""Whether the gate sees a face within the box of a larger one: a baby at a cheek, a print, a head at a shoulder.

    python -m tests.benchmarks.nested --data FOLDER [--pictures 60] [--people 8] [--seed 1]

The large face is of a person who may be shown, the small one of a stranger: approving such a
picture is the worst that the gate can do. The folder is laid out as `gatekeeper.benchmark.pictures`
says; only people take part by whom no threshold was chosen. The gate itself decides about the
release of each picture. Nothing is written but numbers; the digest says whether two
versions were shown the same pictures.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import cos, sin, tau
from pathlib import Path
from random import Random
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from gatekeeper.benchmark.judging import Court, may_be_shown
from gatekeeper.benchmark.pictures import Portrait, held_out, people, read
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Scene, Tile, render, tile_of
from gatekeeper.benchmark.subjects import Subject, examine
from gatekeeper.media.release.encode import make_release
from gatekeeper.policy.model import Policy
from gatekeeper.types import Box, Face, Pixels
from gatekeeper.vision import load
from gatekeeper.vision.engine import Engine
from tests.benchmarks.singles import Quick

CONSOLE: Final = Console(highlight=False, soft_wrap=True)
REFERENCES: Final = 3
SIDES: Final = (480, 720, 1000, 1400)
"""Of the picture, in pixels; the large face is a bit less than half as wide."""
WIDTHS: Final = (0.2, 0.5)
"""Of the small face, in widths of the large one."""
AWAY: Final = (0.45, 1.0)
"""How far the two middles are apart, in halves of both boxes together: at 1 the boxes touch."""
HEAD: Final = (1.45, 1.5)
PRINT: Final = (1.8, 1.6)
"""Width and height of the head, and of the print, in those of the face's box."""
FRONTAL: Final = 0.2
"""How far the nose of a frontal face may lie from the middle of the eyes, in distances of the eyes."""
TRIES: Final = 200
"""Places that are tried for one small face."""
SMALLEST: Final = 70
"""Narrower faces of strangers are not used, in pixels of their photograph."""
SAME: Final = 0.35
"""From this overlap (intersection over union) a find is the face."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a small face comes to lie within a large one.

    Attributes:
        name: for the table.
        shares: least and most of the small face's box that lies within the large one's.
        print_: whether it is a rectangle with a white border, not a head.
        turned: how far it may be turned, in degrees.
    """

    name: str
    shares: tuple[float, float]
    print_: bool = False
    turned: float = 0.0


KINDS: Final = (
    Kind("baby at a cheek", (0.95, 1.0), turned=20),
    Kind("print or phone held up", (0.8, 1.0), print_=True, turned=8),
    Kind("over the shoulder", (0.6, 0.8), turned=10),
)


@dataclass(frozen=True, slots=True, eq=False)
class Nested:
    """One picture: pixels, the large face's box, and the small one's and its kind."""

    pixels: Pixels
    outer: Box
    inner: Box
    kind: Kind


def compose(large: Subject, small: Subject, kind: Kind, random: Random) -> Nested | None:
    """Return a picture of a small face within a large one; None if no place of this kind was hit upon."""
    scene = Scene((tile_of(large),), random.choice(SIDES), 1)
    outer = scene.places[0]
    if outer is None or small.face is None:
        return None
    for _ in range(TRIES):
        width = outer.width * random.uniform(*WIDTHS)
        height = width * small.face.box.height / small.face.box.width
        middle = _beside(outer, width, height, random)
        inner = Box(middle[0] - width / 2, middle[1] - height / 2, width, height)
        share = inner.intersection(outer) / inner.area
        if kind.shares[0] <= share <= kind.shares[1] and _fits(inner, scene.side):
            return Nested(_pasted(render(scene), small, inner, kind, random), outer, inner, kind)
    return None


def pictures(large: Sequence[Subject], small: Sequence[Subject], count: int, random: Random) -> Iterator[Nested]:
    """Yield at most so many pictures, the kinds and the people in turn."""
    for number in range(count):
        one = compose(large[number % len(large)], small[number % len(small)], KINDS[number % len(KINDS)], random)
        if one is not None:
            yield one


def enrolled(folder: Path, count: int, engine: Engine) -> tuple[list[Subject], list[Subject]]:
    """Return reference photographs and other photographs of so many people with several, alone in each."""
    references, probes = list[Subject](), list[Subject]()
    several = (own for name, own in people(folder).items() if held_out(name) and len(own) > REFERENCES)
    for own in several:
        seen = [one for one in _examined(own[: 2 * REFERENCES], engine) if one.alone]
        if len(seen) > REFERENCES:
            references += seen[:REFERENCES]
            probes += seen[REFERENCES:]
        if len(references) >= count * REFERENCES:
            break
    return references, probes


def strangers(folder: Path, count: int, engine: Engine) -> list[Subject]:
    """Return whole frontal faces of people with a single photograph."""
    single = (own[0] for name, own in people(folder).items() if held_out(name) and len(own) == 1)
    return list(islice((one for one in _examined(single, engine) if one.alone and frontal(one.face)), count))


def main() -> None:
    """Compose, decide, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.nested", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photographs")
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--people", type=int, default=8, help="enrolled, from three photographs each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=Path, help="folder for pictures that were approved, outside of the project")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    engine = load()
    # Choosing photographs need not be thorough; deciding about pictures is.
    quick = replace(engine, detector=Quick())
    references, probes = enrolled(options.data, options.people, quick)
    others = strangers(options.data, options.pictures, quick)
    court = _court(references, engine)
    random = Random(options.seed)
    random.shuffle(probes)
    counts, digest = Counter[tuple[str, str]](), hashlib.sha256()
    for number, one in enumerate(pictures(probes, others, options.pictures, random)):
        digest.update(one.pixels.tobytes())
        said = set(_decided(one, court))
        counts.update((one.kind.name, what) for what in said)
        if options.show and "wrongly approved" in said:
            cv2.imwrite(str(options.show / f"{number}.png"), one.pixels[..., ::-1])
    _print(counts, digest.hexdigest())


def _print(counts: Counter[tuple[str, str]], digest: str) -> None:
    columns = ("pictures", "wrongly approved", "small face found", "large face recognised")
    table = Table("", *columns, title="A stranger's face within a larger one")
    for kind in KINDS:
        table.add_row(kind.name, *(str(counts[kind.name, column]) for column in columns))
    table.add_row("all", *(str(sum(counts[kind.name, column] for kind in KINDS)) for column in columns))
    CONSOLE.print(table)
    CONSOLE.print(f"pictures: {digest[:16]}")


def _decided(one: Nested, court: Court) -> Iterator[str]:
    """Yield what is true of a picture, in the words of the table's columns."""
    seen = court.judge(Scene((), 1), make_release(one.pixels))
    yield "pictures"
    if seen.approved:
        yield "wrongly approved"
    if any(face.box.overlap(one.inner) >= SAME for face in seen.faces):
        yield "small face found"
    known = (face for face, match in zip(seen.faces, seen.matches, strict=True) if may_be_shown(match, court.consented))
    if any(face.box.overlap(one.outer) >= SAME for face in known):
        yield "large face recognised"


def _court(references: Sequence[Subject], engine: Engine) -> Court:
    """Return the gate with a register of people who may all be shown."""
    tiles: dict[str, tuple[Tile, ...]] = {}
    for one in references:
        tiles[one.person] = (*tiles.get(one.person, ()), tile_of(one))
    return Court(Round(tiles, frozenset(tiles), frozenset(), ()), engine, Policy.load("secondary"))


def _examined(portraits: Iterable[Portrait], engine: Engine) -> Iterator[Subject]:
    return (examine(portrait, engine) for portrait in portraits if not portrait.company)


def frontal(face: Face | None) -> bool:
    """Say whether a face looks at the camera, and is large enough to be cut out."""
    if face is None or face.unreadable is not None or face.box.width < SMALLEST:
        return False
    right, left, nose = face.landmarks[:3]
    eyes = float(np.linalg.norm(left - right))
    return abs(float(nose[0] - (left[0] + right[0]) / 2)) < FRONTAL * eyes


def _beside(outer: Box, width: float, height: float, random: Random) -> tuple[float, float]:
    """Return a middle for a box of that size around the middle of the large face, off its features."""
    angle, away = random.uniform(0, tau), random.uniform(*AWAY)
    across = outer.x + outer.width / 2 + cos(angle) * away * (outer.width + width) / 2
    return across, outer.y + outer.height / 2 + sin(angle) * away * (outer.height + height) / 2


def _fits(box: Box, side: int) -> bool:
    return box.x >= 0 and box.y >= 0 and box.x + box.width <= side and box.y + box.height <= side


def _pasted(picture: Pixels, small: Subject, inner: Box, kind: Kind, random: Random) -> Pixels:
    """Return the picture with the head, or a print of it, so that the face's box is `inner`."""
    face, side = _box(small), picture.shape[0]
    source, shape = _cut_out(read(small.portrait.path), face, kind)
    middle, scale = (face.x + face.width / 2, face.y + face.height / 2), inner.width / face.width
    if scale < 1:
        source = np.asarray(cv2.GaussianBlur(source, (0, 0), 0.4 / scale), np.uint8)
    place = cv2.getRotationMatrix2D(middle, random.uniform(-kind.turned, kind.turned), scale)
    place[0, 2] += inner.x + inner.width / 2 - middle[0]
    place[1, 2] += inner.y + inner.height / 2 - middle[1]
    laid = cv2.warpAffine(source, place, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.GaussianBlur(cv2.warpAffine(shape, place, (side, side)), (0, 0), 1.0 if kind.print_ else 2.0)[..., None]
    return np.asarray(picture * (1 - mask) + laid * mask, np.uint8)


def _cut_out(source: Pixels, face: Box, kind: Kind) -> tuple[Pixels, NDArray[np.float32]]:
    """Return the photograph, and which of its pixels show: an oval head, or a rectangle with a white border."""
    shape, drawn = np.zeros(source.shape[:2], np.float32), source.copy()
    share = PRINT if kind.print_ else HEAD
    half = np.array((share[0] * face.width / 2, share[1] * face.height / 2)).round().astype(int)
    middle = np.array((face.x + face.width / 2, face.y + face.height / 2)).round().astype(int)
    if kind.print_:
        corners = (middle - half).tolist(), (middle + half).tolist()
        cv2.rectangle(drawn, *corners, (245, 245, 245), max(2, round(face.width / 12)))
        cv2.rectangle(shape, *corners, (1.0,), cv2.FILLED)
    else:
        cv2.ellipse(shape, middle.tolist(), half.tolist(), 0, 0, 360, (1.0,), cv2.FILLED)
    return drawn, shape


def _box(subject: Subject) -> Box:
    if subject.face is None:
        raise ValueError("There is no face in this photograph.")
    return subject.face.box


if __name__ == "__main__":
    main()
