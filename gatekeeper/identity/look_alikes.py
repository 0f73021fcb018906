"""Pairs who are never told apart by the engine alone: twins, siblings and other look-alikes.

The probability that one is taken for the other is not the one that thresholds were calibrated
for, since those rest on pairs of unrelated people (NIST IR 8280, part on twins; `docs/children.md`).
So a face recognised as either is *ambiguous*, and a member of staff says who it is, with one tap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np

from gatekeeper.identity.assignment import MOST_CANDIDATES
from gatekeeper.identity.gallery import Gallery
from gatekeeper.types import Ambiguous, BoundBy, Known, Match, PersonId
from gatekeeper.vision.recognition.thresholds import Thresholds

Names = Callable[[PersonId], AbstractSet[str]]
"""Returns the family names of a person, folded."""


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Says who resembles a person too much for the engine to decide.

    Attributes:
        gallery: the templates of the register.
        thresholds: of the same engine.
        surnames: of each person. Two people who share one are in question from the looser
            threshold of the do-not-publish list on, others only if the template of one would pass as the other's.
        siblings: by person, those who were confirmed to be siblings or twins of theirs. They are in question however
            little their templates resemble each other, and without a template too: what resembles the only
            one of two twins who is enrolled may be the other.
    """

    gallery: Gallery
    thresholds: Thresholds
    surnames: Names
    siblings: Mapping[PersonId, AbstractSet[PersonId]] = field(default_factory=dict)

    def of(self, person: PersonId) -> tuple[PersonId, ...]:
        """Return the other enrolled people who resemble a person so much, likest first, by templates and names.

        None of a person without a template.
        """
        gallery = self.gallery
        rows = gallery.rows_of((person,))
        if not len(rows):
            return ()
        row, own = int(rows[0]), self.surnames(person)
        similarity = gallery.templates @ gallery.templates[row]
        similarity[row] = -1.0
        near, match = self._bars(int(gallery.references[row]))
        maybe = np.flatnonzero(similarity >= near)
        found = [
            place
            for place in maybe[np.argsort(-similarity[maybe], kind="stable")]
            if similarity[place] >= match[place] or own & self.surnames(gallery.people[place])
        ]
        return tuple(gallery.people[place] for place in found)

    def confirmed(self, matches: Iterable[Match], listed: AbstractSet[PersonId]) -> tuple[Match, ...]:
        """Return the matches, those of look-alikes as ambiguous.

        A look-alike on the do-not-publish list makes the face ambiguous too, but is not named as
        a candidate: that would tell who is listed.
        """
        return tuple(self._confirmed(match, listed) for match in matches)

    def _confirmed(self, match: Match, listed: AbstractSet[PersonId]) -> Match:
        identity = match.identity
        if not isinstance(identity, Known) or identity.by is not BoundBy.ENGINE or identity.person in listed:
            return match
        kin = self.siblings.get(identity.person, frozenset[PersonId]())
        others = tuple(dict.fromkeys([*self.of(identity.person), *sorted(kin)]))
        if not others:
            return match
        named = (identity.person, *(one for one in others if one not in listed))
        return replace(match, identity=Ambiguous(named[:MOST_CANDIDATES]))

    def _bars(self, references: int) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
        """Return, by row, from which similarity on a person is near one with so many photographs, and matches."""
        gallery, people = self.gallery, len(self.gallery.people)
        fewer = [min(references, count) for count in gallery.counts]
        near = np.array([self.thresholds.near_at(count) for count in fewer])
        match = np.array([self.thresholds.match_at(people, count) for count in fewer])
        return near[gallery.count_of], match[gallery.count_of]
