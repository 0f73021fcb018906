"""Model files are taken at any size of picture, and nothing of what they compute changes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from gatekeeper.types import Pixels
from gatekeeper.vision.detection.yunet import MOST, OVERLAP, YuNet
from gatekeeper.vision.onnx_graph import any_size
from gatekeeper.vision.sessions import Session
from gatekeeper.vision.weights import read
from tests.support.paths import ROOT

GROUP = ROOT / "sample_images" / "06-group.jpg"


def picture(size: tuple[int, int]) -> Pixels:
    """A group of people, reduced to this width and height, RGB."""
    return np.asarray(Image.open(GROUP).convert("RGB").resize(size), np.uint8)


@pytest.mark.parametrize("size", [(960, 461), (333, 160), (1, 1)])
def test_yunet_says_what_opencv_says(size: tuple[int, int]) -> None:
    """The finds are those of OpenCV's own reading of the same file, whatever the picture's size."""
    model = read("yunet")
    pixels = picture(size)
    nothing = np.empty(0, np.uint8)
    detector = cv2.FaceDetectorYN.create("onnx", np.frombuffer(model, np.uint8), nothing, size, 0.2, OVERLAP, MOST)
    answer: tuple[int, Any] = detector.detect(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    expected = () if answer[1] is None else answer[1]
    found = YuNet(model).search(pixels)
    assert len(found) == len(expected)
    for one, row in zip(found, expected, strict=True):
        assert (one.box.x, one.box.y, one.box.width, one.box.height) == pytest.approx(tuple(row[:4]), abs=0.01)
        assert one.landmarks == pytest.approx(row[4:14].reshape(5, 2), abs=0.01)
        assert one.score == pytest.approx(row[14], abs=1e-4)


def test_centerface_says_what_opencv_says() -> None:
    """The maps are those of OpenCV's engine for the same file."""
    model = read("centerface")
    blob = np.asarray(cv2.dnn.blobFromImage(picture((320, 160))), np.float32)
    net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8), engine=cv2.dnn.ENGINE_NEW)
    net.setInput(blob)
    outputs = ("537", "538", "539", "540")
    for one, other in zip(Session(any_size(model)).run(blob, outputs), net.forward(outputs), strict=True):
        assert one == pytest.approx(np.asarray(other), abs=1e-3)


@pytest.mark.parametrize("junk", [b"\x3a\xff", b"\x0d1234", b"\xff\xff"])
def test_what_is_no_model_is_refused(junk: bytes) -> None:
    """Bytes that do not keep to the encoding are refused, not guessed at."""
    with pytest.raises(ValueError, match="not an ONNX file"):
        any_size(junk)
