"""How well the gate recognises people: the school's own last benchmark, or else the published one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from api.application.evaluation.results import all_wrong, rate
from consent_db.keys.private_files import write_private
from gatekeeper.benchmark import Rate

_FILE: Final = "benchmark.json"


class Recorded(BaseModel):
    """What a benchmark counted; no picture and no person.

    Attributes:
        wrong: of how many pictures with a person who may not be shown how many were approved.
        needless: of how many good pictures how many were blocked.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    engine: str
    wrong: tuple[int, int]
    needless: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a report says: the counts, and whether they are the school's own."""

    recorded: Recorded
    own: bool

    @property
    def wrong(self) -> str:
        """The share of wrong approvals with its bounds."""
        return str(Rate(*self.recorded.wrong))

    @property
    def needless(self) -> str:
        """The share of needless blocks with its bounds."""
        return str(Rate(*self.recorded.needless))


PUBLISHED: Final = Recorded(day=date(2026, 11, 20), engine="sface", wrong=(0, 3200), needless=(27, 371))
"""Of docs/accuracy.md; a test holds it to docs/reference/accuracy.json."""


def record(data: Path, results: Mapping[str, Any], engine: str, day: date) -> None:
    """Keep the counts of a benchmark in the data folder, in place of the last.

    Args:
        data: the data folder.
        results: what `gatekeeper benchmark --json` writes.
        engine: the one that the school works with.
        day: on which it was measured.
    """
    gate = results["engines"][engine]["gate"]
    wrong, needless = all_wrong(gate), rate(gate["needless_alone"])
    kept = Recorded(day=day, engine=engine, wrong=(wrong.hits, wrong.of), needless=(needless.hits, needless.of))
    write_private(data / _FILE, kept.model_dump_json().encode(), replace=True)


def current(data: Path, engine: str) -> Accuracy:
    """Return the school's own figures if they are of the engine in use, else the published ones."""
    try:
        own = Recorded.model_validate_json((data / _FILE).read_bytes())
    except (OSError, ValidationError):
        return Accuracy(PUBLISHED, own=False)
    return Accuracy(own, own=True) if own.engine == engine else Accuracy(PUBLISHED, own=False)
