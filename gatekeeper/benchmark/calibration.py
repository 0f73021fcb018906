"""Calibration: how often a stranger's face reaches which similarity with one person's template.

What comes out is the `match` of `vision.thresholds`, from which every threshold
follows. Every person is enrolled with so many of their photographs, drawn several
times, and every other photograph is compared with all other people's templates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.errors import GatekeeperError
from gatekeeper.identity.enrolment import template
from gatekeeper.types import Face, Vector
from gatekeeper.vision.recognition.thresholds import Thresholds

RATES: Final = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
REFERENCES: Final = (1, 2, 3, 5)

_DRAWS: Final = 6
_ENOUGH: Final = 30
"""A rate is read off where at least so many comparisons of a face with a person lie beyond it.
Draws compare the same ones again, so they count once."""

_SHRINKING: Final = 0.93
"""Beyond what can be counted, each step is so much of the one before, as in a tail like a bell's."""

Photographs = Mapping[str, Sequence[Face]]
"""By person, the faces of their photographs, each with an embedding."""


class TooFew(GatekeeperError):
    """There are not enough people to measure anything by."""


def measure(photographs: Photographs, thresholds: Thresholds, random: Random) -> tuple[tuple[float, ...], ...]:
    """Return one row of similarities for each of `REFERENCES`, one for each of `RATES`.

    Args:
        photographs: of as many people as possible, several of each.
        thresholds: of the engine so far; only its `allowance` is used.
        random: draws which photographs are references.

    Raises:
        TooFew: not even the second rate can be counted for one photograph each.
    """
    rows: list[tuple[float, ...]] = []
    for references in REFERENCES:
        scores = _strangers(photographs, references, thresholds, random)
        if _beyond(RATES[1], scores) < _ENOUGH and rows:
            rows.append(rows[-1])  # too few have so many photographs
        elif _beyond(RATES[1], scores) < _ENOUGH:
            raise TooFew("There are too few people with photographs: about 150 with two each are the least.")
        else:
            rows.append(_row(scores))
    # More references never make a bar lower: each row is at least as high as those before it.
    return tuple(accumulate(rows, lambda before, row: tuple(map(max, before, row))))


def as_toml(match: Sequence[Sequence[float]], thresholds: Thresholds) -> str:
    """Return the section that goes to the end of a model's TOML file."""
    rows = "".join(f"  [{', '.join(f'{value:.3f}' for value in row)}],\n" for row in match)
    return (
        f"[calibration]\nwanted = {thresholds.wanted:g}\nnear = {thresholds.near:g}\nmargin = {thresholds.margin:g}\n"
        f"smallest_face = {thresholds.smallest_face:g}\ndimmest = {thresholds.dimmest:g}\n"
        f"allowance = {thresholds.allowance:g}\nalone = {thresholds.alone:g}\n{_lead(thresholds)}"
        f"rates = [{', '.join(f'{rate:g}' for rate in RATES)}]\n"
        f"references = {list(REFERENCES)}\nmatch = [\n{rows}]\n"
    )


def _lead(thresholds: Thresholds) -> str:
    """Return the lines of what holds for a clear lead, if that was measured of the engine."""
    measured = thresholds.lead <= 1
    return f"lead = {thresholds.lead:g}\nrelief = {thresholds.relief:g}\n" if measured else ""


def _strangers(
    photographs: Photographs, references: int, thresholds: Thresholds, random: Random
) -> NDArray[np.float32]:
    """Return the similarity of every face with all other people's templates, drawn several times."""
    embedded = [(face, name) for name, faces in photographs.items() for face in faces if face.embedding is not None]
    vectors = np.stack([face.embedding for face, _ in embedded if face.embedding is not None])
    vectors_allowed = np.array([thresholds.allowed(face.clarity) for face, _ in embedded], np.float32)
    names = np.array([name for _, name in embedded])
    drawn = []
    for _ in range(_DRAWS):
        for name, faces in photographs.items():
            known = [face.embedding for face in faces if face.embedding is not None]
            if len(known) >= references:
                one: Vector = template(random.sample(known, references))
                drawn.append((vectors @ one + vectors_allowed)[names != name])
    return np.concatenate(drawn) if drawn else np.empty(0, np.float32)


def _beyond(rate: float, scores: NDArray[np.float32]) -> float:
    """Return how many different comparisons are among this share of all draws' scores."""
    return rate * len(scores) / _DRAWS


def _row(scores: NDArray[np.float32]) -> tuple[float, ...]:
    row = [float(np.quantile(scores, 1 - rate)) for rate in RATES if _beyond(rate, scores) >= _ENOUGH]
    while len(row) < len(RATES):
        row.append(row[-1] + _SHRINKING * (row[-1] - row[-2]))
    return tuple(min(1.0, max(0.01, value)) for value in row)
