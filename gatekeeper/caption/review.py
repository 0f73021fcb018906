"""Hold a text against the rules: first names of people in the picture, and nothing that identifies more.

A text goes out as it was typed or not at all. Where cutting is enough, the cut text is proposed
(`rewrite.py`) and waits for the sender's agreement; only the cut of a surname behind a first name
that stays can be accepted in advance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gatekeeper.caption import messages, phrases
from gatekeeper.caption.identifying import People, find_identifying
from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.links import LICENCES, find_links
from gatekeeper.caption.names import Mention, MentionKind, find_mentions
from gatekeeper.caption.near import find_near
from gatekeeper.caption.personal import Found, find_personal
from gatekeeper.caption.phrases import Span
from gatekeeper.caption.public_names import public_name, titled_name
from gatekeeper.caption.rewrite import Piece, proposal
from gatekeeper.caption.text.strangers import Shape, Stranger, find_strangers
from gatekeeper.caption.text.words import clean
from gatekeeper.types import AcceptedChange, Change, ChangeReason, Finding, PersonId, Severity, Words


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A text as it may be published, and what was noticed in it."""

    text: str | None
    """What goes out, if nothing blocks; otherwise what was typed."""
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    """What goes out otherwise than it was typed; if the text blocks, what would have to."""
    other_names: tuple[Change, ...] = ()
    """What reads as the name of a person who is not on the register, whether it blocks or not."""
    proposed: str | None = field(default=None, repr=False)
    """A text that would pass, where the one that was typed does not."""

    @property
    def blocks(self) -> bool:
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ReviewedWords:
    """All the words that go out with one picture."""

    caption: Reviewed
    alt_text: Reviewed
    credit: Reviewed

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.caption.findings + self.alt_text.findings + self.credit.findings

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.caption.changes + self.alt_text.changes + self.credit.changes

    @property
    def other_names(self) -> tuple[Change, ...]:
        return self.caption.other_names + self.alt_text.other_names + self.credit.other_names


