"""Look at every find that nobody labelled: contact sheets, and the table that `--bystanders` reads.

    python -m tests.benchmarks.finds --data FOLDER --cache FOLDER --out FOLDER

writes sheets of numbered finds beside the labelled faces, and `finds.csv` with a row
for each. Somebody looks, and writes into its column `what`: person, nothing or unclear.
Only `person` takes a photograph out of the pictures, so doubt counts against the product.
The sheets show people: they stay out of the project, and are deleted afterwards.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np

from gatekeeper.benchmark import pictures
from gatekeeper.benchmark.pictures import Portrait, held_out, read
from gatekeeper.benchmark.remembering import remembering
from gatekeeper.benchmark.subjects import examine
from gatekeeper.types import Box, Face, Pixels
from gatekeeper.vision import load
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces
from tests.benchmarks.filed import Filed

CELL: Final = 150
"""Side of one find on a sheet, in pixels."""

COLUMNS, ROWS = 12, 7

AROUND: Final = 3.2
"""Side of what is shown, in finds."""


class Extra(NamedTuple):
    """A find beside the labelled face."""

    portrait: Portrait
    face: Face


def extras(folder: Path, engine: Engine) -> Iterator[Extra]:
    """Yield every find in the labelled people's squares that is not their own face."""
    for person, portraits in pictures.people(folder).items():
        for portrait in portraits if held_out(person) else ():
            subject = examine(portrait, engine)
            own = subject.face.box if subject.face else Box(0, 0, 0, 0)
            for face in find_faces(read(portrait.path), engine):
                if face.box != own and face.box.intersection(subject.square) > 0:
                    yield Extra(portrait, face)


def sheet(finds: list[Extra], first: int) -> Pixels:
    """Return one sheet, each find outlined and numbered."""
    canvas = np.full((ROWS * (CELL + 14), COLUMNS * CELL, 3), 255, np.uint8)
    for place, extra in enumerate(finds):
        row, column = divmod(place, COLUMNS)
        top, left = row * (CELL + 14), column * CELL
        canvas[top : top + CELL, left : left + CELL] = _shown(extra)
        text = f"{first + place} {extra.face.score:.2f}"
        cv2.putText(canvas, text, (left + 2, top + CELL + 11), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0))
    return canvas


def _shown(extra: Extra) -> Pixels:
    box = extra.face.box
    side = max(AROUND * max(box.width, box.height), 70.0)
    scale = CELL / side
    x, y = box.x + box.width / 2 - side / 2, box.y + box.height / 2 - side / 2
    matrix = np.array([(scale, 0, -x * scale), (0, scale, -y * scale)])
    cut = cv2.warpAffine(read(extra.portrait.path), matrix, (CELL, CELL), flags=cv2.INTER_CUBIC)
    corners = [(box.x - x, box.y - y), (box.x + box.width - x, box.y + box.height - y)]
    one, other = ((int(across * scale), int(down * scale)) for across, down in corners)
    return np.asarray(cv2.rectangle(cut, one, other, (0, 255, 0)), np.uint8)


def main() -> None:
    """Write the sheets and the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.finds", description=__doc__)
    for name in ("data", "cache", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    found = list(extras(options.data, remembering(load(), Filed(options.cache / "looks.jsonl"))))
    for first in range(0, len(found), COLUMNS * ROWS):
        drawn = cv2.cvtColor(sheet(found[first : first + COLUMNS * ROWS], first), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(options.out / f"finds-{first:04}.png"), drawn)
    with (options.out / "finds.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "what", "number", "x", "y", "w", "h"])
        for number, (portrait, face) in enumerate(found):
            box = (face.box.x, face.box.y, face.box.width, face.box.height)
            table.writerow([portrait.path.relative_to(options.data).as_posix(), "", number, *map(round, box)])


if __name__ == "__main__":
    main()
