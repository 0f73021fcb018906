"""Who resembles a person too much for the engine to decide, told when reference photographs are given.

What counts is said once, in `gatekeeper.identity.look_alikes`; here it is asked of the register as it is now, so that
what the school is told at enrolment is what the gate does with a picture (`docs/decisions/0063`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from consent_db.transaction import Transaction
from gatekeeper.identity.look_alikes import LookAlikes
from gatekeeper.register import Register
from gatekeeper.types import PersonId
from gatekeeper.vision.engine import Engine

FEW: Final = 4
"""Of a family name that more others without a template share, no one is asked about: it is no sign of kinship."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """What is to be told of one person.

    Attributes:
        pairs: others with whom they are a pair, likest first: a face of either is confirmed with a tap each time.
        relatives: those of `pairs` who share a family name.
        confirmed: those whom the school confirmed to be siblings or twins, by id, with a template or without.
        unenrolled: others of the same family name without a template, by id. A twin among them could be taken
            for this person.
    """

    pairs: tuple[PersonId, ...]
    relatives: frozenset[PersonId]
    confirmed: tuple[PersonId, ...]
    unenrolled: tuple[PersonId, ...]

    def __bool__(self) -> bool:
        """Say whether there is anything to tell."""
        return bool(self.pairs or self.confirmed or self.unenrolled)


def resemblances(tx: Transaction, engine: Engine, people: Iterable[PersonId]) -> Mapping[PersonId, Resemblance]:
    """Return what is to be told of each of these people; there is no entry without anything."""
    register = tx.register(engine.name, engine.embedder.dimension)
    rule = LookAlikes(register.gallery, engine.thresholds, register.surnames)
    bare = _by_surname(register)
    found = {person: _of(register, rule, bare, person) for person in people}
    return {person: one for person, one in found.items() if one}


def _of(
    register: Register, rule: LookAlikes, bare: Mapping[str, tuple[PersonId, ...]], person: PersonId
) -> Resemblance:
    own = register.surnames(person)
    confirmed = register.siblings.get(person, frozenset[PersonId]())
    pairs = tuple(one for one in rule.of(person) if one not in confirmed)
    relatives = frozenset(one for one in pairs if own & register.surnames(one))
    enrolled = len(register.gallery.rows_of((person,))) > 0
    namesakes = [bare.get(name, ()) for name in own] if enrolled else []
    several = {one for some in namesakes if len(some) <= FEW for one in some}
    return Resemblance(pairs, relatives, tuple(sorted(confirmed)), tuple(sorted(several - confirmed - {person})))


def _by_surname(register: Register) -> dict[str, tuple[PersonId, ...]]:
    """Return, by folded family name, those who have no template."""
    enrolled = set(register.gallery.people)
    found: dict[str, list[PersonId]] = {}
    for person in register.people.keys() - enrolled:
        for name in register.surnames(person):
            found.setdefault(name, []).append(person)
    return {name: tuple(some) for name, some in found.items()}
