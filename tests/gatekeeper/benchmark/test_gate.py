"""What the gate says of whole pictures, and how it is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.benchmark.gate import SHIFTS, Ruling, judge, point, shifted, summed
from gatekeeper.benchmark.judging import Cause, Court, approved, cause_of
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Intruder, Scene, Tile, render
from gatekeeper.media.release.encode import make_release
from gatekeeper.policy.model import Policy
from gatekeeper.types import BoundBy, Box, FindingCode, Known, Match, PersonId, Unknown
from gatekeeper.vision.engine import Engine
from tests.support.gate import THRESHOLDS
from tests.support.photographs import photograph, save

POLICY = Policy.load("secondary")
ADA, BEN, CLEO = PersonId("ada"), PersonId("ben"), PersonId("cleo")
HUES = {"ada": 0, "ben": 60, "cleo": 120, "stranger": 240}


@pytest.fixture
def tiles(tmp_path: Path) -> dict[str, Tile]:
    """One photograph of each."""
    for person, hue in HUES.items():
        save(tmp_path / f"{person}.png", photograph(hue))
    square, face = Box(20, 20, 160, 160), Box(60, 60, 80, 80)
    return {person: Tile(person, tmp_path / f"{person}.png", square, face) for person in HUES}


@pytest.fixture
def shown(tiles: dict[str, Tile]) -> Round:
    """Ada may be shown, Ben has not consented, Cleo is listed; one scene of each kind and one clean."""
    ada = tiles["ada"]
    scenes = tuple(
        Scene((ada, tiles[other]), 160, 2, kind, 1)
        for other, kind in (
            ("stranger", Intruder.STRANGER),
            ("ben", Intruder.NO_CONSENT),
            ("cleo", Intruder.LISTED),
            ("stranger", Intruder.LISTED_WITHOUT_TEMPLATE),
        )
    )
    references = {person: (tiles[person],) for person in ("ada", "ben", "cleo")}
    clean = Scene((ada,), 160, 1)
    return Round(references, frozenset({"ada"}), frozenset({"cleo"}), (*scenes, clean), (tiles["cleo"],), (ada,))


def test_the_gate_itself_decides(shown: Round, engine: Engine) -> None:
    """Each kind of intruder is blocked for what it is, and the clean picture passes."""
    court = Court(shown, engine, POLICY)
    seen = [court.judge(scene, make_release(render(scene))) for scene in shown.scenes]
    assert [one.approved for one in seen] == [False, False, False, False, True]
    assert [sorted(one.codes) for one in seen] == [
        [FindingCode.UNKNOWN_FACE],
        [FindingCode.NO_CONSENT],
        [FindingCode.DO_NOT_PUBLISH],
        [FindingCode.UNKNOWN_FACE],
        [],
    ]
    assert [one.tiles for one in seen] == [(0, 1)] * 4 + [(0,)]
    assert all(one.decisive(court.consented) for one in seen)


def test_the_whole_is_counted(shown: Round, engine: Engine) -> None:
    """Every kind has been tried once and caught, listed people are noticed, and a tick came for each picture."""
    ticks: list[None] = []
    gate = judge([shown], [engine], POLICY, lambda: ticks.append(None))[engine.name]
    assert len(ticks) == 5
    assert {(kind, rate.hits, rate.of) for kind, rate in gate.wrong_approvals.items()} == {(k, 0, 1) for k in Intruder}
    assert gate.decisive == gate.wrong_approvals
    assert set(gate.intruders.values()) == {1}
    assert (gate.needless_blocks.hits, gate.needless_blocks.of) == (0, 1)
    assert (gate.possible_listed.hits, gate.false_listed.hits) == (1, 0)
    assert (gate.people, gate.references, gate.registers) == (3, 1, 1)


def test_the_trade_off_passes_through_the_product(shown: Round, engine: Engine) -> None:
    """Without a shift the counts are the gate's own; far stricter everything is blocked."""
    gate = judge([shown], [engine], POLICY, lambda: None)[engine.name]
    by_shift = {one.setting: one for one in gate.tradeoff}
    assert tuple(by_shift) == SHIFTS
    assert (by_shift[0.0].wrong.hits, by_shift[0.0].needless.hits) == (0, 0)
    assert by_shift[0.0].wrong.of == 4
    assert by_shift[max(SHIFTS)].needless.hits == 1


