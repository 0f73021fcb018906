"""Real engines and real public-domain pictures for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from gatekeeper.types import Pixels
from gatekeeper.vision import load
from gatekeeper.vision.engine import Detection, Engine

SAME = ("obama-portrait-2012", "obama-congress-2009", "obama-blue-room-2010")


Sample = Callable[[str], Pixels]
Found = Callable[..., list[Detection]]


@pytest.fixture(scope="session")
def sface() -> Engine:
    """The default engine."""
    return load("sface")


@pytest.fixture(scope="session")
def dlib(sface: Engine) -> Engine:
    """The second engine, finding faces with the nets of the first: a second set of them takes 0.7 GB."""
    return replace(load("dlib"), detector=sface.detector, people=sface.people)


@pytest.fixture(scope="session")
def sample(request: pytest.FixtureRequest) -> Sample:
    """Return a function that opens one of `sample_images/originals` as upright sRGB."""
    folder: Path = request.config.rootpath / "sample_images" / "originals"

    @cache
    def opened(name: str) -> Pixels:
        bgr = cv2.imread(str(next(folder.glob(f"{name}.*"))), cv2.IMREAD_COLOR)
        assert bgr is not None
        pixels = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
        pixels.flags.writeable = False
        return pixels

    return opened


@pytest.fixture(scope="session")
def found(sface: Engine, sample: Sample) -> Found:
    """Return a function that says which faces a sample has, turned by quarters; each is searched once only."""

    @cache
    def searched(name: str, turns: int = 0) -> list[Detection]:
        return sface.detector.find(np.ascontiguousarray(np.rot90(sample(name), turns)))

    return searched
