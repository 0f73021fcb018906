"""The words that go out with a picture, held against the people who are in it."""

from __future__ import annotations

from gatekeeper.caption import ReviewedWords, Rules, compose_caption, review_text
from gatekeeper.permission import Subject
from gatekeeper.policy import Naming
from gatekeeper.rules import Evidence, face_status
from gatekeeper.types import FaceStatus, Known, PersonId, Words


def review_words(evidence: Evidence) -> ReviewedWords:
    """Review caption, alternative text and credit; without a caption a plain one is composed.

    Where the caption blocks, the composed one is proposed in its place.
    """
    request = evidence.request
    named = nameable(evidence)
    rules = Rules(evidence.register.names, named, evidence.policy.links)
    caption = review_text(request.caption, Words.CAPTION, rules)
    # The event's title was typed by somebody, so it is reviewed like a caption.
    composed = review_text(compose_caption(list(named.values()), request.event), Words.CAPTION, rules)
    return ReviewedWords(
        caption=composed if caption.text is None else caption,
        alt_text=review_text(request.alt_text, Words.ALT_TEXT, rules),
        credit=review_text(request.credit, Words.CREDIT, rules),
        proposed_caption=composed.text if caption.blocks and not composed.blocks else None,
    )


def nameable(evidence: Evidence) -> dict[PersonId, str]:
    """Return the first name of everybody who is in the picture and may be named, left to right."""
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
