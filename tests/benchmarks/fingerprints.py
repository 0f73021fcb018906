"""How well a deleted picture is known again: `python -m tests.benchmarks.fingerprints FOLDER...`.

For every picture below the folders: the distance of its fingerprint to those of
changed copies, and to the eight fingerprints of every other picture. Files that
are themselves copies of one another have to be left out by whoever chooses the
folders; pairs nearer than the threshold are listed by number, so that somebody
can look.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.fingerprint import SAME, all_ways_round, distance, perceptual_hash
from gatekeeper.media.open import Opener
from gatekeeper.types import Pixels

Change = Callable[[Image.Image], Image.Image]


def _saved(quality: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(file)

    return change


def _cut(share: float) -> Change:
    """Cut this share of the width and the height away, half on each side."""

    def change(image: Image.Image) -> Image.Image:
        width, height = image.size
        across, down = round(width * share / 2), round(height * share / 2)
        return image.crop((across, down, width - across, height - down))

    return change


CHANGES: Final[dict[str, Change]] = {
    "a third of the size": lambda image: image.resize((max(1, image.width // 3), max(1, image.height // 3))),
    "saved at quality 40": _saved(40),
    "a third, saved at 40": lambda i: _saved(40)(i.resize((max(1, i.width // 3), max(1, i.height // 3)))),
    "turned by a quarter": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "a fifth lighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "1 % cut away": _cut(0.01),
    "2 % cut away": _cut(0.02),
    "4 % cut away": _cut(0.04),
    "8 % cut away": _cut(0.08),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture")
    parser.add_argument("--changes", type=int, default=300, help="pictures of which changed copies are made")
    given = parser.parse_args(arguments)
    files = sorted(p for folder in given.folders for p in folder.rglob("*") if p.suffix.lower() in {".jpg", ".png"})
    ways: list[tuple[int, ...]] = []
    distances: dict[str, list[int]] = {name: [] for name in CHANGES}
    with Opener() as opener:
        for file in files[:: given.every]:
            try:
                pixels = opener.open(file.read_bytes()).pixels
            except PhotoRefused:
                continue
            ways.append(all_ways_round(pixels))
            if len(ways) <= given.changes:
                for name, change in CHANGES.items():
                    distances[name].append(_nearest(pixels, change))
    copies = {name: _summary(found) for name, found in distances.items()}
    print(json.dumps({"pictures": len(ways), "copies": copies, "others": _others(ways)}, indent=1))  # noqa: T201
    return 0


def _nearest(pixels: Pixels, change: Change) -> int:
    """The distance as the gate sees it: of the changed upload's eight ways the nearest."""
    changed = np.asarray(change(Image.fromarray(pixels)).convert("RGB"))
    kept = perceptual_hash(pixels)
    return min(distance(kept, way) for way in all_ways_round(changed))


def _summary(found: list[int]) -> dict[str, float]:
    numbers = np.array(found)
    known = float((numbers <= SAME).mean())
    return {"known": round(known, 4), "median": int(np.median(numbers)), "largest": int(numbers.max())}


def _others(ways: list[tuple[int, ...]]) -> dict[str, object]:
    """The nearest way of every pair of different pictures, counted by distance."""
    bits = np.array(ways, np.uint64)
    counts = np.zeros(65, np.int64)
    near = []
    for number in range(1, len(bits)):
        nearest = _popcount(bits[:number, :1] ^ bits[number][None]).min(axis=1)
        counts += np.bincount(nearest, minlength=65)
        near += [(int(other), number, int(nearest[other])) for other in np.flatnonzero(nearest <= SAME)]
    by_distance = {str(d): int(c) for d, c in enumerate(counts) if c and d <= 16}
    return {"pairs": int(counts.sum()), "by distance": by_distance, "at most SAME": near[:50]}


def _popcount(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    octets = words[..., None].view(np.uint8)
    return np.asarray(np.unpackbits(octets, axis=-1).sum(axis=-1), np.int64)


if __name__ == "__main__":
    raise SystemExit(main())
