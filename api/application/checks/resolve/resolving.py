"""One more fact about a blocked check: who a face is, that it is none, cover it, crop it, agree.

A decision is never overridden. A resolution makes a new request out of the old one, and
the gate examines the picture again with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from api.application.checks.resolve.phrases import let_pass_of
from api.application.checks.resolve.resolution import Action, Hand, Resolution, ResolutionRefused
from api.application.checks.resolve.resolved_picture import (
    cover,
    crop,
    identify,
    missed_face,
    not_a_face,
    not_them,
    traces_of,
)
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.decision.authority import open_to
from gatekeeper.decision.rules import NOBODY_RECOGNISABLE
from gatekeeper.types import (
    UNEDITED,
    Approval,
    CheckRequest,
    Finding,
    FindingCode,
    PersonId,
    Role,
)
from gatekeeper.vision.engine import Engine


def resolved_request(old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    """Return the old check's request with the new fact in it.

    Raises:
        ResolutionRefused: there is no such face or place, no person to bind it to, nothing
            to do, or it is not for this hand to do.
    """
    before = old.draft.request
    request = replace(before, edit=UNEDITED, traces=traces_of(old), seen=(), extended_from=None)
    if resolution.action is Action.EXTEND:
        # Nothing is said or changed, so what was agreed to is asked again of the same exceptions, by their names.
        return replace(request, extended_from=before.extended_from or old.decided_at)
    if resolution.action is Action.APPROVE:
        about = frozenset(finding.exception for finding in agreeable(old, hand) if finding.exception is not None)
        approval = Approval(hand.author.role, hand.by_uploader, about, hand.author)
        return replace(request, approvals=(*request.approvals, approval))
    # An approval is for exactly what was seen, so any other fact needs a new one.
    return _ANSWERS[resolution.action](replace(request, approvals=()), old, resolution, hand)


def applied(tx: Transaction, old: CheckRecord, resolution: Resolution, hand: Hand, engine: Engine) -> CheckRequest:
    """Return the old check's request with the new fact in it; what else the resolution says is recorded.

    Raises:
        ResolutionRefused: as `resolved_request`; or the picture was declined, or a person is not on the register.
    """
    for person in resolution.people:
        _must_exist(tx, person)
    if resolution.action is Action.APPROVE and tx.opinions.declined(old.id):
        raise ResolutionRefused("This was declined. Change the picture or its words, and ask again.")
    if resolution.action is Action.NOT_OUR_PUPIL:
        let_pass_of(tx, old, resolution.phrase, tx.register(engine.name, engine.embedder.dimension))
    request = resolved_request(old, resolution, hand)
    if resolution.action is Action.APPROVE:
        tx.opinions.give(old.id, resolution.note, agreed=True)
    return request


def _must_exist(tx: Transaction, person: PersonId) -> None:
    try:
        tx.people.get(person)
    except NotFound as error:
        raise ResolutionRefused("That person is not on the register. Choose a person from the list.") from error


def asked_of(old: CheckRecord, role: Role) -> tuple[Finding, ...]:
    """Return what a second person of this role may agree to; whether they are one is the caller's to ask."""
    return open_to(old.findings, role)


def agreeable(old: CheckRecord, hand: Hand) -> tuple[Finding, ...]:
    """Return what this hand may agree to.

    Raises:
        ResolutionRefused: nothing.
    """
    if hand.author.program:
        raise ResolutionRefused("A program cannot agree to a picture. Ask a colleague to open it under Approvals.")
    found = () if hand.by_uploader else asked_of(old, hand.author.role)
    if not found:
        raise ResolutionRefused(
            "You cannot decide this: it is your own upload, another role has to decide, or it is already decided."
        )
    return found


def _attest(request: CheckRequest, old: CheckRecord, resolution: Resolution, hand: Hand) -> CheckRequest:
    nobody_else = NOBODY_RECOGNISABLE in resolution.attestations
    given = resolution.attestations - {NOBODY_RECOGNISABLE}
    if hand.author.program:
        _may_attest(old, resolution, hand)
    if nobody_else and not asks_whether_nobody_else(old):
        raise ResolutionRefused(
            "The gate has not asked whether any other person can be recognised. Confirm what it asks."
        )
    if not (nobody_else or given - request.attestations):
        raise ResolutionRefused("Say what you confirm.")
    return replace(
        request,
        attestations=request.attestations | given,
        unlooked=request.unlooked - given,
        nobody_else=request.nobody_else or nobody_else,
        nobody_else_by=hand.author if nobody_else else request.nobody_else_by,
        attested_by=resolution.attested_by or request.attested_by,
    )


