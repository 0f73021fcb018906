"""MoveNet finds each person of a group, with the place of the head."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gatekeeper.vision.conversion.graph_model import as_onnx
from gatekeeper.vision.detection.persons.movenet import MoveNet
from gatekeeper.vision.detection.persons.people_fusion import has_known_head
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.weights import read
from tests.support.paths import ROOT

GROUP = ROOT / "sample_images" / "06-group.jpg"


def test_heads_of_a_group_are_where_the_faces_are(sface: Engine) -> None:
    """Nearly all whom the net is sure of have their head where a face was found, and each another one."""
    pixels = np.asarray(Image.open(GROUP).convert("RGB"), np.uint8)
    sure = [pose for pose in MoveNet(read("poses-graph"), read("poses")).search(pixels) if pose.score >= 0.5]
    faces = [found.box for found in sface.detector.find(pixels)]
    assert len(sure) >= 8
    assert sum(has_known_head(sure, faces)) >= len(sure) - 1
    assert sum(has_known_head(sure, faces[:3])) <= 4


def test_a_picture_of_nothing_has_no_people() -> None:
    """A grey picture, however narrow, has none."""
    net = MoveNet(read("poses-graph"), read("poses"))
    for shape in ((600, 800, 3), (1, 900, 3), (40, 20, 3)):
        assert net.search(np.full(shape, 128, np.uint8)) == []


def test_files_that_do_not_belong_together_are_refused() -> None:
    """Half of the weights, and an operation that is not known, end in an error that says so."""
    description, weights = read("poses-graph"), read("poses")
    with pytest.raises(ValueError, match="not those of this graph"):
        MoveNet(description, weights[:-2])
    with pytest.raises(ValueError, match="not those of this graph"):
        MoveNet(description, weights + b"\0\0")
    sums = "StatefulPartitionedCall/Reshape_2"
    with pytest.raises(ValueError, match="TopKV2 has no counterpart"):
        as_onnx(description, weights, sums, ["StatefulPartitionedCall/TopKV2"])
