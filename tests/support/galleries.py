"""Galleries and faces whose likeness tests choose freely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gatekeeper.register import Gallery
from gatekeeper.types import (
    Box,
    Face,
    Identity,
    Match,
    PersonId,
    Vector,
)
from gatekeeper.vision.recognition.thresholds import Thresholds
from tests.support.gate import ENGINE, embedding_of

A, B, C, D = (PersonId(letter) for letter in "abcd")
NOBODY: frozenset[PersonId] = frozenset()
BY_SIZE = Thresholds(
    rates=(0.1, 0.01, 0.005),
    references=(1, 3),
    match=((0.45, 0.60, 0.80), (0.35, 0.50, 0.70)),
    wanted=0.01,
    near=0.5,
    margin=0.05,
    smallest_face=20.0,
)
"""Asks for more among four people than for one, and for less of somebody with three photographs."""
RELIEVED = replace(BY_SIZE, lead=0.2, relief=0.05)
"""Asks for 0.70 among two people with three photographs, for 0.65 of one who is clearly ahead."""


def face(number: int, vector: Vector | None, unreadable: str | None = None) -> Face:
    return Face(number, Box(0, 0, 9, 9), np.zeros((5, 2), np.float32), 0.9, vector, unreadable)


def faces_of(*hues: float) -> list[Face]:
    return [face(number, embedding_of(hue)) for number, hue in enumerate(hues, start=1)]


def gallery_of(hues: dict[PersonId, float], references: int = 3) -> Gallery:
    if not hues:
        return Gallery.empty(ENGINE, 8)
    vectors = np.stack([embedding_of(hue) for hue in hues.values()])
    return Gallery(ENGINE, tuple(hues), vectors, np.full(len(hues), references, np.int64))


def axes(*people: PersonId, references: int = 1) -> Gallery:
    """Everybody on an axis of their own, so that similarities can be chosen freely."""
    return Gallery(ENGINE, people, np.eye(len(people), 8, dtype=np.float32), np.full(len(people), references))


def looking_like(*similarities: float) -> Vector:
    """A unit vector with these similarities to the people of `axes`."""
    rest = math.sqrt(max(0.0, 1 - sum(value * value for value in similarities)))
    return np.array([*similarities, *[0.0] * (7 - len(similarities)), rest], np.float32)


def identity(matches: Sequence[Match], number: int = 1) -> Identity:
    return matches[number - 1].identity
