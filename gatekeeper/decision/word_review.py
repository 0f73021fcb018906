"""The words that go out with a picture, held against the people who are in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gatekeeper.caption import Reviewed, ReviewedWords, Rules, compose_caption, review_text
from gatekeeper.consent.permission import Subject
from gatekeeper.decision.rules import Evidence, face_status
from gatekeeper.policy.model import Naming
from gatekeeper.types import FaceStatus, Kind, Known, PersonId, Words


def review_words(evidence: Evidence) -> ReviewedWords:
    """Review caption, alternative text and credit; without a caption a plain one is composed.

    Where the caption blocks and no part of it can be cut, the composed one is proposed in its place.
    """
    request = evidence.request
    named = nameable(evidence)
    rules = Rules(
        names=evidence.register.names,
        nameable=named,
        links=evidence.policy.links,
        accepted=request.accepted_changes,
        sensitive=evidence.policy.sensitive_words,
        classes=evidence.policy.class_with_name,
        nameless=evidence.policy.naming is Naming.NONE,
        adults=_adults(evidence),
        titled=_adults(evidence) & named.keys() if evidence.policy.staff_titles else (),
        not_pupils=evidence.register.not_pupils,
        credited=evidence.register.credited,
    )
    caption = review_text(request.caption, Words.CAPTION, rules)
    composed = _composed(list(named.values()), request.event, rules)
    if caption.text is None:
        caption = composed
    elif caption.blocks and caption.proposed is None:
        caption = replace(caption, proposed=composed.text)
    return ReviewedWords(
        caption=caption,
        alt_text=review_text(request.alt_text, Words.ALT_TEXT, rules),
        credit=review_text(request.credit, Words.CREDIT, _for_credit(rules, evidence)),
    )


def _adults(evidence: Evidence) -> frozenset[PersonId]:
    return frozenset(one.id for one in evidence.register.people.values() if one.kind is not Kind.PUPIL)


def _for_credit(rules: Rules, evidence: Evidence) -> Rules:
    """Return the rules for the credit line: the author is in no picture, so every adult who agreed may be named."""
    if rules.nameless:
        return rules
    people = evidence.register.people
    allowed = {one: people[one].first_name for one in rules.adults if evidence.permission(one, Subject.NAME).allowed}
    titled = allowed.keys() if evidence.policy.staff_titles else ()
    return replace(rules, nameable={**rules.nameable, **allowed}, titled=frozenset(titled))


def _composed(names: Sequence[str], event: str | None, rules: Rules) -> Reviewed:
    """Return a plain caption that passes: with the event's title, which was typed too, or without it."""
    tries = [compose_caption(names, event), compose_caption(names, None)]
    reviewed = [review_text(text, Words.CAPTION, rules) for text in tries]
    return next((one for one in reviewed if not one.blocks), Reviewed(None))


def nameable(evidence: Evidence) -> dict[PersonId, str]:
    """Return the first names of the people in the picture who may be named, left to right."""
    if evidence.policy.naming is Naming.NONE:
        return {}
    left_to_right = sorted(zip(evidence.faces, evidence.matches, strict=True), key=lambda pair: pair[0].box.x)
    present = [
        match.identity.person
        for _, match in left_to_right
        if isinstance(match.identity, Known) and face_status(match, evidence) is FaceStatus.CONSENTED
    ]
    allowed = [person for person in present if evidence.permission(person, Subject.NAME).allowed]
    return {person: evidence.register.people[person].first_name for person in allowed}
