"""`face_recognition` used the way its README shows, in a process of its own.

    python -m tests.benchmarks.rival gate PLAN.json
    python -m tests.benchmarks.rival speed PLAN.json

A process of its own, because importing it changes Pillow for everybody. It finds
its model files through `pkg_resources`, which current setuptools no longer
brings; the one function it needs stands in for it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatekeeper.benchmark.gate import judged
from gatekeeper.benchmark.registers import REFERENCE_SIDE
from gatekeeper.benchmark.scenes import cut, render
from gatekeeper.types import Pixels
from tests.benchmarks.plans import Plan, load_plan
from tests.benchmarks.speed import Speed, peak, speed_picture

TOLERANCE = 0.6
"""The README's own."""


def imported() -> ModuleType:
    """Return `face_recognition`."""
    stand_in = ModuleType("pkg_resources")
    vars(stand_in)["resource_filename"] = lambda package, name: str(files(package) / name)
    sys.modules.setdefault("pkg_resources", stand_in)
    import face_recognition  # noqa: PLC0415 (only once its helper stands)

    module: ModuleType = face_recognition
    return module


def names_of(plan: Plan, recognition: Any) -> Callable[[Pixels], list[str | None]]:
    """Return a function that names every face of a picture, None for unknown ones."""
    names: list[str] = []
    known: list[NDArray[np.float64]] = []
    for person, tiles in plan.references.items():
        for tile in tiles:
            encodings = recognition.face_encodings(cut(tile, REFERENCE_SIDE))
            if encodings:
                names.append(person)
                known.append(encodings[0])

    def name(encoding: NDArray[np.float64]) -> str | None:
        matches = recognition.compare_faces(known, encoding, tolerance=TOLERANCE)
        best = int(np.argmin(recognition.face_distance(known, encoding)))
        return names[best] if matches[best] else None

    def named(pixels: Pixels) -> list[str | None]:
        locations = recognition.face_locations(pixels)
        return [name(encoding) for encoding in recognition.face_encodings(pixels, locations)]

    return named


def gate(plan: Plan, recognition: Any) -> dict[str, Any]:
    """Judge the plan's scenes: approve if there is a face and every face is somebody who may be shown."""
    named = names_of(plan, recognition)

    def approves(pixels: Pixels) -> bool:
        found = named(pixels)
        return bool(found) and all(person in plan.consented for person in found)

    wrong, needless = judged(plan.scenes, approves)
    return {
        "wrong_approvals": {kind: (rate.hits, rate.of) for kind, rate in wrong.items()},
        "needless_blocks": (needless.hits, needless.of),
    }


def speed(plan: Plan, recognition: Any) -> Speed:
    """Time one photograph of 12 megapixels with ten faces."""
    named = names_of(plan.first(10), recognition)
    pixels = speed_picture(plan)
    named(render(plan.scenes[0]))
    start, used = time.perf_counter(), time.process_time()
    found = named(pixels)
    return Speed(time.perf_counter() - start, time.process_time() - used, len(found), peak())


def main() -> None:
    """Answer one question on standard output, as JSON."""
    question, file = sys.argv[1:]
    plan = load_plan(Path(file))
    answer = gate(plan, imported()) if question == "gate" else speed(plan, imported())._asdict()
    print(json.dumps(answer))  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
