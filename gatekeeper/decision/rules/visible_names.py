"""Names that can be read in the picture: who is named where, and whether the school's name is.

What was read is treated like a caption, but for three things. A name may be spread over
neighbouring lines, as on a badge; a word is only believed to be a surname or a first name
by itself if it is long enough not to be a misreading; and beside one part of a name the
other is known with a wrong letter or two (`misread`). What may be a name with an ending of
another language (`Banksy`, `Nike`) is only noted: signs and brands are full of such words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.misread import misread_names
from gatekeeper.caption.names import Mention, MentionKind, find_mentions
from gatekeeper.caption.text import ordinary
from gatekeeper.caption.text.words import clean, words
from gatekeeper.decision.findings import finding
from gatekeeper.naming.folding import fold
from gatekeeper.types import Box, Finding, FindingCode, PersonId, Severity
from gatekeeper.vision.text.reader import Line, Writing

_SHORTEST: Final = 3
"""Letters of a name that is believed by itself."""
_APART: Final = 1.2
"""Lines belong together if the gap between them is no wider than this share of the lower one's height."""
_LIKE: Final = 2.5
"""... and neither is so many times as high as the other."""
_MARGIN: Final = 0.25
"""What is to be covered is larger than the line by this share of its height on each side."""
_SMALL_L: Final = re.compile(r"\bl(?=[a-z])")
_PLAIN: Final = frozenset(
    ("the", "school", "primary", "infant", "junior", "secondary", "high", "academy", "college", "nursery", "of", "and")
)
"""Words of a school's name that many schools' names have."""


@dataclass(frozen=True, slots=True)
class VisibleName:
    """A name that can be read."""

    kind: MentionKind
    people: frozenset[PersonId]
    """The people on the register who may be meant."""
    place: Box
    """What has to be covered, in the units of the lines."""
    certain: bool = True
    """Whether it is a name as it is spelt, not one that was given an ending."""


def visible_names(writing: Writing, index: NameIndex) -> tuple[VisibleName, ...]:
    """Return the register's names in a picture's writing, each place once, full names first."""
    found = [*_across(writing.lines, index), *_within(writing.lines, index)]
    seen: dict[Box, VisibleName] = {}
    for name in sorted(found, key=lambda name: (not name.certain, _ORDER.index(name.kind), name.place.area)):
        if not any(_same(name.place, place) for place in seen):
            seen[name.place] = name
    return tuple(seen.values())


_ORDER: Final = (MentionKind.FULL_NAME, MentionKind.SURNAME, MentionKind.FIRST_NAME)


def name_findings(
    writing: Writing | None, index: NameIndex, named: Collection[PersonId], first_names: Severity
) -> Iterator[Finding]:
    """Yield what is to be said about names in the picture.

    Args:
        writing: boxes in fractions of the picture; None if it was not read.
        index: the register's names.
        named: the people in the picture who may be named.
        first_names: what the first name of any other person is.
    """
    if writing is None:
        message = "The writing in this picture was not read, because the policy says so. Look for names yourself."
        yield finding(FindingCode.VISIBLE_NAME, message, severity=Severity.NOTE, resolvable_by=(), remedies=())
        return
    if not writing.complete:
        message = "There is more writing in this picture than can be read. Cover it, crop it, or use another picture."
        yield finding(FindingCode.VISIBLE_NAME, message)
    for name in visible_names(writing, index):
        if not name.certain:
            if not name.people & set(named):
                yield _finding("A word that may be a form of a name from the register", name.place, Severity.NOTE)
        elif name.kind is not MentionKind.FIRST_NAME:
            yield _finding("A full name or surname from the register", name.place, Severity.BLOCK)
        elif not name.people & set(named):
            whose = "The first name of a person who is not in this picture or may not be named"
            yield _finding(whose, name.place, first_names)


def school_findings(writing: Writing | None, school_name: str) -> Iterator[Finding]:
    """Yield a note if the school's name can be read; arguments as above and as the policy's."""
    place = shows_school(writing, school_name) if writing is not None else None
    if place is not None:
        yield _finding("The school's name", place, Severity.NOTE)


