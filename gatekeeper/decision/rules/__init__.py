"""What is examined before a picture may leave: one small function a rule.

Each takes the `Evidence` of one screening and yields findings. None of them
approves anything; that is `types.Decision`'s to derive, and it also asks that
every face be positively publishable, so a rule that is forgotten here still
cannot let a face through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from gatekeeper.consent.permission import Reason, Subject
from gatekeeper.decision.authority import Circumstance, Exemption
from gatekeeper.decision.findings import HIDE, finding
from gatekeeper.decision.objections import Bearing, forbidding, undescribed
from gatekeeper.decision.rules.annotation_rules import (
    dismissals_are_seen,
    hands_do_not_overrule_the_engine,
    hands_fit_the_picture,
    no_other_person_is_seen,
    nobody_is_listed,
    statements_agree,
)
from gatekeeper.decision.rules.evidence import Evidence as Evidence
from gatekeeper.decision.rules.evidence import Rule as Rule
from gatekeeper.decision.rules.evidence import face_status as face_status
from gatekeeper.decision.rules.visible_names import name_findings, school_findings
from gatekeeper.policy.model import Approver, Naming
from gatekeeper.types import (
    Ambiguous,
    Box,
    FaceStatus,
    Finding,
    FindingCode,
    Identity,
    Kind,
    Known,
    Objection,
    PersonId,
    Remedy,
    Unreadable,
)

NOBODY_RECOGNISABLE: Final = "nobody_recognisable"
"""How it is confirmed that no person can be recognised besides the faces that were found.

