"""What is shown to every engine alike: registers, and pictures to judge against each.

A round does not depend on the engine that it is shown to, and can be written
down, so that another program in another process can be shown the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from gatekeeper.benchmark.registers import Enrolled
from gatekeeper.benchmark.scenes import Cast, Intruder, Scene, Tile, plan, tile_of
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.types import Box

_LISTED: Final = 0.05
_REFUSED: Final = 0.1
"""Shares of the register that are listed, and that have not consented."""

FEWEST: Final = 3
"""One who may be shown, one who has not consented and one who is listed."""


@dataclass(frozen=True, slots=True)
class Round:
    """One register and its pictures.

    Attributes:
        references: the photographs that each person is enrolled from.
        consented: who may be shown.
        listed: who is on the do-not-publish list and has a template.
        scenes: the pictures.
        watched: further photographs of people who are listed, each by itself.
        free: the same of people who may be shown.
    """

    references: Mapping[str, tuple[Tile, ...]]
    consented: frozenset[str]
    listed: frozenset[str]
    scenes: tuple[Scene, ...]
    watched: tuple[Tile, ...] = ()
    free: tuple[Tile, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads, fit for JSON."""
        return {
            "references": {name: [asdict(tile) for tile in tiles] for name, tiles in self.references.items()},
            "consented": sorted(self.consented),
            "listed": sorted(self.listed),
            "scenes": [asdict(scene) for scene in self.scenes],
            "watched": [asdict(tile) for tile in self.watched],
            "free": [asdict(tile) for tile in self.free],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Round:
        """Return the round that was written down."""
        return cls(
            references={name: _tiles(tiles) for name, tiles in plain["references"].items()},
            consented=frozenset(plain["consented"]),
            listed=frozenset(plain["listed"]),
            scenes=tuple(map(_scene, plain["scenes"])),
            watched=_tiles(plain["watched"]),
            free=_tiles(plain["free"]),
        )


def draw(
    enrolled: Sequence[Enrolled], strangers: Sequence[Subject], people: int, counts: tuple[int, int], random: Random
) -> Round:
    """Draw a register of at most `people` and its scenes; the others play the strangers.

    Args:
        enrolled: at least `FEWEST` people.
        strangers: photographs of further people.
        people: size of the register.
        counts: scenes without an intruder, and with one of each kind.
        random: decides everything.
    """
    drawn = random.sample(list(enrolled), min(people, len(enrolled)))
    listed = drawn[: max(1, round(_LISTED * len(drawn)))]
    refused = drawn[len(listed) : len(listed) + max(1, round(_REFUSED * len(drawn)))]
    consented = drawn[len(listed) + len(refused) :]
    names = {person.person for person in drawn}
    left = [probe for person in enrolled for probe in (*person.reference_subjects, *person.probes)]
    outside = [subject for subject in (*strangers, *left) if subject.person not in names]
    random.shuffle(outside)
    half = len(outside) // 2
    intruders = {
        Intruder.STRANGER: outside[:half],
        Intruder.NO_CONSENT: _probes(refused),
        Intruder.LISTED: _probes(listed),
        Intruder.LISTED_WITHOUT_TEMPLATE: outside[half:],
    }
    return Round(
        references={person.person: tuple(map(tile_of, person.reference_subjects)) for person in drawn},
        consented=frozenset(person.person for person in consented),
        listed=frozenset(person.person for person in listed),
        scenes=tuple(plan(Cast(_probes(consented), intruders), *counts, random)),
        watched=tuple(map(tile_of, _probes(listed))),
        free=tuple(map(tile_of, _probes(consented))),
    )


def _probes(enrolled: Iterable[Enrolled]) -> list[Subject]:
    return [subject for person in enrolled for subject in person.probes]


def _scene(plain: Mapping[str, Any]) -> Scene:
    intruder = Intruder(plain["intruder"]) if plain["intruder"] else None
    return Scene(**{**plain, "tiles": _tiles(plain["tiles"]), "intruder": intruder})


def _tiles(plain: Iterable[Mapping[str, Any]]) -> tuple[Tile, ...]:
    return tuple(map(_tile, plain))


def _tile(plain: Mapping[str, Any]) -> Tile:
    face = Box(**plain["face"]) if plain["face"] else None
    return Tile(plain["person"], Path(plain["path"]), Box(**plain["square"]), face, plain["company"])
