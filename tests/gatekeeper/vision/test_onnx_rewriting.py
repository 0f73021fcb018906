"""Nets are written in quicker operations, and say what the files say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from gatekeeper.vision.onnx_graph import any_size
from gatekeeper.vision.onnx_rewriting import quicker
from gatekeeper.vision.onnx_wire import FLOATS, GRAPH, INITIALIZER, NODE, OPERATION, RAW, TENSOR_TYPE, every, first
from gatekeeper.vision.sessions import Session
from gatekeeper.vision.weights import read
from tests.support.paths import ROOT

GROUP = ROOT / "sample_images" / "06-group.jpg"


@pytest.mark.parametrize(
    ("name", "source", "size", "within"),
    [("sface", "data", (112, 112), 1e-4), ("ppocr-lines", "", (320, 160), 1e-4)],
)
def test_a_net_says_what_opencv_says(name: str, source: str, size: tuple[int, int], within: float) -> None:
    """What comes out differs from OpenCV's reading of the untouched file by rounding alone."""
    model = read(name)
    picture = np.asarray(Image.open(GROUP).convert("RGB").resize(size), np.uint8)
    blob = np.asarray(cv2.dnn.blobFromImage(picture, 1.0 if source else 1 / 255), np.float32)
    net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
    net.setInput(blob, source)
    expected = np.array(net.forward())
    assert Session(any_size(model), source=source).run(blob)[0] == pytest.approx(expected, abs=within)
    assert expected.std() > 100 * within


def test_no_denormal_weight_and_no_parametric_rectifier_is_left() -> None:
    """Both made a net many times slower; the files have them, what runs has none."""
    lines, faces = read("ppocr-lines"), read("sface")
    assert (denormals(lines), denormals(quicker(lines))) == (255_958, 0)
    assert (operations(faces).count(b"PRelu"), operations(quicker(faces)).count(b"PRelu")) == (27, 0)


def test_a_model_without_either_stays_as_it_is() -> None:
    """Nothing else of a file is written anew."""
    model = read("centerface")
    assert quicker(model) == model


def test_what_is_no_model_is_refused() -> None:
    """Bytes that do not keep to the encoding are refused, not guessed at."""
    with pytest.raises(ValueError, match="not an ONNX file"):
        quicker(b"\x3a\xff")


def operations(model: bytes) -> list[bytes]:
    """Return the names of a net's operations."""
    return [first(node, OPERATION) for node in every(first(model, GRAPH), NODE)]


def denormals(model: bytes) -> int:
    """Count the weights below the least normal number."""
    tensors = [held for held in every(first(model, GRAPH), INITIALIZER) if first(held, TENSOR_TYPE) == b"\x01"]
    values = np.concatenate([np.frombuffer(first(held, RAW) or first(held, FLOATS), "<f4") for held in tensors])
    return int(((values != 0) & (np.abs(values) < np.finfo(np.float32).tiny)).sum())
