"""From the bytes of a photo to a decision.

`screen` never raises: whatever cannot be examined is blocked. Nothing here reads
a clock, a network, a database or the environment, so the same photo, register,
policy and engine give the same decision.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final, Protocol

from gatekeeper.decision import approval_window, traces
from gatekeeper.decision.findings import finding
from gatekeeper.decision.fitting import fitted, release_within, within_side
from gatekeeper.decision.rules import RULES, Evidence, face_status
from gatekeeper.decision.word_review import nameable, review_words
from gatekeeper.errors import PhotoRefused
from gatekeeper.identity.annotations import SAME_PLACE, Placed, named_listed, place
from gatekeeper.identity.matching import bind_by_hand, match_faces
from gatekeeper.identity.missed_faces import Completed, complete
from gatekeeper.media import fingerprint
from gatekeeper.media.cover import edited
from gatekeeper.media.local_features import shows_any
from gatekeeper.media.release.encode import reopen_release
from gatekeeper.policy.model import Policy
from gatekeeper.register import Register
from gatekeeper.rendition import Rendition
from gatekeeper.types import (
    UNEDITED,
    Box,
    Decision,
    Edit,
    Face,
    FaceStatus,
    Facts,
    Finding,
    FindingCode,
    Known,
    Match,
    Photo,
    PhotoFacts,
    Pixels,
    Release,
    ReleaseFacts,
    Remedy,
    Request,
    Role,
    ScreenedFace,
    Screening,
    Trace,
)
from gatekeeper.vision.detection.people import without_face
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.rotation import quarters
from gatekeeper.vision.text.reader import WordReader, Writing

logger = logging.getLogger(__name__)


class PhotoOpener(Protocol):
    """Opens uploads where they can do no harm (`media.open.Opener`)."""

    def open(self, data: bytes, rendition: Rendition) -> Photo: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a screening is done with."""

    opener: PhotoOpener
    engine: Engine
    words: WordReader


@dataclass(frozen=True, slots=True)
class Case:
    """What a screening is done for: the wish, and the rules it is held against."""

    request: Request
    register: Register
    policy: Policy
    refused_before: tuple[int, ...] = field(default=(), repr=False)
    """Perceptual fingerprints of pictures that were deleted as compromising."""
    refused_files: frozenset[str] = field(default=frozenset(), repr=False)
    """SHA-256 of the files that were deleted as compromising."""
    refused_features: tuple[bytes, ...] = field(default=(), repr=False)
    """Local features of pictures that were deleted as compromising."""

    @property
    def rendition(self) -> Rendition:
        """How the picture is to leave: as the policy says, or smaller if that is asked for."""
        return self.policy.rendition.within(self.request.size_limit)


def screen(upload: bytes, case: Case, tools: Tools) -> Screening:
    """Examine one upload.

    1. Open it in the airlock: pixels come out, nothing else.
    2. Refuse it if the same picture was deleted before, also turned or mirrored.
    3. Make the release from the pixels, and prove that it is clean.
    4. Find the faces, in the pixels that the release decodes to. If one is larger
       than the policy allows, make a smaller release and find them again. Look for
       people without a face.
    5. Compare each with the register, then take in what people said by hand.
    6. Read the writing that the picture shows.
    7. Review the words that go out with the picture.
    8. Let every rule examine the evidence.
    9. Derive the decision.

    Args:
        upload: the file as it was received.
        case: the request, the register and the policy.
        tools: the airlock, the engine and the reader of words.

    Returns:
        The screening. Its decision is block whenever a step could not be finished.
    """

    def prepare() -> Prepared:
        if hashlib.sha256(upload).hexdigest() in case.refused_files:
            raise _deleted_before()
        photo = tools.opener.open(upload, case.policy.rendition)  # 1
        _refuse_known(fingerprint.all_ways_round(photo.pixels), photo.pixels, case)  # 2
        release = release_within(within_side(photo.pixels, case.rendition.long_side), case.rendition)  # 3
        return Prepared(_photo_facts(photo), release, _seen_larger(photo.pixels, release, tools))

    return _guarded(prepare, case, tools)


def rescreen(picture: bytes, photo: PhotoFacts, case: Case, tools: Tools, edit: Edit = UNEDITED) -> Screening:
    """Examine a picture again that is already sanitised, with more facts in the request.

    As `screen`, but steps 1 and 3 are replaced by proving once more that `picture`
    is clean, so that the bytes which were looked at stay the same; or, if there is
    something to `edit`, by making a new release from the edited pixels. Everything
    that follows sees only those.
    """

    def prepare() -> Prepared:
        if photo.sha256 in case.refused_files:
            raise _deleted_before()
        release = reopen_release(picture)
        _refuse_known((photo.fingerprint, *fingerprint.all_ways_round(release.pixels)), release.pixels, case)
        return Prepared(photo, release_within(edited(release.pixels, edit), case.rendition) if edit else release)

    return _guarded(prepare, case, tools)


