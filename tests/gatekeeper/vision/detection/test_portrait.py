"""A photograph of one person: found in one scale that fits, or left to the whole pyramid."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from gatekeeper.types import Pixels
from gatekeeper.vision.detection.image_pyramid import scaled
from gatekeeper.vision.engine import Detection, Engine, PortraitDetector
from tests.support.faces import Found, Sample

ALONE = ("collins-nasa", "hopper-us-navy", "obama-portrait-2012")


def portrait(pixels: Pixels, engine: Engine) -> list[Detection] | None:
    assert isinstance(engine.detector, PortraitDetector)
    return engine.detector.portrait(pixels)


@pytest.mark.parametrize("name", ALONE)
def test_it_is_the_face_that_the_pyramid_finds(name: str, sface: Engine, sample: Sample, found: Found) -> None:
    """The quick look places a lone face where the whole search does, and its vector is the same person's."""
    quick, whole = portrait(sample(name), sface), found(name)
    assert quick is not None
    assert len(quick) == 1
    assert quick[0].box.overlap(whole[0].box) > 0.6
    one, other = sface.embedder.embed(sample(name), [quick[0], whole[0]])
    assert float(one @ other) > 0.9 * float(np.linalg.norm(one) * np.linalg.norm(other))


def test_two_faces_are_two_or_for_the_pyramid(sface: Engine, sample: Sample) -> None:
    """Beside a second large face the quick look never reports one person alone."""
    one, other = scaled(sample("hopper-us-navy"), 0.5), scaled(sample("collins-nasa"), 0.5)
    height = min(one.shape[0], other.shape[0])
    quick = portrait(np.concatenate([one[:height], other[:height]], axis=1), sface)
    assert quick is None or len(quick) > 1


def tiny(pixels: Pixels) -> Pixels:
    """The photograph at the left of a picture ten times as wide."""
    return np.asarray(cv2.copyMakeBorder(pixels, 0, 0, 0, 9 * pixels.shape[1], cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize("change", [np.rot90, tiny, np.zeros_like])
def test_what_is_not_plain_is_for_the_pyramid(
    change: Callable[[Pixels], Pixels], sface: Engine, sample: Sample
) -> None:
    """A face turned by a quarter, one too small for the copy, or none at all is not decided quickly."""
    assert portrait(np.ascontiguousarray(change(sample("collins-nasa"))), sface) is None
