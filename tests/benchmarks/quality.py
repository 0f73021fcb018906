"""Measure how like its upright original a release is, at the same size.

    python -m tests.benchmarks.quality FOLDER ... [--most 100] [--output jpeg] [--json FILE]

For every picture: the upright original in sRGB, reduced by Pillow (Lanczos) to the size
of the release, against what the release decodes to. SSIM of the brightness,
peak signal-to-noise ratio of the colours in decibels, and bits a pixel.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageOps

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.colour import conversion
from gatekeeper.media.open import Opener
from gatekeeper.media.release.encode import make_release
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.media.release.quality import choose_quality, needs_full_colour, similarity
from gatekeeper.rendition import Output, Rendition
from gatekeeper.types import Pixels

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


class Likeness(NamedTuple):
    """One picture: SSIM, PSNR in dB, bits a pixel, the chosen quality, and whether colour was kept in full."""

    ssim: float
    psnr: float
    bits: float
    quality: int
    full_colour: bool


def likeness(file: Path, opener: Opener, rendition: Rendition) -> Likeness:
    """Compare one picture's release with its upright original."""
    pixels = opener.open(file.read_bytes(), rendition).pixels
    release = make_release(pixels, Encoding(rendition.output))
    with Image.open(file) as image:
        profiles = [profile] if isinstance(profile := image.info.get("icc_profile"), bytes) else []
        upright = conversion.to_srgb(conversion.flatten(conversion.plain(ImageOps.exif_transpose(image))), profiles)
    original: Pixels = np.asarray(upright.resize((release.width, release.height), Image.Resampling.LANCZOS))
    grey = [np.asarray(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), np.uint8) for each in (original, release.pixels)]
    bits = 8 * len(release.data) / (release.width * release.height)
    noise = min(99.0, cv2.PSNR(original, release.pixels))
    return Likeness(similarity(*grey), noise, bits, choose_quality(pixels), needs_full_colour(pixels))


def main() -> None:
    """Print one line a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--most", type=int, default=100, help="pictures of each folder, evenly spread")
    parser.add_argument("--long-side", type=int, default=2048)
    parser.add_argument("--output", type=Output, choices=list(Output), default=Output.JPEG)
    parser.add_argument("--json", type=Path, help="file to write the numbers to")
    options = parser.parse_args()
    rendition = Rendition(output=options.output, long_side=options.long_side)
    answer = {}
    with Opener() as opener:
        for folder in options.folders:
            files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
            rows = []
            for file in files[:: max(1, len(files) // options.most)]:
                try:
                    rows.append(likeness(file, opener, rendition))
                except PhotoRefused:
                    continue
            answer[folder.name] = _summary(rows)
            print(folder.name, json.dumps(answer[folder.name]))  # noqa: T201 (the answer)
    if options.json:
        options.json.write_text(json.dumps(answer, indent=1), encoding="utf-8")


def _summary(rows: list[Likeness]) -> dict[str, object]:
    ssim, psnr, bits = (np.array([row[column] for row in rows]) for column in range(3))
    return {
        "pictures": len(rows),
        "ssim": {"mean": round(ssim.mean(), 4), "p5": round(np.percentile(ssim, 5), 4), "least": round(ssim.min(), 4)},
        "below 0.98": int((ssim < 0.98).sum()),
        "psnr": {"mean": round(psnr.mean(), 1), "least": round(psnr.min(), 1)},
        "bits a pixel": round(bits.mean(), 2),
        "qualities": dict(sorted(Counter(row.quality for row in rows).items())),
        "full colour": sum(row.full_colour for row in rows),
    }


if __name__ == "__main__":
    main()
