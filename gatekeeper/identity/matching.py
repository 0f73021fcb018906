"""Open-set identification: exact search, a margin to the runner-up, each person at most once.

Every face is compared with every template (no index, since an approximate one can
miss a protected child). The nearest person is never returned just for being
nearest: it must pass the threshold for this register's size and its own number of
references, and lead the runner-up by a margin. The people of an event are expected;
others must pass the threshold of the whole register and are then only suggested,
since a face that is taken for an expected person may be theirs. The do-not-publish
list is searched whole, whatever the scope, and at one threshold: neither the scope
nor the length of the list moves it, so putting a person on the list never lets
another face through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.identity.assignment import Candidate, settled
from gatekeeper.identity.gallery import Gallery, must_be_unit
from gatekeeper.types import Ambiguous, BoundBy, Face, Identity, Known, Match, PersonId, Unreadable, Vector
from gatekeeper.vision.recognition.thresholds import Thresholds

_ROUNDING: Final = 1e-4
"""More than the sums of a product can differ by, when they are taken in another order."""

People = AbstractSet[PersonId]
_Similarities = NDArray[np.float32]
_Rows = NDArray[np.intp]


def match_faces(
    faces: Sequence[Face],
    gallery: Gallery,
    thresholds: Thresholds,
    listed: People,
    scope: People | None = None,
    strict: People = frozenset(),
) -> tuple[Match, ...]:
    """Compare every face with all people who may be meant.

    Args:
        faces: with unit embeddings of the gallery's engine, or an unreadable reason.
        gallery: the templates.
        thresholds: of the same engine.
        listed: the do-not-publish list.
        scope: the people of the event or class; None for the whole register. A face of
            another person on the register is `Ambiguous` and names them.
        strict: the people of whom as much is asked however clear their lead is (no `Thresholds.relief`).

    Returns:
        One match a face, in the order of `faces`. No person is `Known` twice.

    Raises:
        ValueError: an embedding is not a unit vector of finite numbers; compared all
            the same, it would be near no person, listed people included.
    """
    readable = {place: face for place, face in enumerate(faces) if face.embedding is not None}

    def look_up(within: People | None) -> tuple[dict[int, _Look], dict[int, Identity]]:
        found = _Search(gallery, thresholds, listed, within, strict).look(tuple(readable.values()))
        looks = dict(zip(readable, found, strict=True))
        return looks, settled({place: look.close for place, look in looks.items()}, thresholds.margin)

    looks, identities = look_up(scope)
    # The event is the uploader's to choose, so it does not decide who counts as recognised.
    wide_looks, wide = (looks, identities) if scope is None else look_up(None)
    matches = []
    for place, face in enumerate(faces):
        if place not in looks:
            matches.append(Match(face.number, Unreadable(face.unreadable or "not compared")))
            continue
        near, behind = _near_and_behind(looks[place].near, wide[place], listed, thresholds.lead)
        recognised = _people_of(identities[place], wide[place])
        fits = _fitting(looks[place], wide_looks[place])
        matches.append(Match(face.number, identities[place], near, recognised, fits, behind))
    return tuple(matches)


def _near_and_behind(
    near: Sequence[_Near], wide: Identity, listed: People, lead: float
) -> tuple[tuple[PersonId, ...], tuple[PersonId, ...]]:
    """Divide listed people who are near a face: those who count, and those whom another person is clearly ahead of.

    A face that is clearly one person of the register is not also in doubt for resembling
    another. Who that is rests on the whole register, never on the event, which is the uploader's
    to choose; and a listed person lifts no doubt about another.
    """
    if not isinstance(wide, Known) or wide.similarity is None or wide.person in listed:
        return tuple(one.person for one in near), ()
    least = wide.similarity - lead
    return (
        tuple(one.person for one in near if one.similarity > least),
        tuple(one.person for one in near if one.similarity <= least),
    )


def _people_of(*identities: Identity) -> tuple[PersonId, ...]:
    """Return the people that these identities are sure of, each once."""
    return tuple(dict.fromkeys(found.person for found in identities if isinstance(found, Known)))


def _fitting(*looks: _Look) -> tuple[PersonId, ...]:
    """Return the people that a face comes close to or is near, each once: the former, then the likest."""
    close = [candidate.person for look in looks for candidate in look.close]
    return tuple(dict.fromkeys([*close, *(person for look in looks for person in look.fits)]))


def bind_by_hand(matches: Sequence[Match], bindings: Mapping[int, PersonId]) -> tuple[Match, ...]:
    """Let what a person said about a face replace what the engine said.

    Nearness to a listed person stays, since no annotation can remove it; another
    face that the engine took for the same person becomes ambiguous.
    """
    named = set(bindings.values())
    bound = []
    for match in doubted(matches, bindings):
        if match.face in bindings:
            bound.append(replace(match, identity=Known(bindings[match.face], BoundBy.HAND)))
        elif isinstance(match.identity, Known) and match.identity.person in named:
            bound.append(replace(match, identity=Ambiguous((match.identity.person,))))
        else:
            bound.append(match)
    return tuple(bound)


def doubted(matches: Sequence[Match], bindings: Mapping[int, PersonId]) -> tuple[Match, ...]:
    """Let nearness to the list count in full where a person contradicts what it was set aside for.

    Listed people are `clearly_behind` because the engine is sure of another person. Where that
    face is said to be anyone else, or that person to be another face, the engine is doubted,
    and with it the reason.
    """
    elsewhere = {person: face for face, person in bindings.items()}
    return tuple(
        match
        if _undisputed(match, bindings.get(match.face), elsewhere)
        else replace(match, near_listed=(*match.near_listed, *match.clearly_behind), clearly_behind=())
        for match in matches
    )


def _undisputed(match: Match, said: PersonId | None, elsewhere: Mapping[PersonId, int]) -> bool:
    agreed = said is None or match.recognised == (said,)
    return agreed and all(elsewhere.get(person, match.face) == match.face for person in match.recognised)


@dataclass(frozen=True, slots=True)
class _Near:
    """A listed person whom a face is near, and how alike they are."""

    person: PersonId
    similarity: float


@dataclass(frozen=True, slots=True)
class _Look:
    """What the search says of one face.

    Attributes:
        close: the people who pass or are rivals of the best, best first; empty if none passes.
        near: the people on the do-not-publish list who are near, nearest first, clearly behind or not.
        fits: the people, of the whole register, that it is near at the same looser threshold, likest first.
    """

    close: tuple[Candidate, ...]
    near: tuple[_Near, ...]
    fits: tuple[PersonId, ...] = ()


class _Search:
    """The people who may be meant, each with the threshold to pass."""

    def __init__(
        self, gallery: Gallery, thresholds: Thresholds, listed: People, scope: People | None, strict: People
    ) -> None:
        self._gallery = gallery
        self._margin = thresholds.margin
        self._thresholds = thresholds
        self._listed = gallery.rows_of(listed)
        register = len(gallery.people)
        wanted = np.arange(register) if scope is None else gallery.rows_of(scope)

        def by_row(at: Callable[[int], float]) -> _Similarities:
            return np.array([at(count) for count in gallery.counts], np.float32)[gallery.count_of]

        # Listed people outside the scope can only make a picture blocked, so they do not count.
        close, wide = (by_row(partial(thresholds.match_at, max(1, size))) for size in (len(wanted), register))
        self._expected = np.zeros(register, np.bool_)
        self._expected[wanted] = self._expected[self._listed] = True
        self._needed = np.where(self._expected, close, wide)
        self._most = self._needed.max(initial=0.0)
        self._withheld = by_row(thresholds.withheld)
        self._relief = np.full(register, thresholds.relief, np.float32)
        self._relief[gallery.rows_of(strict)] = 0.0
        self._looser = by_row(thresholds.near_at)
        self._near = self._looser[self._listed]

    def look(self, faces: Sequence[Face]) -> list[_Look]:
        """Return what is known of each face.

        One product finds all who come into question. Its last digit depends on where
        in the matrix a row stands, so those few are compared again in a fixed order.
        """
        embeddings = [face.embedding for face in faces if face.embedding is not None]
        for embedding in embeddings:
            must_be_unit(embedding, self._gallery.templates.shape[1:])
        if not embeddings or not self._gallery.people:
            return [_Look((), ()) for _ in embeddings]
        allowed = np.array([self._thresholds.allowed(face.clarity) for face in faces], np.float32)
        roughly = np.stack(embeddings) @ self._gallery.templates.T
        roughly += allowed[:, np.newaxis]
        return [
            _Look(self._close(*face), self._near_listed(*face), self._fits(face[2]))
            for face in zip(embeddings, allowed, roughly, strict=True)
        ]

    def _close(self, embedding: Vector, allowed: np.float32, roughly: _Similarities) -> tuple[Candidate, ...]:
        above = roughly - self._needed
        place = int(above.argmax())
        if above[place] < -_ROUNDING:
            return self._by_clear_lead(embedding, allowed, roughly)
        # All who are nearly as alike as the best come into question too, whatever their threshold.
        reach = self._margin + 2 * _ROUNDING
        rows = np.flatnonzero(above >= min(-_ROUNDING, above[place] - reach, roughly[place] - reach - self._most))
        similarity = self._exactly(embedding, rows) + allowed
        above = similarity - self._needed[rows]
        place = int(above.argmax())
        # Withheld from passing only: who comes into question besides does so with the whole allowance.
        if above[place] < allowed * self._withheld[rows[place]]:
            return self._by_clear_lead(embedding, allowed, roughly)
        rival = (above[place] - above < self._margin) | (similarity[place] - similarity < self._margin)
        found = [
            Candidate(self._gallery.people[row], float(like), float(over), bool(beside), bool(self._expected[row]))
            for row, like, over, beside in zip(rows, similarity, above, rival, strict=True)
            if beside or over >= 0
        ]
        return tuple(sorted(found, key=lambda candidate: (-candidate.above, candidate.person)))

    def _by_clear_lead(self, embedding: Vector, allowed: np.float32, roughly: _Similarities) -> tuple[Candidate, ...]:
        """Return the one person who is clearly ahead of all others, and misses what is needed by the relief at most."""
        rows = np.argsort(-roughly, kind="stable")[:2]
        similarity = self._exactly(embedding, rows) + allowed
        row = rows[0]
        above = float(similarity[0] - self._needed[row] - allowed * self._withheld[row])
        lead = float(similarity[0] - similarity[1]) if len(rows) > 1 else float("inf")
        if above < -self._relief[row] or lead < self._thresholds.lead:
            return ()
        expected = bool(self._expected[row])
        return (Candidate(self._gallery.people[row], float(similarity[0]), above, rival=True, expected=expected),)

    def _near_listed(self, embedding: Vector, allowed: np.float32, roughly: _Similarities) -> tuple[_Near, ...]:
        maybe = np.flatnonzero(roughly[self._listed] >= self._near - _ROUNDING)
        rows = self._listed[maybe]
        similarity = self._exactly(embedding, rows) + allowed
        near = similarity >= self._near[maybe]
        found = [
            _Near(self._gallery.people[row], float(alike))
            for alike, row in zip(similarity[near], rows[near], strict=True)
        ]
        return tuple(sorted(found, key=lambda one: (-one.similarity, one.person)))

    def _fits(self, roughly: _Similarities) -> tuple[PersonId, ...]:
        """Return those who are near, likest first; who is so by the last digit only is no matter here."""
        rows = np.flatnonzero(roughly >= self._looser)
        return tuple(self._gallery.people[row] for row in rows[np.argsort(-roughly[rows], kind="stable")])

    def _exactly(self, embedding: Vector, rows: _Rows) -> _Similarities:
        return np.asarray(np.einsum("ij,j->i", self._gallery.templates[rows], embedding), np.float32)
