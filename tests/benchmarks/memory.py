"""The most memory that a photograph of 50 megapixels takes: this process and its decoding workers together.

    python -m tests.benchmarks.memory [PHOTO]

opens it as an upload is opened, makes the proved release, finds and embeds every
face. Without a photograph it makes one of noise and real faces' sizes itself.

    python -m tests.benchmarks.memory --soak 1000 [--longest 640]

checks so many pictures in one process, one after the other, as a worker of the service
does: parts of the sample group in sizes drawn anew each time, up to so many pixels a side, and at
every fiftieth a photograph of 12 or 24 megapixels. After each fiftieth it prints what is held
once memory has been given back.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, Self

import cv2
import numpy as np

from api.platform.memory import give_back, use_few_arenas
from gatekeeper.decision.case import Tools
from gatekeeper.decision.pipeline import screen
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from gatekeeper.vision import load
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.text.reader import PPOCR
from tests.benchmarks.whole_gate import case, uploads
from tests.support.paths import ROOT

WIDTH, HEIGHT = 8192, 6100

_REPORTED: Final = 50
"""Pictures between two lines of a soak; one in so many is large."""

_EVERY: Final = 0.02
"""Seconds between two looks at the processes."""


class Gauge:
    """Adds up the proportional share of memory (PSS) of this process and all below it, while it runs."""

    def __init__(self) -> None:
        self.peak = 0
        self._stop = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.peak = max(self.peak, self.now())

    def now(self) -> int:
        """Return what is taken now, in bytes."""
        return sum(map(_share, _family(Path("/proc/self").resolve())))

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY):
            self.peak = max(self.peak, self.now())


def photograph() -> bytes:
    """Return a JPEG of 50 megapixels with fine grain, as a camera makes it."""
    grain = np.random.default_rng(1).integers(90, 150, (HEIGHT // 4, WIDTH // 4, 3)).astype(np.uint8)
    _, data = cv2.imencode(".jpg", cv2.resize(grain, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
    return data.tobytes()


def measured(upload: bytes) -> dict[str, Any]:
    """Return peak bytes, seconds, faces and the release's size for one upload."""
    engine = load()
    with Opener() as opener, Gauge() as gauge:
        start = time.perf_counter()
        release = make_release(opener.open(upload).pixels)
        faces = find_faces(release.pixels, engine)
        seconds = time.perf_counter() - start
    return {
        "peak": gauge.peak,
        "seconds": seconds,
        "faces": len(faces),
        "megapixels": WIDTH * HEIGHT / 1e6,
        "release": [release.width, release.height],
    }


def soak(count: int, longest: int) -> Iterator[dict[str, Any]]:
    """Check `count` pictures in this process; yield what is held, in MB, after each `_REPORTED` of them."""
    engine = load()
    large = list(uploads().values())
    with Opener() as opener:
        tools = Tools(opener, engine, PPOCR())
        asked = case(large[0], engine, opener)
        for number, upload in enumerate(_drawn(count, large, longest), start=1):
            screen(upload, asked, tools)
            if number % _REPORTED == 0:
                give_back()
                yield {"pictures": number, "processor": round(time.process_time()), "held": Gauge().now() >> 20}


def _drawn(count: int, large: list[bytes], longest: int) -> Iterator[bytes]:
    """Yield uploads: mostly parts of a group, from 200 pixels a side, and now and then a large photograph."""
    chance = random.Random(1)
    group = np.asarray(cv2.imread(str(ROOT / "sample_images" / "06-group.jpg")), np.uint8)
    height, width = group.shape[:2]
    for number in range(count):
        if number % _REPORTED == _REPORTED - 1:
            yield large[number // _REPORTED % len(large)]
            continue
        left, top = chance.randrange(width // 2), chance.randrange(height // 2)
        part = group[top:, left : left + chance.randint(width // 4, width // 2)]
        size = chance.randint(200, longest), chance.randint(200, longest)
        yield cv2.imencode(".jpg", cv2.resize(part, size))[1].tobytes()


def _family(process: Path) -> list[Path]:
    """Return a process and everything that it has started."""
    try:
        children = (process / "task" / process.name / "children").read_text("ascii").split()
    except OSError:
        return []
    return [process, *(member for child in children for member in _family(process.parent / child))]


def _share(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text("ascii").splitlines()
    except OSError:  # it has ended, or may not be looked into
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main() -> None:
    """Measure the photograph that is named, or one made here, as the command line starts; or soak."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.memory", description=__doc__)
    parser.add_argument("photo", type=Path, nargs="?")
    parser.add_argument("--soak", type=int, metavar="PICTURES", help="check so many in one process")
    parser.add_argument("--longest", type=int, default=1500, help="longest side of a small picture, in pixels")
    options = parser.parse_args()
    use_few_arenas()
    if options.soak:
        for line in soak(options.soak, options.longest):
            print(json.dumps(line), flush=True)  # noqa: T201 (the answer)
        return
    upload = options.photo.read_bytes() if options.photo else photograph()
    print(json.dumps(measured(upload)))  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
