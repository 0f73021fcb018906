"""Identification of single faces: who is recognised or mistaken for another, by size of register and references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from gatekeeper.benchmark.registers import Enrolled, gallery
from gatekeeper.benchmark.report import Identification, Rate
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.identity.matching import match_faces
from gatekeeper.types import Face, Known, PersonId
from gatekeeper.vision.engine import Engine

_PROBES: Final = 2000
"""Enrolled people's faces that each size of register is tried with, at least; small registers are drawn often."""

_DRAWS: Final = 20


@dataclass(slots=True)
class _Tally:
    tried: int = 0
    missed: int = 0
    mistaken: int = 0
    strangers: int = 0
    wrong: int = 0


def identification(
    enrolled: Sequence[Enrolled],
    strangers: Iterable[Subject],
    engine: Engine,
    sizes: Sequence[int],
    references: Sequence[int],
    random: Random,
) -> tuple[Identification, ...]:
    """Try every size of register with every number of references, drawn anew several times."""
    faces = [(subject.person, subject.face) for subject in strangers if subject.face is not None]
    return tuple(
        _try(enrolled, faces, engine, size, count, random)
        for size in sizes
        if size <= len(enrolled)
        for count in references
    )


def _try(
    enrolled: Sequence[Enrolled],
    strangers: Sequence[tuple[str, Face]],
    engine: Engine,
    size: int,
    references: int,
    random: Random,
) -> Identification:
    tally = _Tally()
    for _ in range(_DRAWS):
        _draw(tally, random.sample(list(enrolled), size), strangers, engine, references)
        if tally.tried >= _PROBES:
            break
    return Identification(
        size,
        references,
        missed=Rate(tally.missed, tally.tried),
        mistaken=Rate(tally.mistaken, tally.tried),
        wrong=Rate(tally.wrong, tally.strangers),
    )


def _draw(
    tally: _Tally,
    register: Sequence[Enrolled],
    strangers: Sequence[tuple[str, Face]],
    engine: Engine,
    references: int,
) -> None:
    templates = gallery(register, references, engine)
    on_it = {person.person for person in register}

    def known(face: Face) -> PersonId | None:
        # One face at a time: faces of different photographs must not compete for a person.
        identity = match_faces([face], templates, engine.thresholds, frozenset())[0].identity
        return identity.person if isinstance(identity, Known) else None

    for person in register:
        for face in (probe.face for probe in person.probes if probe.face is not None):
            answer = known(face)
            tally.tried += 1
            tally.missed += answer is None
            tally.mistaken += answer not in {None, person.person}
    for _, face in ((name, face) for name, face in strangers if name not in on_it):
        tally.strangers += 1
        tally.wrong += known(face) is not None
