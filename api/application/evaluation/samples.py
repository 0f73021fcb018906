"""The sample school: its pictures, its roster, and what the gate must say of each picture."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from api.application.checks.resolve.resolution import Action, Resolution
from api.application.checks.screening import Screener
from api.application.checks.submission import build_draft
from consent_db.approvals.records import CheckDraft, CheckRecord
from gatekeeper.decision.rules import NOBODY_RECOGNISABLE
from gatekeeper.types import Role


@dataclass(frozen=True, slots=True)
class Sample:
    """One question to the gate and the answer that is expected of it."""

    file: Path
    asked: CheckDraft
    looked: bool
    decision: str
    findings: frozenset[str]
    faces: dict[str, int]
    caption: str | None
    shows: str = field(repr=False)

    def ask(self, screener: Screener, actor: str) -> CheckRecord:
        """Return the gate's answer; after two people have looked, if that is part of the question."""
        record = screener.check(self.file.read_bytes(), self.asked, actor)
        if not self.looked:
            return record
        nobody_else = Resolution(Action.ATTEST, attestations=frozenset({NOBODY_RECOGNISABLE}))
        confirmed = screener.resolve(record.id, nobody_else, actor, Role.STAFF)
        return screener.resolve(confirmed.id, Resolution(Action.APPROVE), f"{actor}:second", Role.STAFF)

    def differences(self, record: CheckRecord) -> tuple[str, ...]:
        """Return in what the gate's answer differs from the expected one; empty if in nothing."""
        facts = record.facts
        if facts is None:
            return ("it was not examined",)
        faces = Counter(face.status.value for face in facts.faces)
        expected_and_said: dict[str, tuple[object, object]] = {
            "decision": (self.decision, facts.decision.outcome.value),
            "findings": (set(self.findings), {finding.code.value for finding in facts.decision.findings}),
            "faces": (self.faces, dict(faces)),
        }
        if record.approved and self.caption is not None:
            expected_and_said["caption"] = (self.caption, facts.caption or "")
        return tuple(
            f"{what}: expected {expected}, got {said}"
            for what, (expected, said) in expected_and_said.items()
            if expected != said
        )


def folder() -> Path:
    """Return where the sample pictures are: in the installed package, or in a checkout."""
    packaged = Path(str(resources.files("api").joinpath("sample_images")))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "sample_images"


def samples(within: Path) -> tuple[str, list[Sample]]:
    """Read `expected.toml`; return the policy's name and the samples in their order."""
    content = tomllib.loads((within / "expected.toml").read_text("utf-8"))
    return content["policy"], [_sample(within, row) for row in content["picture"]]


def _sample(within: Path, row: dict[str, Any]) -> Sample:
    fields = ("channel", "caption", "event", "publish_at", "attestations")
    given: dict[str, Any] = {name: row.get(name) for name in fields}
    asked = build_draft(**given, accepted_changes=row.get("accept_changes"))
    return Sample(
        file=within / row["file"],
        asked=asked,
        looked=row.get("looked", False),
        decision=row["decision"],
        findings=frozenset(row["findings"]),
        faces=row["faces"],
        caption=row.get("released_caption"),
        shows=row["shows"],
    )
