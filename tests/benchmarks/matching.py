"""Sixty faces against a city: how long comparing takes.

python -m tests.benchmarks.matching [FACES] [PEOPLE]
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Final

import numpy as np

from gatekeeper.identity.matching import match_faces
from gatekeeper.register import Gallery
from gatekeeper.types import Box, Face, PersonId
from gatekeeper.vision.model import shipped
from gatekeeper.vision.recognition.vectors import unit

FACES, PEOPLE = 60, 100_000
DIMENSION: Final = 128
TIMES: Final = 15


def measured(faces: int = FACES, people: int = PEOPLE) -> dict[str, Any]:
    """Return the median and the slowest time of a picture, in milliseconds, on random vectors."""
    random = np.random.default_rng(1)
    templates = unit(random.standard_normal((people, DIMENSION), np.float32))
    gallery = Gallery("sface", tuple(PersonId(f"per_{n}") for n in range(people)), templates, np.full(people, 3))
    vectors = unit(templates[:faces] + 0.02 * random.standard_normal((faces, DIMENSION), np.float32))
    found = [
        Face(number + 1, Box(0, 0, 90, 90), np.zeros((5, 2), np.float32), 0.9, vector)
        for number, vector in enumerate(vectors)
    ]
    listed = frozenset(gallery.people[: people // 100])
    thresholds = shipped("sface").thresholds
    if thresholds is None:
        raise ValueError("sface has no calibration")
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        match_faces(found, gallery, thresholds, listed)
        seconds.append(time.perf_counter() - start)
    return {
        "faces": faces,
        "people": people,
        "median_ms": 1000 * sorted(seconds)[TIMES // 2],
        "slowest_ms": 1000 * max(seconds[1:]),
        "first_ms": 1000 * seconds[0],
    }


if __name__ == "__main__":
    print(json.dumps(measured(*map(int, sys.argv[1:]))))  # noqa: T201 (the answer)
