"""Revalidation: what an approval rests on, held against a later policy and register.

An approval is for one picture, its words and the rules of its day. When a stricter
policy applies, when a person is called by another name than the caption gives, or when
a name in it may not be given any more, it gives nothing away. What is remembered of the
check is examined with the same rules that decided it; what only pixels tell is known
from the facts (`PolicyTerms`). A change that cannot matter to an approval leaves it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np

from gatekeeper.caption.text.words import clean
from gatekeeper.decision import approval_window
from gatekeeper.decision.case import Case
from gatekeeper.decision.rules import approvers_agree, faces_can_be_counted, uploader_attests, words_give_nobody_away
from gatekeeper.decision.rules.evidence import Evidence, Rule
from gatekeeper.decision.word_review import review_words
from gatekeeper.identity.annotations import place
from gatekeeper.naming import fold
from gatekeeper.policy.model import Policy
from gatekeeper.rendition import Frames
from gatekeeper.types import (
    BoundBy,
    Face,
    Facts,
    FindingCode,
    Known,
    Match,
    PolicyTerms,
    ReleaseFacts,
    ScreenedFace,
    Severity,
)


class Lapse(StrEnum):
    """Why an approval rests on nothing any more; the codes are kept in the audit."""

    POLICY = "policy_stricter"
    NAME = "name_changed"
    WORDS = "words_not_permitted"


FROM_MEMORY: Final[tuple[Rule, ...]] = (uploader_attests, faces_can_be_counted, approvers_agree)
"""The rules that need no pixels, words apart."""

_WORD: Final = re.compile(r"\w+")


def lapse(facts: Facts, case: Case, *, by_program: bool) -> Lapse | None:
    """Return why an approval has ended by a change of policy or names; None while it rests on what it did.

    Args:
        facts: of the approval.
        case: the request that it answered, the register and the policy of now.
        by_program: whether a program sent the picture without naming the person who looked.
    """
    if _is_stricter(facts, case.policy, by_program=by_program):
        return Lapse.POLICY
    if _is_renamed(facts, case):
        return Lapse.NAME
    evidence = _remembered(facts, case)
    if any(_blocks(rule, evidence) for rule in FROM_MEMORY):
        return Lapse.POLICY
    if _blocks(words_give_nobody_away, evidence) or _words_differ(facts, evidence):
        return Lapse.WORDS
    return None


def ends_at(
    facts: Facts,
    decided_at: datetime,
    publish_at: datetime | None,
    policy: Policy,
    extended_from: datetime | None = None,
) -> datetime:
    """Return when an approval ends by time under the policy of now: as decided, or sooner if that is stricter."""
    longest = approval_window.longest(decided_at, publish_at, policy, extended_from)
    return longest if facts.valid_until is None else min(facts.valid_until, longest)


def mentions(text: str | None, name: str) -> bool:
    """Say whether a text gives a name, in any case and with any accents, also with an ending (`Annas`)."""
    wanted = _WORD.findall(fold(name))
    found = _WORD.findall(fold(text or ""))
    starts = range(len(found) - len(wanted) + 1)
    return bool(wanted) and any(_begins(found[start : start + len(wanted)], wanted) for start in starts)


def _begins(found: list[str], wanted: list[str]) -> bool:
    return found[:-1] == wanted[:-1] and found[-1].startswith(wanted[-1])


def _is_stricter(facts: Facts, policy: Policy, *, by_program: bool) -> bool:
    """Say whether a policy asks for more than was looked at, as far as the rules cannot tell from memory."""
    before, now = facts.terms, policy.terms
    if before is None:  # from before terms were kept: the label is all there is
        return facts.policy != policy.label
    if before.words_read < now.words_read or (by_program and before.programs_attest > now.programs_attest):
        return True
    moves = facts.photo is not None and "further_pictures" in facts.photo.metadata.carriers
    noted = any(finding.code is FindingCode.VISIBLE_NAME for finding in facts.decision.findings)
    return (
        (before.frames_refused < now.frames_refused and policy.frames is Frames.REFUSE and moves)
        or (before.visible_names_block < now.visible_names_block and noted)
        or _compared_otherwise(before, now, facts.faces)
        or any(_differs(sentence, now.attestations.get(code)) for code, sentence in before.attestations.items())
        or (facts.release is not None and _is_too_large(facts.release, facts.faces, policy))
    )


def _compared_otherwise(before: PolicyTerms, now: PolicyTerms, faces: Iterable[ScreenedFace]) -> bool:
    """Say whether faces were bound in a way that the policy has given up: by templates, or without any."""
    bound = {face.by for face in faces}
    gone = BoundBy.ENGINE if before.biometrics else BoundBy.HAND
    return before.biometrics is not now.biometrics and gone in bound


def _differs(before: str, now: str | None) -> bool:
    """Say whether a confirmation asks for something else now; commas and capitals make no difference."""
    return now is not None and _WORD.findall(before.casefold()) != _WORD.findall(now.casefold())


def _is_too_large(release: ReleaseFacts, faces: Iterable[ScreenedFace], policy: Policy) -> bool:
    if max(release.width, release.height) > policy.long_side:
        return True
    boxes = (face.box.scaled(release.width, release.height) for face in faces if face.person is not None)
    most = policy.largest_face + 1  # a box in fractions comes back with a rounding error
    return policy.largest_face > 0 and any(max(box.width, box.height) > most for box in boxes)


def _is_renamed(facts: Facts, case: Case) -> bool:
    """Say whether the words give a first name by which the person is not called any more."""
    return any(
        mentions(text, face.first_name)
        for face in facts.faces
        if face.person is not None and face.first_name is not None
        for text in (facts.caption, facts.alt_text, facts.credit)
        if (person := case.register.people.get(face.person)) is None or person.first_name != face.first_name
    )


def _remembered(facts: Facts, case: Case) -> Evidence:
    """Return the evidence of an approval as far as it is remembered: who is where, and the words that go out."""
    bound = [face for face in facts.faces if face.person is not None]
    request = replace(case.request, caption=facts.caption, alt_text=facts.alt_text, credit=facts.credit)
    matches = tuple(_matches(bound))
    evidence = Evidence(
        request=request,
        register=case.register,
        policy=case.policy,
        faces=tuple(Face(face.number, face.box, np.zeros((5, 2), np.float32), 1.0) for face in bound),
        placed=place((), (), (1, 1)),
        matches=matches,
        engine_matches=matches,
        dismissed=(),
        days=(request.moment.astimezone(case.policy.zone).date(),),
    )
    return replace(evidence, words=review_words(evidence))


def _matches(bound: Iterable[ScreenedFace]) -> Iterator[Match]:
    for face in bound:
        if face.person is not None:
            yield Match(face.number, Known(face.person, face.by or BoundBy.HAND))


def _blocks(rule: Rule, evidence: Evidence) -> bool:
    return any(finding.severity is Severity.BLOCK for finding in rule(evidence))


def _words_differ(facts: Facts, evidence: Evidence) -> bool:
    """Say whether what goes out would be put otherwise now; what was not said at all is not looked at."""
    words = evidence.words
    pairs = (
        (facts.caption, words.caption.text),
        (facts.alt_text, words.alt_text.text),
        (facts.credit, words.credit.text),
    )
    # What went out was cleaned once; entities within entities would be resolved a second time.
    return any(before is not None and now not in {before, clean(before)} for before, now in pairs)
