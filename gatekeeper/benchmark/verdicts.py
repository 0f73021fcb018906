"""One picture as one engine saw it, and the reason if it was blocked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatekeeper.benchmark.scenes import Scene
from gatekeeper.decision.findings import Topic, about
from gatekeeper.types import Face, FindingCode, Known, Match, PersonId

_LABELLED: Final = 0.3
"""From this overlap (intersection over union) with the labelled face a find is that face."""


class Cause(StrEnum):
    """Why a picture of people who all may be shown was blocked; the first that holds counts."""

    NEAR_LIST = "a face near the list"
    NOT_RECOGNISED = "a face not recognised"
    UNREADABLE = "a face unreadable"
    ANOTHER_FIND = "another find"
    PERSON_WITHOUT_FACE = "a person without a face"
    NOBODY_FOUND = "nobody found"
    OTHER = "another reason"


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One scene as one engine saw it.

    Attributes:
        scene: what was shown.
        approved: the gate's decision.
        codes: of its findings.
        faces: every find.
        tiles: for each find, which tile's labelled face it is; None if none.
        matches: who the engine takes each for.
    """

    scene: Scene
    approved: bool
    codes: frozenset[FindingCode]
    faces: tuple[Face, ...]
    tiles: tuple[int | None, ...]
    matches: tuple[Match, ...]

    @property
    def blocked_anyway(self) -> bool:
        """Whether something blocks that has nothing to do with who a person is."""
        return bool(self.codes - about(Topic.IDENTITY))

    def decisive(self, consented: frozenset[PersonId]) -> bool:
        """Say whether all but the intruder's face would pass, so that the block rests on it alone."""
        others = [match for match, tile in zip(self.matches, self.tiles, strict=True) if tile != self.scene.at]
        others_only = all(may_be_shown(match, consented) for match in others)
        return others_only and self.codes.isdisjoint((FindingCode.PERSON_WITHOUT_FACE, FindingCode.NOT_EXAMINED))


def may_be_shown(match: Match, consented: frozenset[PersonId]) -> bool:
    """Say whether this is one person who may be shown and near no person on the list."""
    return isinstance(match.identity, Known) and match.identity.person in consented and not match.near_listed


def approved(matches: Sequence[Match], consented: frozenset[PersonId]) -> bool:
    """Say whether there is a face, and each may be shown: what the gate decides by who they are."""
    return len(matches) > 0 and all(may_be_shown(match, consented) for match in matches)


def labelled(scene: Scene, faces: Sequence[Face]) -> tuple[int | None, ...]:
    """Return for each find whose labelled face it is: the best find on each tile's face, None for the others."""
    tiles: list[int | None] = [None] * len(faces)
    for number, place in enumerate(scene.places):
        shares = [place.overlap(face.box) if place else 0.0 for face in faces]
        best = max(range(len(faces)), key=shares.__getitem__, default=None)
        if best is not None and shares[best] >= _LABELLED:
            tiles[best] = number
    return tuple(tiles)


def cause_of(seen: Seen, consented: frozenset[PersonId]) -> Cause:
    """Return why a picture was blocked in which all people may be shown."""
    finds = list(zip(seen.faces, seen.matches, seen.tiles, strict=True))
    own = [(face, match) for face, match, tile in finds if tile is not None]
    refused = [(face, match) for face, match in own if not may_be_shown(match, consented)]
    holds = {
        Cause.NEAR_LIST: any(match.near_listed for _, match in own),
        Cause.NOT_RECOGNISED: any(face.unreadable is None for face, _ in refused),
        Cause.UNREADABLE: bool(refused),
        Cause.ANOTHER_FIND: any(tile is None for *_, tile in finds),
        Cause.PERSON_WITHOUT_FACE: FindingCode.PERSON_WITHOUT_FACE in seen.codes,
        Cause.NOBODY_FOUND: not finds,
        Cause.OTHER: True,
    }
    return next(cause for cause, is_so in holds.items() if is_so)
