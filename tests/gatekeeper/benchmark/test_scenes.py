"""Pictures of several people, planned and drawn."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from gatekeeper.benchmark.pictures import Portrait
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Cast, Intruder, Scene, Tile, plan, render
from gatekeeper.benchmark.subjects import Subject, examine, square_around
from gatekeeper.types import Box
from gatekeeper.vision.engine import Engine
from tests.support.photographs import photograph, save


def subject(person: str, *, company: bool = False) -> Subject:
    """Return a photograph that nobody opens."""
    portrait = Portrait(person, Path(f"{person}.jpg"), company=company)
    return Subject(person, portrait, None, Box(0, 0, 100, 100), alone=not company)


SHOWN = [subject(f"shown {number}") for number in range(12)] * 2


def test_a_scene_has_one_intruder_and_nobody_twice() -> None:
    """Each scene has two to six different people, at most one of whom may not be shown, and says where."""
    cast = Cast(SHOWN, {Intruder.STRANGER: [subject("stranger")], Intruder.LISTED: []})
    scenes = plan(cast, 30, 20, Random(1))
    assert len(scenes) == 50
    for scene in scenes:
        people = [tile.person for tile in scene.tiles]
        assert 2 <= len(people) == len(set(people)) <= 6
        assert people.count("stranger") == (scene.intruder is not None)
        assert scene.at is None or people[scene.at] == "stranger"


def test_no_two_scenes_are_alike() -> None:
    """Where only few different pictures are possible, fewer are made."""
    two = [subject("Ada"), subject("Ben")]
    scenes = plan(Cast(two, {}), 1000, 0, Random(1))
    assert len(scenes) == len(set(scenes)) < 100


def test_intruders_take_turns() -> None:
    """Everybody who may not be shown is tried about as often."""
    strangers = [subject(f"stranger {number}") for number in range(5)]
    scenes = plan(Cast(SHOWN, {Intruder.STRANGER: strangers}), 0, 20, Random(1))
    assert set(Counter(scene.tiles[scene.at or 0].person for scene in scenes).values()) == {4}


def test_bystanders_are_only_in_unsorted_scenes() -> None:
    """Whoever shows without a label would be a second intruder; unsorted scenes tell what leaving them out does."""
    shown = [*SHOWN, *(subject(f"crowd {number}", company=True) for number in range(12))]
    intruders = [subject("stranger", company=True), subject("other stranger")]
    scenes = plan(Cast(shown, {Intruder.STRANGER: intruders}), 30, 10, Random(1))
    assert sum(scene.unsorted for scene in scenes) == 10
    assert not any(scene.company for scene in scenes if not scene.unsorted)
    assert any(scene.company for scene in scenes if scene.unsorted)


def test_strips_and_grids_are_made() -> None:
    """People stand in one row or in two."""
    rows = {-(-len(scene.tiles) // scene.columns) for scene in plan(Cast(SHOWN, {}), 40, 0, Random(1))}
    assert rows == {1, 2}


def test_the_same_seed_gives_the_same_scenes() -> None:
    """Both sides of a comparison see the same pictures."""
    one, other = (plan(Cast(SHOWN, {Intruder.STRANGER: [subject("x")]}), 5, 5, Random(7)) for _ in range(2))
    assert one == other


def test_a_scene_says_where_its_faces_are(tmp_path: Path) -> None:
    """Each tile's face is drawn where `places` says."""
    save(tmp_path / "face.png", photograph(120))
    tile = Tile("Ada", tmp_path / "face.png", Box(20, 20, 160, 160), Box(60, 60, 80, 80))
    scene = Scene((tile, tile, tile), side=80, columns=2)
    pixels = render(scene)
    assert pixels.shape == (160, 160, 3)
    for place in scene.places:
        assert place is not None
        assert (place.width, place.height) == (40, 40)
        inner = pixels[int(place.y) + 5 : int(place.y) + 35, int(place.x) + 5 : int(place.x) + 35]
        assert (inner[:, :, 1].astype(int) - inner[:, :, 0] > 60).all()


def test_a_round_survives_being_written_down() -> None:
    """Another program is shown exactly the same."""
    tile = Tile("Ada", Path("a.jpg"), Box(1, 2, 3, 4), Box(1, 2, 3, 4), company=True)
    bare = Tile("Ben", Path("b.jpg"), Box(1, 2, 3, 4))
    scenes = (Scene((tile, bare), 120, 1, Intruder.LISTED, 1), Scene((bare, tile), 240, unsorted=True))
    shown = Round({"Ada": (tile, bare)}, frozenset({"Ada"}), frozenset({"Ben"}), scenes, (bare,), (tile,))
    assert Round.from_dict(json.loads(json.dumps(shown.as_dict(), default=str))) == shown


def test_the_labelled_box_decides_whose_photograph_it_is(folder: Path, engine: Engine) -> None:
    """In a group the marked face is examined, not the one in the middle."""
    marked = Box(260, 60, 80, 80)
    found = examine(Portrait("somebody", folder / "groups" / "pair.png", marked), engine)
    assert found.face is not None
    assert found.face.box.overlap(marked) > 0.9
    assert found.alone


def test_bystanders_are_noticed(tmp_path: Path, engine: Engine) -> None:
    """A second face in the square around the labelled one, or a note that there is one, is company."""
    save(tmp_path / "two.png", photograph(120, bystander=True))
    save(tmp_path / "one.png", photograph(120))
    assert not examine(Portrait("Ada", tmp_path / "two.png"), engine).alone
    assert not examine(Portrait("Ada", tmp_path / "one.png", company=True), engine).alone


def test_a_photograph_without_a_face_is_used_whole(folder: Path, engine: Engine) -> None:
    """An intruder whom the detector misses must stay in the test."""
    found = examine(Portrait("wall", folder / "noface" / "walls" / "blank.png"), engine)
    assert found.face is None
    assert found.square == Box(0, 0, 90, 90)


@pytest.mark.parametrize("box", [Box(0, 0, 50, 50), Box(150, 150, 50, 50), Box(75, 75, 50, 50), Box(0, 0, 200, 200)])
def test_squares_lie_within_the_picture(box: Box) -> None:
    """A face at the edge has its square moved, and a large one has it cut."""
    square = square_around(box, photograph(0))
    assert 0 <= square.x <= 200 - square.width
    assert 0 <= square.y <= 200 - square.height
    assert square.width == square.height == min(200, 2.2 * box.width)
