"""The benchmark, run whole on a small folder of coloured squares."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.benchmark import Findings, FolderUnusable, Kept, Meter, Protocol, Rate, Report, benchmark
from gatekeeper.benchmark.conditions import distant, filling, paled, turned
from gatekeeper.benchmark.detection import is_found
from gatekeeper.benchmark.pictures import held_out, people
from gatekeeper.benchmark.registers import enrol_all
from gatekeeper.benchmark.scenes import Intruder
from gatekeeper.benchmark.subjects import examine
from gatekeeper.types import Box
from gatekeeper.vision.engine import Engine
from tests.support.photographs import ENROLLED, PHOTOS, STRANGERS

PROTOCOL = Protocol(people=8, references=2, scenes=4, clean=6, sizes=(3, 8, 500), counts=(1, 2), samples=2)


class Told:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int]] = []
        self.ticks = 0

    def say(self, what: str, steps: int) -> None:
        """Begin something."""
        self.steps.append((what, steps))

    def tick(self) -> None:
        """Go on."""
        self.ticks += 1


@pytest.fixture(scope="module")
def told() -> Told:
    """What was said during the run."""
    return Told()


@pytest.fixture(scope="module")
def findings(folder: Path, engine: Engine, told: Told) -> Findings:
    """The findings on that folder, with a clock that ticks once a look."""
    clock = count()
    meter = Meter(lambda: float(next(clock)), lambda: 123_456, told.say, told.tick)
    return benchmark(folder, [engine], meter, PROTOCOL)


@pytest.fixture(scope="module")
def report(findings: Findings) -> Report:
    """The only engine's report."""
    (only,) = findings.reports.values()
    return only


def test_no_intruder_passes(report: Report) -> None:
    """Pictures with one person who may not be shown are all blocked; each kind was tried."""
    assert report.gate is not None
    assert {kind: (rate.hits, rate.of) for kind, rate in report.gate.wrong_approvals.items()} == dict.fromkeys(
        map(str, Intruder), (0, 4)
    )
    assert (report.gate.needless_blocks.hits, report.gate.needless_blocks.of) == (0, 6)


def test_registers_larger_than_the_folder_are_left_out(report: Report) -> None:
    """Only sizes that the folder's people fill are tried, each with every number of references."""
    rows = {(3, 1), (3, 2), (8, 1), (8, 2)}
    assert {(row.people, row.references) for row in report.identification} == rows
    assert {(curve.people, curve.references) for curve in report.curves} == rows


def test_colours_are_told_apart(report: Report) -> None:
    """Nobody is missed or mistaken where nobody resembles anybody."""
    assert all(row.missed.hits == row.mistaken.hits == row.wrong.hits == 0 for row in report.identification)
    assert all(curve.at_one_in_a_thousand.hits == 0 < curve.at_one_in_a_thousand.of for curve in report.curves)


def test_groups_are_counted_by_their_flags(report: Report) -> None:
    """Marked faces are counted by size, cover and pose; invalid marks are not."""
    assert report.recall["occlusion 0"] == report.recall["pose 1"] == Rate(1, 1)
    assert report.recall["all of 20 px and more"] == Rate(2, 2)
    assert report.recall["width 80 px and more"] == Rate(2, 2)


def test_pictures_that_helped_to_choose_are_left_out(folder: Path, engine: Engine) -> None:
    """Half of the pictures without labelled people are held out by their files' names, as people are by theirs."""
    some = replace(PROTOCOL, held_out=True, references=PHOTOS)
    only = benchmark(folder, [engine], Meter(lambda: 0.0, lambda: 0), some).reports[engine.name]
    assert (held_out("pair.png"), held_out("blank.png")) == (False, True)
    assert only.recall == {}
    assert only.false_alarms == Rate(0, 1)


def test_conditions_and_alarms_are_reported(report: Report) -> None:
    """Every way of hiding a face has a rate, and a grey wall is no face."""
    assert {"turned 90", "close-up 100 %", "24 px", "contrast 5 %", "groups turned 180"} <= set(report.conditions)
    assert report.false_alarms == Rate(0, 1)


