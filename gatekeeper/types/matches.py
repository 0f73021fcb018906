"""Whose face it is, as far as that could be told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.types.faces import PersonId


class BoundBy(StrEnum):
    """How a face came to be a certain person."""

    ENGINE = "engine"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Known:
    """The face is this one person."""

    person: PersonId
    by: BoundBy
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The face could be any of these people, best first."""

    candidates: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The face matches no person on the register, as far as the engine can tell."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The face cannot be compared."""

    reason: str


Identity = Known | Ambiguous | Unknown | Unreadable


@dataclass(frozen=True, slots=True)
class Match:
    """What the register says about one face.

    Attributes:
        face: its number.
        identity: whose face it is, within the event's list if there is one.
        near_listed: the people on the do-not-publish list who are closer than the
            looser threshold, but for those `clearly_behind`.
        recognised: the people that the engine takes the face for, one over the event's
            list and one over the whole register; at most two, usually one or none.
        fits: the people whose template the face is near at the looser threshold, or comes
            into question for, the latter first, then the likest; None if it could not be compared.
        clearly_behind: the people on the do-not-publish list who are closer than the looser
            threshold, while the face is recognised as another person by a clear lead.
    """

    face: int
    identity: Identity
    near_listed: tuple[PersonId, ...] = ()
    recognised: tuple[PersonId, ...] = ()
    fits: tuple[PersonId, ...] | None = None
    clearly_behind: tuple[PersonId, ...] = ()
