"""A folder of labelled photographs.

    FOLDER/people/<person>/*.jpg      photographs of one person a folder
    FOLDER/people/manifest.csv        optional: path, main_face ("x y w h") where several people are visible,
                                      bystander ("yes" where another person shows)
    FOLDER/groups/annotations.csv     optional: path, x, y, w, h, flags ("occlusion=2;pose=1;invalid=0")
    FOLDER/noface/**/*.jpg            optional: pictures without a face

Collections made for measuring call the first folder `identities`; that will do as
well. Paths in the tables count from FOLDER. Where a photograph shows several people
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

from gatekeeper.errors import GatekeeperError
from gatekeeper.types import Box, Pixels

_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})

_PEOPLE: Final = ("people", "identities")


class FolderUnusable(GatekeeperError):
    """A folder, a table or a picture of it cannot be used; the message names it, since its reader chose it."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One photograph of a known person.

    Attributes:
        person: whose photograph it is.
        path: the file.
        main: where they are in it, in pixels, if that is written down.
        company: whether it was noted that an unlabelled person shows in it too.
    """

    person: str
    path: Path
    main: Box | None = None
    company: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """One face that was marked by hand; `flags` as in the table, numbers by name."""

    box: Box
    flags: Mapping[str, int] = field(default_factory=dict)


def read(path: Path) -> Pixels:
    """Return a picture as upright sRGB.

    Raises:
        FolderUnusable: it cannot be opened.
    """
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        message = f"{path} cannot be opened as a picture. Save it as JPEG, or take it out of the folder."
        raise FolderUnusable(message)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def people(folder: Path, bystanders: Path | None = None) -> dict[str, list[Portrait]]:
    """Return the photographs by person, both in the order of their names.

    Args:
        folder: laid out as said above.
        bystanders: a table with a column `path`: photographs that are known to show
            an unlabelled person. Where it has a column `what`, only rows saying
            `person` count, so that a list of everything looked at will do.

    Raises:
        FolderUnusable: a table lacks a column.
    """
    place = next((folder / name for name in _PEOPLE if (folder / name).is_dir()), folder / _PEOPLE[0])
    table = {row["path"]: row for row in _rows(place / "manifest.csv", "path")}
    seen = {row["path"] for row in _rows(bystanders, "path") if row.get("what", "person") == "person"}
    found: dict[str, list[Portrait]] = defaultdict(list)
    for path in _pictures(place):
        if path.parent != place:
            name = path.relative_to(folder).as_posix()
            row = table.get(name, {})
            company = name in seen or _several(row)
            found[path.parent.name].append(Portrait(path.parent.name, path, _box(row.get("main_face")), company))
    return dict(found)


def marked(folder: Path) -> dict[Path, list[Marked]]:
    """Return the pictures of groups with the faces marked in each.

    Raises:
        FolderUnusable: the table lacks a column, or a number in it is none.
    """
    found: dict[Path, list[Marked]] = defaultdict(list)
    table = folder / "groups" / "annotations.csv"
    for row in _rows(table, "path", "x", "y", "w", "h"):
        flags = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", row.get("flags", ""))}
        try:
            box = Box(*(float(row[name]) for name in ("x", "y", "w", "h")))
        except ValueError as error:
            raise FolderUnusable(f"{table} has a box that is not four numbers: {row['path']}.") from error
        found[folder / row["path"]].append(Marked(box, flags))
    return dict(found)


def without_faces(folder: Path) -> list[Path]:
    """Return the pictures that are said to show no face."""
    return list(_pictures(folder / "noface"))


def held_out(name: str) -> bool:
    """Say whether a person, or a picture of no person in particular, never helps to choose anything.

    Half of all names (of files for pictures), always the same ones, whatever else is in the folder.
    """
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def _several(row: Mapping[str, str]) -> bool:
    counted = row.get("faces_found", "")
    return row.get("bystander", "").lower() in {"yes", "1"} or (counted.isdigit() and int(counted) > 1)


def _pictures(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _PICTURES)


def _rows(table: Path | None, *columns: str) -> list[dict[str, str]]:
    if table is None or not table.is_file():
        return []
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        missing = [column for column in columns if column not in (rows.fieldnames or ())]
        if missing:
            raise FolderUnusable(f"{table} lacks the column {missing[0]}. Its first row must name the columns.")
        return [{key: value or "" for key, value in row.items() if key is not None} for row in rows]


def _box(text: str | None) -> Box | None:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text or "")]
    return Box(*numbers) if len(numbers) == 4 else None  # noqa: PLR2004 (x, y, width, height)
