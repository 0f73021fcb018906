"""The most memory that a photograph of 50 megapixels takes: this process and its decoding workers together.

    python -m tests.benchmarks.memory [PHOTO]

opens it as an upload is opened, makes the proved release, finds and embeds every
face. Without a photograph it makes one of noise and real faces' sizes itself.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, Self

import cv2
import numpy as np

from api.platform.memory import use_few_arenas
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from gatekeeper.vision import load
from gatekeeper.vision.faces import find_faces

WIDTH, HEIGHT = 8192, 6100

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
    """Measure the photograph that is named, or one made here, as the command line starts."""
    use_few_arenas()
    upload = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else photograph()
    print(json.dumps(measured(upload)))  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