def test_shifted_thresholds_stay_thresholds() -> None:
    """However far they are moved they remain between 0 and 1."""
    for by in (-2.0, -0.3, 0.0, 0.3, 2.0):
        assert all(0 < value <= 1 for row in shifted(THRESHOLDS, by).match for value in row)
    assert shifted(THRESHOLDS, 0.0) == THRESHOLDS


def known(person: PersonId, near: tuple[PersonId, ...] = ()) -> Match:
    """Return a recognised face."""
    return Match(1, Known(person, BoundBy.ENGINE), near_listed=near)


def test_approval_needs_everybody() -> None:
    """One unknown face, one person without consent, one near the list, or no face at all is no approval."""
    may = frozenset({ADA})
    assert approved([known(ADA)], may)
    assert not approved([], may)
    assert not approved([known(ADA), Match(2, Unknown())], may)
    assert not approved([known(ADA), known(BEN)], may)
    assert not approved([known(ADA, near=(BEN,))], may)


def test_each_cause_is_told(shown: Round, engine: Engine) -> None:
    """The first reason that holds is the one that is counted."""
    court = Court(shown, engine, POLICY)
    scene = shown.scenes[-1]
    seen = court.judge(scene, make_release(render(scene)))

    def cause(**changes: object) -> Cause:
        return cause_of(replace(seen, **changes), frozenset({ADA}))  # type: ignore[arg-type]

    (face,) = seen.faces
    assert cause(matches=(known(ADA, near=(CLEO,)),)) is Cause.NEAR_LIST
    assert cause(matches=(Match(1, Unknown()),)) is Cause.NOT_RECOGNISED
    assert cause(faces=(replace(face, unreadable="too small"),), matches=(Match(1, Unknown()),)) is Cause.UNREADABLE
    assert cause(tiles=(None,)) is Cause.ANOTHER_FIND
    assert cause(codes=frozenset({FindingCode.PERSON_WITHOUT_FACE})) is Cause.PERSON_WITHOUT_FACE
    assert cause(faces=(), matches=(), tiles=()) is Cause.NOBODY_FOUND
    assert cause(codes=frozenset({FindingCode.NOT_EXAMINED})) is Cause.OTHER


def test_a_block_for_another_reason_decides_nothing(shown: Round, engine: Engine) -> None:
    """Where somebody else is not recognised either, the intruder was not what the block rests on."""
    scene = shown.scenes[0]
    court = Court(shown, engine, POLICY)
    seen = court.judge(scene, make_release(render(scene)))
    first, second = seen.matches
    assert seen.decisive(court.consented)
    assert not replace(seen, matches=(Match(1, Unknown()), second)).decisive(court.consented)
    assert not replace(seen, codes=frozenset({FindingCode.PERSON_WITHOUT_FACE})).decisive(court.consented)
    assert isinstance(first.identity, Known)


def test_bystanders_are_told_apart(tiles: dict[str, Tile], shown: Round) -> None:
    """Blocked for a bystander is counted in the one number and not in the other."""
    ada, company = tiles["ada"], replace(tiles["ada"], company=True)
    rulings = [
        Ruling(Scene((ada,), 160), approved=True),
        Ruling(Scene((company,), 160, unsorted=True), approved=False, cause=str(Cause.ANOTHER_FIND)),
        Ruling(Scene((ada,), 240, unsorted=True), approved=True),
    ]
    gate = summed([shown], rulings, ())
    assert (gate.needless_blocks.hits, gate.needless_blocks.of) == (1, 2)
    assert (gate.needless_alone.hits, gate.needless_alone.of) == (0, 2)
    assert (gate.causes, gate.causes_alone) == ({"another find": 1}, {})


def test_both_mistakes_are_counted() -> None:
    """Approving everything lets every intruder pass; blocking everything holds every harmless picture."""
    scenes = [Scene((), 10), Scene((), 10, 6, Intruder.STRANGER, 0), Scene((), 10, 6, Intruder.STRANGER, 0)]
    lenient, strict = (point(0.5, ((scene, passes) for scene in scenes)) for passes in (True, False))
    assert (lenient.wrong.hits, lenient.wrong.of, lenient.needless.hits) == (2, 2, 0)
    assert (strict.wrong.hits, strict.needless.hits, strict.needless.of) == (0, 1, 1)
