"""Whole pictures: would the gate let one go that it must not, or hold one that it need not?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from gatekeeper.benchmark.registers import Parts, gallery
from gatekeeper.benchmark.report import Gate, Rate
from gatekeeper.benchmark.scenes import Intruder, Scene, render
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.matching import match_faces
from gatekeeper.types import Known, Match, PersonId, Pixels
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces

Judge = Callable[[Pixels], bool]
"""Says of a picture whether every face in it may be shown."""


def judge(parts: Parts, references: int, engine: Engine) -> Judge:
    """Return the product's own judgement against this register."""
    templates = gallery(parts.enrolled, references, engine)

    def approves(pixels: Pixels) -> bool:
        faces = find_faces(pixels, engine)
        return approved(match_faces(faces, templates, engine.thresholds, parts.listed), parts.consented)

    return approves


def approved(matches: Sequence[Match], consented: frozenset[PersonId]) -> bool:
    """Say whether there is a face, and each is one person who may be shown and near nobody on the list."""
    return len(matches) > 0 and all(
        isinstance(match.identity, Known) and match.identity.person in consented and not match.near_listed
        for match in matches
    )


def judged(scenes: Iterable[Scene], approves: Judge) -> tuple[dict[str, Rate], Rate]:
    """Return wrong approvals by kind of intruder, and needless blocks, of one judge."""
    tried: Counter[Intruder | None] = Counter()
    passed: Counter[Intruder | None] = Counter()
    for scene in scenes:
        tried[scene.intruder] += 1
        passed[scene.intruder] += approves(render(scene))
    wrong = {kind.value: Rate(passed[kind], tried[kind]) for kind in Intruder}
    return wrong, Rate(tried[None] - passed[None], tried[None])


def gate(parts: Parts, scenes: Iterable[Scene], references: int, engine: Engine) -> Gate:
    """Judge every scene with the product, and every probe against the do-not-publish list."""
    wrong, needless = judged(scenes, judge(parts, references, engine))
    cast = parts.cast
    return Gate(
        people=len(parts.enrolled),
        references=references,
        wrong_approvals=wrong,
        needless_blocks=needless,
        possible_listed=_near(parts, cast.intruders[Intruder.LISTED], references, engine),
        false_listed=_near(parts, cast.consented, references, engine),
    )


def _near(parts: Parts, subjects: Iterable[Subject], references: int, engine: Engine) -> Rate:
    """Return how many of the subjects' faces are near to somebody on the list."""
    templates = gallery(parts.enrolled, references, engine)
    faces = [subject.face for subject in subjects if subject.face is not None]
    near = [match_faces([face], templates, engine.thresholds, parts.listed)[0].near_listed for face in faces]
    return Rate(sum(bool(people) for people in near), len(near))
