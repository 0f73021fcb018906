"""Time sanitizing against plain Pillow: decode, resize, encode, at the same size and quality.

    python -m tests.benchmarks.sanitizing [PICTURE] [--runs 15] [--json FILE]

Both make a progressive JPEG of 2,048 pixels from a photograph of 12 megapixels;
a made one if none is named. Runs take turns, so that whatever else the machine
does falls on both. `gatekeeper` opens the upload in its worker, encodes, and
walks over the result. `process` is a whole Python process from its start to its
end, with one picture.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from gatekeeper.media.release.quality import choose_quality
from gatekeeper.types import Pixels

WIDTH, HEIGHT, LONG_SIDE = 4000, 3000, 2048
_PLAIN: Final = """
import io, sys
from PIL import Image
picture = Image.open(sys.argv[1])
size = tuple(round(side * 2048 / max(picture.size)) for side in picture.size)
picture.resize(size, Image.Resampling.LANCZOS).save(io.BytesIO(), "JPEG", quality=int(sys.argv[2]), progressive=True)
"""
_OURS: Final = """
import sys
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
with Opener() as opener:
    make_release(opener.open(open(sys.argv[1], "rb").read()).pixels)
"""


def photograph() -> bytes:
    """Return a JPEG of 12 megapixels, soft and with the grain of a camera."""
    random = np.random.default_rng(7)
    coarse = Image.fromarray(random.integers(0, 256, (90, 120, 3), np.uint8))
    smooth = np.asarray(coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)).astype(np.int16)
    grainy = np.clip(smooth + random.normal(0, 4, smooth.shape), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grainy).save(file, "JPEG", quality=92)
    return file.getvalue()


def plain(data: bytes, quality: int) -> bytes:
    """Return what Pillow alone makes of it; metadata, orientation and frames are nobody's business here."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height = (round(side * LONG_SIDE / max(picture.size)) for side in picture.size)
        file = io.BytesIO()
        reduced = picture.resize((width, height), Image.Resampling.LANCZOS)
        reduced.save(file, "JPEG", quality=quality, progressive=True)
    return file.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turns(works: dict[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    """Time each work `runs` times, one after the other in every round, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(runs + 1):
        for name, work in works.items():
            took = seconds(work)
            if number:
                times[name].append(took)
    return times


def _process(script: str, *words: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-c", script, *words], check=True)  # noqa: S603 (our own script)


def measure(file: Path, runs: int) -> dict[str, dict[str, float]]:
    """Return least, median and 95th percentile in milliseconds of each way, and what they were measured on."""
    data = file.read_bytes()
    with Opener() as opener:
        pixels: Pixels = opener.open(data).pixels
        quality = choose_quality(pixels)
        works: dict[str, Callable[[], object]] = {
            "pillow": lambda: plain(data, quality),
            "gatekeeper": lambda: make_release(opener.open(data).pixels),
            "gatekeeper, decoded too": lambda: make_release(opener.open(data).pixels).pixels,
            "pillow, process": _process(_PLAIN, str(file), str(quality)),
            "gatekeeper, process": _process(_OURS, str(file)),
        }
        times = in_turns(works, runs)
        sizes: dict[str, float] = {
            "quality": quality,
            "pillow": len(plain(data, quality)),
            "gatekeeper": len(make_release(pixels).data),
        }
    answer: dict[str, dict[str, float]] = {
        name: {
            "least": 1e3 * min(taken),
            "median": 1e3 * statistics.median(taken),
            "p95": 1e3 * sorted(taken)[int(0.95 * (len(taken) - 1))],
        }
        for name, taken in times.items()
    }
    return {"bytes": sizes, **answer}


def main() -> None:
    """Print one line a way, and how many times plain Pillow's time ours takes."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sanitizing", description=__doc__)
    parser.add_argument("picture", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", type=Path, help="file to write the numbers to")
    options = parser.parse_args()
    made = Path("photograph.jpg")
    if options.picture is None:
        made.write_bytes(photograph())
    try:
        answer = measure(options.picture or made, options.runs)
    finally:
        if options.picture is None:
            made.unlink()
    lines = [
        f"{name:24} {json.dumps({key: round(value) for key, value in row.items()})}" for name, row in answer.items()
    ]
    for ours, theirs in (("gatekeeper", "pillow"), ("gatekeeper, process", "pillow, process")):
        ratios = {key: answer[ours][key] / answer[theirs][key] for key in ("least", "median", "p95")}
        said = ", ".join(f"{ratio:.2f} ({key})" for key, ratio in ratios.items())
        lines.append(f"{ours} : {theirs} = {said}")
    print("\n".join(lines))  # noqa: T201 (the answer)
    if options.json:
        options.json.write_text(json.dumps(answer, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
