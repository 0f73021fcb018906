"""Pictures of several people, made of real photographs side by side, with a plan that can be repeated.

The picture that matters has exactly one person who must not be shown among
people who may: a crowd of strangers fails safe and flatters the product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Final

import cv2
import numpy as np

from gatekeeper.benchmark.pictures import read
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.types import Box, Pixels

SIDES: Final = (120, 160, 240, 320)
"""Sides of the tiles, in pixels; a face is a bit less than half of one."""

FEWEST: Final = 2
MOST: Final = 6


class Intruder(StrEnum):
    """Who in a scene may not be shown."""

    STRANGER = "stranger"
    NO_CONSENT = "no_consent"
    LISTED = "listed"
    LISTED_WITHOUT_TEMPLATE = "listed_without_template"


@dataclass(frozen=True, slots=True)
class Tile:
    """A square out of one photograph of one person.

    Attributes:
        person: who is meant.
        path: the photograph.
        square: the part of it that shows, in its pixels.
        face: the person's face in the photograph's pixels, None where none was found.
        company: whether another person is known to show in the photograph.
    """

    person: str
    path: Path
    square: Box
    face: Box | None = None
    company: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Several tiles at one size, row by row.

    Attributes:
        tiles: from the left, then from the top.
        side: of each, in pixels.
        columns: tiles in a row; as many as there are make a strip, fewer a grid.
        intruder: what the one person is who may not be shown; None if all may.
        at: which tile shows them.
        unsorted: whether the photographs were drawn from all, also from those in which
            an unlabelled person is known to show.
    """

    tiles: tuple[Tile, ...]
    side: int
    columns: int = MOST
    intruder: Intruder | None = None
    at: int | None = None
    unsorted: bool = False

    @property
    def company(self) -> bool:
        """Whether a tile is from a photograph in which an unlabelled person is known to show."""
        return any(tile.company for tile in self.tiles)

    @property
    def places(self) -> list[Box | None]:
        """Where each tile's face is in the scene, in its pixels."""
        return [self._place(number, tile) for number, tile in enumerate(self.tiles)]

    def corner(self, number: int) -> tuple[int, int]:
        """Return left and top of a tile, in pixels."""
        row, column = divmod(number, self.columns)
        return column * self.side, row * self.side

    def _place(self, number: int, tile: Tile) -> Box | None:
        if tile.face is None:
            return None
        left, top = self.corner(number)
        x, y, width, height = _whole(tile.square)
        across, down = self.side / width, self.side / height
        face = tile.face
        return Box(left + (face.x - x) * across, top + (face.y - y) * down, face.width * across, face.height * down)


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Who plays what: photographs that may appear in scenes, none of which is a reference."""

    consented: Sequence[Subject]
    intruders: Mapping[Intruder, Sequence[Subject]]


def plan(cast: Cast, clean: int, each: int, random: Random) -> list[Scene]:
    """Return scenes, no two alike: `clean` of people who may be shown, `each` with one intruder of every kind.

    A person shown without a label would be a second intruder. So where such
    photographs are known they are in no scene, but for a third more clean scenes that
    are drawn from all photographs, to tell what leaving them out makes of the result.
    """
    alone = [subject for subject in cast.consented if not subject.portrait.company]
    scenes = _distinct(alone, None, (), clean, random)
    if len(alone) < len(cast.consented):
        unsorted = _distinct(cast.consented, None, (), clean // 3, random)
        scenes += [replace(scene, unsorted=True) for scene in unsorted]
    for kind, subjects in cast.intruders.items():
        intruders = [subject for subject in subjects if not subject.portrait.company]
        scenes += _distinct(alone, kind, intruders, each if intruders else 0, random)
    return scenes


def render(scene: Scene) -> Pixels:
    """Return the scene's picture: rows of tiles on grey."""
    rows, columns = -(-len(scene.tiles) // scene.columns), min(len(scene.tiles), scene.columns)
    canvas = np.full((rows * scene.side, columns * scene.side, 3), 127, np.uint8)
    for number, tile in enumerate(scene.tiles):
        left, top = scene.corner(number)
        canvas[top : top + scene.side, left : left + scene.side] = cut(tile, scene.side)
    return canvas


def cut(tile: Tile, side: int) -> Pixels:
    """Return the tile's square out of its photograph, `side` pixels high and wide."""
    left, top, width, height = _whole(tile.square)
    square = read(tile.path)[top : top + height, left : left + width]
    how = cv2.INTER_AREA if square.shape[0] > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (side, side), interpolation=how), np.uint8)


def tile_of(subject: Subject) -> Tile:
    """Return the square around the labelled person."""
    face = subject.face.box if subject.face else None
    return Tile(subject.person, subject.portrait.path, subject.square, face, subject.portrait.company)


def _whole(square: Box) -> tuple[int, int, int, int]:
    return int(square.x), int(square.y), max(1, int(square.width)), max(1, int(square.height))


def _distinct(
    consented: Sequence[Subject], kind: Intruder | None, intruders: Sequence[Subject], count: int, random: Random
) -> list[Scene]:
    """Return at most `count` different scenes; intruders take turns, so that each is tried about as often."""
    made: dict[Scene, None] = {}
    turns = random.sample(intruders, len(intruders))
    for attempt in range(2 * count):
        if len(made) < count:
            made[_scene(consented, kind, turns[attempt % len(turns)] if turns else None, random)] = None
    return list(made)


def _scene(consented: Sequence[Subject], kind: Intruder | None, intruder: Subject | None, random: Random) -> Scene:
    size = random.randint(FEWEST, MOST)
    by_person: dict[str, Subject] = {}
    for subject in random.sample(consented, len(consented)):
        if len(by_person) < size - (intruder is not None):
            by_person.setdefault(subject.person, subject)
    subjects = [*by_person.values(), *([intruder] if intruder else [])]
    random.shuffle(subjects)
    columns = random.choice((len(subjects), -(-len(subjects) // 2)))
    at = subjects.index(intruder) if intruder else None
    return Scene(tuple(tile_of(subject) for subject in subjects), random.choice(SIDES), max(1, columns), kind, at)
