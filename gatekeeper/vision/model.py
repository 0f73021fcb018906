"""A model as data: what a file of weights is, and, for an embedder, what it wants and how safe it is.

A TOML file describes one embedder: its ONNX file with size and SHA-256, licence and
source, the picture that goes in, the vector that comes out, and the calibration from
which thresholds are derived. `docs/how-to/use-your-own-model.md` shows one.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any, Final, NoReturn

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision.recognition.alignment import SIDE
from gatekeeper.vision.recognition.thresholds import Thresholds

SHIPPED: Final = ("sface", "sface-fp32")
"""The models whose description is part of this package."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Weights:
    """One model file.

    Attributes:
        name: what the file is called here and in `gatekeeper doctor`.
        role: what the net does, in two or three words.
        file: the file's name, in an operator's folder too.
        sha256: 64 hexadecimal digits, of the whole file.
        size: in bytes.
        licence: SPDX identifier of the file's licence.
        source: the page of those who publish it.
        address: an official address to download it from; None if there is only the package.
        package: import name of an installed package that contains it, or None.
        inside: folder within that package.
    """

    name: str
    role: str
    file: str
    sha256: str
    size: int
    licence: str
    source: str
    address: str | None
    package: str | None = None
    inside: str = "models"


@dataclass(frozen=True, slots=True)
class Input:
    """What goes into the net: the aligned face, (value - mean) * scale in each channel.

    Attributes:
        name: of the net's input; "" for its only one.
        channels: "rgb" or "bgr".
        mean: subtracted first, one a channel in that order, of 0 to 255.
        scale: multiplied with then.
    """

    name: str
    channels: str
    mean: tuple[float, float, float]
    scale: float


@dataclass(frozen=True, slots=True)
class Model:
    """One embedder.

    Attributes:
        weights: its file.
        input: what goes in.
        dimension: how many numbers come out.
        clear: length of the net's own vector from which a face counts as seen clearly;
            None for a net whose lengths say nothing.
        thresholds: None until it has been calibrated.
    """

    weights: Weights
    input: Input
    dimension: int
    clear: float | None
    thresholds: Thresholds | None

    @property
    def name(self) -> str:
        """The engine's name, which goes into every template."""
        return self.weights.name


def shipped(name: str) -> Model:
    """Return a model that is described in this package."""
    return parse(_shipped_text(name), f"{name}.toml")


def shipped_thresholds(name: str) -> Thresholds:
    """Return the calibration of an engine that is no ONNX file."""
    table = _Table(tomllib.loads(_shipped_text(name)), f"{name}.toml")
    return _thresholds(table.table("calibration"))


def own(folders: Sequence[Path]) -> dict[str, Model]:
    """Return, by name, every model that a TOML file in the operator's folders describes.

    Raises:
        WeightsUnavailable: a file cannot be read as a model, or has a name that is taken.
    """
    found: dict[str, Model] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        model = parse(_read(path), str(path))
        if model.name in found:
            message = f"{path}: another file describes a model called {model.name!r} already; choose another name."
            raise WeightsUnavailable(message)
        found[model.name] = model
    return found


def parse(text: str, where: str) -> Model:
    """Return the model that a TOML file describes.

    Raises:
        WeightsUnavailable: something is missing, unknown or cannot be; the message says what.
    """
    try:
        top = _Table(tomllib.loads(text), where)
    except tomllib.TOMLDecodeError as error:
        message = f"{where} is not TOML: {error}."
        raise WeightsUnavailable(message) from None
    top.only("name", "file", "input", "output", "calibration")
    output = top.table("output").only("dimension", "clear")
    calibrated = top.table("calibration") if "calibration" in top.values else None
    return Model(
        weights=_weights(top),
        input=_input(top.table("input")),
        dimension=int(output.number("dimension", 2, 10_000, whole=True)),
        clear=output.number("clear", 1e-6, 1e6) if "clear" in output.values else None,
        thresholds=_thresholds(calibrated) if calibrated else None,
    )