def _may_attest(old: CheckRecord, resolution: Resolution, hand: Hand) -> None:
    """Refuse what a key alone cannot say.

    Raises:
        ResolutionRefused: it needs a person who is signed in, or the account of the person who looked is missing.
    """
    if resolution.attestations & needs_eyes(old):
        raise ResolutionRefused("A program cannot confirm this. Ask a colleague to open the picture and to look.")
    if not hand.attests and resolution.attested_by is None:
        raise ResolutionRefused("Say who looked at the picture: send the e-mail address of the account as attested_by.")


def needs_eyes(old: CheckRecord) -> frozenset[str]:
    """Return the attestations that only a person who was shown the picture can give."""
    asked = {f.attestation for f in old.findings if f.code is FindingCode.ASKED_NOT_TO_BE_SHOWN and f.attestation}
    return frozenset({NOBODY_RECOGNISABLE, *asked})


def asks_whether_nobody_else(record: CheckRecord) -> bool:
    """Return whether a person has to look for people who can be recognised but were not found."""
    return any(finding.attestation == NOBODY_RECOGNISABLE for finding in record.findings)


def gave(request: CheckRequest, actor: str, *, by_uploader: bool) -> bool:
    """Say whether a user agreed to a picture, or confirmed something of one that they sent or worked on."""
    return _agreed(request, actor) or (by_uploader and (bool(request.attestations) or request.nobody_else))


def _agreed(request: CheckRequest, actor: str) -> bool:
    return any(one.by is not None and one.by.actor == actor for one in request.approvals)


def _take_back(request: CheckRequest, old: CheckRecord, _: Resolution, hand: Hand) -> CheckRequest:
    """Return the request without what this hand agreed to or else confirmed; no agreement outlasts either.

    Raises:
        ResolutionRefused: there is nothing of theirs.
    """
    before = old.draft.request
    if not gave(before, hand.author.actor, by_uploader=hand.by_uploader):
        raise ResolutionRefused("You have not confirmed or agreed to anything here, so there is nothing to withdraw.")
    if _agreed(before, hand.author.actor):
        return request
    return replace(
        request,
        attestations=frozenset(),
        unlooked=frozenset(),
        attested_by=None,
        nobody_else=False,
        nobody_else_by=None,
    )


def _reword(request: CheckRequest, _: CheckRecord, resolution: Resolution, __: Hand) -> CheckRequest:
    words = resolution.words
    new = replace(request, caption=words.caption, alt_text=words.alt_text, credit=words.credit)
    if new == request:
        raise ResolutionRefused("These are the words that were checked already. Change them first.")
    return new


def _accept_words(request: CheckRequest, old: CheckRecord, _: Resolution, __: Hand) -> CheckRequest:
    """Take the words that were proposed; they are reviewed again like any others."""
    if old.facts is None or old.facts.proposed_words == (None, None, None):
        raise ResolutionRefused("No words are proposed. Write the words that are to go out, and send those.")
    caption, alt_text, credit = old.facts.proposed_words
    return replace(
        request,
        caption=caption or request.caption,
        alt_text=alt_text or request.alt_text,
        credit=credit or request.credit,
    )


def _same_words(request: CheckRequest, _: CheckRecord, __: Resolution, ___: Hand) -> CheckRequest:
    """Ask again with the same words, of which one is let pass now."""
    return request


_ANSWERS: Final[Mapping[Action, Callable[[CheckRequest, CheckRecord, Resolution, Hand], CheckRequest]]] = {
    Action.ATTEST: _attest,
    Action.TAKE_BACK: _take_back,
    Action.IDENTIFY: identify,
    Action.NOT_THEM: not_them,
    Action.NOT_A_FACE: not_a_face,
    Action.MISSED_FACE: missed_face,
    Action.COVER: cover,
    Action.CROP: crop,
    Action.REWORD: _reword,
    Action.ACCEPT_WORDS: _accept_words,
    Action.NOT_OUR_PUPIL: _same_words,
}
