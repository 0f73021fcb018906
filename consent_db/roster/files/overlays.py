"""What lies on the cells of a sheet without being in them: comments, tick boxes, drawings. Runs in the limited process.

A tick box of the old kind floats above its cell, and a comment hangs on it; the cell
itself is blank. A blank cell of the do-not-publish column says nothing, so what lies
on one is a reason to ask.
Source: ECMA-376 part 1, 18.7 (comments) and 20.5 (drawings); part 4, 19.4 (VML of Excel).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from consent_db.roster.files.archive import Archive
from consent_db.roster.files.worksheet import COMMENTED, COVERED, Grid, Place, feed, parser, place_of

_ANCHORS: Final = frozenset({"twoCellAnchor", "oneCellAnchor"})
_MOST_PLACES: Final = 20_000
_MOST_LINES, _MOST_COLUMNS = 50, 20
"""A larger object, such as a watermark, is no answer to anything."""
_CONTROL: Final = re.compile(
    rb"<(?:\w+:)?ClientData[^>]*ObjectType=[\"'](\w+)[\"'](.*?)</(?:\w+:)?ClientData>", re.DOTALL
)
_ANCHOR: Final = re.compile(rb"Anchor>\s*(\d+)\s*,\s*\d+\s*,\s*(\d+)\s*,\s*\d+\s*,\s*(\d+)\s*,\s*\d+\s*,\s*(\d+)")


def mark_overlays(grid: Grid, archive: Archive, relations: Iterable[tuple[str, str]]) -> None:
    """Mark the blank cells that something lies on, and those with content that have a comment.

    Args:
        grid: the cells; marks that it has already stay.
        archive: the workbook.
        relations: what the sheet refers to, each as its kind and part.

    Raises:
        ImportRefused: a part is damaged.
    """
    for kind, part in relations:
        if part.casefold() in archive.names and kind in _READERS:
            code, reader = _READERS[kind]
            for number, place in enumerate(reader(archive, part)):
                if number >= _MOST_PLACES:
                    break
                if code == COMMENTED or not grid.cells.get(place, "").strip():
                    grid.marks.setdefault(place, (code, ""))


def _commented(archive: Archive, part: str) -> Iterator[Place]:
    found: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name in {"comment", "threadedComment"}:
            found.append(attributes.get("ref", ""))

    feed(parser(start, lambda _: None, lambda _: None), archive.blocks(part))
    return (place_of(reference) for reference in found if reference)


def _drawn(archive: Archive, part: str) -> Iterator[Place]:
    """Return the cells below pictures and shapes."""
    numbers: list[str] = []
    into: list[list[str]] = []
    corners: list[Place] = []
    objects: list[int] = []  # how many corners there were before each

    def start(name: str, _: Mapping[str, str]) -> None:
        if name in _ANCHORS:
            objects.append(len(corners))
        elif name in {"row", "col"}:
            into.append([])

    def end(name: str) -> None:
        if name in {"row", "col"} and into:
            numbers.append("".join(into.pop()).strip())
        elif name in {"from", "to"} and len(numbers) > 1:
            column, line = numbers[-2:]
            corners.append((int(line), int(column)) if line.isdecimal() and column.isdecimal() else (0, 0))

    feed(parser(start, end, lambda text: into[-1].append(text) if into else None), archive.blocks(part))
    for first, behind in pairwise((*objects, len(corners))):
        if first < behind:
            yield from _below(corners[first], corners[behind - 1])


def _controlled(archive: Archive, part: str) -> Iterator[Place]:
    """Return the cells below tick boxes and the like. VML is not always well-formed, so it is searched."""
    for kind, body in _CONTROL.findall(archive.read(part)):
        anchor = _ANCHOR.search(body)
        if kind != b"Note" and anchor is not None:
            left, top, right, bottom = map(int, anchor.groups())
            yield from _below((top, left), (bottom, right))


def _below(first: Place, last: Place) -> Iterator[Place]:
    """Return the cells of a rectangle; lines are counted from 0 here."""
    if last[0] - first[0] <= _MOST_LINES and last[1] - first[1] <= _MOST_COLUMNS:
        for line in range(first[0], last[0] + 1):
            for column in range(first[1], last[1] + 1):
                yield line + 1, column


_READERS: Final = {
    "comments": (COMMENTED, _commented),
    "threadedComment": (COMMENTED, _commented),
    "drawing": (COVERED, _drawn),
    "vmlDrawing": (COVERED, _controlled),
}
