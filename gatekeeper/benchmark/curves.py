"""Open-set identification: false negatives among enrolled people against false positives among strangers.

The threshold is moved, not taken from the product, so that engines can be compared
whatever thresholds each ships with. Every person and stranger is a single face
against the whole register; the nearest person must be the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.benchmark.registers import Enrolled, enrol_all, gallery_of
from gatekeeper.benchmark.report import Curve, Rate
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.types import Face, Vector
from gatekeeper.vision.engine import Engine

SHARES: Final = (0.0003, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
"""Shares of strangers recognised at which misses are told."""

_SAFE: Final = 0.001

_DRAWS: Final = 10
"""Registers that are drawn for each curve, unless all people are on it."""

_Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people the curves are made of.

    Attributes:
        subjects: photographs of people, enrolled if there are enough.
        strangers: photographs of people who are never enrolled. A person who is not on a register is one too.
        fillers: photographs of people who only fill up registers that are larger than
            the number of people enrolled.
    """

    subjects: Sequence[Subject]
    strangers: Sequence[Subject]
    fillers: Sequence[Subject]


def curves(
    crowd: Crowd, engine: Engine, sizes: Sequence[int], references: Sequence[int], random: Random
) -> tuple[Curve, ...]:
    """Return a curve for each size and number of references that there are enough people for."""
    strangers = [subject.face for subject in crowd.strangers if subject.face is not None]
    made: list[Curve] = []
    fillers = _fillers(crowd.fillers)
    for count in references:
        enrolled, _ = enrol_all(crowd.subjects, count, engine)
        possible = [size for size in sizes if strangers and enrolled and size <= len(enrolled) + len(fillers)]
        made += [_curve(enrolled, fillers, strangers, (size, count), engine, random) for size in possible]
    return tuple(made)


def _fillers(subjects: Sequence[Subject]) -> dict[str, tuple[Vector, ...]]:
    """Return one vector of each."""
    faces = {subject.person: subject.face for subject in subjects}
    return {
        person: (face.embedding,) for person, face in faces.items() if face is not None and face.embedding is not None
    }


def _curve(
    enrolled: Sequence[Enrolled],
    fillers: dict[str, tuple[Vector, ...]],
    strangers: Sequence[Face],
    shape: tuple[int, int],
    engine: Engine,
    random: Random,
) -> Curve:
    size, references = shape
    missing = max(0, size - len(enrolled))
    own: list[_Scores] = []
    wrong: list[_Scores] = []
    for _ in range(_DRAWS):
        drawn = random.sample(list(enrolled), size - missing)
        extra = dict(random.sample(list(fillers.items()), missing))
        templates = gallery_of({p.person: p.references[:references] for p in drawn} | extra, engine).templates
        own.append(_own_scores(drawn, templates, engine))
        passing = [*strangers, *_left_out(enrolled, drawn)]
        wrong.append(np.array([_likeness(face, templates, engine).max() for face in passing], np.float32))
    genuine, impostor = np.concatenate(own), np.sort(np.concatenate(wrong))[::-1]
    at = [_threshold(impostor, share) for share in SHARES]
    safe = _threshold(impostor, _SAFE)
    return Curve(
        people=size,
        references=references,
        fillers=missing,
        points=tuple((share, float(np.mean(genuine < level))) for share, level in zip(SHARES, at, strict=True)),
        at_one_in_a_thousand=Rate(int(np.count_nonzero(genuine < safe)), len(genuine)),
        threshold=safe,
        strangers=len(impostor),
    )


def _left_out(enrolled: Sequence[Enrolled], drawn: Sequence[Enrolled]) -> list[Face]:
    """Return a face of each person who is not on this register: strangers are never too many for a rare rate."""
    names = {person.person for person in drawn}
    faces = [person.reference_subjects[0].face for person in enrolled if person.person not in names]
    return [face for face in faces if face is not None]


def _own_scores(drawn: Sequence[Enrolled], templates: Vector, engine: Engine) -> _Scores:
    """Return each probe's likeness to its own template, minus infinity if another one is nearer."""
    scores = []
    for row, person in enumerate(drawn):
        for probe in person.probes:
            if probe.face is not None:
                alike = _likeness(probe.face, templates, engine)
                scores.append(alike[row] if alike.argmax() == row else -np.inf)
    return np.array(scores, np.float32)


def _likeness(face: Face, templates: Vector, engine: Engine) -> _Scores:
    """Return shape (people,), as the gate compares; a face that cannot be compared is like no person."""
    if face.embedding is None:
        return np.full(len(templates), -np.inf, np.float32)
    return np.asarray(templates @ face.embedding + engine.thresholds.allowed(face.clarity), np.float32)


def _threshold(impostor: _Scores, share: float) -> float:
    """Return the likeness above which this share of strangers lies; `impostor` is sorted, largest first."""
    return float(np.nextafter(impostor[int(share * len(impostor))], np.float32(np.inf)))
