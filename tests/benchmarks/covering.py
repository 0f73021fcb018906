"""What is left of a face after its head was covered: `python -m tests.benchmarks.covering FOLDER`.

Every face that the product finds in the pictures below the folder is covered,
each picture as a whole, and the released bytes are searched again: by the
product's detector with all its passes and by dlib's own (HOG, enlarged once).
Each engine is then asked who is at the place where the
face was, with the landmarks that it had.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import dlib
import numpy as np

from gatekeeper import vision
from gatekeeper.errors import PhotoRefused
from gatekeeper.media.cover import cover, head
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from gatekeeper.types import Box, Pixels
from gatekeeper.vision.engine import Detection, Engine
from gatekeeper.vision.recognition.quality import unreadable
from gatekeeper.vision.recognition.vectors import unit
from gatekeeper.vision.rotation import quarters

ENGINES: Final = ("sface", "dlib")
_INSIDE: Final = 0.5
"""A find is in the filled area if at least this share of it is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object with the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture")
    parser.add_argument("--most", type=int, default=None, help="stop after this many pictures")
    given = parser.parse_args(arguments)
    files = sorted(path for path in given.folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    engines = [vision.load(name) for name in ENGINES]
    counts: Counter[str] = Counter()
    started = time.monotonic()
    with Opener() as opener:
        for pixels in islice(_pictures(files[:: given.every], opener), given.most):
            counts.update(_one(pixels, engines))
    print(json.dumps({**counts, "seconds": round(time.monotonic() - started)}, indent=2))  # noqa: T201
    return 0


def _pictures(files: Sequence[Path], opener: Opener) -> Iterator[Pixels]:
    for file in files:
        try:
            yield make_release(opener.open(file.read_bytes()).pixels).pixels
        except PhotoRefused:
            continue


def _one(pixels: Pixels, engines: Sequence[Engine]) -> Counter[str]:
    """Cover everybody in one picture and count what is found afterwards."""
    detector = engines[0].detector
    found = detector.find(pixels)
    fills = [head(face.box, quarters(face.landmarks)) for face in found]
    counts = Counter(pictures=1, faces=len(found))
    if not found:
        return counts
    covered = make_release(cover(pixels, fills)).pixels
    for name, boxes in (
        ("product", [find.box for find in detector.find(covered)]),
        ("dlib_hog", _hog(covered)),
    ):
        inside = [max(box.intersection(fill) for fill in fills) / box.area for box in boxes]
        counts[f"{name}_finds_in_fills"] = sum(share >= _INSIDE for share in inside)
        counts[f"{name}_finds_touching_fills"] = sum(0.05 <= share < _INSIDE for share in inside)
    for engine in engines:
        counts.update(_recognised(pixels, covered, found, engine))
    return counts


def _recognised(before: Pixels, after: Pixels, found: Sequence[Detection], engine: Engine) -> Counter[str]:
    """Count how often the engine takes a covered place for who was there, and for anybody else of the picture.

    An engine says something of every patch, and a blurred face is like a plain
    one; if it likens the fill to its own face no more than to others, it knows nothing.
    """
    readable = [face for face in found if unreadable(face, engine.thresholds.smallest_face) is None]
    if not readable:
        return Counter()
    known, left = (unit(engine.embedder.embed(picture, readable)) for picture in (before, after))
    alike = (left @ known.T) >= engine.thresholds.match_at(1, 1)
    name, count = engine.embedder.name, len(readable)
    own = int(np.trace(alike))
    return Counter(
        {
            f"{name}_own_pairs": count,
            f"{name}_own_alike": own,
            f"{name}_other_pairs": count * (count - 1),
            f"{name}_other_alike": int(alike.sum()) - own,
        }
    )


def _hog(pixels: Pixels) -> list[Box]:
    return [Box(r.left(), r.top(), r.width(), r.height()) for r in dlib.get_frontal_face_detector()(pixels, 1)]


if __name__ == "__main__":
    raise SystemExit(main())