def test_time_comes_from_the_given_clock(report: Report) -> None:
    """Seconds and memory are those of the meter that was passed in."""
    assert (report.cost.pictures, report.cost.median, report.cost.slowest, report.cost.peak) == (2, 1.0, 1.0, 123_456)


def test_progress_is_told(findings: Findings, told: Told) -> None:
    """Every counted step is announced with its number and ticked off."""
    assert told.steps[0] == ("fake: portraits of people to enrol", len(ENROLLED) * PHOTOS)
    assert ("pictures of several people", sum(len(shown.scenes) for shown in findings.rounds)) in told.steps
    assert told.ticks == sum(steps for _, steps in told.steps)


def test_what_was_kept_is_not_looked_at_again(folder: Path, engine: Engine) -> None:
    """With a memory and the pictures of an earlier run the same numbers come out, and nothing is added."""
    memory: dict[str, bytes] = {}
    meter = Meter(lambda: 0.0, lambda: 0)
    first = benchmark(folder, [engine], meter, PROTOCOL, Kept(memory))
    looked = len(memory)
    again = benchmark(folder, [engine], meter, PROTOCOL, Kept(memory, first.rounds))
    assert looked == len(memory) > len(ENROLLED) * PHOTOS
    assert again == first


def test_a_folder_without_photographs_is_refused(tmp_path: Path, engine: Engine) -> None:
    """The message says what to put where."""
    with pytest.raises(FolderUnusable, match=r"nothing to measure on in .*people/<person>/"):
        benchmark(tmp_path, [engine], Meter(lambda: 0.0, lambda: 0), PROTOCOL)


def test_too_few_people_leave_the_gate_out(folder: Path, engine: Engine) -> None:
    """Whoever has only pictures of groups still learns how many faces are found."""
    some = replace(PROTOCOL, references=PHOTOS)
    only = benchmark(folder, [engine], Meter(lambda: 0.0, lambda: 0), some).reports[engine.name]
    assert only.gate is None
    assert only.recall["pose 1"] == Rate(1, 1)


def test_people_with_too_few_photographs_are_not_enrolled(folder: Path, engine: Engine) -> None:
    """Who has no photograph left to be tried with is not enrolled, and nothing of theirs is refused."""
    portraits = people(folder)["hue 000"][:2]
    enrolled, refused = enrol_all([examine(portrait, engine) for portrait in portraits], 2, engine)
    assert enrolled == []
    assert refused.of == 0


def test_nobody_plays_two_parts(findings: Findings) -> None:
    """Strangers are never on the register, and listed people have not consented."""
    (shown,) = findings.rounds
    outside = {f"hue {hue:03}" for hue in STRANGERS}
    for scene in shown.scenes:
        if scene.intruder in {Intruder.STRANGER, Intruder.LISTED_WITHOUT_TEMPLATE}:
            assert scene.at is not None
            assert scene.tiles[scene.at].person in outside
    assert not outside & set(shown.references)
    assert not shown.consented & shown.listed


def test_changes_say_where_the_face_went() -> None:
    """A white patch is where each change says it is."""
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[60:100, 50:80] = 255
    box = Box(50, 60, 30, 40)
    for change in (turned(1), turned(2), turned(3), paled(0.5), filling(0.5), filling(1.2), distant(24)):
        changed = change(pixels, [box])
        (place,) = changed.faces
        left, top = round(place.x + place.width / 4), round(place.y + place.height / 4)
        inner = changed.pixels[top : round(top + place.height / 2), left : round(left + place.width / 2)]
        assert inner.min() > changed.pixels.min() + 90


def test_a_find_beside_the_face_does_not_count() -> None:
    """Overlap decides whether a marked face was found."""
    assert is_found(Box(0, 0, 10, 10), [Box(30, 0, 10, 10), Box(1, 1, 10, 10)])
    assert not is_found(Box(0, 0, 10, 10), [Box(10, 0, 10, 10), Box(8, 8, 10, 10)])
    assert not is_found(Box(0, 0, 10, 10), [])
