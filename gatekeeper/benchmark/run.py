"""The whole benchmark: a folder of labelled photographs in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median

from gatekeeper.benchmark import pictures
from gatekeeper.benchmark.conditions import conditions
from gatekeeper.benchmark.detection import false_alarms, recall
from gatekeeper.benchmark.gate import gate
from gatekeeper.benchmark.identification import identification
from gatekeeper.benchmark.registers import Enrolled, Parts, enrol_all, give_parts
from gatekeeper.benchmark.report import Cost, Gate, Identification, Rate, Report
from gatekeeper.benchmark.scenes import Scene, plan
from gatekeeper.benchmark.subjects import Subject, examine
from gatekeeper.vision.engine import Engine


@dataclass(frozen=True, slots=True)
class Meter:
    """The outside's clock (seconds), memory gauge (peak bytes of this process) and progress."""

    clock: Callable[[], float]
    peak: Callable[[], int]
    say: Callable[[str], None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True)
class Protocol:
    """How much is tried.

    Attributes:
        people: enrolled in the gate test.
        references: photographs of each.
        scenes: pictures with each kind of intruder, and twice as many without.
        strangers: people who are never enrolled, at most.
        sizes: registers of the identification test.
        samples: portraits and group pictures in the conditions.
        held_out: whether to leave out the people by whom the shipped thresholds were
            chosen. Only needed on the photographs they were chosen on; a school's own
            are all new.
        seed: of every draw; the same seed gives the same pictures.
    """

    people: int = 200
    references: int = 3
    scenes: int = 150
    strangers: int = 400
    sizes: tuple[int, ...] = (1, 10, 30, 100, 200)
    samples: int = 60
    held_out: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What was found of the labelled people."""

    enrolled: Sequence[Enrolled]
    strangers: Sequence[Subject]
    refusals: Rate
    seconds: Sequence[float]


def benchmark(folder: Path, engine: Engine, meter: Meter, protocol: Protocol = Protocol()) -> Report:
    """Measure `engine` on the labelled photographs in `folder` (see `pictures.py`).

    Raises:
        ValueError: a picture cannot be opened.
    """
    return measure(folder, engine, gather(folder, engine, meter, protocol), meter, protocol)


def measure(folder: Path, engine: Engine, material: Material, meter: Meter, protocol: Protocol) -> Report:
    """Measure with portraits that `gather` has examined already."""
    groups = pictures.marked(folder)
    meter.say("faces in groups")
    found = recall(groups, engine.detector)
    alarms = false_alarms(pictures.without_faces(folder), engine.detector)
    meter.say("turned, pale, large and small faces")
    alone = [subject for subject in material.strangers if subject.alone][: protocol.samples]
    changed = conditions(alone, islice(groups, protocol.samples), engine.detector)
    return Report(
        engine=engine.name,
        identification=_identify(material, engine, meter, protocol),
        gate=_gate(material, engine, meter, protocol),
        recall=found,
        conditions=changed,
        false_alarms=alarms,
        refused_references=material.refusals,
        cost=_cost(material.seconds, meter),
    )


def gather(folder: Path, engine: Engine, meter: Meter, protocol: Protocol) -> Material:
    """Examine the portraits: of people with enough photographs, and of as many strangers as wanted."""
    everybody = {
        person: photos
        for person, photos in pictures.people(folder).items()
        if not protocol.held_out or pictures.held_out(person)
    }
    regular = [photos for photos in everybody.values() if len(photos) > protocol.references]
    others = [photos[:1] for photos in everybody.values() if len(photos) <= protocol.references]
    seconds: list[float] = []

    def look(groups: Iterable[list[pictures.Portrait]]) -> list[Subject]:
        subjects = []
        for portrait in (portrait for photos in groups for portrait in photos):
            start = meter.clock()
            subjects.append(examine(portrait, engine))
            seconds.append(meter.clock() - start)
        return subjects

    meter.say(f"portraits of {len(regular)} people, and strangers")
    enrolled, refusals = enrol_all(look(regular), protocol.references, engine)
    return Material(enrolled, look(others[: protocol.strangers]), refusals, seconds)


def scenes_for(material: Material, protocol: Protocol) -> tuple[Parts, list[Scene]]:
    """Return the register of the gate test and its pictures; the same for the same seed."""
    random = Random(protocol.seed)
    parts = give_parts(material.enrolled, material.strangers, protocol.people, random)
    return parts, plan(parts.cast, 2 * protocol.scenes, protocol.scenes, random)


def _identify(material: Material, engine: Engine, meter: Meter, protocol: Protocol) -> tuple[Identification, ...]:
    meter.say("single faces")
    counts = range(1, protocol.references + 1)
    random = Random(protocol.seed)
    return identification(material.enrolled, material.strangers, engine, protocol.sizes, counts, random)


def _gate(material: Material, engine: Engine, meter: Meter, protocol: Protocol) -> Gate | None:
    if len(material.enrolled) < 3 or not material.strangers:  # noqa: PLR2004 (one listed, one refused, one shown)
        return None
    meter.say("pictures of several people")
    parts, scenes = scenes_for(material, protocol)
    return gate(parts, scenes, protocol.references, engine)


def _cost(seconds: Sequence[float], meter: Meter) -> Cost:
    return Cost(len(seconds), median(seconds or [0.0]), max(seconds, default=0.0), meter.peak())