def _finding(what: str, place: Box, severity: Severity) -> Finding:
    message = f"{what} can be read in the picture. Cover it, crop it away, or use another picture."
    return finding(FindingCode.VISIBLE_NAME, message, severity=severity, region=place.within(1, 1))


def shows_school(writing: Writing, school_name: str) -> Box | None:
    """Return where the school's own name can be read; None if it cannot, or has no word of its own."""
    own = {word.folded for word in words(school_name)} - _PLAIN
    for line in writing.lines:
        if own and own <= {word.folded for word in words(clean(line.text))}:
            return line.box
    return None


def _within(lines: Sequence[Line], index: NameIndex) -> Iterator[VisibleName]:
    for line, text in ((one, text) for one in lines for text in _readings(one)):
        for mention in find_mentions(text, index):
            letters = fold(text[mention.start : mention.end])
            if mention.kind in _ORDER and (mention.kind is MentionKind.FULL_NAME or len(letters) >= _SHORTEST):
                yield VisibleName(
                    mention.kind, mention.people, _with_margin(line.box), _is_certain(mention, text, index)
                )
        for _, _, people in misread_names(text, index):
            yield VisibleName(MentionKind.FULL_NAME, people, _with_margin(line.box))


def _is_certain(mention: Mention, text: str, index: NameIndex) -> bool:
    """Say whether a mention is no mere form of a name: of a first name, or of a surname that is an ordinary word.

    A declined surname such as `Kowalskiego` is certain: nothing else is written like it.
    """
    names = index.given if mention.kind is MentionKind.FIRST_NAME else index.surnames
    single = words(text[mention.start : mention.end])
    if mention.kind is MentionKind.FULL_NAME or len(single) != 1 or not names.bearers(single[0]):
        return True
    declines = mention.kind is MentionKind.SURNAME and any(
        not index.plain[person][1] & ordinary.ORDINARY for person in mention.people
    )
    return declines or bool(names.spelt(single[0]))


def _readings(line: Line) -> list[str]:
    """Return what a line says, and what it says if an `l` that begins a word is a capital I."""
    text = clean(line.text)
    other = _SMALL_L.sub("I", text)
    return [text] if other == text else [text, other]


def _across(lines: Sequence[Line], index: NameIndex) -> Iterator[VisibleName]:
    """Yield full names that begin in one line and end in a neighbouring one."""
    for one, other in permutations(lines, 2):
        if not _neighbours(one.box, other.box):
            continue
        first, second = clean(one.text), clean(other.text)
        both = f"{first} {second}"
        mentions = ((m.start, m.end, m.people) for m in find_mentions(both, index) if m.kind is MentionKind.FULL_NAME)
        for start, end, people in (*mentions, *misread_names(both, index)):
            if start < len(first) < end:
                yield VisibleName(MentionKind.FULL_NAME, people, _with_margin(_both(one.box, other.box)))


def _neighbours(one: Box, other: Box) -> bool:
    """Say whether `other` stands close below `one`, or close behind it in the same row."""
    low, high = sorted((min(one.width, one.height), min(other.width, other.height)))
    if low * _LIKE < high:
        return False
    across = _gap(one.x, one.x + one.width, other.x, other.x + other.width)
    down = _gap(one.y, one.y + one.height, other.y, other.y + other.height)
    follows = other.y > one.y or other.x > one.x
    return follows and across <= _APART * low and down <= _APART * low


def _gap(start: float, end: float, other_start: float, other_end: float) -> float:
    return max(other_start - end, start - other_end, 0.0)


def _both(one: Box, other: Box) -> Box:
    left, top = min(one.x, other.x), min(one.y, other.y)
    right, bottom = max(one.x + one.width, other.x + other.width), max(one.y + one.height, other.y + other.height)
    return Box(left, top, right - left, bottom - top)


def _with_margin(box: Box) -> Box:
    by = _MARGIN * min(box.width, box.height)
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def _same(one: Box, other: Box) -> bool:
    return one.intersection(other) > 0.5 * min(one.area, other.area)
