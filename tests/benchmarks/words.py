"""How well names are read from badges and certificates, what it costs, and what else is taken for a name.

    python -m tests.benchmarks.words [--cards 24] [--data FOLDER ...]

Backgrounds are the sample images, brought to a long side of 2048 pixels as a release is. A card
counts as found if there is a blocking finding: the whole path of the gate from the release's
pixels on is used. `--data` names folders of pictures in which
nobody of the register is named; their findings are false alarms.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from gatekeeper.decision.rules.visible_names import name_findings
from gatekeeper.media.release.encode import make_release
from gatekeeper.register import Register
from gatekeeper.types import Finding, Pixels, Severity
from gatekeeper.vision.text.reader import PPOCR, WordReader
from tests.benchmarks.badges import ANGLES, SIZES, badge, certificate, put
from tests.benchmarks.pupils import Name, pupils, register_of
from tests.support.paths import ROOT

CONSOLE = Console()
SAMPLES: Final = ROOT / "sample_images"
LONG_SIDE: Final = 2048


def background(path: Path) -> Pixels:
    """Return a picture as large as a release, RGB."""
    pixels = np.asarray(Image.open(path).convert("RGB"), np.uint8)
    scale = LONG_SIDE / max(pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_LANCZOS4), np.uint8)


def findings(pixels: Pixels, reader: WordReader, register: Register) -> list[Finding]:
    """Return what is said about the names in a picture; regions in its pixels."""
    release = make_release(pixels)
    writing = reader.read(release.pixels)
    return list(name_findings(writing, register.names, (), Severity.NOTE))


def main() -> None:
    """Print recall by size and angle, seconds and memory, and false alarms."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.words", description=__doc__)
    parser.add_argument("--cards", type=int, default=24, help="of each size and angle")
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="folders of pictures without a name")
    parser.add_argument("--show", action="store_true", help="print what was missed or found wrongly")
    options = parser.parse_args()
    names = [name for name in pupils() if "".join(name).replace("'", "").replace("-", "").isascii()]
    register = register_of(names)
    reader = PPOCR()
    backgrounds = [background(path) for path in sorted(SAMPLES.glob("*.jpg"))]
    reader.read(backgrounds[0])
    _recall(options.cards, backgrounds, names, (reader, register), show=options.show)
    for folder in (SAMPLES, *options.data):
        _false_alarms(folder, (reader, register), show=options.show)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    CONSOLE.print(f"peak memory of the whole process {peak:.0f} MiB")


def _recall(
    cards: int, backgrounds: list[Pixels], names: list[Name], tools: tuple[PPOCR, Register], *, show: bool
) -> None:
    chance = random.Random(5)
    found, total, seconds = Counter[tuple[int, int]](), Counter[tuple[int, int]](), list[float]()
    work: list[float] = []
    for size in SIZES:
        for angle in ANGLES:
            for first, last in chance.sample(names, cards):
                name = _written(first, last, chance)
                card = chance.choice((badge, certificate))(name, size, chance)
                placed = next(filter(None, (put(chance.choice(backgrounds), card, angle, chance) for _ in range(20))))
                started, worked = time.perf_counter(), time.process_time()
                blocked = any(f.severity is Severity.BLOCK for f in findings(placed.pixels, *tools))
                seconds.append(time.perf_counter() - started)
                work.append(time.process_time() - worked)
                total[size, angle] += 1
                found[size, angle] += blocked
                if show and not blocked:
                    lines = [line.text for line in tools[0].read(placed.pixels).lines]
                    CONSOLE.print(f"missed at {size} px, {angle} degrees: {name!r} read as {lines}")
    table = Table("letter height", *(f"{angle}°" for angle in ANGLES), "all", title="Names found")
    for size in SIZES:
        rates = [found[size, angle] / total[size, angle] for angle in ANGLES]
        table.add_row(f"{size} px", *(f"{rate:.0%}" for rate in rates), f"{sum(rates) / len(rates):.1%}")
    CONSOLE.print(table)
    CONSOLE.print(f"a picture, encoding included: median {np.median(seconds):.2f} s, slowest {max(seconds):.2f} s,")
    CONSOLE.print(f"median {np.median(work):.2f} s of processor time")


def _written(first: str, last: str, chance: random.Random) -> str:
    return chance.choice((f"{first} {last}", f"{first} {last}".upper(), f"{first} {last.upper()}"))


def _false_alarms(folder: Path, tools: tuple[PPOCR, Register], *, show: bool) -> None:
    blocked = noted = 0
    paths = list(_pictures(folder))
    for path in paths:
        severities = [(f.severity, f.region) for f in findings(background(path), *tools)]
        blocked += any(severity is Severity.BLOCK for severity, _ in severities)
        noted += any(severity is Severity.NOTE for severity, _ in severities)
        if show and severities:
            CONSOLE.print(
                f"{path.name}: {len(severities)} findings",
                [line.text for line in tools[0].read(background(path)).lines][:40],
            )
    CONSOLE.print(f"{folder.name}: {len(paths)} pictures, {blocked} blocked, {noted} with a note")


def _pictures(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


if __name__ == "__main__":
    main()