Only afterwards (`Request.nobody_else`): among the attestations it clears nothing."""


def _objection(person: PersonId, evidence: Evidence) -> tuple[Objection, Bearing] | None:
    return forbidding(person, evidence.request, evidence.policy)


# --- the rules, in the order in which their findings are read ---------------------


def channel_is_approved(evidence: Evidence) -> Iterator[Finding]:
    """Only outlets that the school owns and leadership has approved."""
    if not evidence.request.channel.approved:
        message = "This channel is not approved. Choose another, or ask an administrator to have it approved."
        yield finding(FindingCode.CHANNEL_NOT_APPROVED, message)


def uploader_attests(evidence: Evidence) -> Iterator[Finding]:
    """What a machine cannot see, a person confirms."""
    for code, sentence in evidence.policy.attestations.items():
        if code not in evidence.request.attestations:
            by_program = code in evidence.request.unlooked
            message = f"Please confirm: {sentence}{_UNLOOKED if by_program else ''}"
            yield finding(FindingCode.ATTESTATION_MISSING, message, attestation=code)


_UNLOOKED: Final = " A program sent this without saying who looked (attested_by), so it does not count."


def no_objection_applies(evidence: Evidence) -> Iterator[Finding]:
    """People who asked not to be photographed at an event: looked for by eye, and among those recognised."""
    for objection in undescribed(evidence.request, evidence.policy):
        where = "" if objection.of_chosen_event else _at(objection)
        yield finding(
            FindingCode.ASKED_NOT_TO_BE_SHOWN,
            f"A person asked not to be photographed{where}: {objection.description}. "
            "Look, and confirm that no person of this description is in the picture.",
            attestation=objection.attestation,
        )
    for match in evidence.matches:
        if isinstance(match.identity, Known) and face_status(match, evidence) is FaceStatus.NO_CONSENT:
            yield from _asked_not_to(match.face, _objection(match.identity.person, evidence))


def _asked_not_to(face: int, found: tuple[Objection, Bearing] | None) -> Iterator[Finding]:
    """Yield what is said about the face of a person who objected."""
    if found is None:
        return
    objection, bearing = found
    asked = f"The person on face {face} asked not to be photographed{_at(objection)}."
    if bearing is Bearing.CERTAIN:
        message = f"{asked} Cover the face, crop it away, or use another picture."
        reword = () if objection.of_chosen_event else (Remedy.EDIT_CAPTION,)
        ways = (*HIDE, *reword)
        yield finding(FindingCode.ASKED_NOT_TO_BE_SHOWN, message, face=face, resolvable_by=(), remedies=ways)
    else:
        yield finding(
            FindingCode.ASKED_NOT_TO_BE_SHOWN,
            f"{asked} Cover the face if this picture was taken there; otherwise confirm that it was taken elsewhere.",
            face=face,
            remedies=(Remedy.ATTEST, *HIDE),
            attestation=objection.elsewhere,
        )


def _at(objection: Objection) -> str:
    """Return at which event, for the middle of a sentence."""
    day = f" on {objection.day.day} {objection.day:%B %Y}" if objection.day else ""
    return f" at “{objection.event}”{day}" if objection.event else " at this event"


def somebody_was_found(evidence: Evidence) -> Iterator[Finding]:
    """No face found is not safe: a person may be visible without one."""
    if not evidence.faces and not evidence.request.nobody_else:
        message = "No face was found. Please look, and confirm that no person in it can be recognised."
        message += _too_early(evidence)
        yield finding(FindingCode.NOBODY_FOUND, message, attestation=NOBODY_RECOGNISABLE)


def no_person_without_face(evidence: Evidence) -> Iterator[Finding]:
    """A person from behind, or whose face was missed, may be known by clothes and company."""
    if not evidence.request.nobody_else:
        for box in evidence.faceless:
            yield finding(
                FindingCode.PERSON_WITHOUT_FACE,
                f"There seems to be a person {_side(box)} whose face was not found. Mark the head if it can be seen, "
                f"cover them, or confirm that no person without a number can be recognised.{_too_early(evidence)}",
                attestation=NOBODY_RECOGNISABLE,
                region=box,
            )


def _too_early(evidence: Evidence) -> str:
    """Return a sentence for a caller who sent the confirmation along with the picture."""
    early = NOBODY_RECOGNISABLE in evidence.request.attestations
    return " What was confirmed before the picture was examined does not count." if early else ""


def _side(box: Box) -> str:
    middle = box.x + box.width / 2
    return "on the left" if middle < 1 / 3 else "on the right" if middle > 2 / 3 else "in the middle"


def faces_can_be_counted(evidence: Evidence) -> Iterator[Finding]:
    """More faces than a person would check one by one are not examined."""
    if len(evidence.faces) > evidence.policy.most_faces:
        message = f"There are more than {evidence.policy.most_faces} faces. Crop the picture, or choose another."
        yield finding(FindingCode.TOO_MANY_FACES, message)


def every_face_is_identified(evidence: Evidence) -> Iterator[Finding]:
    """Every face is bound to one person; what is not recognised blocks."""
    for match in evidence.matches:
        status = face_status(match, evidence)
        if status in _NOT_BOUND:
            code, sentence = _NOT_BOUND[status]
            reason = f" ({match.identity.reason})" if isinstance(match.identity, Unreadable) else ""
            message = f"{sentence.format(face=match.face, reason=reason)} Choose the person, or cover the face."
            yield finding(code, message, face=match.face)


_NOT_BOUND: Final = {
    FaceStatus.UNKNOWN: (FindingCode.UNKNOWN_FACE, "Face {face} matches no person on the register{reason}."),
    FaceStatus.AMBIGUOUS: (FindingCode.AMBIGUOUS_FACE, "Face {face} could be more than one person{reason}."),
    FaceStatus.UNREADABLE: (FindingCode.UNREADABLE_FACE, "Face {face} cannot be compared{reason}."),
}


def every_person_consents(evidence: Evidence) -> Iterator[Finding]:
    """Each person's picture is permitted on this channel, on every day that counts."""
    for match in evidence.matches:
        if face_status(match, evidence) is FaceStatus.NO_CONSENT and isinstance(match.identity, Known):
            answer = evidence.permission(match.identity.person, Subject.PICTURE)
            if answer.allowed:  # it is an objection that forbids, and `no_objection_applies` says so
                continue
            expired = answer.reason in {Reason.EXPIRED, Reason.LEFT}
            code = FindingCode.CONSENT_EXPIRED if expired else FindingCode.NO_CONSENT
            what = "The consent for face {} has ended" if expired else "There is no consent for face {}"
            message = f"{what.format(match.face)} on this channel. Cover it, crop it away, or use another picture."
            yield finding(code, message, face=match.face)


def no_person_appears_twice(evidence: Evidence) -> Iterator[Finding]:
    """One person cannot be two faces: a poster, a mirror or a wrong match."""
    claims: dict[PersonId, list[int]] = defaultdict(list)
    for match in evidence.matches:
        for person in _claimed(match.identity):
            claims[person].append(match.face)
    for faces in claims.values():
        for face in faces[1:]:
            message = f"Faces {faces[0]} and {face} would be the same person. Say who each of them is."
            yield finding(FindingCode.SAME_PERSON_TWICE, message, face=face)


