"""Everything that `docs/accuracy.md` says, in one run, side by side with `face_recognition`.

    python -m tests.benchmarks --data FOLDER [--bystanders FILE] [--cache FOLDER] [--json FILE] [--plot FILE]

The folder is laid out as `gatekeeper.benchmark.pictures` says. Only people are
reported by whom no threshold was chosen. With `--cache` a run that was stopped goes
on, and one whose thresholds have changed decides anew without looking again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from rich.console import Console

from api.application.evaluation import plots
from api.application.evaluation.benchmarking import Contest, run
from api.application.evaluation.results import tables
from gatekeeper.benchmark import Kept, Protocol
from gatekeeper.benchmark.rounds import Round
from tests.benchmarks.filed import Filed
from tests.benchmarks.speed import answer, both

CONSOLE = Console()


def main() -> None:
    """Run everything, print tables, and write what was asked for."""
    options = _options()
    with tempfile.TemporaryDirectory() as nowhere:
        cache = options.cache or Path(nowhere)
        cache.mkdir(parents=True, exist_ok=True)
        kept = Kept(Filed(cache / "looks.jsonl"), _read(cache / "rounds.json"))
        protocol = Protocol(
            registers=5,
            scenes=options.scenes,
            clean=options.clean,
            examined=options.examined,
            sizes=tuple(options.sizes),
            held_out=not options.everybody,
            bystanders=options.bystanders,
        )
        outcome = run(Contest(options.data, options.engine, (), options.rival_rounds), protocol, kept, CONSOLE)
        pictures = json.dumps([shown.as_dict() for shown in outcome.rounds], default=str)
        (cache / "rounds.json").write_text(pictures, "utf-8")
        results = outcome.results
        if outcome.rounds and options.speed:
            results |= {
                "speed": both(cache / "rounds.json"),
                "matching": answer("matching"),
                "memory": answer("memory"),
            }
    for table in tables(results):
        CONSOLE.print(table)
    CONSOLE.print({name: results[name] for name in ("speed", "matching", "memory") if name in results})
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")
    if options.plot:
        plots.draw(results, options.plot)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photographs")
    parser.add_argument("--engine", nargs="+", default=["sface", "face_recognition"], help="what is compared")
    parser.add_argument("--scenes", type=int, default=800, help="pictures with each kind of intruder")
    parser.add_argument("--clean", type=int, default=700, help="pictures of people who all may be shown")
    parser.add_argument("--bystanders", type=Path, help="table of photographs in which somebody else shows")
    parser.add_argument(
        "--examined", type=int, help="how many people are examined for the single faces; all if not given"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[30, 200, 1000], help="sizes of registers for them")
    parser.add_argument("--everybody", action="store_true", help="use people by whom thresholds were chosen too")
    parser.add_argument("--cache", type=Path, help="folder to keep finds and pictures in, of public photographs only")
    parser.add_argument("--rival-rounds", type=int, help="how many of the five rounds face_recognition is shown")
    parser.add_argument("--no-speed", dest="speed", action="store_false", help="leave the time out")
    parser.add_argument("--json", type=Path, help="file to write the numbers to")
    parser.add_argument("--plot", type=Path, help="PNG file to draw the curves into")
    return parser.parse_args()


def _read(file: Path) -> tuple[Round, ...]:
    return tuple(map(Round.from_dict, json.loads(file.read_text("utf-8")))) if file.is_file() else ()


if __name__ == "__main__":
    main()
