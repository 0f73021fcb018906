"""From the bytes of a photo to a decision.

`screen` never raises: whatever cannot be examined is blocked. Nothing here reads
a clock, a network, a database or the environment, so the same photo, register,
policy and engine give the same decision.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from gatekeeper.decision import approval_window, traces
from gatekeeper.decision.case import Case, Tools, deleted_before, refuse_known
from gatekeeper.decision.facts import bare_facts, photo_facts, release_facts, screened_faces
from gatekeeper.decision.findings import finding
from gatekeeper.decision.fitting import fitted, release_within, within_side
from gatekeeper.decision.gathering import all_traces, faceless_people, gather, in_picture, read_writing
from gatekeeper.decision.judgement import judge
from gatekeeper.decision.rules import face_status
from gatekeeper.decision.word_review import nameable
from gatekeeper.errors import PhotoRefused
from gatekeeper.identity.annotations import SAME_PLACE, place
from gatekeeper.identity.missed_faces import Completed, complete
from gatekeeper.media import fingerprint
from gatekeeper.media.cover import edited
from gatekeeper.media.release.encode import reopen_release
from gatekeeper.types import (
    UNEDITED,
    Box,
    Decision,
    Edit,
    Finding,
    FindingCode,
    PhotoFacts,
    Pixels,
    Release,
    Remedy,
    Role,
    Screening,
)
from gatekeeper.vision.faces import find_faces

logger = logging.getLogger(__name__)


def screen(upload: bytes, case: Case, tools: Tools) -> Screening:
    """Examine one upload.

    1. Open it in the airlock: pixels come out, nothing else.
    2. Refuse it if the same picture was deleted before, also turned or mirrored.
    3. Make the release from the pixels, and prove that it is clean.
    4. Find the faces, in the pixels that the release decodes to. If one is larger
       than the policy allows, make a smaller release and find them again. Look for
       people without a face.
    5. Compare each with the register, then take in what people said by hand.
    6. Review the words that go out with the picture.
    7. Read the writing that the picture shows, unless something else has to be mended first.
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
            raise deleted_before()
        photo = tools.opener.open(upload, case.policy.rendition)  # 1
        refuse_known(fingerprint.all_ways_round(photo.pixels), photo.pixels, case)  # 2
        release = release_within(within_side(photo.pixels, case.rendition.long_side), case.rendition)  # 3
        return Prepared(photo_facts(photo), release, _seen_larger(photo.pixels, release, tools))

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
            raise deleted_before()
        release = reopen_release(picture)
        refuse_known((photo.fingerprint, *fingerprint.all_ways_round(release.pixels)), release.pixels, case)
        return Prepared(photo, release_within(edited(release.pixels, edit), case.rendition) if edit else release)

    return _guarded(prepare, case, tools)


GONE: Final = "The check was interrupted and the picture is gone. Upload it again."


def refuse(case: Case, tools: Tools, message: str = GONE) -> Screening:
    """Block a picture that cannot be examined any more, as after a crash; `message` says why and what to do."""
    return Screening(bare_facts(Decision(findings=(finding(FindingCode.NOT_EXAMINED, message),)), case, tools))


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
    return tuple(in_picture(face, (width, height)).box.scaled(1 / width, 1 / height) for face in faces)


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
    return Screening(bare_facts(Decision(findings=(finding,)), case, tools))


def _examine(prepared: Prepared, case: Case, tools: Tools) -> Screening:
    def look(release: Release, seen: tuple[Box, ...]) -> Completed:
        size = release.width, release.height
        faces = find_faces(release.pixels, tools.engine, biometrics=case.policy.biometrics)
        found = [in_picture(face, size) for face in faces]
        return complete(found, case.request.missed, seen, size)

    known = traces.places_of(case.request.traces, case.request.seen, SAME_PLACE)
    release, completed = fitted(prepared.release, case.rendition, (*known, *prepared.seen), look)  # 4
    size = release.width, release.height
    evidence = gather(completed.faces, place(case.request.said, completed.faces, size), case, tools, size)  # 5, 6
    evidence = replace(evidence, marked=completed.marked, faceless=faceless_people(completed, release, case, tools))
    judgement = judge(evidence, lambda: read_writing(release, case.policy, tools))  # 7, 8
    decision = Decision(  # 9
        findings=judgement.findings,
        statuses={match.face: face_status(match, evidence) for match in evidence.matches},
        rules=tuple(rule.__name__ for rule in judgement.rules),
        release_sha256=release.sha256,
    )
    words = evidence.words
    facts = replace(
        bare_facts(decision, case, tools),
        faces=screened_faces(evidence, release),
        caption=words.caption.text,
        alt_text=words.alt_text.text,
        credit=words.credit.text,
        changes=words.changes,
        other_names=words.other_names,
        proposed_caption=words.caption.proposed,
        proposed_alt_text=words.alt_text.proposed,
        proposed_credit=words.credit.proposed,
        writing=judgement.writing,
        photo=prepared.photo,
        release=release_facts(release),
        valid_until=approval_window.valid_until(evidence, nameable(evidence)) if decision.approved else None,
        traces=all_traces(evidence),
    )
    return Screening(facts, examined=release)
