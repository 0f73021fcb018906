"""Writing is read as it stands, at any angle, by one pair of nets that reach for nothing outside."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.caption.text.words import fold
from gatekeeper.errors import WeightsUnavailable
from gatekeeper.types import Box, Pixels
from gatekeeper.vision.text import reader as words
from gatekeeper.vision.text.reader import PPOCR, Writing
from tests.benchmarks.badges import arc, badge, certificate, kit, mirrored, put


@pytest.fixture(scope="module")
def reader() -> PPOCR:
    """The real nets, built once."""
    return PPOCR()


def wall(width: int = 640, height: int = 480) -> Pixels:
    """A wall with some shading."""
    shade = np.linspace(90, 150, width, dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shade[None, :, None], (height, width, 3)))


def texts(writing: Writing) -> str:
    return " ".join(fold(line.text) for line in writing.lines)


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 180])
def test_a_badge_is_read(reader: PPOCR, angle: int) -> None:
    """A name on a badge is read at any angle, and its line lies on the badge."""
    chance = random.Random(angle)
    placed = put(wall(), badge("Amira Khan", 24, chance), angle, chance)
    assert placed is not None
    writing = reader.read(placed.pixels)
    line = next(line for line in writing.lines if "khan" in fold(line.text))
    assert line.box.intersection(placed.card) > 0.9 * line.box.area
    assert line.score > 0.8


@pytest.mark.parametrize("name", ["Hope Brook", "ZAINAB CHEN"])
def test_a_mirrored_badge_is_read(reader: PPOCR, name: str) -> None:
    """What a mirror or a front camera shows is read from behind, also letters that look right upside down."""
    chance = random.Random(4)
    placed = put(wall(), mirrored(badge(name, 28, chance)), 0, chance)
    assert placed is not None
    assert fold(name) in texts(reader.read(placed.pixels))


@pytest.mark.parametrize("degrees", [50, 110])
def test_an_arc_is_read(reader: PPOCR, degrees: float) -> None:
    """A name along an arc is straightened before it is read."""
    chance = random.Random(5)
    placed = put(wall(), arc("Tenzin Walker", 24, chance, degrees=degrees), 0, chance)
    assert placed is not None
    assert "tenzin walker" in texts(reader.read(placed.pixels))


def test_a_shirt_is_read(reader: PPOCR) -> None:
    """A name over a number on folded cloth is read."""
    chance = random.Random(6)
    placed = put(wall(), kit("ELSIE JAVED", 28, chance), 0, chance)
    assert placed is not None
    assert "javed" in texts(reader.read(placed.pixels))


def test_an_upright_picture_is_read(reader: PPOCR) -> None:
    """A picture that is higher than wide is searched in strips too, and none is lost between them."""
    chance = random.Random(1)
    pixels = wall(600, 1500)
    for _ in range(3):
        placed = put(pixels, certificate("Tom O'Brien", 20, chance), 0, chance)
        assert placed is not None
        pixels = placed.pixels
    assert "brien" in texts(reader.read(pixels))


def test_a_wall_says_nothing(reader: PPOCR) -> None:
    """A picture without writing has no lines, and all of none was read."""
    assert reader.read(wall()) == Writing()


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3)])
def test_tiny_pictures(reader: PPOCR, size: tuple[int, int]) -> None:
    """No picture is too small to be searched."""
    assert reader.read(wall(*size)).complete


def test_more_than_can_be_read(reader: PPOCR, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many lines are read, the largest ones, and it is said that there are more."""
    monkeypatch.setattr(words, "MOST_LINES", 1)
    chance = random.Random(2)
    placed = put(wall(), badge("Amira Khan", 24, chance), 0, chance)
    assert placed is not None
    writing = reader.read(placed.pixels)
    assert ("amira" in texts(writing), len(writing.lines), writing.complete) == (True, 1, False)


def test_several_threads_share_the_nets(reader: PPOCR) -> None:
    """Pictures that are read at the same time are read alike."""
    chance = random.Random(3)
    placed = put(wall(), badge("Amira Khan", 24, chance), 0, chance)
    assert placed is not None
    pixels = placed.pixels
    with ThreadPoolExecutor(3) as pool:
        first, *others = pool.map(reader.read, [pixels] * 3)
    assert others == [first, first]
    assert first.lines


def test_the_picture_is_left_alone(reader: PPOCR) -> None:
    """Reading changes no pixel, also of a picture that nobody may write into."""
    pixels = wall()
    before = pixels.copy()
    pixels.flags.writeable = False
    reader.read(pixels)
    assert (pixels == before).all()


def test_what_is_printed_holds_nothing_that_was_read() -> None:
    """A line that ends up in a log says where it is, not what it says."""
    assert "Amira" not in repr(words.Line("Amira Khan", Box(0, 0, 1, 1), 0.9))


def test_a_wrong_model_file_is_refused(tmp_path: Path) -> None:
    """An operator's file that is another one is not used, and not passed over either."""
    (tmp_path / "PP-OCRv6_det_small.onnx").write_bytes(b"something else")
    with pytest.raises(WeightsUnavailable, match="not the expected one"):
        PPOCR([tmp_path])


OFFLINE = """
import sys
import numpy as np

def refuse(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"reached for the network: {event}")

sys.addaudithook(refuse)
from gatekeeper.vision.text.reader import PPOCR
reader = PPOCR()
assert reader._nets is None
reader.read(np.zeros((64, 64, 3), np.uint8))
assert not {"rapidocr", "requests"} & sys.modules.keys()
print("read")
"""


def test_nothing_is_fetched() -> None:
    """Nets are built when the first picture comes, without a socket and without the package's own code."""
    command = [sys.executable, "-c", OFFLINE]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (our own program)
    assert done.stdout.strip() == "read"
