"""`gatekeeper calibrate`: measure a model of your own, so that thresholds can be derived for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Annotated, Final

import typer
from rich.progress import track

from api.cli.options import Data, err, out, settings
from gatekeeper import vision
from gatekeeper.benchmark import pictures
from gatekeeper.benchmark.calibration import as_toml, measure
from gatekeeper.benchmark.subjects import examine
from gatekeeper.types import Face
from gatekeeper.vision.recognition.thresholds import UNCALIBRATED

_START: Final = replace(UNCALIBRATED, wanted=2e-4, near=6e-3, margin=0.05)
"""What a model gets that has no calibration yet: the rates of the engine that is shipped."""


def calibrate(
    folder: Annotated[
        Path, typer.Argument(help="Laid out as docs/how-to/measure.md says.", exists=True, file_okay=False)
    ],
    engine: Annotated[str, typer.Option(help="The model's name.")],
    seed: Annotated[int, typer.Option(help="The same seed draws the same references.")] = 1,
    data: Data = None,
) -> None:
    """Measure how alike strangers are to a model, and print the end of its TOML file.

    Nothing is kept, and nothing leaves this machine. A hundred and fifty people with
    two photographs each are the least.
    """
    loaded = vision.load(engine, settings(data, founding=True).model_folders, uncalibrated=True)
    known = _START if loaded.thresholds is UNCALIBRATED else loaded.thresholds
    looking = replace(loaded, thresholds=known)
    people = pictures.people(folder)
    photographs: dict[str, list[Face]] = {}
    for name, portraits in track(people.items(), description="people", console=err):
        found = [examine(portrait, looking).face for portrait in portraits]
        photographs[name] = [face for face in found if face is not None and face.embedding is not None]
    out.print(as_toml(measure(photographs, known, Random(seed)), known), markup=False, highlight=False)
