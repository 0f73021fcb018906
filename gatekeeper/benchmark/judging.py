"""What the gate itself says of a picture: its own decision, not an imitation of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from gatekeeper.benchmark.registers import REFERENCE_SIDE, gallery_of
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Intruder, Scene, Tile, cut
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Standing, Statement, Subject
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.findings import Topic, about
from gatekeeper.decision.pipeline import rescreen
from gatekeeper.errors import PhotoRefused
from gatekeeper.identity.enrolment import ReferenceRefused, reference
from gatekeeper.identity.matching import match_faces
from gatekeeper.policy.model import Policy
from gatekeeper.register import Gallery, Register
from gatekeeper.rendition import Rendition
from gatekeeper.types import (
    Channel,
    Face,
    FindingCode,
    Format,
    Kind,
    Known,
    Match,
    MetadataReport,
    Person,
    PersonId,
    Photo,
    PhotoFacts,
    Pixels,
    Release,
    Request,
    Vector,
)
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.recognition.thresholds import Thresholds
from gatekeeper.vision.text.reader import Writing

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


_NOON: Final = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""Any day will do: no consent begins or ends."""

_WEBSITE: Final = Channel("website", frozenset({"publicity"}), approved=True)

_YES: Final = Statement(Party.SELF, Subject.PICTURE, EVERYWHERE, Stance.GRANTED, _NOON, date(2026, 1, 1))

_FACTS: Final = PhotoFacts("", Format.JPEG, 0, 0, 0, MetadataReport())


class Court:
    """One engine's register for one round, and the gate's judgement against it."""

    def __init__(self, shown: Round, engine: Engine, policy: Policy) -> None:
        """Enrol all people of the round from its photographs; those that the engine refuses have no template."""
        self.consented = frozenset(map(PersonId, shown.consented))
        self._listed = frozenset(map(PersonId, shown.listed))
        self._engine = engine
        self._gallery = gallery_of({name: _vectors(tiles, engine) for name, tiles in shown.references.items()}, engine)
        request = Request(_WEBSITE, _NOON, attestations=frozenset(policy.attestations))
        self._case = Case(request, _register(shown, self._gallery), policy)
        self._tools = Tools(_NoUploads(), engine, _NoWords())

    def judge(self, scene: Scene, release: Release) -> Seen:
        """Let the gate decide about a release that shows the scene."""
        decision = rescreen(release.data, _FACTS, self._case, self._tools).facts.decision
        faces = find_faces(release.pixels, self._engine)
        codes = frozenset(finding.code for finding in decision.findings)
        return Seen(scene, decision.approved, codes, faces, labelled(scene, faces), self.match(faces))

    def match(self, faces: Iterable[Face], thresholds: Thresholds | None = None) -> tuple[Match, ...]:
        """Return who the engine takes the faces of one picture for, at other thresholds if any are given."""
        return match_faces(tuple(faces), self._gallery, thresholds or self._engine.thresholds, self._listed)

    def near_list(self, tile: Tile) -> bool | None:
        """Say whether a person, shown alone, is near the list; None if no face is found."""
        faces = find_faces(cut(tile, REFERENCE_SIDE), self._engine)
        main = max(faces, key=lambda face: face.box.area, default=None)
        return None if main is None else bool(self.match([main])[0].near_listed)


class _NoUploads:
    """Every picture here is a release already."""

    def open(self, data: bytes, rendition: Rendition) -> Photo:
        raise PhotoRefused(FindingCode.NOT_EXAMINED, f"{len(data)} bytes for {rendition} were not expected.")


class _NoWords:
    """What photographs of faces say in writing is not what is measured."""

    def read(self, pixels: Pixels) -> Writing:
        del pixels
        return Writing()


def _vectors(tiles: Iterable[Tile], engine: Engine) -> tuple[Vector, ...]:
    vectors = []
    for tile in tiles:
        try:
            vectors.append(reference(cut(tile, REFERENCE_SIDE), engine))
        except ReferenceRefused:
            continue
    return tuple(vectors)


def _register(shown: Round, gallery: Gallery) -> Register:
    """Return a register of adults without names; those on the list without a template are on it too."""
    untemplated = {
        scene.tiles[scene.at].person for scene in shown.scenes if _is_untemplated(scene) and scene.at is not None
    }
    standings = {PersonId(name): Standing(speaks_for_self=True) for name in {*shown.references, *untemplated}}
    for name in shown.consented:
        standings[PersonId(name)] = replace(standings[PersonId(name)], statements=(_YES,))
    for name in {*shown.listed, *untemplated}:
        standings[PersonId(name)] = replace(standings[PersonId(name)], listed=True)
    people = {person: Person(person, Kind.VISITOR, "", (), ()) for person in standings}
    return Register(1, people, standings, gallery)


def _is_untemplated(scene: Scene) -> bool:
    return scene.intruder is Intruder.LISTED_WITHOUT_TEMPLATE
