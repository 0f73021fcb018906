"""Where the time goes in one photograph: each pass of finding faces, and one batch of vectors, on one core.

    python -m tests.benchmarks.passes ROUNDS.json

The photograph is that of `tests.benchmarks.speed`; times are of the processor, in
milliseconds, the better of two.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import cv2

from gatekeeper.benchmark.rounds import Round
from gatekeeper.types import Pixels
from gatekeeper.vision import load
from gatekeeper.vision.detection.detector import GLANCE, PLANS, Pass, Plan, Searcher
from gatekeeper.vision.detection.image_pyramid import Copies, scaled
from gatekeeper.vision.detection.score_fusion import Look
from tests.benchmarks.speed import LONG_SIDE, WIDTH, picture

TRIES: Final = 2


def milliseconds(work: Callable[[], object]) -> float:
    """Return the processor's time of this process, after one try that does not count."""
    work()
    taken = []
    for _ in range(TRIES):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return 1000 * min(taken)


def parts(pixels: Pixels) -> Iterator[tuple[str, float]]:
    """Yield the name and the time of each part."""
    cv2.setNumThreads(1)
    engine = load()
    if not isinstance(engine.detector, Searcher):
        raise TypeError("The passes of another detector are not known here.")
    search = engine.detector._search
    yield "reduced to a release", milliseconds(lambda: scaled(pixels, LONG_SIDE / WIDTH))
    release = scaled(pixels, LONG_SIDE / WIDTH)
    for plan, turns in (*((plan, 0) for plan in PLANS), (Plan(Look.YUNET, GLANCE), 1)):
        for one in plan.passes(Copies(release), turns):
            name = f"{plan.look.value[0]} at {round(one.scale * LONG_SIDE)}{', turned once' * (turns > 0)}"
            yield name, milliseconds(partial(_fresh, search, release, one))
    faces = engine.detector.find(release)
    yield f"{len(faces)} vectors", milliseconds(lambda: engine.embedder.embed(release, faces))


def _fresh(search: Callable[[Copies, Pass], object], release: Pixels, one: Pass) -> None:
    """Make the copy anew too: it is part of the pass."""
    search(Copies(release), one)


def main() -> None:
    """Print one line for each part."""
    shown = Round.from_dict(json.loads(Path(sys.argv[1]).read_text("utf-8"))[0])
    for name, taken in parts(picture(shown)):
        print(f"{taken:7.0f} ms  {name}")  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
