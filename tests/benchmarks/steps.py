"""What each rule of recognition changes: the same pictures decided again, step by step, from vectors computed once.

    python -m tests.benchmarks.steps --data FOLDER [--cache FILE] [--references 3] [--chosen] [--json FILE]

The folder is laid out as `gatekeeper.benchmark.pictures` says. Every photograph is embedded once, as it is and with a
face of 55 pixels; a picture here is the faces of two to six people, matched by the product's own `match_faces`. So
what detectors miss is not measured, only who is taken for whom. With `--chosen` people by whom thresholds were chosen
are used, otherwise the others. Of pictures that are blocked needlessly it counts those in which the right person is the
first suggestion at every open face, and of these the ones with a single open face, which are one tap away.
Posed pictures show portraits as they are; unposed ones the
half with the more turned faces, small, and strangers from pictures of crowds.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np

from gatekeeper.benchmark.judging import approved
from gatekeeper.benchmark.pictures import held_out, marked, people, read
from gatekeeper.benchmark.registers import gallery_of
from gatekeeper.benchmark.report import Rate
from gatekeeper.benchmark.scenes import cut, tile_of
from gatekeeper.benchmark.subjects import examine
from gatekeeper.identity.enrolment import SMALLEST, turn
from gatekeeper.identity.matching import match_faces
from gatekeeper.types import Ambiguous, Box, Face, Known, Match, PersonId, Vector
from gatekeeper.vision import load
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.recognition.thresholds import Thresholds
from tests.benchmarks.singles import Quick

PEOPLE, LISTED, REFUSED = 200, 10, 20
"""Enrolled, and how many of them are on the do-not-publish list and have not consented."""

REGISTERS: Final = 10
WITHOUT, WITH = 150, 100
"""Pictures a register: of people who all may be shown, and with each kind of intruder."""

SMALL: Final = 120
"""Side of the square around a small face, in pixels: a face in it has about 55."""

POOR: Final = 0.3
"""So many of the reference photographs are small ones."""

STRICT: Final = 64.0
"""The narrowest face of a reference before, in pixels."""

CLASS: Final = 30
"""How many people a class has."""

RELIEFS: Final = (0.03, 0.06)
"""How much less is asked of a clear lead, on trial."""

NAMES: Final = ("stranger", "no consent", "listed", "listed without a template")


@dataclass(frozen=True, slots=True)
class Shot:
    """One face: whose, in which photograph, how (`full`, `small`, `group`), and how much it is turned."""

    person: str
    path: str
    kind: str
    turned: float
    face: Face


@dataclass(frozen=True, slots=True)
class Step:
    """One setting: its name, the thresholds it decides by, the narrowest face of a reference, and how large a class."""

    name: str
    thresholds: Thresholds
    smallest: float = SMALLEST
    members: int | None = None
    """The class that is chosen has so many, those in the picture among them; None if none is chosen."""


@dataclass(slots=True)
class Tally:
    """Counts of one step over all registers."""

    needless: int = 0
    good: int = 0
    first: int = 0
    tap: int = 0
    wrong: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    tried: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    near_alone: int = 0
    guarded: int = 0
    watched: int = 0


def steps(now: Thresholds) -> tuple[Step, ...]:
    """Return the settings, each with one rule more than the one before, and some that were not taken."""
    before = replace(now, lead=2.0, relief=0.0, alone=1.0)
    lead = replace(now, relief=0.0, alone=1.0)
    alone = replace(now, relief=0.0)
    relieved = (Step(f"not taken: {by} less asked of a clear lead", replace(alone, relief=by)) for by in RELIEFS)
    return (
        Step("as it was", before, STRICT),
        Step("a clear lead over the list", lead, STRICT),
        Step("references from 40 pixels on", lead),
        Step("no allowance with one photograph", alone),
        Step("the same, with the class chosen", alone, members=CLASS),
        Step("not taken: a margin of 0.02", replace(alone, margin=0.02)),
        *relieved,
        Step("not taken: all thresholds 0.02 lower", lower(alone, 0.02)),
        Step("not taken: all thresholds 0.04 lower", lower(alone, 0.04)),
    )


def lower(thresholds: Thresholds, by: float) -> Thresholds:
    """Return thresholds that ask for so much less, of a face near the list too."""
    return replace(thresholds, match=tuple(tuple(value - by for value in row) for row in thresholds.match))


# --- faces, once ---------------------------------------------------------------------


def shots(data: Path, cache: Path | None, engine: Engine) -> list[Shot]:
    """Return every face, from the cache if there is one."""
    if cache is None or not cache.exists():
        made = list(_embedded(data, engine))
        if cache is not None:
            _keep(made, cache)
        return made
    with np.load(cache) as kept:
        rows = zip(kept["names"].tolist(), kept["numbers"], kept["vectors"], strict=True)
        return [_shot(names, numbers, vector) for names, numbers, vector in rows]


def _embedded(data: Path, engine: Engine) -> Iterator[Shot]:
    quick = replace(engine, detector=Quick())
    for person, portraits in people(data).items():
        for portrait in portraits:
            subject = examine(portrait, quick)
            where = portrait.path.relative_to(data).as_posix()
            if subject.face is None or portrait.company:
                continue
            yield Shot(person, where, "full", turn(subject.face), subject.face)
            small = find_faces(cut(tile_of(subject), SMALL), quick)
            if small:
                main = min(small, key=lambda face: abs(face.box.x + face.box.width / 2 - SMALL / 2))
                yield Shot(person, where, "small", turn(subject.face), main)
    for path in sorted(marked(data)):
        for face in find_faces(read(path), quick):
            yield Shot(f"{path.name}#{face.number}", path.relative_to(data).as_posix(), "group", turn(face), face)


def _keep(made: Sequence[Shot], cache: Path) -> None:
    usable = [shot for shot in made if shot.face.embedding is not None]
    names = [(shot.person, shot.path, shot.kind) for shot in usable]
    numbers = [(shot.face.box.width, shot.face.clarity, shot.turned) for shot in usable]
    vectors = [shot.face.embedding for shot in usable]
    np.savez(cache, names=np.array(names), numbers=np.array(numbers), vectors=np.array(vectors, np.float32))


def _shot(names: Sequence[str], numbers: Sequence[float], vector: Vector) -> Shot:
    width, clarity, turned = map(float, numbers)
    blank = np.zeros((5, 2), np.float32)
    face = Face(1, Box(0, 0, width, width), blank, 1.0, vector, clarity=clarity)
    return Shot(names[0], names[1], names[2], turned, face)


# --- registers and pictures ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Material:
    """The faces of one half of the people: by person as they are, the small ones by photograph, and strangers."""

    full: Mapping[str, Sequence[Shot]]
    small: Mapping[str, Shot]
    crowd: Sequence[Shot]

    def shown(self, shot: Shot, *, posed: bool) -> Shot:
        return shot if posed else self.small.get(shot.path, shot)


def material(made: Sequence[Shot], engine: Engine, *, chosen: bool) -> Material:
    """Return the half that is asked for; faces that the gate would not compare are left out."""
    full: dict[str, list[Shot]] = defaultdict(list)
    fit = [shot for shot in made if shot.face.clarity >= engine.thresholds.dimmest and shot.face.box.width >= SMALL / 6]
    for shot in fit:
        if shot.kind == "full" and held_out(shot.person) is not chosen:
            full[shot.person].append(shot)
    small = {shot.path: shot for shot in fit if shot.kind == "small"}
    return Material(full, small, [shot for shot in fit if shot.kind == "group"])


@dataclass(frozen=True, slots=True)
class School:
    """One register: references by person, and the photographs that are left."""

    references: Mapping[str, Sequence[Shot]]
    left: Mapping[str, Sequence[Shot]]
    outside: Sequence[Shot]
    listed: frozenset[PersonId]
    consented: frozenset[PersonId]


def draw(stock: Material, references: int, random: Random) -> School:
    """Draw one register; `POOR` of its references show a small face."""
    fit = [person for person, theirs in stock.full.items() if len(theirs) > references]
    drawn = random.sample(fit, min(PEOPLE, len(fit)))
    kept, left = {}, {}
    for person in drawn:
        theirs = random.sample(list(stock.full[person]), len(stock.full[person]))
        kept[person] = [stock.shown(shot, posed=random.random() >= POOR) for shot in theirs[:references]]
        left[person] = theirs[references:]
    outside = [shot for person, theirs in stock.full.items() if person not in kept for shot in theirs]
    ids = list(map(PersonId, drawn))
    return School(kept, left, outside, frozenset(ids[:LISTED]), frozenset(ids[LISTED + REFUSED :]))


def scenes(school: School, stock: Material, random: Random, *, posed: bool) -> Iterator[tuple[str | None, list[Shot]]]:
    """Yield pictures: the kind of intruder, or None, and the faces; an unposed one shows turned and small faces."""
    half = _typical(school) if posed else _turned(school)
    may = {person: half(shots) for person, shots in school.left.items() if PersonId(person) in school.consented}
    may = {person: theirs for person, theirs in may.items() if theirs}
    listed = [shot for person in sorted(school.listed) for shot in half(school.left[person])]
    others = school.left.keys() - school.listed - school.consented
    refused = [shot for person in sorted(others) for shot in half(school.left[PersonId(person)])]
    strangers = list(half(school.outside)) if posed else [*half(school.outside), *stock.crowd]
    for kind, intruders in (*zip(NAMES, (strangers, refused, listed, strangers), strict=True), (None, [])):
        for _ in range(WITHOUT if kind is None else WITH):
            size = random.randint(2, 6) - (kind is not None)
            shown = [random.choice(may[person]) for person in random.sample(sorted(may), size)]
            shown += [random.choice(intruders)] if kind is not None else []
            yield kind, [stock.shown(shot, posed=posed) for shot in shown]


def _typical(school: School) -> Callable[[Sequence[Shot]], list[Shot]]:
    del school
    return list


def _turned(school: School) -> Callable[[Sequence[Shot]], list[Shot]]:
    """Return what keeps the faces that are turned more than half of all."""
    usual = float(np.median([shot.turned for theirs in school.left.values() for shot in theirs]))
    return lambda theirs: [shot for shot in theirs if shot.turned >= usual]


# --- deciding ----------------------------------------------------------------------------


def judge(stock: Material, engine: Engine, references: int, *, posed: bool, seed: int) -> dict[str, Tally]:
    """Decide the same pictures by every step."""
    tallies = {step.name: Tally() for step in steps(engine.thresholds)}
    for number in range(REGISTERS):
        random = Random(f"{seed} {number} {references} {posed}")
        school = draw(stock, references, random)
        shown = list(scenes(school, stock, random, posed=posed))
        for step in steps(engine.thresholds):
            _decide(tallies[step.name], step, school, shown, engine)
    return tallies


def _decide(
    tally: Tally, step: Step, school: School, shown: Sequence[tuple[str | None, list[Shot]]], engine: Engine
) -> None:
    gallery = gallery_of({person: _fit(theirs, step) for person, theirs in school.references.items()}, engine)
    classes = Random(len(shown))
    for kind, picture in shown:
        scope = None if step.members is None else _class(school, picture, kind, step.members, classes)
        faces = [replace(shot.face, number=number) for number, shot in enumerate(picture, start=1)]
        matches = match_faces(faces, gallery, step.thresholds, school.listed, scope)
        passes = approved(matches, school.consented)
        if kind is None:
            tally.good += 1
            tally.needless += not passes
            taps = None if passes else _taps(matches, picture, scope)
            tally.first += taps is not None
            tally.tap += taps == 1
            known = all(isinstance(match.identity, Known) for match in matches)
            tally.near_alone += known and any(match.near_listed for match in matches)
        else:
            tally.tried[kind] += 1
            tally.wrong[kind] += passes
        if kind == "listed" and PersonId(picture[-1].person) in gallery.people:
            own = PersonId(picture[-1].person)
            tally.watched += 1
            tally.guarded += own in {*matches[-1].near_listed, *matches[-1].recognised}


def _class(
    school: School, picture: Sequence[Shot], kind: str | None, members: int, random: Random
) -> frozenset[PersonId]:
    """Return a class with those who may be shown, and with half of the intruders who are on the register."""
    there = {PersonId(shot.person) for shot in (picture if kind is None else picture[:-1])}
    if kind is not None and picture[-1].person in school.references and random.random() < 0.5:
        there.add(PersonId(picture[-1].person))
    others = [PersonId(person) for person in sorted(school.references) if person not in there]
    return frozenset(there | set(random.sample(others, max(0, min(len(others), members - len(there))))))


def _taps(matches: Sequence[Match], picture: Sequence[Shot], scope: frozenset[PersonId] | None) -> int | None:
    """Return at how many faces a tap on the first suggestion is right and all that is missing; None if it is not.

    Suggestions as `api.application.register.candidates` ranks them by what the engine found.
    """
    bound = {match.identity.person for match in matches if isinstance(match.identity, Known)}
    taken = 0
    for match, shot in zip(matches, picture, strict=True):
        if match.near_listed:
            return None
        if isinstance(match.identity, Known):
            continue
        doubted = match.identity.candidates if isinstance(match.identity, Ambiguous) else ()
        expected = scope or frozenset()
        found = [
            sorted(some, key=lambda one: one not in expected) for some in (match.recognised, doubted, match.fits or ())
        ]
        free = [person for some in found for person in some if person not in bound]
        if free[:1] != [PersonId(shot.person)]:
            return None
        taken += 1
    return taken or None


def _fit(theirs: Sequence[Shot], step: Step) -> tuple[Vector, ...]:
    taken = (shot.face for shot in theirs if shot.face.box.width >= step.smallest)
    return tuple(face.embedding for face in taken if face.embedding is not None)


def main() -> None:
    """Measure, print a table of Markdown, and write the numbers if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.steps", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="file (.npz) to keep vectors in, of public photographs only")
    parser.add_argument("--references", type=int, nargs="+", default=[3, 1])
    parser.add_argument("--chosen", action="store_true", help="people by whom thresholds were chosen")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    engine = load("sface")
    stock = material(shots(options.data, options.cache, engine), engine, chosen=options.chosen)
    answer: dict[str, Any] = {}
    for references in options.references:
        for posed in (True, False):
            tallies = judge(stock, engine, references, posed=posed, seed=options.seed)
            title = f"{'posed' if posed else 'unposed'}, {references} reference{'s' * (references > 1)}"
            answer[title] = {name: _numbers(tally) for name, tally in tallies.items()}
            print(_table(title, tallies))  # noqa: T201 (the answer)
    if options.json:
        options.json.write_text(json.dumps(answer, indent=1), "utf-8")


def _numbers(tally: Tally) -> dict[str, Any]:
    names = ("needless", "good", "first", "tap", "near_alone", "guarded", "watched", "wrong", "tried")
    return {name: getattr(tally, name) for name in names}


def _table(title: str, tallies: Mapping[str, Tally]) -> str:
    columns = (
        "blocked needlessly | right first | one tap | for the list alone | approved with an intruder | listed noticed"
    )
    rows = [f"| {title} | {columns} |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for name, tally in tallies.items():
        wrong = Rate(sum(tally.wrong.values()), sum(tally.tried.values()))
        needless, guarded = Rate(tally.needless, tally.good), Rate(tally.guarded, tally.watched)
        offered = f"{Rate(tally.first, tally.needless).share:.0%} | {Rate(tally.tap, tally.needless).share:.0%}"
        rows.append(f"| {name} | {needless} | {offered} | {tally.near_alone} | {wrong} | {guarded} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
