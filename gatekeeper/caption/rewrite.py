"""Take stretches out of a text so that whole sentences are left.

What stands by itself goes by itself: one of several names in a list, a bracket, a tag among
tags. Otherwise the sentence goes, because half of one is worse than none. If no sentence is
left there is no text, and somebody has to write another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from gatekeeper.types import ChangeReason


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that may not stay as it is: `text[start:end]`."""

    start: int
    end: int
    became: str | None
    """What stands there instead; None if it has to go."""
    reason: ChangeReason


_SEPARATOR: Final = re.compile(r"\s*(?:,\s*(?:and|&)|,|;|&|\+|/|\band\b)\s*")
"""What stands between two names of a list."""
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n")
_NO_END: Final = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Mx|Dr|St|Prof|No|vs|v|approx|e\.g|i\.e)|(?<![^\W\d_])[A-Z])$")
"""Before a point that ends no sentence."""
_SAFE_AFTER_ONE: Final = re.compile(
    r"\s*(?:$|[.,!?;:)…–—-]|[^\w\s]"
    r"|(?:are|were|have|at|in|on|with|from|after|during|before|by|for|under|near|outside|inside|\w+ing|\w+ed|made|won"
    r"|ran|built|had|got|went|took|came|sang|found|wrote|met|did|gave|grew|swam|rode|drew|saw|taught|learnt|led)\b)",
    re.IGNORECASE,
)
"""What may follow one name as well as several."""
_OF_SEVERAL: Final = re.compile(
    r"\b(?:both|between|all|each|two|three|four|five|six|seven|eight|nine|ten|twins|brothers|sisters|pair|duo|trio"
    r"|they|them|themselves|together)\b",
    re.IGNORECASE,
)
"""Where this stands in the sentence, a list of names cannot lose one."""
_SINGULAR: Final = {"are": "is", "were": "was", "have": "has"}
_VERB: Final = re.compile(rf"(\s+)({'|'.join(_SINGULAR)})\b")
_TAG: Final = re.compile(r"[#\uff03@]\w[\w.-]*")
_TIDY: Final = (
    (re.compile(r"[ \u00a0]{2,}"), " "),
    (re.compile(r" +(?=[,.;:!?…)\]](?:\s|$))"), ""),
    (re.compile(r"[ \u00a0]*\n[ \u00a0]*"), "\n"),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends; together they are the whole text.

    Emoji and tags behind a full stop belong to the sentence before it only in so far as they
    stand before the next word.
    """
    cuts = [0]
    for match in _SENTENCE_END.finditer(text):
        following = text[match.end() :].lstrip(" \u00a0")[:1]
        if match.group() == "." and (following.islower() or _NO_END.search(text[: match.start()])):
            continue
        cuts.append(_over_pictures(text, match.end()))
    return [(start, end) for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True) if start < end]


def _over_pictures(text: str, at: int) -> int:
    """Return where the space and emoji that follow a sentence end."""
    while at < len(text) and (text[at].isspace() or unicodedata.category(text[at]) in {"So", "Sk", "Mn", "Cf"}):
        at += 1
    return at


def rewritten(text: str, names: Sequence[Piece], others: Sequence[Piece]) -> tuple[str, tuple[Piece, ...]] | None:
    """Return the text without what has to go, and what was done; None if no sentence is left.

    Args:
        text: cleaned.
        names: every name in the text, also those that stay, in reading order.
        others: what else has to go.
    """
    edits: list[Piece] = []
    for members in _lists(text, names):
        edits += _without(text, members)
    edits += [_alone(text, piece) for piece in others]
    whole = _widest(edits)
    for edit in reversed(whole):
        text = text[: edit.start] + (edit.became or "") + text[edit.end :]
    text = _tidied(text)
    return (text, tuple(whole)) if any(char.isalpha() for char in _TAG.sub("", text)) else None


def _lists(text: str, names: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the names, those together that are one list."""
    number = 0
    numbers: list[int] = []
    for at, name in enumerate(names):
        number += at > 0 and not _SEPARATOR.fullmatch(text, names[at - 1].end, name.start)
        numbers.append(number)
    for _, members in groupby(zip(numbers, names, strict=True), key=lambda pair: pair[0]):
        yield [name for _, name in members]


def _without(text: str, members: Sequence[Piece]) -> list[Piece]:
    """Return the edits that take out of one list who has to go."""
    kept = [name for name in members if name.became is not None]
    gone = [name for name in members if name.became is None]
    if not gone:
        return [name for name in members if name.became != text[name.start : name.end]]
    start, end = _sentence_around(text, members[0].start)
    if not kept:
        return [_alone(text, Piece(members[0].start, members[-1].end, None, gone[0].reason))]
    rest = text[members[-1].end : end]
    if _OF_SEVERAL.search(text, start, end) or (len(kept) == 1 and not _SAFE_AFTER_ONE.match(rest)):
        return [Piece(start, end, None, gone[0].reason)]
    joined, last = _joined([name.became or "" for name in kept]), members[-1].end
    verb = _VERB.match(rest) if len(kept) == 1 else None
    if verb:
        joined, last = joined + verb[1] + _SINGULAR[verb[2]], last + verb.end()
    return [Piece(members[0].start, last, joined, gone[0].reason)]


def _joined(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _alone(text: str, piece: Piece) -> Piece:
    """Return what goes with a stretch that has to go: its bracket, its tag, or its sentence."""
    start, end = _sentence_around(text, piece.start)
    if piece.end > end:
        end = _sentence_around(text, piece.end - 1)[1]
    opening, closing = text.rfind("(", start, piece.start), text.find(")", piece.end, end)
    bracket = opening >= 0 and closing >= 0 and ")" not in text[opening : piece.start]
    if bracket and text[start:opening].strip():
        return Piece(opening, closing + 1, None, piece.reason)
    return _tag(text, piece) or Piece(start, end, None, piece.reason)


def _tag(text: str, piece: Piece) -> Piece | None:
    """Return the tag that a stretch is part of, if it belongs to no sentence."""
    tag = next((tag for tag in _TAG.finditer(text) if tag.start() <= piece.start and piece.end <= tag.end()), None)
    if tag is None:
        return None
    before = re.sub(rf"(?:{_TAG.pattern}\s*)+$", "", text[: tag.start()]).rstrip(" \u00a0")
    ends = not before or before[-1] in ".!?…\n" or unicodedata.category(before[-1]) in {"So", "Mn"}
    after = text[tag.end() :].lstrip(" \u00a0")
    follows = not after or after[0] in "#\uff03@\n" or unicodedata.category(after[0]) == "So"
    return Piece(tag.start(), tag.end(), None, piece.reason) if ends and follows else None


def _sentence_around(text: str, at: int) -> tuple[int, int]:
    return next((start, end) for start, end in sentences(text) if start <= at < end)


def _widest(edits: Iterable[Piece]) -> list[Piece]:
    """Return the edits in order, without those that lie within another."""
    widest: list[Piece] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if widest and edit.start < widest[-1].end:
            if edit.end > widest[-1].end:
                widest[-1] = Piece(widest[-1].start, edit.end, None, widest[-1].reason)
            continue
        widest.append(edit)
    return widest


def _tidied(text: str) -> str:
    for pattern, instead in _TIDY:
        text = pattern.sub(instead, text)
    return text.strip()
