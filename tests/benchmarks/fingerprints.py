"""How well a deleted picture is known again: `python -m tests.benchmarks.fingerprints FOLDER...`.

For every picture below the folders: the distance of its fingerprint to those of
changed copies, and to the eight fingerprints of every other picture; how often the
local features know a changed copy again; and, for as many pairs of different
pictures as the time allows, how often they take one for the other. At the end, what
one upload costs where a thousand pictures were deleted. Files that
are themselves copies of one another have to be left out by whoever chooses the
folders; pairs nearer than the threshold are listed by number, so that somebody
can look.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.fingerprint import SAME, all_ways_round, distance, perceptual_hash
from gatekeeper.media.local_features import local_features, shows_any
from gatekeeper.media.open import Opener
from gatekeeper.types import Pixels

_UPLOADS, _DELETED = 10, 1_000
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


def _border(share: float) -> Change:
    return lambda image: ImageOps.expand(image, round(share * max(image.size)), (245, 245, 240))


def _stickers(image: Image.Image) -> Image.Image:
    """Lay four discs of an eighth of the width and a bar with text over the picture."""
    found = image.copy()
    draw = ImageDraw.Draw(found)
    size = image.width // 8
    for across, down in ((0.1, 0.15), (0.7, 0.2), (0.3, 0.6), (0.8, 0.75)):
        left, top = round(across * image.width), round(down * image.height)
        draw.ellipse((left, top, left + size, top + size), (250, 200, 20), (0, 0, 0), 4)
    draw.rectangle((0, image.height * 9 // 10, image.width, image.height), (0, 0, 0))
    draw.text((20, image.height * 92 // 100), "School fair 2026", (255, 255, 255), font_size=max(12, image.width // 20))
    return found


def _screenshot(image: Image.Image) -> Image.Image:
    """Show the picture at full width on a telephone of 1080 x 2340, with an app's bars and lines of text around it."""
    screen = Image.new("RGB", (1080, 2340), (255, 255, 255))
    draw = ImageDraw.Draw(screen)
    shown = image.resize((1080, min(1700, round(image.height * 1080 / image.width))))
    screen.paste(shown, (0, 320))
    draw.rectangle((0, 0, 1080, 90), (20, 20, 20))
    for line, text in enumerate(("09:41", "Springfield School", "2 hours ago", "142 likes", "What a lovely day!")):
        draw.text((40, 20 + line * 70 if line < 3 else 2040 + line * 60), text, (90, 90, 90), font_size=40)
    return screen


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
    "5 % cut away": _cut(0.05),
    "10 % cut away": _cut(0.1),
    "20 % cut away": _cut(0.2),
    "turned by 3 degrees": lambda image: image.rotate(3),
    "border of 5 %": _border(0.05),
    "border of 20 %": _border(0.2),
    "stickers and text": _stickers,
    "screenshot, saved at 70": lambda image: _saved(70)(_screenshot(image)),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1, help="take every n-th picture")
    parser.add_argument("--changes", type=int, default=300, help="pictures of which changed copies are made")
    parser.add_argument("--seconds", type=float, default=120, help="for pairs of different pictures")
    given = parser.parse_args(arguments)
    files = sorted(p for folder in given.folders for p in folder.rglob("*") if p.suffix.lower() in {".jpg", ".png"})
    ways: list[tuple[int, ...]] = []
    distances: dict[str, list[int]] = {name: [] for name in CHANGES}
    again: dict[str, list[bool]] = {name: [] for name in CHANGES}
    kept: list[bytes] = []
    small: list[Pixels] = []
    with Opener() as opener:
        for file in files[:: given.every]:
            try:
                pixels = opener.open(file.read_bytes()).pixels
            except PhotoRefused:
                continue
            ways.append(all_ways_round(pixels))
            kept.append(local_features(pixels))
            small.append(_small(pixels))
            if len(ways) <= given.changes:
                for name, change in CHANGES.items():
                    changed = np.asarray(change(Image.fromarray(pixels)).convert("RGB"))
                    distances[name].append(_nearest(pixels, changed))
                    again[name].append(shows_any(changed, kept[-1:]))
    copies = {name: {**_summary(distances[name]), **_recall(again[name], distances[name])} for name in CHANGES}
    features = {
        "without": sum(not each for each in kept),
        **_mistaken(small, kept, given.seconds),
        **_cost(small, kept),
    }
    found = {"pictures": len(ways), "copies": copies, "others": _others(ways), "features": features}
    print(json.dumps(found, indent=1))  # noqa: T201
    return 0


def _small(pixels: Pixels) -> Pixels:
    """The picture at the size at which features are searched, or nearly, so that many fit into memory."""
    image = Image.fromarray(pixels)
    image.thumbnail((1024, 1024))
    return np.asarray(image)


def _recall(again: list[bool], distances: list[int]) -> dict[str, float]:
    either = [known or bits <= SAME for known, bits in zip(again, distances, strict=True)]
    return {"by features": round(float(np.mean(again)), 4), "by either": round(float(np.mean(either)), 4)}


def _mistaken(pictures: Sequence[Pixels], kept: Sequence[bytes], seconds: float) -> dict[str, object]:
    """Search each picture for the features of all others, until the time is over."""
    began, pairs, mistaken = time.monotonic(), 0, []
    for number, pixels in enumerate(pictures):
        others = [(other, each) for other, each in enumerate(kept) if other != number and each]
        if time.monotonic() - began > seconds:
            break
        pairs += len(others)
        if shows_any(pixels, [each for _, each in others]):
            mistaken += [(other, number) for other, each in others if shows_any(pixels, [each])]
    return {"pairs": pairs, "taken for another": mistaken[:50]}


def _cost(pictures: Sequence[Pixels], kept: Sequence[bytes]) -> dict[str, float]:
    """Milliseconds of processor time to search one picture for a thousand others, and for one."""
    stored = [each for number, each in enumerate(kept) if each and number >= _UPLOADS]
    if not stored:
        return {}
    found = {}
    for name, many in (("a thousand", (stored * (_DELETED // len(stored) + 1))[:_DELETED]), ("one", stored[:1])):
        began = time.process_time()
        for pixels in pictures[:_UPLOADS]:
            shows_any(pixels, many)
        found[f"milliseconds against {name}"] = round(1000 * (time.process_time() - began) / _UPLOADS, 1)
    return found


def _nearest(pixels: Pixels, changed: Pixels) -> int:
    """The distance as the gate sees it: of the changed upload's eight ways the nearest."""
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
