"""What people say by hand, held against the engine, against each other and against the list.

A hand fills in what the engine does not know. Where it contradicts the engine or
another hand, or waves away what was found, a second person looks; who that may be
is said in `authority`.
"""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.decision.authority import Circumstance, Exemption, place_name
from gatekeeper.decision.findings import HIDE, finding
from gatekeeper.decision.rules.contradictions import is_unlike, others_recognised
from gatekeeper.decision.rules.evidence import Evidence, exemption, face_status, list_exemptions
from gatekeeper.identity.annotations import contradicted
from gatekeeper.types import BoundBy, Box, FaceStatus, Finding, FindingCode, Known, Match, PersonId, Remedy


def hands_fit_the_picture(evidence: Evidence) -> Iterator[Finding]:
    """What people say about faces must be about faces that are there."""
    if evidence.placed.lost:
        message = "A person was named where no face is found. Look at the picture and its numbers again."
        yield finding(FindingCode.NOT_EXAMINED, message)


def nobody_is_listed(evidence: Evidence) -> Iterator[Finding]:
    """The do-not-publish list wins over every consent and reviewer, and over every edit but one that hides the head."""
    for match in evidence.matches:
        status = face_status(match, evidence)
        if status is FaceStatus.DO_NOT_PUBLISH:
            message = f"Face {match.face} may not be published. Cover it, crop it away, or use another picture."
            yield finding(FindingCode.DO_NOT_PUBLISH, message, face=match.face)
        if status is FaceStatus.POSSIBLE_DO_NOT_PUBLISH:
            yield from _possibly_listed(match, evidence)


def _possibly_listed(match: Match, evidence: Evidence) -> Iterator[Finding]:
    approvals = evidence.request.approvals
    ask = (Remedy.ASK_LEADERSHIP,) if isinstance(match.identity, Known) else ()
    for one in list_exemptions(match, evidence):
        if not one.lifted(approvals):
            said = one.circumstance is Circumstance.NAMED_LISTED
            what = "was said to be" if said else "may be"
            yield finding(
                FindingCode.POSSIBLE_DO_NOT_PUBLISH,
                f"Face {match.face} {what} a person who may not be published. "
                "Cover it, crop it away, or use another picture.",
                face=match.face,
                resolvable_by=one.roles,
                remedies=(*HIDE, *ask),
                exception=one.name if ask else None,
            )


def hands_do_not_overrule_the_engine(evidence: Evidence) -> Iterator[Finding]:
    """A name that contradicts what the engine says, or once said, of a face is an exception."""
    for match in evidence.matches:
        if isinstance(match.identity, Known) and _open(match, evidence):
            others, near = _taken_for(match, evidence), _unlike(match, evidence)
            if others:
                sentence = f"Face {match.face} was recognised as another person."
                yield from _second_person(Circumstance.OVERRULED, match, evidence, sentence, others)
            elif near:
                sentence = f"Face {match.face} does not resemble the photographs of the person it was named as."
                yield from _second_person(Circumstance.UNLIKE, match, evidence, sentence)


def _open(match: Match, evidence: Evidence) -> bool:
    """Say whether an agreement could help a face; on the list, none does, and nothing else need be said of it."""
    return match in evidence.dismissed or face_status(match, evidence) is not FaceStatus.DO_NOT_PUBLISH


def _taken_for(match: Match, evidence: Evidence) -> tuple[PersonId, ...]:
    """Return the other people that the engine has taken a named face for."""
    if not isinstance(match.identity, Known):
        return ()
    return others_recognised(evidence.traces.get(match.face), match.identity.person)


def _unlike(match: Match, evidence: Evidence) -> bool:
    """Say whether a face was named by hand as a person whose template it does not fit."""
    identity = match.identity
    if not isinstance(identity, Known) or identity.by is not BoundBy.HAND:
        return False
    enrolled = identity.person in evidence.register.gallery.people
    return is_unlike(evidence.traces.get(match.face), identity.person, enrolled=enrolled)


def statements_agree(evidence: Evidence) -> Iterator[Finding]:
    """Where different people have said different things of one face, another one decides."""
    for match in (*evidence.matches, *evidence.dismissed):
        spoken = evidence.spoken(match.face)
        settled = match in evidence.dismissed or isinstance(match.identity, Known)
        if settled and _open(match, evidence) and contradicted(spoken):
            people = tuple(sorted({PersonId(said.person or "") for said in spoken}))
            sentence = f"Different people have said different things of face {match.face}."
            yield from _second_person(
                Circumstance.CONTRADICTED, match, evidence, sentence, tuple(map(PersonId, people))
            )


def dismissals_are_seen(evidence: Evidence) -> Iterator[Finding]:
    """That a find is no face is confirmed by a second person who sees it, or it is covered."""
    for match in evidence.dismissed:
        trace = evidence.traces.get(match.face)
        recognised = {*match.recognised, *((*trace.recognised, *trace.candidates) if trace else ())}
        if recognised:
            sentence = f"Face {match.face} was recognised, and was then called no face."
        elif match.face in evidence.marked:
            sentence = f"Face {match.face} was marked by hand, and was then called no face."
        else:
            sentence = f"Face {match.face} was called no face."
            yield from _second_person(Circumstance.DISMISSED, match, evidence, sentence)
            continue
        yield from _second_person(Circumstance.DISMISSED_PERSON, match, evidence, sentence, tuple(sorted(recognised)))


def no_other_person_is_seen(evidence: Evidence) -> Iterator[Finding]:
    """That no other person can be recognised is confirmed by a second person, place by place."""
    request = evidence.request
    if not request.nobody_else or (evidence.faces and not evidence.faceless):
        return
    by = request.nobody_else_by
    places: tuple[Box | None, ...] = evidence.faceless or (None,)
    for box in places:
        about = (place_name(box),) if box else ()
        one = Exemption(Circumstance.NOBODY_ELSE, about, by.parties if by else frozenset())
        if not one.lifted(request.approvals):
            where = "A person without a face was found here" if box else "No face was found"
            yield finding(
                FindingCode.NEEDS_SECOND_PERSON,
                f"{where}, and it was confirmed that no person can be recognised. A second person has to look too.",
                resolvable_by=one.roles,
                remedies=(Remedy.ASK_LEADERSHIP, *HIDE),
                region=box,
                exception=one.name,
            )


def _second_person(
    kind: Circumstance, match: Match, evidence: Evidence, sentence: str, people: tuple[PersonId, ...] = ()
) -> Iterator[Finding]:
    one = exemption(kind, match, evidence, people)
    if not one.lifted(evidence.request.approvals):
        yield finding(
            FindingCode.NEEDS_SECOND_PERSON,
            f"{sentence} A second person has to look and agree, or cover it.",
            face=match.face,
            resolvable_by=one.roles,
            remedies=(Remedy.ASK_LEADERSHIP, Remedy.COVER, Remedy.CROP),
            exception=one.name,
        )
