"""Who is who: exact search, a margin to the runner-up, each person at most once.

Every face is compared with every template of the scope (one matrix product; no
index, since an approximate one can miss a protected child). The nearest person
is never returned just for being nearest: it must pass the threshold for this
register's size and its own number of references, and lead the runner-up by a
margin. The do-not-publish list is searched whole, whatever the scope, and at one
threshold: neither the scope nor the length of the list moves it, so putting
somebody on the list never lets another face through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.register import Gallery
from gatekeeper.types import (
    Ambiguous,
    BoundBy,
    Face,
    Identity,
    Known,
    Match,
    PersonId,
    Unknown,
    Unreadable,
    Vector,
)
from gatekeeper.vision.thresholds import Thresholds

MOST_CANDIDATES: Final = 5
"""An ambiguous face names at most this many people."""

_LIST_AS_LONG_AS: Final = 10
"""The do-not-publish list is always compared as if it had so many people. The slack was
measured for lists of 1 to 30; with its true length a longer list would ask for more."""

_LENGTH_ERROR: Final = 1e-3
"""How far a unit vector's length may be from 1, which is more than rounding costs."""


def match_faces(
    faces: Sequence[Face],
    gallery: Gallery,
    thresholds: Thresholds,
    listed: frozenset[PersonId],
    scope: frozenset[PersonId] | None = None,
) -> tuple[Match, ...]:
    """Compare every face with everybody who may be meant.

    Args:
        faces: with unit embeddings of the gallery's engine, or an unreadable reason.
        gallery: the templates.
        thresholds: of the same engine.
        listed: the do-not-publish list.
        scope: the people of the event or class; None for the whole register.

    Returns:
        One match a face, in the order of `faces`. No person is `Known` twice.

    Raises:
        ValueError: an embedding or a template is not a unit vector of finite numbers;
            compared all the same, it would be near nobody, listed people included.
    """
    _must_be_unit(gallery.templates, gallery.templates.shape)
    for face in faces:
        if face.embedding is not None:
            _must_be_unit(face.embedding, gallery.templates.shape[1:])
    is_listed = np.array([person in listed for person in gallery.people], dtype=bool)
    in_scope = np.array([scope is None or person in scope for person in gallery.people], dtype=bool)
    # Listed people outside the scope can only make a picture blocked, so they do not count.
    expected = max(1, int(np.count_nonzero(in_scope)))
    candidates = _Candidates(gallery, in_scope | is_listed, expected, thresholds)
    watched = _Watched(gallery, is_listed, thresholds)
    matches = [
        Match(face.number, Unreadable(face.unreadable or "not compared"))
        if face.embedding is None
        else Match(face.number, candidates.identify(face.embedding), watched.near(face.embedding))
        for face in faces
    ]
    return _each_person_once(matches, thresholds.margin)


def _must_be_unit(vectors: Vector, shape: tuple[int, ...]) -> None:
    lengths = np.linalg.norm(vectors, axis=-1)
    if vectors.shape != shape or not np.all(np.abs(lengths - 1) < _LENGTH_ERROR):  # not `>=`: NaN must fail too
        message = "an embedding is not a unit vector of the engine's dimension"
        raise ValueError(message)


def bind_by_hand(matches: Sequence[Match], bindings: Mapping[int, PersonId]) -> tuple[Match, ...]:
    """Let what a person said about a face replace what the engine said.

    Nearness to a listed person stays, since nobody can talk it away; another
    face that the engine took for the same person becomes ambiguous.
    """
    named = set(bindings.values())
    bound = []
    for match in matches:
        if match.face in bindings:
            bound.append(replace(match, identity=Known(bindings[match.face], BoundBy.HAND)))
        elif isinstance(match.identity, Known) and match.identity.person in named:
            bound.append(replace(match, identity=Ambiguous((match.identity.person,))))
        else:
            bound.append(match)
    return tuple(bound)


class _Candidates:
    """Some rows of the gallery, with the threshold that each must pass among the people expected."""

    def __init__(self, gallery: Gallery, rows: NDArray[np.bool_], expected: int, thresholds: Thresholds) -> None:
        self._people = [person for person, wanted in zip(gallery.people, rows, strict=True) if wanted]
        self._templates = gallery.templates[rows]
        self._needed = _needed(gallery.references[rows], expected, thresholds)
        self._thresholds = thresholds

    def identify(self, embedding: NDArray[np.float32]) -> Identity:
        """Return the one person it is, those it may be, or that it is nobody here."""
        similarity = _similarities(self._templates, embedding)
        passing = similarity >= self._needed
        if not passing.any():
            return Unknown()
        best = similarity.max()
        close = best - similarity < self._thresholds.margin
        if np.count_nonzero(close) == 1 and passing[close].all():
            return Known(self._people[int(similarity.argmax())], BoundBy.ENGINE, float(best))
        return Ambiguous(_nearest_first(self._people, similarity, close | passing)[:MOST_CANDIDATES])


class _Watched:
    """The do-not-publish list, and from which similarity on a face is near to each of it."""

    def __init__(self, gallery: Gallery, rows: NDArray[np.bool_], thresholds: Thresholds) -> None:
        self._people = [person for person, wanted in zip(gallery.people, rows, strict=True) if wanted]
        self._templates = gallery.templates[rows]
        counts = gallery.references[rows]
        looser = _needed(counts, _LIST_AS_LONG_AS, thresholds) - np.float32(thresholds.listed_slack)
        # Whoever matches in the smallest scope there can be must be near as well.
        self._needed = np.minimum(looser, _needed(counts, 1, thresholds))

    def near(self, embedding: NDArray[np.float32]) -> tuple[PersonId, ...]:
        """Return everybody closer than the looser threshold, nearest first."""
        similarity = _similarities(self._templates, embedding)
        return _nearest_first(self._people, similarity, similarity >= self._needed)


def _similarities(templates: Vector, embedding: Vector) -> NDArray[np.float32]:
    """Return the similarity of each row; not by `@`, whose last digit depends on where in the matrix a row stands."""
    return np.asarray(np.einsum("ij,j->i", templates, embedding), np.float32)


def _needed(references: NDArray[np.int64], people: int, thresholds: Thresholds) -> NDArray[np.float32]:
    """Return the threshold of each row among so many people."""
    at_count = {count: thresholds.match_at(people, count) for count in {int(count) for count in references}}
    return np.array([at_count[int(count)] for count in references], dtype=np.float32)


def _nearest_first(
    people: Sequence[PersonId], similarity: NDArray[np.float32], wanted: NDArray[np.bool_]
) -> tuple[PersonId, ...]:
    rows = sorted(np.flatnonzero(wanted).tolist(), key=lambda row: (-similarity[row], people[row]))
    return tuple(people[row] for row in rows)


def _each_person_once(matches: Sequence[Match], margin: float) -> tuple[Match, ...]:
    """Keep the clearly best face of each person; the others become ambiguous.

    Two faces cannot both be the same person, so at least one match is wrong. If
    the best does not lead by the margin, neither is believed.
    """
    claims: dict[PersonId, list[tuple[float, int]]] = defaultdict(list)
    for index, match in enumerate(matches):
        if isinstance(match.identity, Known):
            claims[match.identity.person].append((match.identity.similarity or 0.0, index))
    result = list(matches)
    for person, claimants in claims.items():
        claimants.sort(reverse=True)
        clear = len(claimants) == 1 or claimants[0][0] - claimants[1][0] >= margin
        for _, index in claimants[1 if clear else 0 :]:
            result[index] = replace(result[index], identity=Ambiguous((person,)))
    return tuple(result)
