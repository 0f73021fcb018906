"""One photograph as a phone takes it: 12 megapixels, ten faces.

    python -m tests.benchmarks.speed PLAN.json

times the product in a process of its own: reducing the picture to the size of a
release, finding, embedding and matching.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from gatekeeper.benchmark.registers import REFERENCE_SIDE
from gatekeeper.benchmark.scenes import cut, render
from gatekeeper.matching import match_faces
from gatekeeper.register import Gallery
from gatekeeper.types import PersonId, Pixels
from gatekeeper.vision import load
from gatekeeper.vision.detect import scaled
from gatekeeper.vision.enrol import ReferenceRefused, reference
from gatekeeper.vision.faces import find_faces
from tests.benchmarks.plans import Plan, load_plan

WIDTH, HEIGHT = 4000, 3000
FACES = 10
LONG_SIDE = 2048
"""Of a release, in pixels."""


class Speed(NamedTuple):
    """Seconds for the picture on the clock and on the processor, faces found, peak memory in bytes."""

    seconds: float
    processor: float
    faces: int
    peak: int


def peak() -> int:
    """Return the largest resident size of this process so far, in bytes.

    Linux's getrusage is of no use here: it counts what the parent was before exec.
    """
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def speed_picture(plan: Plan) -> Pixels:
    """Return ten people in two rows, their faces about 250 pixels wide, on grey that has some grain."""
    noise = np.random.default_rng(1).integers(90, 130, (HEIGHT // 8, WIDTH // 8, 3)).astype(np.uint8)
    canvas = np.asarray(cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
    tiles = [tiles[0] for tiles in plan.references.values()][:FACES]
    for place, tile in enumerate(tiles):
        top, left = 500 + (place // 5) * 1200, 100 + (place % 5) * 780
        canvas[top : top + 600, left : left + 600] = cut(tile, 600)
    return canvas


def ours(plan: Plan) -> Speed:
    """Time the product."""
    engine = load()
    enrolled = {}
    for person, tiles in plan.first(FACES).references.items():
        try:
            enrolled[PersonId(person)] = reference(cut(tiles[0], REFERENCE_SIDE), engine)
        except ReferenceRefused:
            continue
    templates = np.stack(list(enrolled.values()))
    gallery = Gallery(engine.name, tuple(enrolled), templates, np.ones(len(enrolled), np.int64))
    pixels = speed_picture(plan)
    find_faces(render(plan.scenes[0]), engine)
    start, used = time.perf_counter(), time.process_time()
    faces = find_faces(scaled(pixels, LONG_SIDE / WIDTH), engine)
    match_faces(faces, gallery, engine.thresholds, frozenset())
    return Speed(time.perf_counter() - start, time.process_time() - used, len(faces), peak())


if __name__ == "__main__":
    print(json.dumps(ours(load_plan(Path(sys.argv[1])))._asdict()))  # noqa: T201 (the answer)
