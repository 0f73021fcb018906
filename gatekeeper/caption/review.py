"""Make a text fit to go out: first names of people in the picture, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatekeeper.caption.names import Mention, MentionKind, NameIndex, find_mentions
from gatekeeper.caption.personal import age_follows, holds_age, holds_link, holds_personal_data
from gatekeeper.caption.words import clean, fold
from gatekeeper.types import Finding, FindingCode, PersonId, Remedy, Role, Severity


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A text as it may be published, and what was noticed in it."""

    text: str | None
    findings: tuple[Finding, ...] = ()


def review_text(text: str | None, what: str, index: NameIndex, nameable: Mapping[PersonId, str]) -> Reviewed:
    """Replace full names by first names where that is allowed, and block what is not.

    Args:
        text: the caption, alternative text or credit as typed; None for none.
        what: how to call it in a sentence, such as `caption`.
        index: the names of everybody on the register.
        nameable: everybody in this picture whose naming consent stands, with the
            first name to use.

    Returns:
        The text with every name as the person is called in public, and the
        findings; a blocking finding means that the text must not go out.
    """
    cleaned = clean(text or "")
    if not cleaned:
        return Reviewed(None)
    mentions = find_mentions(cleaned, index)
    findings = _personal_findings(cleaned, mentions, what)
    written = cleaned
    for mention in reversed(mentions):
        public = _public_name(mention, cleaned, nameable)
        finding = _judge(mention, what, named=public is not None, as_written=public == _as_written(mention, cleaned))
        if finding is not None:
            findings.append(finding)
        if public is not None:
            written = written[: mention.start] + public + written[mention.end :]
    return Reviewed(written, tuple(dict.fromkeys(findings)))


def _as_written(mention: Mention, text: str) -> str:
    return text[mention.start : mention.end]


def _public_name(mention: Mention, text: str, nameable: Mapping[PersonId, str]) -> str | None:
    """Return what the text has to call them, or None if it may not name them.

    The name as it is written stands if it is one that somebody is called by.
    """
    allowed = {nameable[person] for person in mention.people if person in nameable}
    if mention.kind is MentionKind.SURNAME or not allowed:
        return None
    written = _as_written(mention, text)
    if mention.kind is MentionKind.FIRST_NAME and fold(written) in {fold(name) for name in allowed}:
        return written
    return allowed.pop() if len(allowed) == 1 else None


def _judge(mention: Mention, what: str, *, named: bool, as_written: bool) -> Finding | None:
    """Return what has to be said about one mention; None if it may stand."""
    if mention.kind is MentionKind.SURNAME:
        message = f"The {what} has a surname from the register. Use the first name, or no name."
        return _block(FindingCode.CAPTION_FULL_NAME, message)
    if named and as_written:
        return None
    full = mention.kind is MentionKind.FULL_NAME
    if named:
        message = f"A name in the {what} was shortened to the first name by which this person is called."
        return Finding(FindingCode.CAPTION_FULL_NAME, message, severity=Severity.NOTE)
    code = FindingCode.CAPTION_FULL_NAME if full else FindingCode.CAPTION_NAME_NOT_IN_PHOTO
    subject = "has the full name of somebody" if full else "names somebody"
    message = f"The {what} {subject} who is not in this picture, or who may not be named. Take the name out."
    return _block(code, message)


def _personal_findings(text: str, mentions: Sequence[Mention], what: str) -> list[Finding]:
    findings = []
    if holds_personal_data(text):
        message = f"The {what} has a telephone number, e-mail address, street, postcode or birthday. Take it out."
        findings.append(_block(FindingCode.CAPTION_PERSONAL_DATA, message))
    if mentions and (holds_age(text) or any(age_follows(text, mention.end) for mention in mentions)):
        message = f"The {what} gives an age together with a name. Take one of them out."
        findings.append(_block(FindingCode.CAPTION_PERSONAL_DATA, message))
    if holds_link(text):
        message = f"The {what} has a link or an account name. Take it out."
        findings.append(_block(FindingCode.CAPTION_LINK, message))
    return findings


def _block(code: FindingCode, message: str) -> Finding:
    return Finding(code, message, resolvable_by=(Role.STAFF,), remedies=(Remedy.EDIT_CAPTION,))
