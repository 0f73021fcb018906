"""A school of coloured squares: small pictures whose "faces" the engine without models finds."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from gatekeeper.types import Pixels
from gatekeeper.vision.engine import Engine
from tests.support.gate import fake_engine

ENROLLED = tuple(range(0, 240, 30))
"""Hues of the eight people with four photographs each; 30 degrees apart nobody resembles anybody."""

STRANGERS = (240, 270, 300, 330)

PHOTOS = 4


def photograph(hue: float, light: float = 1.0, *, bystander: bool = False) -> Pixels:
    """Return 200 x 200 pixels of grey with one grainy square of this hue, and perhaps a small red one."""
    hsv = np.zeros((200, 200, 3), np.float32)
    hsv[:, :, 2] = 0.5
    blocks = np.random.default_rng(int(hue)).uniform(0.5, 1.0, (20, 20)).astype(np.float32)
    grain = np.kron(blocks, np.ones((4, 4), np.float32))  # coarse, so that it outlives JPEG and shrinking
    hsv[60:140, 60:140] = np.dstack([np.full_like(grain, hue % 360), np.full_like(grain, 0.75), grain * light])
    if bystander:
        hsv[20:44, 20:44] = (0, 0.9, 0.8)
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255, np.uint8)


def save(path: Path, pixels: Pixels) -> None:
    """Write a picture, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))


@pytest.fixture(scope="package")
def engine() -> Engine:
    """The engine of coloured squares."""
    return fake_engine()


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight people and four strangers, one group with marked faces, and a picture without a face."""
    made = tmp_path_factory.mktemp("labelled")
    for hue in ENROLLED:
        for number in range(PHOTOS):
            save(made / "people" / f"hue {hue:03}" / f"{number}.png", photograph(hue, 1 - number / 20))
    for hue in STRANGERS:
        save(made / "people" / f"hue {hue:03}" / "0.png", photograph(hue))
    save(made / "groups" / "pair.png", np.concatenate([photograph(0), photograph(120)], axis=1))
    save(made / "noface" / "walls" / "blank.png", np.full((90, 90, 3), 128, np.uint8))
    rows = [
        "path,x,y,w,h,flags",
        "groups/pair.png,60,60,80,80,occlusion=0;pose=1",
        "groups/pair.png,260,60,80,80,occlusion=2;pose=0",
        "groups/pair.png,0,0,30,30,occlusion=0;invalid=1",
    ]
    (made / "groups" / "annotations.csv").write_text("\n".join(rows), encoding="utf-8")
    return made
