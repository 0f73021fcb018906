"""Leave-one-out over the references of each person, and each as a stranger to their own class.

Each reference is compared as a face of a picture would be, with `match_faces` and the rule of look-alikes,
while its owner's template is made of their other references (leave-one-out cross-validation); then once more with
its owner taken out of the register, as a face that must not be recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from gatekeeper.identity.enrolment import template
from gatekeeper.identity.gallery import Gallery
from gatekeeper.identity.look_alikes import LookAlikes
from gatekeeper.identity.matching import match_faces
from gatekeeper.types import Box, Face, Identity, Known, PersonId, Vector
from gatekeeper.vision.engine import Engine

_WIDE: Final = Box(0, 0, 112, 112)
_NO_ONE: Final = frozenset[PersonId]()


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One person with references.

    Attributes:
        vectors: of the references, each shape (dimension,), unit length; at least one.
        surnames: folded.
        siblings: those who were confirmed to be siblings or twins of theirs.
        groups: classes and clubs.
        band: the age band, in words.
    """

    person: PersonId
    vectors: tuple[Vector, ...] = field(repr=False)
    surnames: frozenset[str] = field(default=frozenset(), repr=False)
    siblings: frozenset[PersonId] = field(default=frozenset(), repr=False)
    groups: frozenset[str] = frozenset()
    band: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one reference.

    Attributes:
        person: its owner.
        missed: whether it was not recognised with no class chosen; None of a single one, which cannot be left out.
        missed_in_class: the same with the owner's classes chosen; None also where they have none.
        mistaken: whether it was taken for another person; None as `missed`.
        passed: whether it was taken for a person of the owner's classes, with the owner out of the register; of an
            owner without a class, for any person.
    """

    person: PersonId
    missed: bool | None
    missed_in_class: bool | None
    mistaken: bool | None
    passed: bool


def trials(school: Sequence[Enrolled], engine: Engine, advance: Callable[[], None]) -> Iterator[Trial]:
    """Yield a trial for each reference of each person.

    Args:
        school: all people with references.
        engine: the one that made the vectors.
        advance: called after each person.
    """
    full = _Register.of(school, engine)
    for row, one in enumerate(school):
        without = full.without(row)
        for place, vector in enumerate(one.vectors):
            rest = (*one.vectors[:place], *one.vectors[place + 1 :])
            yield _trial(one, vector, full.with_references(row, rest) if rest else None, without)
        advance()


@dataclass(frozen=True, slots=True)
class _Register:
    """A gallery, whose people are in the order of the school, and what else a comparison needs."""

    engine: Engine
    gallery: Gallery
    members: tuple[Enrolled, ...]
    surnames: Mapping[PersonId, frozenset[str]]
    siblings: Mapping[PersonId, frozenset[PersonId]]

    @classmethod
    def of(cls, school: Sequence[Enrolled], engine: Engine) -> _Register:
        templates = np.stack([template(one.vectors) for one in school])
        references = np.array([len(one.vectors) for one in school], np.int64)
        return cls(
            engine,
            Gallery(engine.name, tuple(one.person for one in school), templates, references),
            tuple(school),
            {one.person: one.surnames for one in school},
            {one.person: one.siblings for one in school},
        )

    def without(self, row: int) -> _Register:
        """Return it without one person's template; who is whose sibling is known all the same."""
        gallery = self.gallery
        people = (*gallery.people[:row], *gallery.people[row + 1 :])
        left = np.delete(gallery.templates, row, axis=0), np.delete(gallery.references, row)
        return replace(
            self,
            gallery=Gallery(gallery.engine, people, *left),
            members=(*self.members[:row], *self.members[row + 1 :]),
        )

    def with_references(self, row: int, vectors: Sequence[Vector]) -> _Register:
        """Return it with one person's template made of these references."""
        gallery = self.gallery
        templates, references = gallery.templates.copy(), gallery.references.copy()
        templates[row], references[row] = template(vectors), len(vectors)
        return replace(self, gallery=Gallery(gallery.engine, gallery.people, templates, references))

    def identity(self, vector: Vector, groups: frozenset[str] = frozenset()) -> Identity:
        """Say who a face is, with the members of these classes expected if there are any."""
        face = Face(1, _WIDE, np.zeros((5, 2), np.float32), 1.0, vector)
        scope = frozenset(one.person for one in self.members if one.groups & groups) if groups else None
        found = match_faces([face], self.gallery, self.engine.thresholds, _NO_ONE, scope)
        rule = LookAlikes(self.gallery, self.engine.thresholds, self.surnames.__getitem__, self.siblings)
        return rule.confirmed(found, _NO_ONE)[0].identity


def _trial(one: Enrolled, vector: Vector, left: _Register | None, without: _Register) -> Trial:
    passed = isinstance(without.identity(vector, one.groups), Known)
    if left is None:
        return Trial(one.person, None, None, None, passed)
    alone = left.identity(vector)
    in_class = left.identity(vector, one.groups) if one.groups else None
    known = isinstance(alone, Known)
    return Trial(
        one.person,
        missed=not known,
        missed_in_class=None if in_class is None else not isinstance(in_class, Known),
        mistaken=isinstance(alone, Known) and alone.person != one.person,
        passed=passed,
    )
