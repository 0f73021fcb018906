"""Single faces only: identification and its curves, on portraits in which one net finds the one large face.

    python -m tests.benchmarks.singles --data FOLDER [--engine sface] [--json FILE]

The gate looks at a picture some twenty times, so as to miss nobody. On portraits of one
large face all of that finds the same face at the same place, so here YuNet looks twice:
what is measured is who is recognised, and it takes minutes instead of an hour.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np

from api.application.evaluation.machine import resident
from gatekeeper.benchmark import Meter, Protocol
from gatekeeper.benchmark.curves import curves
from gatekeeper.benchmark.identification import identification
from gatekeeper.benchmark.report import plain
from gatekeeper.benchmark.run import gather
from gatekeeper.types import Box, Pixels
from gatekeeper.vision import load
from gatekeeper.vision.detection.image_pyramid import scaled
from gatekeeper.vision.detection.non_maximum_suppression import merged
from gatekeeper.vision.detection.yunet import YuNet
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.weights import read

SIZES: Final = (320, 640)
"""Long sides of the copies that are searched, in pixels."""

SURE: Final = 0.7


class Quick:
    """YuNet at two sizes."""

    name = "yunet, quick"

    def __init__(self) -> None:
        self._net = YuNet(read("yunet"))

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return the faces that are sure, best first."""
        return merged(found for size in SIZES for found in self._at(pixels, size / max(pixels.shape[:2])))

    def _at(self, pixels: Pixels, scale: float) -> list[Detection]:
        found = self._net.search(np.ascontiguousarray(scaled(pixels, scale)))
        return [
            Detection(
                Box(*(side / scale for side in (one.box.x, one.box.y, one.box.width, one.box.height))),
                one.landmarks / np.float32(scale),
                one.score,
            )
            for one in found
            if one.score >= SURE
        ]


def measured(data: Path, name: str, protocol: Protocol) -> dict[str, Any]:
    """Return the parts `identification` and `curves` of a report, and the counts of refused references."""
    engine = replace(load(name), detector=Quick())
    material = gather(data, engine, Meter(time.perf_counter, resident), protocol)
    random = Random(protocol.seed)
    counts = range(1, protocol.references + 1)
    strangers = material.crowd.strangers
    return {
        "identification": plain(identification(material.enrolled, strangers, engine, protocol.sizes, counts, random)),
        "curves": plain(curves(material.crowd, engine, protocol.sizes, protocol.counts, random)),
        "refused_references": plain(material.refusals),
    }


def main() -> None:
    """Measure, and print or write the numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.singles", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--engine", default="sface")
    parser.add_argument("--bystanders", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    answer = json.dumps(measured(options.data, options.engine, Protocol(held_out=True, bystanders=options.bystanders)))
    if options.json:
        options.json.write_text(answer, "utf-8")
    print(answer[:400])  # noqa: T201 (the answer)


if __name__ == "__main__":
    main()
