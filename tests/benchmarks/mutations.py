"""Damage files of every format at random, sanitize each, and look for what must not happen.

    python -m tests.benchmarks.mutations --count 10000 [--seed 1] [--json FILE] [FOLDER ...]

The files are those of the torture set and, if folders are given, every picture
in them. Counted are refusals by code, releases, and failures: an exception that
is no refusal, a planted string in a release, a file that could not be proved
clean, a deadline missed, and processes, descriptors or files left behind.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.limits import Limits
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release, verify
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.rendition import Frames, Output, Rendition
from tests.support import torture

ENCODINGS = (Encoding(), Encoding(Output.PNG), Encoding(Output.WEBP))
RENDITIONS = (Rendition(), Rendition(frames=Frames.FIRST, long_side=800))
_MAGIC, _KEPT = 16, 0.95
_PATIENCE = 5.0
INTERESTING = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\0",
    b"\xff\xd8",
    b"IDAT",
)


@dataclass(slots=True)
class Tally:
    """What happened.

    Attributes:
        released: how many files were opened and released.
        refused: how many were refused, by code.
        failures: what must not happen, by name.
        slowest: seconds that the slowest file took.
        worker_peak: the largest resident size of any process that was started, in bytes.
    """

    released: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    worker_peak: int = 0


def damaged(seeds: Sequence[bytes], count: int, chance: random.Random) -> Iterator[bytes]:
    """Yield `count` files, each one of the seeds with something done to it."""
    ways = (_flipped, _flipped, _flipped, _replaced, _replaced, _spliced, _cut, _left_out, _doubled)
    for number in range(count):
        data = bytearray(seeds[number % len(seeds)])
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            data = chance.choice(ways)(data, seeds, chance) if data else data
        yield bytes(data)


def run(files: Iterator[bytes], chance: random.Random) -> Tally:
    """Sanitize every file through one opener, and count."""
    tally = Tally()
    spellings = torture.spellings()
    limits = Limits()
    with TemporaryDirectory() as folder, Opener(limits) as opener:
        tempfile.tempdir = folder
        _settle(opener)
        before = _left_behind()
        for data in files:
            start = time.monotonic()
            try:
                photo = opener.open(data, chance.choice(RENDITIONS))
                release = make_release(photo.pixels, chance.choice(ENCODINGS))
                verify(release.data)
                tally.released += 1
                if any(spelling in release.data for spelling in spellings):
                    tally.failures["planted string in a release"] += 1
            except PhotoRefused as refused:
                tally.refused[refused.code.value] += 1
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                tally.failures[type(error).__name__] += 1
            took = time.monotonic() - start
            tally.slowest = max(tally.slowest, took)
            tally.failures["deadline missed"] += took > limits.wall_seconds + 1
        _settle(opener)
        after = _left_behind()
        deadline = time.monotonic() + _PATIENCE
        while any(after[name] > before[name] for name in before) and time.monotonic() < deadline:
            time.sleep(0.01)  # the worker answers before it closes the socket that it answered on
            after = _left_behind()
        tempfile.tempdir = None
    tally.worker_peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    for what, (then, now) in {name: (before[name], after[name]) for name in before}.items():
        tally.failures[f"{what} left behind"] += max(0, now - then)
    tally.failures = +tally.failures
    return tally


def _settle(opener: Opener) -> None:
    """Do everything once with something sound, so that whatever is under way has come to its end."""
    for encoding in ENCODINGS:
        make_release(opener.open(torture.PLANTED["png_text"]()).pixels, encoding)


def _left_behind() -> dict[str, int]:
    workers = _children("self")
    descriptors = [len(list(Path(f"/proc/{process}/fd").iterdir())) for process in ("self", *workers)]
    return {
        "processes": len(workers) + sum(len(_children(worker)) for worker in workers),
        "descriptors": sum(descriptors),
        "files": len(list(Path(tempfile.gettempdir()).iterdir())),
    }


def _children(process: str) -> list[str]:
    return [pid for path in Path(f"/proc/{process}/task").glob("*/children") for pid in path.read_text().split()]


def _place(data: bytearray, chance: random.Random) -> int:
    """Somewhere, more often near the beginning, where headers are; seldom in the first bytes, which name the format."""
    start = min(_MAGIC, len(data) - 1) if chance.random() < _KEPT else 0
    return start + int((len(data) - start) * chance.random() ** 3)


def _flipped(data: bytearray, _: Sequence[bytes], chance: random.Random) -> bytearray:
    for _number in range(chance.randint(1, 8)):
        data[_place(data, chance)] ^= 1 << chance.randrange(8)
    return data


def _replaced(data: bytearray, _: Sequence[bytes], chance: random.Random) -> bytearray:
    at, new = _place(data, chance), chance.choice(INTERESTING)
    data[at : at + len(new)] = new
    return data


def _cut(data: bytearray, _: Sequence[bytes], chance: random.Random) -> bytearray:
    return data[: chance.randint(1, len(data))]


def _left_out(data: bytearray, _: Sequence[bytes], chance: random.Random) -> bytearray:
    at = _place(data, chance)
    return data[:at] + data[at + chance.randint(1, 64) :]


def _doubled(data: bytearray, _: Sequence[bytes], chance: random.Random) -> bytearray:
    start, end = sorted((_place(data, chance), _place(data, chance)))
    return data[:end] + data[start:]


def _spliced(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> bytearray:
    other = chance.choice(seeds)
    start = chance.randrange(max(1, len(other)))
    at = _place(data, chance)
    return data[:at] + other[start : start + chance.randint(1, 512)] + data[at:]


def seeds_from(folders: Sequence[Path]) -> list[bytes]:
    """Return the torture set, and every file of at most 2 MB in the folders."""
    most = 2_000_000
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return [make() for make in torture.PLANTED.values()] + [
        path.read_bytes() for path in files if 0 < path.stat().st_size <= most
    ]


def main() -> None:
    """Print what happened; exit 1 if anything did that must not."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutations", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="more files to damage")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="file to write the numbers to")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    start = time.monotonic()
    tally = run(damaged(seeds_from(options.folders), options.count, chance), chance)
    answer = {
        "files": options.count,
        "released": tally.released,
        "refused": dict(tally.refused),
        "failures": dict(tally.failures),
        "slowest_seconds": round(tally.slowest, 2),
        "worker_peak_mib": round(tally.worker_peak / 2**20),
        "seconds": round(time.monotonic() - start),
    }
    print(json.dumps(answer, indent=1))  # noqa: T201 (the answer)
    if options.json:
        options.json.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    sys.exit(bool(tally.failures))


if __name__ == "__main__":
    main()
