"""The whole benchmark: a folder of labelled photographs in, a report for each engine out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median

from gatekeeper.benchmark import pictures
from gatekeeper.benchmark.conditions import conditions
from gatekeeper.benchmark.curves import Crowd, curves
from gatekeeper.benchmark.detection import false_alarms, recall
from gatekeeper.benchmark.gate import judge
from gatekeeper.benchmark.identification import identification
from gatekeeper.benchmark.pictures import FolderUnusable
from gatekeeper.benchmark.registers import Enrolled, enrol_all
from gatekeeper.benchmark.remembering import Memory, remembering
from gatekeeper.benchmark.report import Cost, Gate, Rate, Report
from gatekeeper.benchmark.rounds import FEWEST, Round, draw
from gatekeeper.benchmark.subjects import Subject, examine
from gatekeeper.policy.model import Policy
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces


@dataclass(frozen=True, slots=True)
class Meter:
    """The outside's clock (seconds), memory gauge (peak bytes of this process) and progress.

    Attributes:
        say: told what begins, and of how many steps it consists.
        tick: told when a step is done.
    """

    clock: Callable[[], float]
    peak: Callable[[], int]
    say: Callable[[str, int], None] = field(default=lambda _what, _steps: None)
    tick: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True, slots=True)
class Protocol:
    """How much is tried.

    Attributes:
        people: enrolled in the gate test.
        references: photographs of each.
        registers: drawn for the gate test; the scenes are divided among them.
        scenes: pictures with each kind of intruder.
        clean: pictures of people who all may be shown.
        examined: people with several photographs who are examined, at most; those with most first.
        strangers: people who are never enrolled, at most.
        sizes: registers of the identification test.
        counts: numbers of references in it.
        samples: portraits and group pictures in the conditions and for the time.
        held_out: whether to leave out the people by which the shipped thresholds were
            chosen, and the pictures by which faces were weighed. Only needed on the
            photographs they were chosen on; a school's own are all new.
        bystanders: a table of photographs in which an unlabelled person shows, see `pictures.people`.
        seed: of every draw; the same seed gives the same pictures.
    """

    people: int = 200
    references: int = 3
    registers: int = 1
    scenes: int = 150
    clean: int = 300
    examined: int | None = None
    strangers: int = 400
    sizes: tuple[int, ...] = (30, 200, 1000)
    counts: tuple[int, ...] = (1, 2, 3, 5)
    samples: int = 60
    held_out: bool = False
    bystanders: Path | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What one engine found of the labelled people."""

    crowd: Crowd
    enrolled: Sequence[Enrolled]
    refusals: Rate


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run left, to repeat it sooner.

    Attributes:
        memory: what the nets found; kept nowhere if None.
        rounds: the pictures of that run; drawn if there are none.
    """

    memory: Memory | None = None
    rounds: tuple[Round, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """A report for each engine, and what they were shown."""

    reports: Mapping[str, Report]
    rounds: tuple[Round, ...]


def benchmark(
    folder: Path,
    engines: Sequence[Engine],
    meter: Meter,
    protocol: Protocol = Protocol(),
    kept: Kept = Kept(),
) -> Findings:
    """Measure `engines` on the labelled photographs in `folder` (see `pictures.py`).

    The first engine chooses the photographs that all people are enrolled from; all are
    shown the same pictures. Nothing is kept but what the caller keeps.

    Raises:
        FolderUnusable: there is nothing to measure on, or a picture cannot be opened.
    """
    memory = {} if kept.memory is None else kept.memory
    lookers = [remembering(engine, memory) for engine in engines]
    materials: dict[str, Material] = {}
    if not kept.rounds:
        materials[lookers[0].name] = gather(folder, lookers[0], meter, protocol)
    rounds = kept.rounds or rounds_for(materials[lookers[0].name], protocol)
    meter.say("pictures of several people", sum(len(shown.scenes) for shown in rounds))
    gates = judge(rounds, lookers, Policy.load("secondary"), meter.tick) if rounds else {}
    for engine in lookers[len(materials) :]:
        materials[engine.name] = gather(folder, engine, meter, protocol)
    reports = {
        engine.name: _report(folder, (engine, bare), materials[engine.name], gates.get(engine.name), (meter, protocol))
        for engine, bare in zip(lookers, engines, strict=True)
    }
    return Findings(reports, rounds)


def gather(folder: Path, engine: Engine, meter: Meter, protocol: Protocol) -> Material:
    """Examine the portraits: of people with several photographs, and of as many strangers as wanted.

    Raises:
        FolderUnusable: there are no portraits at all and nothing else either.
    """
    found = pictures.people(folder, protocol.bystanders)
    _must_hold_something(folder, found)
    tried = {person: photos for person, photos in found.items() if _is_tried(person, protocol)}
    several = sorted((photos for photos in tried.values() if len(photos) > 1), key=lambda photos: -len(photos))
    several = several[: protocol.examined]
    single = [photos[:1] for photos in tried.values() if len(photos) == 1][: protocol.strangers]
    missing = max(protocol.sizes) - sum(len(photos) > protocol.references for photos in several)
    others = [photos[:1] for person, photos in found.items() if person not in tried]

    def look(groups: Sequence[list[pictures.Portrait]], what: str) -> list[Subject]:
        portraits = [portrait for photos in groups for portrait in photos]
        meter.say(f"{engine.name}: {what}", len(portraits))
        return [_ticked(examine(portrait, engine), meter) for portrait in portraits]

    subjects = look(several, "portraits of people to enrol")
    enrolled, refusals = enrol_all(subjects, protocol.references, engine)
    crowd = Crowd(
        subjects, look(single, "portraits of strangers"), look(others[: max(0, missing)], "portraits to fill registers")
    )
    return Material(crowd, enrolled, refusals)


def rounds_for(material: Material, protocol: Protocol) -> tuple[Round, ...]:
    """Return the registers of the gate test and their pictures; the same for the same seed."""
    if len(material.enrolled) < FEWEST or not material.crowd.strangers:
        return ()
    random = Random(protocol.seed)
    counts = protocol.clean // protocol.registers, protocol.scenes // protocol.registers
    return tuple(
        draw(material.enrolled, material.crowd.strangers, protocol.people, counts, random)
        for _ in range(protocol.registers)
    )


def _report(
    folder: Path,
    engines: tuple[Engine, Engine],
    material: Material,
    gate: Gate | None,
    how: tuple[Meter, Protocol],
) -> Report:
    (engine, bare), (meter, protocol) = engines, how
    groups = {path: marks for path, marks in pictures.marked(folder).items() if _is_tried(path.name, protocol)}
    empty = [path for path in pictures.without_faces(folder) if _is_tried(path.name, protocol)]
    meter.say(f"{engine.name}: faces in groups", 0)
    found, alarms = recall(groups, engine.detector), false_alarms(empty, engine.detector)
    meter.say(f"{engine.name}: turned, pale, large and small faces", 0)
    alone = [subject for subject in material.crowd.strangers if subject.alone][: protocol.samples]
    changed = conditions(alone, islice(groups, protocol.samples), engine.detector)
    meter.say(f"{engine.name}: single faces", 0)
    random = Random(protocol.seed)
    counts = range(1, protocol.references + 1)
    return Report(
        engine=engine.name,
        identification=identification(
            material.enrolled, material.crowd.strangers, engine, protocol.sizes, counts, random
        ),
        curves=curves(material.crowd, engine, protocol.sizes, protocol.counts, random),
        gate=gate,
        recall=found,
        conditions=changed,
        false_alarms=alarms,
        refused_references=material.refusals,
        cost=_cost(bare, material.crowd.subjects[: protocol.samples], meter),
    )


def _must_hold_something(folder: Path, people: Mapping[str, Sequence[pictures.Portrait]]) -> None:
    if not people and not pictures.marked(folder) and not pictures.without_faces(folder):
        message = (
            f"There is nothing to measure on in {folder}. Put photographs into "
            f"{folder / 'people'}/<person>/, one folder a person; see docs/how-to/measure.md."
        )
        raise FolderUnusable(message)


def _is_tried(name: str, protocol: Protocol) -> bool:
    """Say whether a person, or a picture by its file's name, takes part."""
    return not protocol.held_out or pictures.held_out(name)


def _ticked(subject: Subject, meter: Meter) -> Subject:
    meter.tick()
    return subject


def _cost(engine: Engine, subjects: Sequence[Subject], meter: Meter) -> Cost:
    """Look at some photographs anew, with an engine that remembers nothing."""
    seconds = []
    for subject in subjects:
        pixels, start = pictures.read(subject.portrait.path), meter.clock()
        find_faces(pixels, engine)
        seconds.append(meter.clock() - start)
    return Cost(len(seconds), median(seconds or [0.0]), max(seconds, default=0.0), meter.peak())
