"""A folder of labelled photographs.

    FOLDER/identities/<person>/*.jpg     photographs of one person a folder
    FOLDER/identities/manifest.csv       optional: path, main_face ("x y w h") where several people are visible
    FOLDER/groups/annotations.csv        optional: path, x, y, w, h, flags ("occlusion=2;pose=1;invalid=0")
    FOLDER/noface/**/*.jpg               optional: pictures without a face

Paths in the tables count from FOLDER. Where a photograph shows several people
and no table says which is meant, it is the one nearest the middle.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from gatekeeper.types import Box, Pixels

_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})


@dataclass(frozen=True, slots=True)
class Portrait:
    """One photograph of a known person, and where they are in it if that is written down."""

    person: str
    path: Path
    main: Box | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """One face that somebody marked by hand; `flags` as in the table, numbers by name."""

    box: Box
    flags: Mapping[str, int] = field(default_factory=dict)


def read(path: Path) -> Pixels:
    """Return a picture as upright sRGB.

    Raises:
        ValueError: it cannot be opened; the message names the file, which the reader of
            a benchmark has chosen.
    """
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        message = f"{path} cannot be opened as a picture."
        raise ValueError(message)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def people(folder: Path) -> dict[str, list[Portrait]]:
    """Return everybody's photographs by person, both in the order of their names."""
    mains = {row["path"]: _box(row["main_face"]) for row in _rows(folder / "identities" / "manifest.csv")}
    found: dict[str, list[Portrait]] = defaultdict(list)
    for path in _pictures(folder / "identities"):
        found[path.parent.name].append(Portrait(path.parent.name, path, mains.get(str(path.relative_to(folder)))))
    return dict(found)


def marked(folder: Path) -> dict[Path, list[Marked]]:
    """Return the pictures of groups with the faces marked in each."""
    found: dict[Path, list[Marked]] = defaultdict(list)
    for row in _rows(folder / "groups" / "annotations.csv"):
        flags = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", row.get("flags", ""))}
        box = Box(*(float(row[name]) for name in ("x", "y", "w", "h")))
        found[folder / row["path"]].append(Marked(box, flags))
    return dict(found)


def without_faces(folder: Path) -> list[Path]:
    """Return the pictures that are said to show no face."""
    return list(_pictures(folder / "noface"))


def held_out(person: str) -> bool:
    """Say whether a person belongs to the half that never helps to choose a threshold.

    Half of all names, always the same ones, whatever else is in the folder.
    """
    return hashlib.sha256(person.encode()).digest()[0] % 2 == 1


def _pictures(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _PICTURES)


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _box(text: str | None) -> Box | None:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text or "")]
    return Box(*numbers) if len(numbers) == 4 else None  # noqa: PLR2004 (x, y, width, height)
