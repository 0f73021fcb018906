"""What both sides are shown, written down so that a second process shows the same."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gatekeeper.benchmark.registers import Parts
from gatekeeper.benchmark.scenes import Intruder, Scene, Tile, tile_of
from gatekeeper.types import Box


@dataclass(frozen=True, slots=True)
class Plan:
    """References by person, who may be shown, and the pictures."""

    references: dict[str, list[Tile]]
    consented: list[str]
    scenes: list[Scene]

    def first(self, people: int) -> Plan:
        """Return the plan with only the first few people enrolled."""
        return replace(self, references=dict(list(self.references.items())[:people]))


def plan_of(parts: Parts, scenes: list[Scene]) -> Plan:
    """Return the plan of one gate test."""
    references = {
        person.person: [tile_of(subject) for subject in person.reference_subjects] for person in parts.enrolled
    }
    return Plan(references, sorted(parts.consented), scenes)


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan as JSON."""
    path.write_text(json.dumps(asdict(plan), default=str), encoding="utf-8")


def load_plan(path: Path) -> Plan:
    """Read what `save_plan` wrote."""
    plain = json.loads(path.read_text(encoding="utf-8"))
    references = {person: [_tile(tile) for tile in tiles] for person, tiles in plain["references"].items()}
    scenes = [
        Scene(
            tuple(_tile(tile) for tile in scene["tiles"]),
            scene["side"],
            Intruder(scene["intruder"]) if scene["intruder"] else None,
        )
        for scene in plain["scenes"]
    ]
    return Plan(references, plain["consented"], scenes)


def _tile(plain: dict[str, Any]) -> Tile:
    return Tile(plain["person"], Path(plain["path"]), Box(**plain["square"]))