_NONE = Reviewed(None)
NOTHING_SAID = ReviewedWords(_NONE, _NONE, _NONE)
"""No words at all."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a text is held against.

    Attributes:
        names: the names of all people on the register.
        nameable: the people in this picture whose naming consent stands, with the first name to use.
        links: hosts and account names that may be given.
        accepted: changes that the sender agreed to before seeing them.
        sensitive: whether health, care and the like beside a name stop the text.
        classes: whether a class beside a name stops the text.
        nameless: whether captions name no person at all, on the register or not.
        adults: staff, governors and others on the register who are no pupils.
        titled: who of `nameable` may be called by title and surname.
        not_pupils: phrases (`phrases.key`) of which the school has said that they are no pupils.
        credited: names (`phrases.key`) of adults who agreed to be named in full in the credit line.
    """

    names: NameIndex
    nameable: Mapping[PersonId, str] = field(repr=False)
    links: Collection[str] = ()
    accepted: Collection[AcceptedChange] = ()
    sensitive: Severity = Severity.BLOCK
    classes: Severity = Severity.BLOCK
    nameless: bool = False
    adults: Collection[PersonId] = ()
    titled: Collection[PersonId] = ()
    not_pupils: Collection[str] = ()
    credited: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found in one text.

    Attributes:
        names: every name, in reading order, with what may stand there.
        others: what else has to go.
        noted: what may stay and is worth knowing.
        first_names: where those names begin that are a first name and nothing else.
    """

    names: tuple[Piece, ...]
    others: tuple[Piece, ...]
    noted: tuple[Piece, ...]
    first_names: frozenset[int]

    def pieces(self, text: str) -> list[Piece]:
        """Return everything that may not stay as it is."""
        return [*self.others, *(name for name in self.names if name.became != text[name.start : name.end])]


def review_text(text: str | None, words: Words, rules: Rules) -> Reviewed:
    """Say whether a text may go out as it was typed, and propose another where that is safe.

    Args:
        text: as typed; None for none.
        words: which words these are.
        rules: what they are held against.

    Returns:
        The text and its findings; a blocking finding means that it must not go out.
    """
    cleaned = clean(text or "")
    if not cleaned:
        return Reviewed(None)
    read = _read(cleaned, words, rules)
    others = [piece for piece in (*read.others, *read.noted) if piece.reason is ChangeReason.OTHER_NAME]
    return replace(_answer(cleaned, read, words, rules), other_names=_changes(others, words))


def _answer(cleaned: str, read: _Read, words: Words, rules: Rules) -> Reviewed:
    pieces = read.pieces(cleaned)
    noted = messages.findings(read.noted, read.first_names, words, Severity.NOTE)
    if not pieces:
        return Reviewed(cleaned, noted)
    done = proposal(cleaned, read.names, read.others)
    if done is None or not _passes(done[0], words, rules):
        found = messages.findings(pieces, read.first_names, words, Severity.BLOCK)
        return Reviewed(cleaned, found + noted, _changes(pieces, words))
    if AcceptedChange.SURNAMES in rules.accepted and all(_cuts_surname(cleaned, piece) for piece in pieces):
        return Reviewed(done[0], (messages.shortened(words), *noted), _changes(done[1], words))
    found = messages.findings(pieces, read.first_names, words, Severity.NOTE)
    return Reviewed(cleaned, (messages.changed(words), *found, *noted), _changes(done[1], words), proposed=done[0])


def _passes(text: str, words: Words, rules: Rules) -> bool:
    """Say whether a text that was put together has nothing more that must go."""
    return not _read(text, words, rules).pieces(text)


def _cuts_surname(text: str, piece: Piece) -> bool:
    """Say whether a change only cuts what stands behind a first name, which stays letter by letter."""
    kept = piece.became or ""
    return (
        piece.reason is ChangeReason.FIRST_NAME_ONLY
        and bool(kept)
        and text.startswith(kept, piece.start)
        and not text[piece.start + len(kept)].isalpha()
    )


def _read(text: str, words: Words, rules: Rules) -> _Read:
    passed = phrases.places(text, rules.not_pupils)
    mentions = [one for one in find_mentions(text, rules.names) if not _lets_pass(one, passed)]
    credited = phrases.places(text, rules.credited) if words is Words.CREDIT else ()
    strangers = [one for one in find_strangers(text, strict=True) if not _within(one.start, one.end, passed + credited)]
    found: list[Found] = [*find_personal(text), *_links(text, words, rules)]
    found += find_identifying(text, _people(text, mentions, strangers, rules))
    asked, noted = _other_names(text, mentions, strangers, rules)
    others, left = _apart(_once([*found, *asked]), mentions)
    mild = [piece for piece in others if _severity(piece, rules) is Severity.NOTE]
    return _Read(
        names=tuple(_name(text, one, rules, credited) for one in left),
        others=tuple(piece for piece in others if piece not in mild),
        noted=(*mild, *(Piece(one.start, one.end, None, one.reason) for one in noted)),
        first_names=frozenset(one.start for one in left if one.kind is MentionKind.FIRST_NAME),
    )


def _lets_pass(mention: Mention, passed: Sequence[Span]) -> bool:
    """Say whether a mention is part of a phrase that the school lets pass; a whole name of the register never is."""
    return mention.kind is not MentionKind.FULL_NAME and _within(mention.start, mention.end, passed)


def _within(start: int, end: int, places: Iterable[Span]) -> bool:
    return any(first <= start and end <= last for first, last in places)


def _links(text: str, words: Words, rules: Rules) -> list[Found]:
    """Return the links and accounts that may not be given; in a credit line an account names the author."""
    found = find_links(text, (*rules.links, *LICENCES) if words is Words.CREDIT else rules.links)
    return [one for one in found if words is not Words.CREDIT or text[one.start] != "@"]


def _people(text: str, mentions: Sequence[Mention], strangers: Iterable[Stranger], rules: Rules) -> People:
    """Return where people are named: children of the register, all people, and those that only a name list suggests."""
    adults = frozenset(rules.adults)
    children = [
        (one.start, one.end)
        for one in mentions
        if not (one.people <= adults or titled_name(one, text, rules.titled) is not None)
    ]
    sure = [(one.start, one.end) for one in mentions]
    maybe = [(one.start, one.end) for one in strangers if one.shape is not Shape.TITLED]
    return People(children, sure, maybe)


def _other_names(
    text: str, mentions: Sequence[Mention], strangers: Iterable[Stranger], rules: Rules
) -> tuple[list[Found], list[Found]]:
    """Return the names of people who are not on the register: those that stop the text, and those that are noted.

    A first name of a person of the register with an unknown surname behind it may be that person's,
    so it is asked about.
    """
    asked: list[Found] = []
    noted: list[Found] = []
    sure = {(one.start, one.end) for one in find_strangers(text)}
    for one in strangers:
        around = [mention for mention in mentions if mention.start < one.end and one.start < mention.end]
        if any(mention.kind is not MentionKind.FIRST_NAME for mention in around):
            continue
        found = Found(one.start, one.end, ChangeReason.OTHER_NAME)
        if rules.nameless and not around:
            asked.append(found)
        elif one.shape is Shape.FULL and ((one.start, one.end) in sure or rules.nameless):
            (asked if around else noted).append(found)
    return [*asked, *_nearly(text, mentions, rules)], noted


def _nearly(text: str, mentions: Sequence[Mention], rules: Rules) -> Iterator[Found]:
    """Yield what is a name of the register but for a letter or stars, and was not found as one."""
    passed = phrases.places(text, rules.not_pupils)
    for one in find_near(text, rules.names):
        around = [mention for mention in mentions if mention.start < one.end and one.start < mention.end]
        whole = any(mention.kind is MentionKind.FULL_NAME for mention in around)
        if not whole and not _within(one.start, one.end, passed):
            yield Found(one.start, one.end, ChangeReason.OTHER_NAME)


def _severity(piece: Piece, rules: Rules) -> Severity:
    switched = {ChangeReason.SENSITIVE: rules.sensitive, ChangeReason.CLASS: rules.classes}
    return switched.get(piece.reason, Severity.BLOCK)


def _name(text: str, mention: Mention, rules: Rules, credited: Sequence[Span]) -> Piece:
    """Return a name with what may stand there; one that stands within a longer name that may is that."""
    written = text[mention.start : mention.end]
    if mention.people <= frozenset(rules.adults) and _within(mention.start, mention.end, credited):
        return Piece(mention.start, mention.end, written, ChangeReason.FIRST_NAME_ONLY)
    place = titled_name(mention, text, rules.titled) or public_name(mention, text, rules.nameable)
    return Piece(*place, _reason(mention, rules.nameable))


def _reason(mention: Mention, nameable: Mapping[PersonId, str]) -> ChangeReason:
    if mention.kind is MentionKind.SURNAME:
        return ChangeReason.SURNAME
    return ChangeReason.FIRST_NAME_ONLY if mention.people & nameable.keys() else ChangeReason.NOT_NAMED


def _once(found: Iterable[Found]) -> list[Piece]:
    """Return each stretch once, in reading order."""
    apart: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return [Piece(one.start, one.end, None, one.reason) for one in apart]


def _apart(others: list[Piece], mentions: Sequence[Mention]) -> tuple[list[Piece], tuple[Mention, ...]]:
    """Return both so that none overlaps another: what lies within a name goes with it, and the other way round."""
    kept, left = [], tuple(mentions)
    for other in others:
        around = [mention for mention in left if mention.start < other.end and mention.end > other.start]
        if any(mention.start <= other.start and other.end <= mention.end for mention in around):
            continue
        left = tuple(mention for mention in left if mention not in around)
        ends = [(other.start, other.end), *((mention.start, mention.end) for mention in around)]
        kept.append(replace(other, start=min(ends)[0], end=max(end for _, end in ends)))
    return kept, left


def _changes(pieces: Iterable[Piece], words: Words) -> tuple[Change, ...]:
    in_order = sorted(pieces, key=lambda piece: piece.start)
    return tuple(Change(words, piece.start, piece.end, piece.became or "", piece.reason) for piece in in_order)
