"""From a release and its faces to the evidence that the rules look at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gatekeeper.decision import approval_window, traces
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.rules import Evidence, face_status
from gatekeeper.decision.word_review import review_words
from gatekeeper.identity.annotations import Placed, named_listed
from gatekeeper.identity.look_alikes import LookAlikes
from gatekeeper.identity.matching import bind_by_hand, doubted, match_faces
from gatekeeper.identity.missed_faces import Completed
from gatekeeper.policy.model import Policy
from gatekeeper.register import Register
from gatekeeper.types import (
    Box,
    Face,
    Kind,
    Match,
    PersonId,
    Release,
    Trace,
)
from gatekeeper.vision.rotation import quarters
from gatekeeper.vision.text.reader import Writing
from gatekeeper.vision.unnoticed import unnoticed


def in_picture(face: Face, size: tuple[int, int]) -> Face:
    """Return the face with the part of its box that the picture shows."""
    box = face.box.within(*size)
    if not (math.isfinite(face.score) and box.area > 0):  # NaN is not above 0 either
        message = "the detector reported a face that is nowhere in the picture"
        raise ValueError(message)
    return replace(face, box=box)


def gather(found: tuple[Face, ...], placed: Placed, case: Case, tools: Tools, size: tuple[int, int]) -> Evidence:
    """Compare faces with the register, take in what people said of them, and review the words.

    Args:
        found: every find, in pixels.
        placed: what people said, by find.
        case: the request, the register and the policy.
        tools: the engine that made the templates.
        size: width and height of the picture, in pixels.

    Raises:
        ValueError: if the register's templates are of another engine.
    """
    request, register = case.request, case.register
    if register.gallery.engine != tools.engine.name:
        message = "the register's templates are another engine's"
        raise ValueError(message)
    earlier = traces.by_face(request.traces, found, size)

    strict = frozenset[PersonId]() if case.policy.measured_on_pupils else _pupils(register)

    thresholds = tools.engine.thresholds
    look_alikes = LookAlikes(register.gallery, thresholds, register.surnames, register.siblings)

    def compare(faces: Iterable[Face]) -> tuple[Match, ...]:
        found = match_faces(tuple(faces), register.gallery, thresholds, register.listed, request.scope, strict)
        return look_alikes.confirmed(found, register.listed)

    # That there is no face is not believed where a person on the list is, or was, or may be.
    declared = compare(face for face in found if face.number in placed.not_faces)
    dismissed = tuple(match for match in declared if not _protected(match, earlier, placed, register))
    gone = {match.face for match in dismissed}
    faces = tuple(face for face in found if face.number not in gone)
    by_engine = doubted(compare(faces), placed.bindings)
    evidence = Evidence(
        request=request,
        register=register,
        policy=case.policy,
        faces=faces,
        placed=placed,
        matches=bind_by_hand(by_engine, placed.bindings),
        engine_matches=by_engine,
        dismissed=dismissed,
        days=approval_window.days(request, case.policy),
        waved=tuple(face for face in found if face.number in gone),
        size=size,
        traces=_traces(found, (*by_engine, *dismissed), earlier, size),
    )
    return replace(evidence, words=review_words(evidence))


def _pupils(register: Register) -> frozenset[PersonId]:
    return frozenset(person.id for person in register.people.values() if person.kind is Kind.PUPIL)


def _protected(match: Match, earlier: Mapping[int, Trace], placed: Placed, register: Register) -> bool:
    """Say whether a find is, was or was said to be a person on the list, or near one."""
    trace = earlier.get(match.face)
    near = (*match.near_listed, *match.clearly_behind)
    people = {*near, *match.recognised, *((*trace.near, *trace.recognised) if trace else ())}
    return bool(people & register.listed or named_listed(placed.spoken.get(match.face, ()), register.listed))


def _traces(
    faces: Iterable[Face], matches: Iterable[Match], earlier: Mapping[int, Trace], size: tuple[int, int]
) -> dict[int, Trace]:
    by_number = {match.face: match for match in matches}
    whole = 1 / size[0], 1 / size[1]
    return {
        face.number: traces.with_match(
            earlier.get(face.number), by_number[face.number], face.box.scaled(*whole), quarters(face.landmarks)
        )
        for face in faces
    }


def all_traces(evidence: Evidence) -> tuple[Trace, ...]:
    """Return what is to be remembered of every find, by number: what the engine says, and what people say."""
    matches = (*evidence.engine_matches, *evidence.matches, *evidence.dismissed)
    return traces.finished(evidence.traces, ((match.face, face_status(match, evidence)) for match in matches))


def read_writing(release: Release, policy: Policy, tools: Tools) -> Writing | None:
    """Return the writing in the picture, its boxes in fractions; None if the policy does not want it read."""
    if policy.unsafe_without_words:
        return None
    writing = tools.words.read(release.pixels)
    whole = 1 / release.width, 1 / release.height
    return replace(writing, lines=tuple(replace(line, box=line.box.scaled(*whole)) for line in writing.lines))


def faceless_people(completed: Completed, release: Release, case: Case, tools: Tools) -> tuple[Box, ...]:
    """Return, in fractions, where a person is whose face was neither found nor marked nor covered."""
    width, height = release.width, release.height
    heads = [
        *(face.box for face in completed.faces),
        *(box.scaled(width, height) for box in case.request.covered),
    ]
    places = [place.within(width, height) for place in unnoticed(release.pixels, heads, tools.engine)]
    return tuple(place.scaled(1 / width, 1 / height) for place in places)
