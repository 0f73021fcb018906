"""What one photograph costs the whole gate, part by part, beside `face_recognition`.

    python -m tests.benchmarks.whole_gate [--times 3] [--out FILE]

Four uploads are made of the sample portraits and the group of 1927: 12 megapixels
with ten faces, all of whom may be shown; the same with one who has not agreed, and so is
blocked; 24 megapixels with about 40 faces; and a strip 480 pixels high. The gate does
with the bytes all that it does with an upload: decoding in the jailed process, the
release and its proof, faces, people, matching against 200 people, names in writing,
every rule. `face_recognition` does with the same bytes what its README shows: load,
find, encode, compare. Both in processes of their own, one after the other, in one run.

Figures are seconds of the processor, of all threads and of the decoding process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from api.application.evaluation.machine import resident
from api.application.evaluation.rival import imported
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import screen
from gatekeeper.identity.gallery import Gallery
from gatekeeper.media.open import Opener
from gatekeeper.policy.model import Policy
from gatekeeper.rendition import Rendition
from gatekeeper.types import Kind, Photo, Pixels, Vector
from gatekeeper.vision import load
from gatekeeper.vision.engine import Detection, Engine
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.text.reader import PPOCR, Writing
from tests.benchmarks.speed import answer
from tests.support.gate import RegisterBuilder, a_request
from tests.support.paths import ROOT

CONSOLE: Final = Console(highlight=False, soft_wrap=True)
SAMPLES: Final = ROOT / "sample_images"
ENROLLED: Final = 200
PARTS: Final = ("decoding", "detection", "people", "embedding", "writing")
SIDES: Final = ("gatekeeper", "face_recognition")
FIRST_NAMES: Final = ("Ada", "Ben", "Cleo", "Dan", "Ella", "Finn", "Gwen", "Hugo", "Iris", "Jack")
_TICK: Final = os.sysconf("SC_CLK_TCK")


# --- the uploads ------------------------------------------------------------------------


def uploads() -> dict[str, bytes]:
    """Return the photographs as files, by what they are called in the table."""
    portraits = [_open(path) for path in sorted((SAMPLES / "people").glob("*/1.jpg"))]
    group = _open(SAMPLES / "originals" / "solvay-1927-frame-b.jpg")
    ten = _jpeg(placed((4000, 3000), portraits[:10], 5, 560))
    return {
        "12 megapixels, 10 faces": ten,
        "the same, blocked": ten,
        "24 megapixels, 40 faces": _jpeg(crowd(group, portraits)),
        "strip 480 pixels high": _jpeg(placed((1500, 480), portraits[:4], 4, 340)),
    }


def placed(size: tuple[int, int], portraits: Sequence[Pixels], columns: int, width: int) -> Pixels:
    """Return portraits of this width in rows on a ground with some grain, all of one `size` (width, height)."""
    canvas = _ground(size)
    rows = -(-len(portraits) // columns)
    for number, portrait in enumerate(portraits):
        row, column = divmod(number, columns)
        height = round(portrait.shape[0] * width / portrait.shape[1])
        left = round((column + 0.5) * size[0] / columns - width / 2)
        top = max(0, round((row + 0.5) * size[1] / rows - height / 2))
        tile = cv2.resize(portrait, (width, height), interpolation=cv2.INTER_CUBIC)[: size[1] - top]
        canvas[top : top + tile.shape[0], left : left + width] = tile
    return canvas


def crowd(group: Pixels, portraits: Sequence[Pixels]) -> Pixels:
    """Return a group of 29 enlarged above a row of eleven portraits, 6,000 by 4,000 pixels."""
    canvas = placed((6000, 4000), [], 1, 1)
    height = round(group.shape[0] * 4400 / group.shape[1])
    canvas[:height, 800:5200] = cv2.resize(group, (4400, height), interpolation=cv2.INTER_CUBIC)
    row = placed((6000, 4000 - height), portraits, len(portraits), 500)
    canvas[height:] = row
    return canvas


def _ground(size: tuple[int, int]) -> Pixels:
    grain = np.random.default_rng(1).integers(90, 130, (size[1] // 8, size[0] // 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _open(path: Path) -> Pixels:
    return np.asarray(Image.open(path).convert("RGB"), np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    _, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return data.tobytes()


# --- the gate, part by part ------------------------------------------------------------------


@dataclass
class Meter:
    """Adds up seconds of the processor by part; each part is one that the pipeline calls."""

    spent: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    worker: int | None = None

    def timed(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and is counted."""

        def counted(*arguments: Any, **named: Any) -> Any:
            began = self.now()
            try:
                return call(*arguments, **named)
            finally:
                self.spent[part] += self.now() - began

        return counted

    def now(self) -> float:
        """Return the seconds that this process and the decoding one have used."""
        return time.process_time() + (_used(self.worker) if self.worker is not None else 0.0)


