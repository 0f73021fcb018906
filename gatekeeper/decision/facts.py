"""What is remembered of a screening."""

from __future__ import annotations

from dataclasses import replace

from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.rules import Evidence, face_status
from gatekeeper.decision.word_review import nameable
from gatekeeper.types import (
    Decision,
    Face,
    FaceStatus,
    Facts,
    Known,
    Match,
    Photo,
    PhotoFacts,
    Release,
    ReleaseFacts,
    ScreenedFace,
)
from gatekeeper.vision.rotation import quarters


def bare_facts(decision: Decision, case: Case, tools: Tools) -> Facts:
    """Return what is remembered even of a picture that could not be examined."""
    return Facts(
        decision=decision,
        faces=(),
        caption=None,
        alt_text=None,
        credit=None,
        photo=None,
        release=None,
        policy=case.policy.label,
        engine=tools.engine.name,
        register_version=case.register.version,
        valid_until=None,
        terms=case.policy.terms,
    )


def photo_facts(photo: Photo) -> PhotoFacts:
    """Return what is remembered of an upload."""
    width, height = photo.size
    return PhotoFacts(photo.sha256, photo.format, width, height, photo.fingerprint, photo.metadata)


def release_facts(release: Release) -> ReleaseFacts:
    """Return what is remembered of a release."""
    return ReleaseFacts(release.sha256, release.media_type, release.width, release.height, len(release.data))


def screened_faces(evidence: Evidence, release: Release) -> tuple[ScreenedFace, ...]:
    """Return every find by number, those declared to be no face among them; then the covered ones."""
    found = [_screened(f, m, evidence, release) for f, m in zip(evidence.faces, evidence.matches, strict=True)]
    whole = 1 / release.width, 1 / release.height
    found += [
        ScreenedFace(face.number, face.box.scaled(*whole), FaceStatus.DISMISSED, turn=quarters(face.landmarks))
        for face in evidence.waved
    ]
    found.sort(key=lambda face: face.number)
    last = max((match.face for match in (*evidence.matches, *evidence.dismissed)), default=0)
    covered = [
        ScreenedFace(number, box, FaceStatus.COVERED)
        for number, box in enumerate(evidence.request.covered, start=last + 1)
    ]
    names = nameable(evidence)
    named = [replace(face, first_name=names.get(face.person)) if face.person else face for face in found]
    return (*named, *covered)


def _screened(face: Face, match: Match, evidence: Evidence, release: Release) -> ScreenedFace:
    box = face.box.scaled(1 / release.width, 1 / release.height)
    screened = ScreenedFace(face.number, box, face_status(match, evidence), turn=quarters(face.landmarks))
    if isinstance(match.identity, Known):
        return replace(screened, person=match.identity.person, by=match.identity.by)
    return screened
