"""A frozen graph of TensorFlow, written as an ONNX file, says what OpenCV reads from it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from gatekeeper.vision.conversion.frozen_graph import FrozenGraph, as_onnx
from gatekeeper.vision.detection.persons.single_shot import SIDE, SingleShot
from gatekeeper.vision.weights import locate, read
from tests.support.paths import ROOT

GROUP = ROOT / "sample_images" / "06-group.jpg"
PERSON = 1
FAINT = 0.2


def test_people_are_those_that_opencv_finds() -> None:
    """All that OpenCV finds are found, as sure and at the same places; fainter ones may follow."""
    path = locate("people")
    graph = path.with_name("ssd_mobilenet_v3_large_coco_2020_01_14.pbtxt")
    pixels = np.asarray(Image.open(GROUP).convert("RGB"), np.uint8)
    net = cv2.dnn.readNetFromTensorflow(str(path), str(graph))
    net.setInput(cv2.dnn.blobFromImage(pixels, 1 / 127.5, (SIDE, SIDE), (127.5,) * 3))
    rows = np.asarray(net.forward(), np.float64)[0, 0]
    expected = rows[(rows[:, 1] == PERSON) & (rows[:, 2] >= FAINT)]
    found = SingleShot(read("people")).search(pixels, FAINT)
    same, fainter = found[: len(expected)], found[len(expected) :]
    assert len(same) >= 3
    assert [score for score, _ in same] == pytest.approx(expected[:, 2].tolist(), abs=1e-4)
    assert np.array([corners for _, corners in same]) == pytest.approx(expected[:, 3:7], abs=1e-3)
    assert all(score < 0.31 for score, _ in fainter)


def test_what_is_no_graph_is_refused() -> None:
    """Bytes that are no frozen graph end in an error that says so, and so does an operation without a counterpart."""
    with pytest.raises(ValueError, match="frozen graph"):
        FrozenGraph(b"")
    graph = FrozenGraph(read("people"))
    with pytest.raises(ValueError, match="Squeeze has no counterpart"):
        as_onnx(graph, "normalized_input_image_tensor", ("TFLite_Detection_PostProcess",), (1, 3, SIDE, SIDE))
