"""Make a text fit to go out: first names of people in the picture, and nothing else.

A name of somebody who may be named becomes their first name. Whatever else gives somebody
away is taken out if whole sentences are left (`rewrite.py`); if not, the text blocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.links import find_links
from gatekeeper.caption.names import Mention, MentionKind, find_mentions
from gatekeeper.caption.personal import Found, find_ages, find_personal
from gatekeeper.caption.rewrite import Piece, rewritten, sentences
from gatekeeper.caption.words import clean, fold
from gatekeeper.types import Change, ChangeReason, Finding, FindingCode, PersonId, Remedy, Role, Severity, Words


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A text as it may be published, and what was noticed in it."""

    text: str | None
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    """What goes out otherwise than it was typed; if the text blocks, what would have to."""

    @property
    def blocks(self) -> bool:
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ReviewedWords:
    """All the words that go out with one picture."""

    caption: Reviewed
    alt_text: Reviewed
    credit: Reviewed
    proposed_caption: str | None = field(default=None, repr=False)
    """A caption that would pass, where the one that was typed blocks."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.caption.findings + self.alt_text.findings + self.credit.findings

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.caption.changes + self.alt_text.changes + self.credit.changes


_NONE: Final = Reviewed(None)
NOTHING_SAID: Final = ReviewedWords(_NONE, _NONE, _NONE)
"""No words at all."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a text is held against.

    Attributes:
        names: the names of everybody on the register.
        nameable: everybody in this picture whose naming consent stands, with the first name to use.
        links: hosts and account names that may be given.
    """

    names: NameIndex
    nameable: Mapping[PersonId, str] = field(repr=False)
    links: Collection[str] = ()


_CALLED: Final = {Words.CAPTION: "caption", Words.ALT_TEXT: "alternative text", Words.CREDIT: "credit"}


def review_text(text: str | None, words: Words, rules: Rules) -> Reviewed:
    """Replace full names by first names where that is allowed, and take out or block what is not.

    Args:
        text: as typed; None for none.
        words: which words these are.
        rules: what they are held against.

    Returns:
        The text with every name as the person is called in public and without what gives
        somebody away, and the findings; a blocking finding means that it must not go out.
    """
    cleaned = clean(text or "")
    if not cleaned:
        return Reviewed(None)
    mentions = find_mentions(cleaned, rules.names)
    others, mentions = _apart(_others(cleaned, mentions, rules.links), mentions)
    names = _names(cleaned, mentions, rules.nameable)
    pieces = [*others, *(piece for piece in names if piece.became != cleaned[piece.start : piece.end])]
    if all(piece.became is not None for piece in pieces):
        return Reviewed(_replaced(cleaned, pieces), _notes(pieces, mentions, words), _changes(pieces, words))
    done = rewritten(cleaned, names, others)
    if done is not None and _is_clean(done[0], rules):
        return Reviewed(done[0], _notes(pieces, mentions, words), _changes(done[1], words))
    findings = _findings(pieces, mentions, words, Severity.BLOCK)
    return Reviewed(_replaced(cleaned, pieces), findings, _changes(pieces, words))


def _others(text: str, mentions: Sequence[Mention], links: Collection[str]) -> list[Piece]:
    """Return personal data, ages and links, each stretch once."""
    found: list[Found] = [*find_personal(text), *find_links(text, links)]
    for start, end in sentences(text):
        found += find_ages(text, (start, end), [mention.end for mention in mentions if start <= mention.start < end])
    apart: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return [Piece(one.start, one.end, None, one.reason) for one in apart]


def _apart(others: list[Piece], mentions: tuple[Mention, ...]) -> tuple[list[Piece], tuple[Mention, ...]]:
    """Return both so that none overlaps another: what lies within a name goes with it, and the other way round."""
    kept = []
    for other in others:
        around = [mention for mention in mentions if mention.start < other.end and mention.end > other.start]
        if any(mention.start <= other.start and other.end <= mention.end for mention in around):
            continue
        mentions = tuple(mention for mention in mentions if mention not in around)
        ends = [(other.start, other.end), *((mention.start, mention.end) for mention in around)]
        kept.append(replace(other, start=min(ends)[0], end=max(end for _, end in ends)))
    return kept, mentions


def _names(text: str, mentions: Iterable[Mention], nameable: Mapping[PersonId, str]) -> list[Piece]:
    """Return every name, with what stands there instead."""
    return [
        Piece(mention.start, mention.end, _public_name(mention, text, nameable), _reason(mention, nameable))
        for mention in mentions
    ]


def _reason(mention: Mention, nameable: Mapping[PersonId, str]) -> ChangeReason:
    if mention.kind is MentionKind.SURNAME:
        return ChangeReason.SURNAME
    return ChangeReason.FIRST_NAME_ONLY if mention.people & nameable.keys() else ChangeReason.NOT_NAMED


def _public_name(mention: Mention, text: str, nameable: Mapping[PersonId, str]) -> str | None:
    """Return what the text has to call them, or None if it may not name them.

    The name as it is written stands if it is one that somebody is called by.
    """
    allowed = {nameable[person] for person in mention.people if person in nameable}
    if mention.kind is MentionKind.SURNAME or not allowed:
        return None
    written = text[mention.start : mention.end]
    if mention.kind is MentionKind.FIRST_NAME and fold(written) in {fold(name) for name in allowed}:
        return written
    return allowed.pop() if len(allowed) == 1 else None


def _replaced(text: str, pieces: Iterable[Piece]) -> str:
    for piece in sorted(pieces, key=lambda piece: piece.start, reverse=True):
        if piece.became is not None:
            text = text[: piece.start] + piece.became + text[piece.end :]
    return text


def _is_clean(text: str, rules: Rules) -> bool:
    """Say whether a text that was put together anew has nothing more that must go."""
    mentions = find_mentions(text, rules.names)
    others = _others(text, mentions, rules.links)
    return not others and all(piece.became is not None for piece in _names(text, mentions, rules.nameable))


def _changes(pieces: Iterable[Piece], words: Words) -> tuple[Change, ...]:
    in_order = sorted(pieces, key=lambda piece: piece.start)
    return tuple(Change(words, piece.start, piece.end, piece.became or "", piece.reason) for piece in in_order)


# --- what is said about it ------------------------------------------------------------

_OF_PERSONAL: Final = {
    ChangeReason.PERSONAL_DATA: (
        FindingCode.CAPTION_PERSONAL_DATA,
        "a telephone number, e-mail address, street, postcode or birthday",
    ),
    ChangeReason.AGE: (FindingCode.CAPTION_PERSONAL_DATA, "an age together with a name or a class"),
    ChangeReason.LINK: (FindingCode.CAPTION_LINK, "a link or an account name"),
    ChangeReason.SURNAME: (FindingCode.CAPTION_FULL_NAME, "a surname from the register"),
}
_SOMEBODY: Final = "somebody who is not in this picture, or who may not be named"


def _notes(pieces: Iterable[Piece], mentions: Sequence[Mention], words: Words) -> tuple[Finding, ...]:
    return _findings(pieces, mentions, words, Severity.NOTE)


def _findings(
    pieces: Iterable[Piece], mentions: Sequence[Mention], words: Words, severity: Severity
) -> tuple[Finding, ...]:
    """Return one finding for each kind of thing that was changed or has to be."""
    kinds = {mention.start: mention.kind for mention in mentions}
    found = (_finding(piece, kinds.get(piece.start), words, severity) for piece in pieces)
    return tuple(dict.fromkeys(found))


def _finding(piece: Piece, kind: MentionKind | None, words: Words, severity: Severity) -> Finding:
    what = _CALLED[words]
    if piece.became is not None:
        message = f"A name in the {what} was shortened to the first name by which this person is called."
        return Finding(FindingCode.CAPTION_FULL_NAME, message, severity=Severity.NOTE)
    code, named = _code_and_name(piece, kind)
    if severity is Severity.NOTE:
        return Finding(code, f"Taken out of the {what}: {named}. Read what is left before you use it.", severity)
    message = f"The {what} has {named}. {_INSTEAD.get(piece.reason, 'Take it out.')}"
    return Finding(code, message, resolvable_by=(Role.STAFF,), remedies=(Remedy.EDIT_CAPTION,))


_INSTEAD: Final = {
    ChangeReason.SURNAME: "Use the first name, or no name.",
    ChangeReason.AGE: "Take one of them out.",
}


def _code_and_name(piece: Piece, kind: MentionKind | None) -> tuple[FindingCode, str]:
    if piece.reason in _OF_PERSONAL:
        return _OF_PERSONAL[piece.reason]
    if kind is MentionKind.FIRST_NAME:
        return FindingCode.CAPTION_NAME_NOT_IN_PHOTO, f"the name of {_SOMEBODY}"
    return FindingCode.CAPTION_FULL_NAME, f"the full name or initials of {_SOMEBODY}"