GONE: Final = "The check was interrupted and the picture is gone. Upload it again."


def refuse(case: Case, tools: Tools, message: str = GONE) -> Screening:
    """Block a picture that cannot be examined any more, as after a crash; `message` says why and what to do."""
    return Screening(_facts(Decision(findings=(finding(FindingCode.NOT_EXAMINED, message),)), case, tools))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture that is ready to be examined.

    Attributes:
        photo: what is remembered of the upload.
        release: what is examined, and published if it is approved.
        seen: in fractions, where faces were found in a larger rendition of it.
    """

    photo: PhotoFacts
    release: Release
    seen: tuple[Box, ...] = ()


def _seen_larger(pixels: Pixels, release: Release, tools: Tools) -> tuple[Box, ...]:
    """Return, in fractions, the faces of a picture whose release is smaller than the policy would have it.

    A smaller release is for the network's sake; it must not be a way for a face not to be found.
    """
    height, width = pixels.shape[:2]
    if (release.width, release.height) == (width, height):
        return ()
    faces = find_faces(pixels, tools.engine, biometrics=False)
    return tuple(_in_picture(face, (width, height)).box.scaled(1 / width, 1 / height) for face in faces)


def _guarded(prepare: Callable[[], Prepared], case: Case, tools: Tools) -> Screening:
    """Run the steps; turn everything unexpected into a block. The only such place."""
    try:
        return _examine(prepare(), case, tools)
    except PhotoRefused as refused:
        again = () if refused.code is FindingCode.REFUSED_BEFORE else (Remedy.SAVE_AS_JPEG,)
        remedies = (*again, Remedy.OTHER_PICTURE)
        finding = Finding(refused.code, refused.message, resolvable_by=(Role.STAFF,), remedies=remedies)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not become an approval
        # Not `exception`: a traceback's message may quote what was in the file.
        logger.error("a picture could not be examined: %s", type(error).__name__)  # noqa: TRY400
        message = "The picture could not be examined, so it may not leave. Try again, or tell an administrator."
        finding = Finding(FindingCode.NOT_EXAMINED, message, remedies=(Remedy.TRY_AGAIN, Remedy.OTHER_PICTURE))
    return Screening(_facts(Decision(findings=(finding,)), case, tools))


def _examine(prepared: Prepared, case: Case, tools: Tools) -> Screening:
    def look(release: Release, seen: tuple[Box, ...]) -> Completed:
        size = release.width, release.height
        faces = find_faces(release.pixels, tools.engine, biometrics=case.policy.biometrics)
        found = [_in_picture(face, size) for face in faces]
        return complete(found, case.request.missed, seen, size)

    known = traces.places_of(case.request.traces, case.request.seen, SAME_PLACE)
    release, completed = fitted(prepared.release, case.rendition, (*known, *prepared.seen), look)  # 4
    size = release.width, release.height
    evidence = _evidence(completed.faces, place(case.request.said, completed.faces, size), case, tools, size)  # 5, 7
    evidence = replace(
        evidence,
        marked=completed.marked,
        writing=_read(release, case.policy, tools),  # 6
        faceless=_faceless(completed, release, case, tools),
    )
    findings = [finding for rule in RULES for finding in rule(evidence)]  # 8
    decision = Decision(  # 9
        findings=tuple(findings),
        statuses={match.face: face_status(match, evidence) for match in evidence.matches},
        rules=tuple(rule.__name__ for rule in RULES),
        release_sha256=release.sha256,
    )
    words = evidence.words
    facts = replace(
        _facts(decision, case, tools),
        faces=_screened_faces(evidence, release),
        caption=words.caption.text,
        alt_text=words.alt_text.text,
        credit=words.credit.text,
        changes=words.changes,
        other_names=words.other_names,
        proposed_caption=words.caption.proposed,
        proposed_alt_text=words.alt_text.proposed,
        proposed_credit=words.credit.proposed,
        photo=prepared.photo,
        release=_release_facts(release),
        valid_until=approval_window.valid_until(evidence, nameable(evidence)) if decision.approved else None,
        traces=_all_traces(evidence),
    )
    return Screening(facts, examined=release)


def _in_picture(face: Face, size: tuple[int, int]) -> Face:
    """Return the face with the part of its box that the picture shows."""
    box = face.box.within(*size)
    if not (math.isfinite(face.score) and box.area > 0):  # NaN is not above 0 either
        message = "the detector reported a face that is nowhere in the picture"
        raise ValueError(message)
    return replace(face, box=box)


def _evidence(found: tuple[Face, ...], placed: Placed, case: Case, tools: Tools, size: tuple[int, int]) -> Evidence:
    request, register = case.request, case.register
    if register.gallery.engine != tools.engine.name:
        message = "the register's templates are another engine's"
        raise ValueError(message)
    earlier = traces.by_face(request.traces, found, size)

    def compare(faces: Iterable[Face]) -> tuple[Match, ...]:
        return match_faces(tuple(faces), register.gallery, tools.engine.thresholds, register.listed, request.scope)

    # That there is no face is not believed where a person on the list is, or was, or may be.
    declared = compare(face for face in found if face.number in placed.not_faces)
    dismissed = tuple(match for match in declared if not _protected(match, earlier, placed, register))
    gone = {match.face for match in dismissed}
    faces = tuple(face for face in found if face.number not in gone)
    by_engine = compare(faces)
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


def _protected(match: Match, earlier: Mapping[int, Trace], placed: Placed, register: Register) -> bool:
    """Say whether a find is, was or was said to be a person on the list, or near one."""
    trace = earlier.get(match.face)
    people = {*match.near_listed, *match.recognised, *((*trace.near, *trace.recognised) if trace else ())}
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


def _all_traces(evidence: Evidence) -> tuple[Trace, ...]:
    """Return what is to be remembered of every find, by number: what the engine says, and what people say."""
    matches = (*evidence.engine_matches, *evidence.matches, *evidence.dismissed)
    return traces.finished(evidence.traces, ((match.face, face_status(match, evidence)) for match in matches))


def _read(release: Release, policy: Policy, tools: Tools) -> Writing | None:
    """Return the writing in the picture, its boxes in fractions; None if the policy does not want it read."""
    if policy.unsafe_without_words:
        return None
    writing = tools.words.read(release.pixels)
    whole = 1 / release.width, 1 / release.height
    return replace(writing, lines=tuple(replace(line, box=line.box.scaled(*whole)) for line in writing.lines))


def _faceless(completed: Completed, release: Release, case: Case, tools: Tools) -> tuple[Box, ...]:
    """Return, in fractions, where a person is whose face was neither found nor marked nor covered."""
    if tools.engine.people is None:
        return ()
    covered = [box.scaled(release.width, release.height) for box in case.request.covered]
    heads = [*(face.box for face in completed.faces), *covered]
    bodies = without_face(tools.engine.people.find(release.pixels), heads, release.height)
    shown = [body.within(release.width, release.height) for body in bodies]
    return tuple(body.scaled(1 / release.width, 1 / release.height) for body in shown)


def _screened_faces(evidence: Evidence, release: Release) -> tuple[ScreenedFace, ...]:
    names = nameable(evidence)
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
    return (*(replace(face, first_name=names.get(face.person)) if face.person else face for face in found), *covered)


def _screened(face: Face, match: Match, evidence: Evidence, release: Release) -> ScreenedFace:
    box = face.box.scaled(1 / release.width, 1 / release.height)
    screened = ScreenedFace(face.number, box, face_status(match, evidence), turn=quarters(face.landmarks))
    if isinstance(match.identity, Known):
        return replace(screened, person=match.identity.person, by=match.identity.by)
    return screened


def was_deleted(photo: PhotoFacts | None, case: Case) -> bool:
    """Say whether an upload was deleted as compromising, after it had been examined."""
    if photo is None:
        return False
    return photo.sha256 in case.refused_files or _is_known((photo.fingerprint,), case)


def _refuse_known(pictures: Iterable[int], pixels: Pixels, case: Case) -> None:
    """Refuse a picture that was deleted, as a whole or inside a screenshot, a frame or a crop."""
    if _is_known(pictures, case) or shows_any(pixels, case.refused_features):
        raise _deleted_before()


def _is_known(pictures: Iterable[int], case: Case) -> bool:
    return any(fingerprint.same_picture(*pair) for pair in product(pictures, case.refused_before))


def _deleted_before() -> PhotoRefused:
    message = "This picture was deleted before because it must not be shown. Use another picture."
    return PhotoRefused(FindingCode.REFUSED_BEFORE, message)


def _photo_facts(photo: Photo) -> PhotoFacts:
    width, height = photo.size
    return PhotoFacts(photo.sha256, photo.format, width, height, photo.fingerprint, photo.metadata)


def _release_facts(release: Release) -> ReleaseFacts:
    return ReleaseFacts(release.sha256, release.media_type, release.width, release.height, len(release.data))


def _facts(decision: Decision, case: Case, tools: Tools) -> Facts:
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
