"""Measure the product and `face_recognition` on the same pictures in the same run.

    python -m tests.benchmarks --data FOLDER [--engine sface] [--scenes 130] [--json FILE]

The folder is laid out as `gatekeeper.benchmark.pictures` says. Only people are
used by whom no threshold was chosen.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from gatekeeper.benchmark import Meter, Protocol, Rate, Report
from gatekeeper.benchmark.run import gather, measure, scenes_for
from gatekeeper.vision import ENGINES, load
from tests.benchmarks.plans import plan_of, save_plan
from tests.benchmarks.speed import Speed, peak

CONSOLE = Console()


def main() -> None:
    """Run everything, print tables, and write JSON if asked to."""
    options = _options()
    protocol = Protocol(scenes=options.scenes, people=options.people, held_out=not options.everybody)
    engine = load(options.engine)
    meter = Meter(time.perf_counter, peak, lambda what: CONSOLE.print(f"… {what}", style="dim"))
    material = gather(options.data, engine, meter, protocol)
    report = measure(options.data, engine, material, meter, protocol)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        save_plan(plan_of(*scenes_for(material, protocol)), file)
        meter.say("speed, each in a process of its own")
        quick, slow = (Speed(**_answer(*command, str(file))) for command in (("speed",), ("rival", "speed")))
        meter.say("face_recognition on the same pictures")
        rival = _answer("rival", "gate", str(file))
    _print(report, rival, quick, slow)
    if options.json:
        everything = {
            "gatekeeper": report.as_dict(),
            "face_recognition": rival,
            "speed": {"gatekeeper": quick._asdict(), "face_recognition": slow._asdict()},
        }
        options.json.write_text(json.dumps(everything, indent=1), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photographs")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="sface")
    parser.add_argument("--people", type=int, default=200, help="how many are enrolled in the gate test")
    parser.add_argument("--scenes", type=int, default=130, help="pictures with each kind of intruder")
    parser.add_argument("--everybody", action="store_true", help="use people by whom thresholds were chosen too")
    parser.add_argument("--json", type=Path, help="file to write the numbers to")
    return parser.parse_args()


def _answer(module: str, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", f"tests.benchmarks.{module}", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (our own modules)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _print(report: Report, rival: dict[str, Any], quick: Speed, slow: Speed) -> None:
    _print_gate(report, rival)
    single = Table("people", "references", "missed", "taken for another", "strangers recognised", title="Single faces")
    for row in report.identification:
        single.add_row(str(row.people), str(row.references), str(row.missed), str(row.mistaken), str(row.wrong))
    CONSOLE.print(single)
    found = Table("faces", "found", title="Finding faces")
    for group, rate in {**report.recall, **report.conditions, "pictures without a face": report.false_alarms}.items():
        found.add_row(group, str(rate))
    CONSOLE.print(found)
    cost = report.cost
    CONSOLE.print(
        f"Portraits: {cost.pictures}, median {cost.median:.3f} s, slowest {cost.slowest:.2f} s, "
        f"peak {cost.peak / 2**20:.0f} MiB; references refused {report.refused_references}"
    )
    speed = Table("12 megapixels, ten faces", "seconds", "processor seconds", "faces found", "peak MiB", title="Speed")
    for name, side in (("gatekeeper", quick), ("face_recognition", slow)):
        speed.add_row(name, f"{side.seconds:.2f}", f"{side.processor:.2f}", str(side.faces), f"{side.peak / 2**20:.0f}")
    CONSOLE.print(speed, f"{slow.seconds / quick.seconds:.1f} times as fast")


def _print_gate(report: Report, rival: dict[str, Any]) -> None:
    if report.gate is None:
        return
    gate = report.gate
    title = f"Pictures of several people, {gate.people} enrolled with {gate.references} photographs each"
    table = Table("", "gatekeeper", "face_recognition", title=title)
    for kind, rate in gate.wrong_approvals.items():
        table.add_row(f"wrongly approved: {kind}", str(rate), str(Rate(*rival["wrong_approvals"][kind])))
    table.add_row("needlessly blocked", str(gate.needless_blocks), str(Rate(*rival["needless_blocks"])))
    table.add_row("listed faces noticed", str(gate.possible_listed), "")
    table.add_row("others taken as near the list", str(gate.false_listed), "")
    CONSOLE.print(table)


if __name__ == "__main__":
    main()
