"""Make a text fit to go out: first names of people in the picture, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.caption.names import Mention, MentionKind, NameIndex, find_mentions
from gatekeeper.caption.personal import holds_link, holds_personal_data
from gatekeeper.caption.words import clean
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
        The text with full names shortened, and the findings; a blocking finding
        means that the text must not go out.
    """
    cleaned = clean(text or "")
    if not cleaned:
        return Reviewed(None)
    findings = _personal_findings(cleaned, what)
    written = cleaned
    for mention in reversed(find_mentions(cleaned, index)):
        allowed = sorted({nameable[person] for person in mention.people if person in nameable})
        finding = _judge(mention, what, named=len(allowed) == 1)
        if finding is not None:
            findings.append(finding)
        if mention.kind is MentionKind.FULL_NAME and len(allowed) == 1:
            written = written[: mention.start] + allowed[0] + written[mention.end :]
    return Reviewed(written, tuple(dict.fromkeys(findings)))


def _judge(mention: Mention, what: str, *, named: bool) -> Finding | None:
    """Return what has to be said about one mention; None if it may stand."""
    if mention.kind is MentionKind.FULL_NAME and named:
        message = f"A full name in the {what} was shortened to the first name."
        return Finding(FindingCode.CAPTION_FULL_NAME, message, severity=Severity.NOTE)
    if mention.kind is MentionKind.FIRST_NAME:
        if named:
            return None
        message = f"The {what} names somebody who is not in this picture, or who may not be named."
        return _block(FindingCode.CAPTION_NAME_NOT_IN_PHOTO, f"{message} Take the name out.")
    if mention.kind is MentionKind.SURNAME:
        message = f"The {what} has a surname from the register. Use the first name, or no name."
        return _block(FindingCode.CAPTION_FULL_NAME, message)
    message = f"The {what} has the full name of somebody who is not in this picture, or who may not be named."
    return _block(FindingCode.CAPTION_FULL_NAME, f"{message} Take the name out.")


def _personal_findings(text: str, what: str) -> list[Finding]:
    findings = []
    if holds_personal_data(text):
        message = f"The {what} has a telephone number, e-mail address, street, postcode or birthday. Take it out."
        findings.append(_block(FindingCode.CAPTION_PERSONAL_DATA, message))
    if holds_link(text):
        message = f"The {what} has a link or an account name. Take it out."
        findings.append(_block(FindingCode.CAPTION_LINK, message))
    return findings


def _block(code: FindingCode, message: str) -> Finding:
    return Finding(code, message, resolvable_by=(Role.STAFF,), remedies=(Remedy.EDIT_CAPTION,))
