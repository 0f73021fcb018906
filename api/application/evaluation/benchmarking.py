"""A benchmark from folder to numbers: the gate's engines, and `face_recognition` beside them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from api.application.evaluation import comparing, machine
from gatekeeper import vision
from gatekeeper.benchmark import FolderUnusable, Kept, Meter, Protocol, benchmark
from gatekeeper.benchmark.report import plain
from gatekeeper.benchmark.rounds import Round


@dataclass(frozen=True, slots=True)
class Contest:
    """What is measured on what.

    Attributes:
        folder: the labelled photographs.
        names: of engines, or `comparing.NAME`.
        models: folders of model files.
        rival_rounds: how many of the rounds the rival is shown, since it is slow; all if None.
    """

    folder: Path
    names: Sequence[str]
    models: tuple[Path, ...] = ()
    rival_rounds: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers, fit for JSON, and the pictures, to show them again."""

    results: dict[str, Any]
    rounds: tuple[Round, ...]


def run(contest: Contest, protocol: Protocol, kept: Kept, console: Console) -> Outcome:
    """Measure everything that is named.

    Raises:
        FolderUnusable: there is nothing to measure on.
        RivalFailed: `face_recognition` cannot be run here.
        WeightsUnavailable: no such engine.
    """
    own = [name for name in contest.names if name != comparing.NAME]
    if not own:
        raise FolderUnusable(f"Name an engine of the gate as well, such as sface: {comparing.NAME} is its rival.")
    engines = [vision.load(name, contest.models) for name in own]
    kept = replace(kept, memory={} if kept.memory is None else kept.memory)
    with _meter(console) as meter:
        findings = benchmark(contest.folder, engines, meter, protocol, kept)
        reports: dict[str, Any] = {name: report.as_dict() for name, report in findings.reports.items()}
        shown = findings.rounds[: contest.rival_rounds]
        if comparing.NAME in contest.names and shown and kept.memory is not None:
            meter.say(f"{comparing.NAME}: the same pictures", sum(len(one.scenes) for one in shown))
            reports[comparing.NAME] = {"gate": plain(comparing.compare(shown, kept.memory, meter.tick))}
    asked = {**plain(protocol), "bystanders": protocol.bystanders is not None}
    results = {"machine": machine.described(contest.models), "protocol": asked, "engines": reports}
    return Outcome(results, findings.rounds)


@contextmanager
def _meter(console: Console) -> Iterator[Meter]:
    """Show what is being done, how far it is and how long it will take."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )

    def say(what: str, steps: int) -> None:
        for task in bar.tasks:
            bar.update(task.id, total=task.total or task.completed, completed=task.total or task.completed)
        bar.add_task(what, total=steps or None)

    def tick() -> None:
        bar.advance(bar.tasks[-1].id)

    with bar:
        yield Meter(time.perf_counter, machine.resident, say, tick)
