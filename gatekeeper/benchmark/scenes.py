"""Pictures of several people, made of real photographs side by side, with a plan that can be repeated.

The picture that matters has exactly one person who must not be shown among
people who may: a crowd of strangers fails safe and flatters the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

_ROW: Final = 3
"""Tiles in one row."""


class Intruder(StrEnum):
    """Who in a scene may not be shown."""

    STRANGER = "stranger"
    NO_CONSENT = "no_consent"
    LISTED = "listed"
    LISTED_WITHOUT_TEMPLATE = "listed_without_template"


@dataclass(frozen=True, slots=True)
class Tile:
    """A square out of one photograph of one person."""

    person: str
    path: Path
    square: Box


@dataclass(frozen=True, slots=True)
class Scene:
    """Several tiles, at one size; `intruder` is None if everybody may be shown."""

    tiles: tuple[Tile, ...]
    side: int
    intruder: Intruder | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Who plays what: photographs that may appear in scenes, none of which is a reference."""

    consented: Sequence[Subject]
    intruders: dict[Intruder, Sequence[Subject]]


def plan(cast: Cast, clean: int, each: int, random: Random) -> list[Scene]:
    """Return `clean` scenes of people who may be shown and `each` with one intruder of every kind."""
    scenes = [_scene(cast.consented, None, None, random) for _ in range(clean)]
    for kind, subjects in cast.intruders.items():
        scenes += [
            _scene(cast.consented, kind, random.choice(subjects), random) for _ in range(each if subjects else 0)
        ]
    return scenes


def render(scene: Scene) -> Pixels:
    """Return the scene's picture: rows of tiles on grey."""
    rows = -(-len(scene.tiles) // _ROW)
    columns = min(len(scene.tiles), _ROW)
    canvas = np.full((rows * scene.side, columns * scene.side, 3), 127, np.uint8)
    for place, tile in enumerate(scene.tiles):
        top, left = (place // _ROW) * scene.side, (place % _ROW) * scene.side
        canvas[top : top + scene.side, left : left + scene.side] = cut(tile, scene.side)
    return canvas


def cut(tile: Tile, side: int) -> Pixels:
    """Return the tile's square out of its photograph, `side` pixels high and wide."""
    box = tile.square
    left, top = int(box.x), int(box.y)
    square = read(tile.path)[top : top + max(1, int(box.height)), left : left + max(1, int(box.width))]
    how = cv2.INTER_AREA if square.shape[0] > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (side, side), interpolation=how), np.uint8)


def tile_of(subject: Subject) -> Tile:
    """Return the square around the labelled person."""
    return Tile(subject.person, subject.portrait.path, subject.square)


def _scene(consented: Sequence[Subject], kind: Intruder | None, intruder: Subject | None, random: Random) -> Scene:
    size = random.randint(FEWEST, MOST)
    by_person: dict[str, Subject] = {}
    for subject in random.sample(consented, len(consented)):
        if len(by_person) < size - (intruder is not None):
            by_person.setdefault(subject.person, subject)
    subjects = [*by_person.values(), *([intruder] if intruder else [])]
    random.shuffle(subjects)
    return Scene(tuple(tile_of(subject) for subject in subjects), random.choice(SIDES), kind)
