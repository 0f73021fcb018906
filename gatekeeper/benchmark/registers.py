"""Registers made of labelled people: who is enrolled, and from what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gatekeeper.benchmark.report import Rate
from gatekeeper.benchmark.scenes import cut, tile_of
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.identity.enrolment import ReferenceRefused, reference, template
from gatekeeper.register import Gallery
from gatekeeper.types import PersonId, Vector
from gatekeeper.vision.engine import Engine

REFERENCE_SIDE: Final = 320
"""Side of the square that a reference is read from, in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """One person with the vectors of the references and the photographs that are left."""

    person: str
    references: tuple[Vector, ...]
    reference_subjects: tuple[Subject, ...]
    probes: tuple[Subject, ...]


def enrol_all(subjects: Iterable[Subject], references: int, engine: Engine) -> tuple[list[Enrolled], Rate]:
    """Enrol all people who have enough good photographs and one more; also count the refused ones."""
    by_person: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        by_person[subject.person].append(subject)
    tried = [_enrol(person, photos, references, engine) for person, photos in by_person.items()]
    refusals = Rate(sum(refused for _, refused, _ in tried), sum(count for _, _, count in tried))
    return [enrolled for enrolled, _, _ in tried if enrolled is not None], refusals


def gallery(enrolled: Sequence[Enrolled], references: int, engine: Engine) -> Gallery:
    """Return the register's templates, each averaged from the first `references` photographs."""
    return gallery_of({person.person: person.references[:references] for person in enrolled}, engine)


def gallery_of(vectors: dict[str, tuple[Vector, ...]], engine: Engine) -> Gallery:
    """Return one template for each person with a vector."""
    having = {PersonId(person): theirs for person, theirs in vectors.items() if theirs}
    if not having:
        return Gallery.empty(engine.name, engine.embedder.dimension)
    return Gallery(
        engine.name,
        tuple(having),
        np.stack([template(theirs) for theirs in having.values()]),
        np.array([len(theirs) for theirs in having.values()], np.int64),
    )


def _enrol(person: str, photos: Sequence[Subject], references: int, engine: Engine) -> tuple[Enrolled | None, int, int]:
    """Try photographs until enough are good; return the person, the refused and the tried."""
    vectors: list[Vector] = []
    good: list[Subject] = []
    refused = 0
    for subject in photos if len(photos) > references else ():
        if len(vectors) < references and not subject.portrait.company:
            try:
                vectors.append(reference(cut(tile_of(subject), REFERENCE_SIDE), engine))
                good.append(subject)
            except ReferenceRefused:
                refused += 1
    probes = tuple(subject for subject in photos if subject not in good)
    complete = len(vectors) == references and probes
    done = Enrolled(person, tuple(vectors), tuple(good), probes) if complete else None
    return done, refused, refused + len(good)
