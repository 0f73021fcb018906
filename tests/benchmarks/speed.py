"""One photograph as a phone takes it: 12 megapixels, ten faces, 200 people enrolled.

    python -m tests.benchmarks.speed ROUNDS.json

times the gate and `face_recognition`, each in a process of its own, on the picture
as it was decoded: reducing it to the size of a release, finding, embedding and
matching. `ROUNDS.json` is what `python -m tests.benchmarks --cache` leaves.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from api.application.evaluation.machine import resident
from api.application.evaluation.rival import Known, imported
from gatekeeper.benchmark.judging import Court
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import cut
from gatekeeper.policy.model import Policy
from gatekeeper.types import Pixels
from gatekeeper.vision import load
from gatekeeper.vision.detection.image_pyramid import scaled
from gatekeeper.vision.faces import find_faces

WIDTH, HEIGHT = 4000, 3000
FACES: Final = 10
LONG_SIDE: Final = 2048
"""Of a release, in pixels."""

TIMES: Final = 3
"""Tries of each; the median counts."""

SIDES: Final = ("gatekeeper", "face_recognition")


def both(rounds: Path) -> dict[str, Any]:
    """Time both sides, one after the other, each in a new process."""
    return {side: answer("speed", str(rounds), side) for side in SIDES}


def picture(shown: Round) -> Pixels:
    """Return ten people in two rows, their faces about 250 pixels wide, on grey that has some grain."""
    noise = np.random.default_rng(1).integers(90, 130, (HEIGHT // 8, WIDTH // 8, 3)).astype(np.uint8)
    canvas = np.asarray(cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
    for place, tiles in enumerate(list(shown.references.values())[:FACES]):
        top, left = 500 + (place // 5) * 1200, 100 + (place % 5) * 780
        canvas[top : top + 600, left : left + 600] = cut(tiles[0], 600)
    return canvas


def ours(shown: Round) -> Callable[[Pixels], int]:
    """Return what the product does with a decoded picture; it tells how many faces were found."""
    engine = load()
    court = Court(shown, engine, Policy.load("secondary"))

    def look(pixels: Pixels) -> int:
        faces = find_faces(scaled(pixels, LONG_SIDE / WIDTH), engine)
        return len(court.match(faces))

    return look


def theirs(shown: Round) -> Callable[[Pixels], int]:
    """Return what the README of `face_recognition` does with a decoded picture."""
    known = Known(imported())
    known.enrol(shown)
    return lambda pixels: len(known.name(pixels))


def timed(look: Callable[[Pixels], int], pixels: Pixels) -> dict[str, float]:
    """Return seconds on the clock and on the processor, faces found and peak memory in bytes."""
    found = look(np.ascontiguousarray(pixels[::4, ::4]))  # models are loaded and warm
    clock, processor = [], []
    for _ in range(TIMES):
        start, used = time.perf_counter(), time.process_time()
        found = look(pixels)
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return {
        "seconds": sorted(clock)[TIMES // 2],
        "processor": sorted(processor)[TIMES // 2],
        "faces": found,
        "peak": resident(),
    }


def answer(module: str, *words: str) -> dict[str, Any]:
    """Run another of these benchmarks in a process of its own and return what it prints."""
    command = [sys.executable, "-W", "ignore", "-m", f"tests.benchmarks.{module}", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (our own modules)
    printed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return printed


def main() -> None:
    """Time one side, or both if none is named; the answer is JSON."""
    rounds = Path(sys.argv[1])
    if len(sys.argv) == 2:
        print(json.dumps(both(rounds), indent=1))  # noqa: T201 (the answer)
        return
    shown = Round.from_dict(json.loads(rounds.read_text("utf-8"))[0])
    look = (ours if sys.argv[2] == SIDES[0] else theirs)(shown)
    print(json.dumps(timed(look, picture(shown))))  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
