"""`gatekeeper benchmark`: how well the gate sees, on a folder of labelled photographs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.application.evaluation import comparing, plots
from api.application.evaluation.benchmarking import Contest, run
from api.application.evaluation.results import tables
from api.application.reporting.accuracy import record
from api.cli.models.own_figures import show_own
from api.cli.options import Data, err, out, settings
from consent_db.errors import NotPossible
from gatekeeper.benchmark import Kept, Protocol

_QUICK: Final = 25
"""Pictures with each kind of intruder that `--quick` tries: enough to see that the folder is laid out rightly."""
_EITHER: Final = (
    "Give a folder of photographs, or --own for the reference photographs that are kept. "
    "With --own no other option is taken than --json and --data."
)


def benchmark(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Laid out as docs/how-to/measure.md says; not with --own.",
            exists=True,
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            help=f"An engine, a model of your own by its name, or {comparing.NAME}; repeat to compare.",
            show_default=False,
        ),
    ] = None,
    people: Annotated[int, typer.Option(help="How many are enrolled.", min=3)] = 200,
    references: Annotated[int, typer.Option(help="Photographs of each.", min=1)] = 3,
    scenes: Annotated[
        int, typer.Option(help="Pictures with each kind of intruder; twice as many without.", min=1)
    ] = 150,
    registers: Annotated[int, typer.Option(help="Registers that are drawn.", min=1)] = 1,
    bystanders: Annotated[
        Path | None,
        typer.Option(help="Table of photographs that show another person.", exists=True, dir_okay=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same pictures.")] = 1,
    quick: Annotated[
        bool, typer.Option("--quick", help="Try little, to see whether the folder is laid out well.")
    ] = False,
    save: Annotated[Path | None, typer.Option("--json", help="Write the numbers to this file too.")] = None,
    own: Annotated[
        bool,
        typer.Option(
            "--own", help="Measure on the reference photographs that are kept, by class and age, instead of a folder."
        ),
    ] = False,
    keep: Annotated[
        bool, typer.Option("--record", help="Keep the two shares for the report for governors, in the data folder.")
    ] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the curves into this PNG file.")] = None,
    data: Data = None,
) -> None:
    """Measure wrong approvals, needless blocks, misses and speed, each with 95 % bounds.

    Nothing is kept unless `--record` asks for it, and nothing leaves this machine. The whole takes an hour for
    some thousand photographs; `--quick` takes minutes.
    """
    if own or folder is None:
        _own(data, save, alone=own and _given(context) <= {"own", "save", "data"})
        return
    if plot is not None:
        plots.must_be_possible()
    protocol = Protocol(
        people=people,
        references=references,
        registers=registers,
        scenes=scenes,
        clean=2 * scenes,
        bystanders=bystanders,
        seed=seed,
    )
    if quick:
        protocol = replace(
            protocol, scenes=_QUICK, clean=2 * _QUICK, strangers=60, sizes=(30,), counts=(1, 3), samples=10
        )
    chosen = settings(data, founding=True)
    names = list(dict.fromkeys(engine or [chosen.engine]))
    results = run(Contest(folder, names, chosen.model_folders), protocol, Kept(), err).results
    for table in tables(results):
        out.print(table)
    if keep:
        record(chosen.data, results, chosen.engine, datetime.now(UTC).date())
    _save(results, save)
    if plot is not None:
        plots.draw(results, plot)


def _given(context: typer.Context) -> set[str]:
    """Return the names of the parameters that were typed."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if source is not None and source.name != "DEFAULT"}


def _own(data: Path | None, save: Path | None, *, alone: bool) -> None:
    """Measure on the school's own reference photographs.

    Raises:
        NotPossible: there is no folder and no `--own`, or `--own` together with what is for a folder.
    """
    if not alone:
        raise NotPossible(_EITHER)
    _save(show_own(data), save)


def _save(numbers: Mapping[str, Any], path: Path | None) -> None:
    if path is not None:
        path.write_text(json.dumps(numbers, indent=1), "utf-8")
