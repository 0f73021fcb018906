"""Registers made of labelled people: who is enrolled, with what, and who plays which part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from gatekeeper.benchmark.report import Rate
from gatekeeper.benchmark.scenes import Cast, Intruder, cut, tile_of
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.register import Gallery
from gatekeeper.types import PersonId, Vector
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.enrol import ReferenceRefused, reference, template

REFERENCE_SIDE: Final = 320
"""Side of the square that a reference is read from, in pixels."""

_LISTED: Final = 0.05
_REFUSED: Final = 0.1
"""Shares of the register that are listed, and that have not consented."""


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """One person with the vectors of the references and the photographs that are left."""

    person: str
    references: tuple[Vector, ...]
    reference_subjects: tuple[Subject, ...]
    probes: tuple[Subject, ...]


def enrol_all(subjects: Iterable[Subject], references: int, engine: Engine) -> tuple[list[Enrolled], Rate]:
    """Enrol everybody who has enough good photographs and one more; also count the refused ones."""
    by_person: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        if subject.alone:
            by_person[subject.person].append(subject)
    tried = [_enrol(person, photos, references, engine) for person, photos in by_person.items()]
    refusals = Rate(sum(refused for _, refused, _ in tried), sum(count for _, _, count in tried))
    return [enrolled for enrolled, _, _ in tried if enrolled is not None], refusals


def gallery(enrolled: Sequence[Enrolled], references: int, engine: Engine) -> Gallery:
    """Return the register's templates, each averaged from the first `references` photographs."""
    if not enrolled:
        return Gallery.empty(engine.name, engine.embedder.dimension)
    return Gallery(
        engine.name,
        tuple(PersonId(person.person) for person in enrolled),
        np.stack([template(person.references[:references]) for person in enrolled]),
        np.full(len(enrolled), references, np.int64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """One register of a gate test: who is on it, who may be shown, who is listed, and the cast."""

    enrolled: Sequence[Enrolled]
    consented: frozenset[PersonId]
    listed: frozenset[PersonId]
    cast: Cast


def give_parts(enrolled: Sequence[Enrolled], strangers: Sequence[Subject], people: int, random: Random) -> Parts:
    """Draw a register of at most `people`; whoever is left plays the strangers."""
    drawn = random.sample(list(enrolled), min(people, len(enrolled)))
    listed = drawn[: max(1, round(_LISTED * len(drawn)))]
    refused = drawn[len(listed) : len(listed) + max(1, round(_REFUSED * len(drawn)))]
    consented = drawn[len(listed) + len(refused) :]
    names = {person.person for person in drawn}
    outside = [subject for subject in strangers if subject.person not in names and subject.alone]
    random.shuffle(outside)
    half = len(outside) // 2
    parts: Mapping[Intruder, Sequence[Subject]] = {
        Intruder.STRANGER: outside[:half],
        Intruder.NO_CONSENT: _probes(refused),
        Intruder.LISTED: _probes(listed),
        Intruder.LISTED_WITHOUT_TEMPLATE: outside[half:],
    }
    return Parts(drawn, _ids(consented), _ids(listed), Cast(_probes(consented), dict(parts)))


def _enrol(person: str, photos: Sequence[Subject], references: int, engine: Engine) -> tuple[Enrolled | None, int, int]:
    """Try photographs until enough are good; return the person, the refused and the tried."""
    vectors: list[Vector] = []
    good: list[Subject] = []
    refused = 0
    for subject in photos:
        if len(vectors) == references or len(photos) <= references:
            break
        try:
            vectors.append(reference(cut(tile_of(subject), REFERENCE_SIDE), engine))
            good.append(subject)
        except ReferenceRefused:
            refused += 1
    probes = tuple(subject for subject in photos if subject not in good)
    complete = len(vectors) == references and probes
    done = Enrolled(person, tuple(vectors), tuple(good), probes) if complete else None
    return done, refused, refused + len(good)


def _probes(enrolled: Iterable[Enrolled]) -> list[Subject]:
    return [subject for person in enrolled for subject in person.probes]


def _ids(enrolled: Iterable[Enrolled]) -> frozenset[PersonId]:
    return frozenset(PersonId(person.person) for person in enrolled)
