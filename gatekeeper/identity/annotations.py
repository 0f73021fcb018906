"""Face annotations: what people say about faces, matched to the faces of this picture.

A statement is about a place, not about a number: after a face was covered the
numbers move on, the places do not. Statements are a log: taking one back adds
another, so that what was once said of a place can still be read from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from gatekeeper.types import Box, Face, PersonId, Role, Said

SAME_PLACE: Final = 0.5
"""Boxes with at least this intersection over union are the same find."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What was said, by face number.

    Attributes:
        bindings: who a face is.
        not_faces: finds that were declared to be no face; the gate may disagree.
        lost: how many statements name a person where no face was found.
        spoken: every statement about a face, oldest first, those that no longer hold too.
    """

    bindings: dict[int, PersonId]
    not_faces: frozenset[int]
    lost: int
    spoken: Mapping[int, tuple[Said, ...]] = field(default_factory=dict)


def place(said: Sequence[Said], faces: Sequence[Face], size: tuple[int, int]) -> Placed:
    """Find the face that each statement is about; a later statement replaces an earlier one.

    Args:
        said: boxes in fractions of the picture, oldest first.
        faces: boxes in pixels.
        size: width and height of the picture, in pixels.
    """
    spoken: dict[int, list[Said]] = defaultdict(list)
    lost = 0
    for statement in said:
        number = face_at(statement.box.scaled(*size), faces)
        if number is not None:
            spoken[number].append(statement)
        elif statement.person is not None and statement.holds and not statement.not_them:
            lost += 1
    last = {number: standing(statements) for number, statements in spoken.items()}
    return Placed(
        bindings={number: said.person for number, said in last.items() if said is not None and said.person is not None},
        not_faces=frozenset(number for number, said in last.items() if said is not None and said.person is None),
        lost=lost,
        spoken={number: tuple(statements) for number, statements in spoken.items()},
    )


def standing(spoken: Sequence[Said]) -> Said | None:
    """Return the statement about one face that holds: the last one, unless it was taken back."""
    last: Said | None = None
    for statement in spoken:
        if not statement.holds:
            continue
        if not statement.not_them:
            last = statement
        elif last is not None and last.person == statement.person:
            last = None
    return last


def contradicted(spoken: Sequence[Said]) -> bool:
    """Say whether different people's last words about one face cannot both be true.

    A key and the account that holds it are one person, who may correct what they said.
    """
    by_party: dict[str, list[Said]] = defaultdict(list)
    for statement in spoken:
        by_party[_party(statement)].append(statement)
    words = [_last_words(statements) for statements in by_party.values()]
    return any(_contradict(one, other) for one, other in combinations(words, 2))


def named_listed(spoken: Sequence[Said], listed: AbstractSet[PersonId]) -> tuple[PersonId, ...]:
    """Return the listed people that a face was said to be, unless the safeguarding lead has taken that back.

    Args:
        spoken: every statement about one face, oldest first.
        listed: the do-not-publish list as it is now.
    """
    found: set[PersonId] = set()
    for statement in spoken:
        if statement.person is None or statement.person not in listed:
            continue
        if not statement.not_them:
            found.add(statement.person)
        elif statement.by is not None and statement.by.role is Role.SAFEGUARDING_LEAD and not statement.by.program:
            found.discard(statement.person)
    return tuple(sorted(found))


def authors(spoken: Sequence[Said]) -> frozenset[str]:
    """Return the ids of all who annotated a face, holders of keys included."""
    return frozenset(party for statement in spoken if statement.by for party in statement.by.parties)


def face_at(box: Box, faces: Sequence[Face]) -> int | None:
    """Return the number of the face at a place, both in pixels; None if there is none."""
    best = max(faces, key=lambda face: box.overlap(face.box), default=None)
    return best.number if best is not None and box.overlap(best.box) >= SAME_PLACE else None


def _party(statement: Said) -> str:
    return "" if statement.by is None else statement.by.holder or statement.by.actor


@dataclass(frozen=True, slots=True)
class _Words:
    """What one person holds of a face: at most one claim, and who it is not."""

    claim: Said | None
    denied: frozenset[PersonId | None]


def _last_words(statements: Sequence[Said]) -> _Words:
    claim: Said | None = None
    denied: set[PersonId | None] = set()
    for statement in statements:
        if not statement.not_them:
            claim = statement
            denied.discard(statement.person)
            continue
        denied.add(statement.person)
        if claim is not None and claim.person == statement.person:
            claim = None
    return _Words(claim, frozenset(denied))


def _contradict(one: _Words, other: _Words) -> bool:
    if one.claim is not None and other.claim is not None and one.claim.person != other.claim.person:
        return True
    return any(a.claim is not None and a.claim.person in b.denied for a, b in ((one, other), (other, one)))
