"""The benchmark, run whole on a small folder made of public-domain photographs."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from gatekeeper.benchmark import Meter, Protocol, Rate, Report, benchmark
from gatekeeper.benchmark import pictures as labelled
from gatekeeper.benchmark.conditions import distant, filling, paled, turned
from gatekeeper.benchmark.detection import is_found, overlap
from gatekeeper.benchmark.gate import approved, judged
from gatekeeper.benchmark.pictures import Portrait, held_out
from gatekeeper.benchmark.registers import enrol_all, give_parts
from gatekeeper.benchmark.scenes import Cast, Intruder, Scene, plan, render
from gatekeeper.benchmark.subjects import Subject, examine, square_around
from gatekeeper.types import BoundBy, Box, Known, Match, PersonId, Pixels, Unknown
from gatekeeper.vision import load
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces

PEOPLE = 10
PHOTOS = 3


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The default engine."""
    return load()


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Path:
    """Ten scientists of 1927 with three photographs each, five more with one, and a rocket."""
    originals = request.config.rootpath / "sample_images" / "originals"
    made = tmp_path_factory.mktemp("labelled")
    group = labelled.read(originals / "solvay-1927-frame-b.jpg")
    faces = [face for face in find_faces(group, engine) if face.score > 0.9][: PEOPLE + 5]
    for number, face in enumerate(faces):
        box = square_around(face.box, group)
        cut = group[int(box.y) : int(box.y + box.height), int(box.x) : int(box.x + box.width)]
        for photo in range(PHOTOS if number < PEOPLE else 1):
            _save(
                made / "identities" / f"scientist {number:02}" / f"{photo}.png", cut, 320 + 20 * photo, 1 - 0.1 * photo
            )
    _save(made / "groups" / "all.png", group, group.shape[1] // 2, 1.0)
    _save(made / "noface" / "rockets" / "rocket.png", labelled.read(originals / "rocket.jpg"), 640, 1.0)
    halves = [(f.box.x / 2, f.box.y / 2, f.box.width / 2, f.box.height / 2) for f in faces]
    rows = [f"groups/all.png,{x},{y},{width},{height},occlusion=0;pose=1" for x, y, width, height in halves]
    table = ["path,x,y,w,h,flags", *rows, "groups/all.png,0,0,200,200,invalid=1;occlusion=0"]
    (made / "groups" / "annotations.csv").write_text("\n".join(table), encoding="utf-8")
    return made


def _save(path: Path, pixels: Pixels, width: int, light: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    scale = width / pixels.shape[1]
    resized = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(path), cv2.cvtColor((resized * light).astype(np.uint8), cv2.COLOR_RGB2BGR))


@pytest.fixture(scope="module")
def report(folder: Path, engine: Engine) -> Report:
    """The report on that folder, with a clock that ticks once a look."""
    clock = count()
    protocol = Protocol(people=PEOPLE, references=2, scenes=3, sizes=(1, 10, 500), samples=1)
    return benchmark(folder, engine, Meter(lambda: float(next(clock)), lambda: 123_456), protocol)


def test_no_intruder_passes(report: Report) -> None:
    """Pictures with one person who may not be shown are all blocked; each kind was tried."""
    assert report.gate is not None
    assert set(report.gate.wrong_approvals) == {kind.value for kind in Intruder}
    assert all((rate.hits, rate.of) == (0, 3) for rate in report.gate.wrong_approvals.values())
    assert report.gate.needless_blocks.of == 6


def test_registers_larger_than_the_folder_are_left_out(report: Report) -> None:
    """Only sizes that the folder's people fill are tried, each with every number of references."""
    assert {(row.people, row.references) for row in report.identification} <= {(1, 1), (1, 2), (10, 1), (10, 2)}
    assert all(row.wrong.hits == 0 and row.mistaken.hits == 0 for row in report.identification)
    assert all(row.missed.share < 0.1 for row in report.identification)


def test_groups_are_counted_by_their_flags(report: Report, folder: Path) -> None:
    """Marked faces are counted by size, cover and pose; invalid marks are not."""
    ((_, marks),) = labelled.marked(folder).items()
    large = [mark for mark in marks if mark.box.width >= 20 and not mark.flags.get("invalid")]
    assert len(large) < len(marks) == PEOPLE + 6
    assert report.recall["occlusion 0"] == report.recall["pose 1"] == Rate(len(large), len(large))
    assert report.recall["width 20 to 40 px"] == Rate(len(large), len(large))


def test_conditions_and_alarms_are_reported(report: Report) -> None:
    """Every way of hiding a face has a rate, and the rocket is no face."""
    assert {"turned 90", "close-up 100 %", "24 px", "contrast 5 %", "groups turned 180"} <= set(report.conditions)
    assert (report.false_alarms.hits, report.false_alarms.of) == (0, 1)


def test_time_comes_from_the_given_clock(report: Report) -> None:
    """Seconds and memory are those of the meter that was passed in."""
    assert (report.cost.median, report.cost.slowest, report.cost.peak) == (1.0, 1.0, 123_456)
    assert report.cost.pictures == PEOPLE * PHOTOS + 5


def test_an_empty_folder_gives_an_empty_report(tmp_path: Path, engine: Engine) -> None:
    """Without photographs nothing is claimed."""
    report = benchmark(tmp_path, engine, Meter(lambda: 0.0, lambda: 0), Protocol(held_out=True))
    assert report.gate is None
    assert report.identification == ()
    assert report.recall == {}
    assert report.false_alarms.of == 0


def test_the_labelled_box_decides_whose_photograph_it_is(folder: Path, engine: Engine) -> None:
    """In a group the marked face is examined, not the one in the middle."""
    marked = next(iter(labelled.marked(folder).values()))[3].box
    subject = examine(Portrait("somebody", folder / "groups" / "all.png", marked), engine)
    assert subject.face is not None
    assert overlap(subject.face.box, marked) > 0.7


def test_bystanders_are_noticed(folder: Path, tmp_path: Path, engine: Engine) -> None:
    """A second face in the square around the labelled one makes a photograph useless for scenes."""
    alone = folder / "identities" / "scientist 00" / "0.png"
    pixels = labelled.read(alone)
    middle = pixels[:, pixels.shape[1] // 5 : -pixels.shape[1] // 5]
    _save(tmp_path / "two.png", np.concatenate([middle, middle], axis=1), 2 * middle.shape[1], 1.0)
    assert examine(Portrait("scientist 00", alone), engine).alone
    assert not examine(Portrait("scientist 00", tmp_path / "two.png"), engine).alone


def test_a_photograph_without_a_face_is_used_whole(folder: Path, engine: Engine) -> None:
    """An intruder whom the detector misses must stay in the test."""
    subject = examine(Portrait("rocket", folder / "noface" / "rockets" / "rocket.png"), engine)
    assert subject.face is None
    assert (subject.square.width, subject.square.height) == (640, 427)
    assert subject.alone


def test_a_table_names_the_person_among_several(tmp_path: Path) -> None:
    """`manifest.csv` gives the place of the labelled person; photographs without a row have none."""
    (tmp_path / "identities" / "Ada").mkdir(parents=True)
    for name in ("1.jpg", "2.jpg", "notes.txt"):
        (tmp_path / "identities" / "Ada" / name).touch()
    rows = "path,person,main_face\nidentities/Ada/1.jpg,Ada,10 20 30.5 40\n"
    (tmp_path / "identities" / "manifest.csv").write_text(rows, encoding="utf-8")
    one, two = labelled.people(tmp_path)["Ada"]
    assert one.main == Box(10, 20, 30.5, 40)
    assert two.main is None


def test_a_picture_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """The message names the file, so that whoever chose the folder finds it."""
    with pytest.raises(ValueError, match=r"nothing\.jpg cannot be opened"):
        labelled.read(tmp_path / "nothing.jpg")


def test_half_of_all_names_are_held_out() -> None:
    """The split depends on the name alone and is about even."""
    assert 450 < sum(held_out(f"person {number}") for number in range(1000)) < 550


def subject(person: str) -> Subject:
    """Return a photograph that nobody opens."""
    return Subject(person, Portrait(person, Path(f"{person}.jpg")), None, Box(0, 0, 100, 100), alone=True)


def test_a_scene_has_one_intruder_and_nobody_twice() -> None:
    """Each scene has two to six different people, at most one of whom may not be shown."""
    shown = [subject(f"shown {number}") for number in range(12)] * 2
    intruders = {Intruder.STRANGER: [subject("stranger")], Intruder.LISTED: []}
    scenes = plan(Cast(shown, dict(intruders)), 30, 20, Random(1))
    assert len(scenes) == 50
    for scene in scenes:
        people = [tile.person for tile in scene.tiles]
        assert 2 <= len(people) == len(set(people)) <= 6
        assert people.count("stranger") == (scene.intruder is not None)


def test_the_same_seed_gives_the_same_scenes() -> None:
    """Both sides of a comparison see the same pictures."""
    shown = [subject(f"shown {number}") for number in range(9)]
    one, other = (plan(Cast(shown, {Intruder.STRANGER: [subject("x")]}), 5, 5, Random(7)) for _ in range(2))
    assert one == other


def test_judging_counts_both_mistakes() -> None:
    """Approving everything lets every intruder pass; blocking everything holds every harmless picture."""
    scenes = [Scene((), 10, None), Scene((), 10, Intruder.STRANGER), Scene((), 10, Intruder.STRANGER)]
    empty = [scene for scene in scenes if render(scene).size == 0]
    assert empty == scenes
    wrong, needless = judged(scenes, lambda _: True)
    assert (wrong["stranger"].hits, wrong["stranger"].of, needless.hits) == (2, 2, 0)
    wrong, needless = judged(scenes, lambda _: False)
    assert (wrong["stranger"].hits, needless.hits, needless.of) == (0, 1, 1)


def test_approval_needs_everybody() -> None:
    """One unknown face, one person without consent, one near the list, or no face at all is no approval."""
    ada, ben = PersonId("ada"), PersonId("ben")
    may = frozenset({ada})
    known = Match(1, Known(ada, BoundBy.ENGINE))
    assert approved([known], may)
    assert not approved([], may)
    assert not approved([known, Match(2, Unknown())], may)
    assert not approved([known, Match(2, Known(ben, BoundBy.ENGINE))], may)
    assert not approved([Match(1, Known(ada, BoundBy.ENGINE), near_listed=(ben,))], may)


def test_people_with_too_few_photographs_are_not_enrolled(folder: Path, engine: Engine) -> None:
    """Who has no photograph left to be tried with is not enrolled, and nothing of theirs is refused."""
    portraits = labelled.people(folder)["scientist 00"][:2]
    enrolled, refused = enrol_all([examine(portrait, engine) for portrait in portraits], 2, engine)
    assert enrolled == []
    assert refused.of == 0


def test_nobody_plays_two_parts(folder: Path, engine: Engine) -> None:
    """Strangers are never on the register, and listed people have not consented."""
    subjects = [examine(p, engine) for photos in list(labelled.people(folder).values())[:5] for p in photos]
    enrolled, _ = enrol_all(subjects, 2, engine)
    parts = give_parts(enrolled, subjects, 3, Random(2))
    on_it = {person.person for person in parts.enrolled}
    outside = [*parts.cast.intruders[Intruder.STRANGER], *parts.cast.intruders[Intruder.LISTED_WITHOUT_TEMPLATE]]
    assert len(on_it) == 3
    assert not on_it & {stranger.person for stranger in outside}
    assert not parts.consented & parts.listed


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