def _used(process: int) -> float:
    """Return what a process and those it has waited for have used, in seconds (`proc(5)`)."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(") ", 1)[1].split()
    return sum(map(int, fields[11:15])) / _TICK


class _Opener:
    def __init__(self, opener: Opener, meter: Meter) -> None:
        self._call = meter.timed("decoding", opener.open)

    def open(self, data: bytes, rendition: Rendition) -> Photo:
        photo: Photo = self._call(data, rendition)
        return photo


class _Finder:
    """Stands for detector, net for people and embedder: counts what it passes on."""

    def __init__(self, inner: Any, call: str, part: str, meter: Meter) -> None:
        self._inner = inner
        self._call = meter.timed(part, getattr(inner, call))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def find(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def without_face(self, *arguments: Any) -> Any:
        return self._call(*arguments)

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        vectors: Vector = self._call(pixels, detections)
        return vectors

    def read(self, pixels: Pixels) -> Writing:
        writing: Writing = self._call(pixels)
        return writing


def counted(engine: Engine, opener: Opener, meter: Meter) -> Tools:
    """Return the product's tools, each counted as a part."""
    detector: Any = _Finder(engine.detector, "find", "detection", meter)
    embedder: Any = _Finder(engine.embedder, "embed", "embedding", meter)
    people: Any = engine.people and _Finder(engine.people, "without_face", "people", meter)
    words: Any = _Finder(PPOCR(), "read", "writing", meter)
    return Tools(_Opener(opener, meter), replace(engine, detector=detector, embedder=embedder, people=people), words)


def case(upload: bytes, engine: Engine, opener: Opener, *, without: int = 0) -> Case:
    """Return the case in which everyone in a photograph may be shown, but for the first `without` people found."""
    policy = Policy.load("secondary")
    faces = find_faces(opener.open(upload, policy.rendition).pixels, engine)
    vectors = [face.embedding for face in faces if face.embedding is not None]
    others = np.random.default_rng(2).normal(size=(ENROLLED - len(vectors), engine.embedder.dimension))
    vectors += list((others / np.linalg.norm(others, axis=1, keepdims=True)).astype(np.float32))
    builder = RegisterBuilder(engine=engine.name)
    people = [
        builder.person(FIRST_NAMES[number % 10], f"Example{number}", kind=Kind.STAFF) for number in range(ENROLLED)
    ]
    for person in people[without:]:
        builder.consent(person)
    gallery = Gallery(engine.name, tuple(people), np.stack(vectors), np.full(ENROLLED, 3, np.int64))
    return Case(a_request(), replace(builder.build(), gallery=gallery), policy)


def ours(name: str, times: int) -> dict[str, Any]:
    """Return the gate's figures for one upload: medians by part, faces, the decision, peak memory."""
    upload, engine, meter = uploads()[name], load(), Meter()
    with Opener() as opener:
        asked = case(upload, engine, opener, without=1 if "blocked" in name else 0)
        tools = counted(engine, opener, meter)
        meter.worker = opener.worker_process_id
        screen(upload, asked, tools)  # nets are built
        rounds = []
        for _ in range(times):
            meter.spent.update(dict.fromkeys(PARTS, 0.0))
            began, clock = meter.now(), time.perf_counter()
            facts = screen(upload, asked, tools).facts
            whole = meter.now() - began
            rest = whole - sum(meter.spent.values())
            rounds.append({**meter.spent, "rest": rest, "all": whole, "clock": time.perf_counter() - clock})
    middle = {part: statistics.median(one[part] for one in rounds) for part in rounds[0]}
    codes = sorted({finding.code.value for finding in facts.decision.findings})
    outcome = facts.decision.outcome.value
    return {**middle, "faces": len(facts.faces), "outcome": outcome, "findings": codes, "peak": resident()}


def theirs(name: str, times: int) -> dict[str, Any]:
    """Return the figures of the README's few lines for the same upload."""
    recognition, upload = imported(), uploads()[name]
    known = list(np.random.default_rng(2).normal(size=(ENROLLED, 128)))
    rounds, found = [], 0
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        Path(file.name).write_bytes(upload)
        for _ in range(times):
            began, clock = time.process_time(), time.perf_counter()
            image = recognition.load_image_file(file.name)
            encodings = recognition.face_encodings(image)
            for encoding in encodings:
                recognition.compare_faces(known, encoding)
            found = len(encodings)
            rounds.append({"all": time.process_time() - began, "clock": time.perf_counter() - clock})
    middle = {part: statistics.median(one[part] for one in rounds) for part in rounds[0]}
    return {**middle, "faces": found, "peak": resident()}


def both(times: int) -> dict[str, dict[str, Any]]:
    """Time every upload on both sides, one process after the other."""
    return {
        name: {side: answer("whole_gate", "--only", name, "--side", side, "--times", str(times)) for side in SIDES}
        for name in uploads()
    }


def table(results: dict[str, dict[str, Any]]) -> Table:
    """Return the figures as a table for people."""
    shown = Table(
        "upload", *PARTS, "rest", "all", "decision", "faces", "face_recognition", "its faces", "times as fast"
    )
    for name, sides in results.items():
        own, other = (sides[side] for side in SIDES)
        cells = [f"{own[part]:.2f}" for part in (*PARTS, "rest", "all")]
        cells += [own["outcome"], str(own["faces"]), f"{other['all']:.2f}", str(other["faces"])]
        shown.add_row(name, *cells, f"{other['all'] / own['all']:.1f}")
    return shown


def main() -> None:
    """Time everything and print a table; or one upload on one side, and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.whole_gate", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="tries of each; the median counts")
    parser.add_argument("--out", type=Path, help="write the figures there, as JSON")
    parser.add_argument("--only", help="one upload, by name")
    parser.add_argument("--side", choices=SIDES, help="one program, in this process; the answer is JSON")
    options = parser.parse_args()
    if options.side:
        look = ours if options.side == SIDES[0] else theirs
        sys.stdout.write(json.dumps(look(options.only, options.times)) + "\n")
        return
    results = both(options.times)
    CONSOLE.print(table(results))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