def _weights(top: _Table) -> Weights:
    file = top.table("file").only("name", "sha256", "size", "licence", "source", "address", "package", "inside")
    name = file.text("name")
    if Path(name).name != name or not name.endswith(".onnx"):
        file.refuse("name", "must be the bare name of an .onnx file in the same folder")
    return Weights(
        name=top.text("name", _NAME, "may have small letters, digits, dots and dashes"),
        role="compares faces",
        file=name,
        sha256=file.text("sha256", _SHA256, "must be 64 hexadecimal digits in small letters; sha256sum prints them"),
        size=int(file.number("size", 1, 10**10, whole=True)),
        licence=file.text("licence"),
        source=file.text("source"),
        address=file.text("address") if "address" in file.values else None,
        package=file.text("package") if "package" in file.values else None,
        inside=file.text("inside") if "inside" in file.values else "models",
    )


def _input(table: _Table) -> Input:
    table.only("name", "side", "channels", "mean", "scale")
    if table.number("side", 1, 10_000, whole=True) != SIDE:
        table.refuse("side", f"must be {SIDE}: faces are aligned to squares of so many pixels")
    channels = table.text("channels")
    if channels not in {"rgb", "bgr"}:
        table.refuse("channels", 'must be "rgb" or "bgr"')
    mean = table.numbers("mean", 0, 255)
    if len(mean) != len(channels):
        table.refuse("mean", "must be three numbers, one for each channel")
    name = table.text("name") if "name" in table.values else ""
    return Input(name, channels, (mean[0], mean[1], mean[2]), table.number("scale", 1e-6, 1e3))


def _thresholds(table: _Table) -> Thresholds:
    table.only(*(field.name for field in fields(Thresholds)))
    rows = table.values.get("match")
    if not isinstance(rows, list):
        table.refuse("match", "must be a list of lists of similarities")
    columns = table.numbers("references", 1, 1000)
    try:
        return Thresholds(
            rates=table.numbers("rates", 0, 1),
            references=tuple(int(count) for count in columns),
            match=tuple(_Table({"match": row}, table.where).numbers("match", 0, 1) for row in rows),
            wanted=table.number("wanted", 0, 1),
            near=table.number("near", 0, 1),
            margin=table.number("margin", 0, 1),
            smallest_face=table.number("smallest_face", 1, 1000),
            dimmest=table.number("dimmest", 0, 1) if "dimmest" in table.values else 0.0,
            allowance=table.number("allowance", 0, 1) if "allowance" in table.values else 0.0,
            lead=table.number("lead", 0, 2) if "lead" in table.values else 2.0,
            relief=table.number("relief", 0, 1) if "relief" in table.values else 0.0,
            alone=table.number("alone", 0, 1) if "alone" in table.values else 1.0,
        )
    except ValueError as error:
        message = f"{table.where}: {error}"
        raise WeightsUnavailable(message) from None


class _Table:
    """One table of the file, whose every complaint says where and what."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self.values = values
        self.where = where

    def refuse(self, key: str, why: str) -> NoReturn:
        """Raise, saying what is wrong with `key`."""
        message = f"{self.where}: {key} {why}."
        raise WeightsUnavailable(message)

    def only(self, *known: str) -> _Table:
        for key in sorted(self.values.keys() - set(known)):
            self.refuse(key, f"is not known here; there are {', '.join(known)}")
        return self

    def table(self, key: str) -> _Table:
        value = self.values.get(key)
        if not isinstance(value, Mapping):
            self.refuse(f"[{key}]", "is missing")
        return _Table(value, f"{self.where}, [{key}]")

    def text(self, key: str, form: re.Pattern[str] | None = None, rule: str = "") -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            self.refuse(key, "is missing, or is not a text")
        if form is not None and not form.fullmatch(value):
            self.refuse(key, rule)
        return value

    def number(self, key: str, least: float, most: float, *, whole: bool = False) -> float:
        value = self.values.get(key)
        kinds = int if whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool) or not _within(float(value), least, most):
            self.refuse(key, f"must be a{' whole' if whole else ''} number from {least:g} to {most:g}")
        return float(value)

    def numbers(self, key: str, least: float, most: float) -> tuple[float, ...]:
        values = self.values.get(key)
        if not isinstance(values, list):
            self.refuse(key, "must be a list of numbers")
        return tuple(_Table({key: value}, self.where).number(key, least, most) for value in values)


def _within(value: float, least: float, most: float) -> bool:
    return math.isfinite(value) and least <= value <= most


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        message = f"{path} cannot be read as text; a model is described by a TOML file in UTF-8."
        raise WeightsUnavailable(message) from None


def _shipped_text(name: str) -> str:
    return resources.files("gatekeeper.vision").joinpath("models", f"{name}.toml").read_text("utf-8")
