"""The engines there are, each put together from checked model files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision import model as models
from gatekeeper.vision.detection.centerface import CenterFace
from gatekeeper.vision.detection.cut_off import CutOff
from gatekeeper.vision.detection.detector import Searcher
from gatekeeper.vision.detection.persons.movenet import MoveNet
from gatekeeper.vision.detection.persons.people import People
from gatekeeper.vision.detection.persons.single_shot import SingleShot
from gatekeeper.vision.detection.yunet import YuNet
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.model import Model
from gatekeeper.vision.recognition.onnx import OnnxEmbedder
from gatekeeper.vision.recognition.thresholds import UNCALIBRATED
from gatekeeper.vision.weights import locate, read, read_checked

ENGINES: Final = (*models.SHIPPED, "dlib")
"""The engines of this package, by the name that goes into every template. `sface` is the
default, since dlib misses far more at equal safety."""


def load(name: str = "sface", folders: Sequence[Path] = (), *, uncalibrated: bool = False) -> Engine:
    """Return the engine called `name`, its model files found and checked.

    Args:
        name: one of `ENGINES`, or of a model that a TOML file in `folders` describes. It is
            written into every template: an engine whose vectors change must get another name.
        folders: an operator's folders of models, searched before the installed packages.
        uncalibrated: whether a model without a calibration will do; no face matches with it.

    Raises:
        WeightsUnavailable: no such engine, or a model file is missing or wrong.
    """
    if name == "dlib":
        return _dlib(folders)
    described = _described(name, folders)
    thresholds = described.thresholds or (UNCALIBRATED if uncalibrated else None)
    if thresholds is None:
        message = (
            f"The model {name} has no calibration yet. Measure it with gatekeeper calibrate FOLDER --engine {name}, "
            "and put what that prints at the end of its TOML file."
        )
        raise WeightsUnavailable(message)
    embedder = OnnxEmbedder(described, read_checked(described.weights, folders))
    searcher, cut_off = _detectors(folders)
    return Engine(name, searcher, embedder, thresholds, _people(folders), cut_off)


def _described(name: str, folders: Sequence[Path]) -> Model:
    if name in models.SHIPPED:
        return models.shipped(name)
    found = models.own(folders)
    taken = found.keys() & set(ENGINES)
    if taken:
        message = f"The name {min(taken)} belongs to an engine of this program; give your model another one."
        raise WeightsUnavailable(message)
    if name not in found:
        message = f"There is no engine called {name!r}; choose one of {', '.join((*ENGINES, *sorted(found)))}."
        raise WeightsUnavailable(message)
    return found[name]


def _dlib(folders: Sequence[Path]) -> Engine:
    # Here, because the other engines need not wait for dlib to load.
    from gatekeeper.vision.recognition.dlib_engine import DlibEmbedder  # noqa: PLC0415

    embedder = DlibEmbedder(locate("dlib-resnet", folders), locate("dlib-landmarks", folders))
    searcher, cut_off = _detectors(folders)
    return Engine("dlib", searcher, embedder, models.shipped_thresholds("dlib"), _people(folders), cut_off)


def _people(folders: Sequence[Path]) -> People:
    poses = MoveNet(read("poses-graph", folders), read("poses", folders))
    return People(SingleShot(read("people", folders)), poses)


def _detectors(folders: Sequence[Path]) -> tuple[Searcher, CutOff]:
    """Return what finds faces and what looks along the edges, which share a net."""
    yunet = YuNet(read("yunet", folders))
    return Searcher(yunet, CenterFace(read("centerface", folders))), CutOff(yunet)
