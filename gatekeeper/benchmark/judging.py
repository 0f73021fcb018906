"""What the gate itself says of a picture: its own decision, not an imitation of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from gatekeeper.benchmark.registers import REFERENCE_SIDE, gallery_of
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Intruder, Scene, Tile, cut
from gatekeeper.benchmark.verdicts import Seen, labelled
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Standing, Statement, Subject
from gatekeeper.decision.pipeline import Case, Tools, rescreen
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
