"""Whole pictures: would the gate let one go that it must not, or hold one that it need not?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gatekeeper.benchmark.judging import Court, Seen, approved, cause_of
from gatekeeper.benchmark.report import Gate, Point, Rate
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Intruder, Scene, render
from gatekeeper.media.release.encode import make_release
from gatekeeper.media.release.encoders import Encoding
from gatekeeper.policy.model import Policy
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.recognition.thresholds import Thresholds

SHIFTS: Final = tuple(round(-0.3 + 0.02 * step, 2) for step in range(24))
"""How far all thresholds are moved for the trade-off, in the engine's similarity."""

Tick = Callable[[], None]
"""Called after each picture."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of one scene.

    Attributes:
        scene: what was shown.
        approved: the decision.
        decisive: whether nothing but the intruder stood against approval.
        cause: of the block, in words; None if there is none to be told.
    """

    scene: Scene
    approved: bool
    decisive: bool = False
    cause: str | None = None


def judge(rounds: Sequence[Round], engines: Sequence[Engine], policy: Policy, tick: Tick) -> dict[str, Gate]:
    """Let every engine judge every round's scenes, each made into a release once."""
    seen: dict[str, list[list[Seen]]] = {engine.name: [] for engine in engines}
    courts: dict[str, list[Court]] = {engine.name: [] for engine in engines}
    for shown in rounds:
        for engine in engines:
            courts[engine.name].append(Court(shown, engine, policy))
            seen[engine.name].append([])
        for scene in shown.scenes:
            release = make_release(render(scene), Encoding(policy.output))
            for engine in engines:
                seen[engine.name][-1].append(courts[engine.name][-1].judge(scene, release))
            tick()
    return {engine.name: _gate(rounds, courts[engine.name], seen[engine.name], engine.thresholds) for engine in engines}


def summed(rounds: Sequence[Round], rulings: Iterable[Ruling], tradeoff: tuple[Point, ...]) -> Gate:
    """Count rulings, whatever made them; what only the product can tell is left empty."""
    by_kind: dict[Intruder | None, list[Ruling]] = {None: [], **{kind: [] for kind in Intruder}}
    for ruling in rulings:
        by_kind[ruling.scene.intruder].append(ruling)
    everything = by_kind.pop(None)
    alone = [ruling for ruling in everything if not ruling.scene.company]
    # Where no bystander is known nothing was drawn unsorted, and both numbers are one.
    clean = [ruling for ruling in everything if ruling.scene.unsorted] or everything
    kinds = {str(kind): theirs for kind, theirs in by_kind.items() if kind}
    first = rounds[0]
    return Gate(
        people=len(first.references),
        references=max(map(len, first.references.values())),
        registers=len(rounds),
        wrong_approvals={kind: _passed(theirs) for kind, theirs in kinds.items()},
        decisive={kind: _passed([ruling for ruling in theirs if ruling.decisive]) for kind, theirs in kinds.items()},
        intruders={kind: len({_odd_one(ruling.scene) for ruling in theirs}) for kind, theirs in kinds.items()},
        needless_blocks=_blocked(clean),
        causes=_causes(clean),
        needless_alone=_blocked(alone),
        causes_alone=_causes(alone),
        possible_listed=Rate(0, 0),
        false_listed=Rate(0, 0),
        tradeoff=tradeoff,
    )


def point(setting: float, rulings: Iterable[tuple[Scene, bool]]) -> Point:
    """Return both mistakes of one setting, from scenes and whether each is approved."""
    decided = list(rulings)
    wrong = [passes for scene, passes in decided if scene.intruder is not None]
    clean = [passes for scene, passes in decided if scene.intruder is None and not scene.company]
    return Point(setting, Rate(sum(wrong), len(wrong)), Rate(len(clean) - sum(clean), len(clean)))


def shifted(thresholds: Thresholds, by: float) -> Thresholds:
    """Return the thresholds moved by so much, none below what `Thresholds` allows nor above 1."""
    rows = tuple(tuple(min(1.0, max(0.01, value + by)) for value in row) for row in thresholds.match)
    return replace(thresholds, match=rows)


def _gate(rounds: Sequence[Round], courts: Sequence[Court], seen: Sequence[Sequence[Seen]], at: Thresholds) -> Gate:
    pairs = [(court, one) for court, several in zip(courts, seen, strict=True) for one in several]
    tradeoff = tuple(
        point(by, ((one.scene, _passes(court, one, shifted(at, by))) for court, one in pairs)) for by in SHIFTS
    )
    counted = summed(rounds, [_ruling(court, one) for court, one in pairs], tradeoff)
    near = [
        (court.near_list(tile), True) for court, shown in zip(courts, rounds, strict=True) for tile in shown.watched
    ]
    near += [(court.near_list(tile), False) for court, shown in zip(courts, rounds, strict=True) for tile in shown.free]
    return replace(counted, possible_listed=_near(near, listed=True), false_listed=_near(near, listed=False))


def _passes(court: Court, one: Seen, thresholds: Thresholds) -> bool:
    return not one.blocked_anyway and approved(court.match(one.faces, thresholds), court.consented)


def _ruling(court: Court, one: Seen) -> Ruling:
    cause = None if one.approved else str(cause_of(one, court.consented))
    return Ruling(one.scene, one.approved, one.decisive(court.consented), cause)


def _near(answers: Sequence[tuple[bool | None, bool]], *, listed: bool) -> Rate:
    tried = [near for near, is_listed in answers if is_listed is listed and near is not None]
    return Rate(sum(tried), len(tried))


def _passed(rulings: Sequence[Ruling]) -> Rate:
    return Rate(sum(ruling.approved for ruling in rulings), len(rulings))


def _blocked(rulings: Sequence[Ruling]) -> Rate:
    return Rate(sum(not ruling.approved for ruling in rulings), len(rulings))


def _causes(rulings: Iterable[Ruling]) -> Mapping[str, int]:
    return dict(Counter(ruling.cause for ruling in rulings if ruling.cause).most_common())


def _odd_one(scene: Scene) -> str:
    return scene.tiles[scene.at].person if scene.at is not None else ""