def _claimed(identity: Identity) -> tuple[PersonId, ...]:
    if isinstance(identity, Known):
        return (identity.person,)
    alone = isinstance(identity, Ambiguous) and len(identity.candidates) == 1
    return identity.candidates if alone and isinstance(identity, Ambiguous) else ()


def approvers_agree(evidence: Evidence) -> Iterator[Finding]:
    """Where the policy asks for a second person or leadership, they have looked."""
    approvals = evidence.request.approvals
    adults = evidence.policy.adults_need_leadership and any(_is_adult(m.identity, evidence) for m in evidence.matches)
    leadership, second = Exemption(Circumstance.LEADERSHIP), Exemption(Circumstance.SECOND_PERSON)
    if evidence.policy.approver is Approver.LEADERSHIP or adults:
        if not leadership.lifted(approvals):
            yield finding(
                FindingCode.NEEDS_LEADERSHIP,
                "A member of the leadership team has to agree to this picture.",
                resolvable_by=leadership.roles,
                exception=leadership.name,
            )
    elif evidence.policy.approver is Approver.SECOND_PERSON and not second.lifted(approvals):
        yield finding(
            FindingCode.NEEDS_SECOND_PERSON,
            "A second person has to look at this picture.",
            resolvable_by=second.roles,
            exception=second.name,
        )


def _is_adult(identity: Identity, evidence: Evidence) -> bool:
    if not isinstance(identity, Known):
        return False
    person = evidence.register.people.get(identity.person)
    return person is not None and person.kind in {Kind.STAFF, Kind.GOVERNOR}


def approval_reaches_publication(evidence: Evidence) -> Iterator[Finding]:
    """A caller who plans far ahead is told that the approval ends before the publication."""
    request, days = evidence.request, evidence.policy.approval_days
    if request.publish_at is not None and request.publish_at >= request.moment + timedelta(days=days):
        message = (
            f"It is to be published after its approval ends: an approval lasts {days} days at most. "
            "Check the picture again nearer to the day."
        )
        yield finding(FindingCode.APPROVAL_ENDS_FIRST, message)


def words_give_nobody_away(evidence: Evidence) -> Iterator[Finding]:
    """Caption, alternative text and credit hold first names of people in the picture only."""
    yield from evidence.words.findings


def nothing_written_gives_anybody_away(evidence: Evidence) -> Iterator[Finding]:
    """No full name and no surname of the register can be read in the picture: badges, certificates, pegs, kit."""
    named = {identity.person for identity in _known(evidence) if _may_be_named(identity.person, evidence)}
    yield from name_findings(evidence.writing, evidence.register.names, named, evidence.policy.visible_first_names)


def school_is_not_shown_with_children(evidence: Evidence) -> Iterator[Finding]:
    """A child and the name of the school in one picture tell where the child can be found."""
    people = (evidence.register.people.get(identity.person) for identity in _known(evidence))
    if any(person is not None and person.kind is Kind.PUPIL for person in people):
        yield from school_findings(evidence.writing, evidence.policy.school_name)


def _known(evidence: Evidence) -> list[Known]:
    return [match.identity for match in evidence.matches if isinstance(match.identity, Known)]


def _may_be_named(person: PersonId, evidence: Evidence) -> bool:
    return evidence.policy.naming is not Naming.NONE and evidence.permission(person, Subject.NAME).allowed


RULES: Final[tuple[Rule, ...]] = (
    channel_is_approved,
    uploader_attests,
    no_objection_applies,
    somebody_was_found,
    no_person_without_face,
    faces_can_be_counted,
    nobody_is_listed,
    every_person_consents,
    every_face_is_identified,
    no_person_appears_twice,
    hands_fit_the_picture,
    hands_do_not_overrule_the_engine,
    statements_agree,
    dismissals_are_seen,
    no_other_person_is_seen,
    approvers_agree,
    approval_reaches_publication,
    words_give_nobody_away,
)
"""The rules that need no writing to be read."""

WRITING_RULES: Final[tuple[Rule, ...]] = (nothing_written_gives_anybody_away, school_is_not_shown_with_children)
"""The rules about what can be read in the picture."""
