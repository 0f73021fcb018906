"""`gatekeeper benchmark`: how well the gate sees, on a folder of labelled photographs."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.commands.options import Data, err, out, settings
from gatekeeper import vision
from gatekeeper.benchmark import Gate, Meter, Protocol, Rate, Report
from gatekeeper.benchmark import benchmark as measure


def benchmark(
    folder: Annotated[Path, typer.Argument(help="Laid out as docs/how-to/measure.md says.", exists=True)],
    people: Annotated[int, typer.Option(help="How many are enrolled.", min=3)] = 200,
    references: Annotated[int, typer.Option(help="Photographs of each.", min=1)] = 3,
    scenes: Annotated[int, typer.Option(help="Pictures with each kind of intruder.", min=1)] = 150,
    save: Annotated[Path | None, typer.Option("--json", help="Write the numbers to this file too.")] = None,
    data: Data = None,
) -> None:
    """Measure misses, mistakes, needless blocks and speed, each with 95 % bounds.

    Nothing is kept, and nothing leaves this machine.
    """
    chosen = settings(data)
    engine = vision.load(chosen.engine, chosen.model_folders)
    meter = Meter(time.perf_counter, _peak, lambda what: err.print(f"… {what}", style="dim"))
    report = measure(folder, engine, meter, Protocol(people=people, references=references, scenes=scenes))
    _show(report)
    if save is not None:
        save.write_text(json.dumps(report.as_dict(), indent=1), "utf-8")


def _show(report: Report) -> None:
    if report.gate is not None:
        out.print(_gate_table(report.gate))
    single = Table("people", "references", "missed", "taken for another", "strangers recognised", title="Single faces")
    for row in report.identification:
        single.add_row(str(row.people), str(row.references), str(row.missed), str(row.mistaken), str(row.wrong))
    found = {**report.recall, **report.conditions}
    if report.false_alarms.of:
        found["pictures without a face in which one is found"] = report.false_alarms
    for table in (single, _rates("Faces found", found)):
        if table.row_count:
            out.print(table)
    cost = report.cost
    out.print(
        f"{report.engine}: {cost.pictures} pictures, {cost.median:.2f} s in the middle, {cost.slowest:.2f} s at most, "
        f"{cost.peak / 2**20:.0f} MB at most; refused as references: {report.refused_references}.",
        highlight=False,
        soft_wrap=True,
    )


def _gate_table(gate: Gate) -> Table:
    rows = {f"approved wrongly: {kind}": rate for kind, rate in gate.wrong_approvals.items()}
    rows["blocked needlessly"] = gate.needless_blocks
    rows["listed people seen as near the list"] = gate.possible_listed
    rows["others seen as near the list"] = gate.false_listed
    return _rates(f"Whole pictures: {gate.people} people, {gate.references} references", rows)


def _rates(title: str, rows: Mapping[str, Rate]) -> Table:
    table = Table("what", "so many of so many (95 % bounds)", title=title)
    for what, rate in rows.items():
        table.add_row(what, str(rate))
    return table


def _peak() -> int:
    """Return the largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
