"""Side by side with `face_recognition`, and the numbers as tables and a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest

from api.application.evaluation import comparing, machine, plots
from api.application.evaluation.results import all_wrong, tables
from gatekeeper.benchmark import Cost, Curve, Gate, Identification, Point, Rate, Report
from gatekeeper.benchmark.pictures import read
from gatekeeper.benchmark.report import plain
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Intruder, Scene, Tile
from gatekeeper.types import Box
from gatekeeper.vision import load
from gatekeeper.vision.faces import find_faces
from tests.support.paths import ROOT

GROUP = ROOT / "sample_images" / "originals" / "solvay-1927-frame-b.jpg"


@pytest.fixture(scope="module")
def shown() -> Round:
    """Two scientists of 1927 who may be shown, one of them beside a stranger."""
    boxes = [face.box for face in find_faces(read(GROUP), load()) if face.score > 0.9][:3]
    squares = [Box(b.x - b.width / 2, b.y - b.height / 2, 2 * b.height, 2 * b.height) for b in boxes]
    ada, ben, other = (Tile(name, GROUP, square) for name, square in zip(("ada", "ben", "other"), squares, strict=True))
    scenes = (Scene((ada, ben), 240, 2), Scene((ada, other), 240, 2, Intruder.STRANGER, 1))
    return Round({"ada": (ada,), "ben": (ben,)}, frozenset({"ada", "ben"}), frozenset(), scenes)


def test_the_rival_is_shown_the_same_pictures_once(shown: Round) -> None:
    """It answers in another process; what it has answered is not asked again."""
    memory: dict[str, bytes] = {}
    ticks: list[None] = []
    first = comparing.compare([shown], memory, lambda: ticks.append(None))
    assert len(ticks) == len(memory) == 2
    assert (first.needless_blocks.hits, first.needless_blocks.of) == (0, 1)
    assert first.wrong_approvals["stranger"].of == 1
    assert comparing.compare([shown], memory, lambda: ticks.append(None)) == first
    assert len(ticks) == 2


def test_the_readmes_rule() -> None:
    """Every face must be within the tolerance of somebody who may be shown, and there must be one."""
    may = frozenset({"ada"})
    assert comparing.passes([("ada", 0.4)], may, 0.6)
    assert not comparing.passes([], may, 0.6)
    assert not comparing.passes([("ada", 0.61)], may, 0.6)
    assert not comparing.passes([("ada", 0.4), ("ben", 0.4)], may, 0.6)


def test_a_rival_that_ends_is_told(shown: Round) -> None:
    """A picture that is gone ends the other process, and the message says what to do."""
    gone = replace(shown, scenes=(Scene((Tile("ada", Path("/nowhere.jpg"), Box(0, 0, 9, 9)),), 120),))
    with pytest.raises(comparing.RivalFailed, match="ended too soon"):
        comparing.compare([gone], {}, lambda: None)


def results(*names: str) -> dict[str, Any]:
    """Return numbers as a run leaves them."""
    rate = Rate(1, 40)
    points = tuple(Point(by, Rate(3 - step, 40), Rate(step, 40)) for step, by in enumerate((-0.1, 0.0, 0.1)))
    gate = Gate(
        people=30,
        references=3,
        registers=1,
        wrong_approvals=dict.fromkeys(map(str, Intruder), rate),
        decisive=dict.fromkeys(map(str, Intruder), rate),
        intruders=dict.fromkeys(map(str, Intruder), 9),
        needless_blocks=rate,
        causes={"another find": 1},
        needless_alone=rate,
        causes_alone={},
        possible_listed=rate,
        false_listed=Rate(0, 0),
        tradeoff=points,
    )
    curve = Curve(30, 3, 0, ((0.001, 0.02), (0.01, 0.0)), rate, 0.5, 4000)
    report = Report(
        engine="sface",
        identification=(Identification(30, 3, rate, rate, rate),),
        curves=(curve, replace(curve, references=1)),
        gate=gate,
        recall={"width 20 to 40 px": rate, "pose 1": rate},
        conditions={"turned 90": rate},
        false_alarms=rate,
        refused_references=rate,
        cost=Cost(3, 0.1, 0.2, 2**20),
    )
    engines = {name: {"gate": plain(gate)} if name == comparing.NAME else report.as_dict() for name in names}
    return {"machine": {}, "protocol": {}, "engines": engines}


def test_tables_stand_side_by_side() -> None:
    """Each engine has a column of whole pictures, and a sentence that says what the bound means."""
    whole, first, second, *rest = tables(results("sface", comparing.NAME))
    assert [column.header for column in whole.columns] == ["", "sface", comparing.NAME]  # type: ignore[union-attr]
    assert "4 go" in str(first)
    assert comparing.NAME in str(second)
    assert len(rest) == 3


def test_all_kinds_are_added_up() -> None:
    """The claim is about every kind of intruder together."""
    assert all_wrong(results("sface")["engines"]["sface"]["gate"]) == Rate(4, 160)


def test_a_report_without_people_has_tables_too() -> None:
    """Whoever has only groups reads how many faces are found."""
    only = results("sface")
    only["engines"]["sface"] |= {"gate": None, "identification": [], "curves": []}
    faces, cost = tables(only)
    assert getattr(faces, "title", "") == "Faces found: sface"
    assert "a portrait" in str(cost)


@pytest.mark.parametrize("names", [("sface",), ("sface", "dlib", comparing.NAME)])
def test_the_plot_is_a_picture(tmp_path: Path, names: tuple[str, ...]) -> None:
    """It is 1,200 pixels wide and not empty."""
    plots.must_be_possible()
    plots.draw(results(*names), tmp_path / "plot.png")
    drawn = cv2.imread(str(tmp_path / "plot.png"))
    assert drawn is not None
    assert drawn.shape == (960, 1200, 3)
    assert drawn.std() > 10


def test_the_machine_is_described() -> None:
    """Numbers mean nothing without processor, versions and the models' digests."""
    here = machine.described(())
    assert here["cores"] >= 1
    assert here["memory"] > machine.resident() > 2**20
    assert all(len(digest) == 64 for digest in here["models"].values())
    assert {"Pillow", "OpenCV"} <= set(here["libraries"])
