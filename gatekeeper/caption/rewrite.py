"""Propose a text that may go out, only where what is left is as true and as whole as what was typed.

A surname is cut behind its first name; one of several names leaves a list that does not count or
order them; a bracket, a tag, an age between commas, or a sentence that only says how to get in touch
goes by itself. Everything else is for a person to write: half a sentence is worse than none.
Line breaks, lists and spacing stay as they were typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
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


Proposal = tuple[str, tuple[Piece, ...]]

_SEPARATOR: Final = re.compile(r"[ \u00a0]*(?:,\s*(?:and|&)|,|;|&|\+|/|\band\b)[ \u00a0]*")
"""What stands between two names of a list."""
_OXFORD: Final = re.compile(r"^\s*,\s*(?=and\b|&)")
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n")
_NO_END: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Mx|Dr|St|Prof|No|vs|v|approx|e\.g|i\.e)|(?<![^\W\d_])[A-Z]|(?:^|\n)[ \u00a0]*\d{1,3})$"
)
"""Before a point that ends no sentence: an abbreviation, an initial, the number of a line."""
_COUNTED: Final = re.compile(
    r"\b(?:both|between|all|each|every|two|three|four|five|six|seven|eight|nine|ten|[2-9]|1\d|twins?|triplets|pairs?|duo"
    r"|trio|quartet|siblings|brothers?|sisters?|respectively|(?:in|of) (?:that )?order|left|right|front|back|middle|row"
    r"|first|second|third|fourth|1st|2nd|3rd|4th|gold|silver|bronze|runners?[- ]up|versus|vs?|against|or|nor|neither"
    r"|either|than|share[sd]?|sharing|split|tie[sd]?|drew|draw|by|sister|brother|twin|cousins?)\b",
    re.IGNORECASE,
)
"""Where this stands in the sentence, a list of names that loses one is untrue."""
_COMPLEMENT: Final = re.compile(
    r"(?:\b(?:are|were|is|was|be|been|called|named|include[sd]?)|[:=–—])\s*$", re.IGNORECASE
)
"""Before a list that is said to be complete: `The winners are Amira and Tom`."""
_TO_ONE: Final = re.compile(
    r"\W*(?:(?:a |very |so |big |huge |many )*(?:well done|congratulations|congrats|thank you|thanks|bravo|hooray"
    r"|welcome)?\s*(?:to|for|with|from)?)\W*",
    re.IGNORECASE,
)
"""What may stand before one name as well as before several, from the start of the sentence."""
_AFTER_ONE: Final = re.compile(
    r"\s*(?:[.!…]*\W*$|(?:at|in|on|from|after|during|before|outside|inside|near|under)\b|\w{2,}ing\b)", re.IGNORECASE
)
"""What may follow one name as well as several."""
_OF_SEVERAL: Final = re.compile(
    r"\b(?:they|them|their|theirs|themselves|together|other|another|are|were|have|do|who|pairs?|partners?|friends"
    r"|winners|champions|captains|heroes|stars|hands|hugging|meeting|sharing|swapping|shaking|competing|fighting"
    r"|arguing|joining|taking turns|as)\b",
    re.IGNORECASE,
)
"""Behind a list that is to lose all but one, this would still speak of several."""
_VERB: Final = re.compile(r"(\s+)(are|were)(?=\s+\w{2,}ing\b)")
_SINGULAR: Final = {"are": "is", "were": "was"}
_CONTACT: Final = re.compile(
    r"\W*(?:please\s+)?(?:call|ring|phone|text|tel|telephone|e-?mail|write to|contact|message|dm|whatsapp|see|visit"
    r"|follow|find us|find out more|more (?:at|on|info|information|details|pictures|photos)|read more|details|tickets"
    r"|book|sign up|register|join|check out|watch|website|link|address)\b",
    re.IGNORECASE,
)
"""How a sentence begins that only says how to get in touch."""
_REFERS: Final = re.compile(
    r"\W*(?:he|she|they|it|this|that|these|those|there|then|and|but|so|or|her|his|their|its|which|who|also|too|not|yes|no"
    r"|if|because|otherwise)\b",
    re.IGNORECASE,
)
"""How a sentence begins that cannot do without the one before."""
_LINE_MARK: Final = re.compile(r"[\s\d.)\]•*·–—-]*")
"""What is left of a line of a list when its words are gone."""
_TAG: Final = re.compile(r"[#\uff03@]\w[\w.-]*")
_APPOSITION: Final = re.compile(r"(?P<open>\s?,\s?)?(?:(?:now|just|only|aged?)\s+)?$", re.IGNORECASE)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends; together they are the whole text.

    Emoji and tags behind a full stop belong to the sentence before it only in so far as they
    stand before the next word.
    """
    cuts = [0]
    for match in _SENTENCE_END.finditer(text):
        following = text[match.end() :].lstrip(" \u00a0")[:1]
        before = text[max(0, match.start() - 12) : match.start()]
        if match.group() == "." and (following.islower() or _NO_END.search(before)):
            continue
        cuts.append(_over_pictures(text, match.end()))
    return [(start, end) for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True) if start < end]


def _over_pictures(text: str, at: int) -> int:
    """Return where the space and emoji that follow a sentence end."""
    while at < len(text) and (text[at].isspace() or unicodedata.category(text[at]) in {"So", "Sk", "Mn", "Cf"}):
        at += 1
    return at


def proposal(text: str, names: Sequence[Piece], others: Sequence[Piece]) -> Proposal | None:
    """Return a text that may go out, and what was done; None where a person has to write one.

    Args:
        text: cleaned.
        names: every name in the text, also those that stay, in reading order.
        others: what else has to go.
    """
    edits: list[Piece] = []
    for members in _lists(text, names):
        done = _of_list(text, members, names)
        if done is None:
            return None
        edits += done
    for piece in others:
        cut = _cut(text, piece, names)
        if cut is None:
            return None
        edits.append(cut)
    apart = _apart(edits)
    return _applied(text, apart) if apart is not None else None


def _applied(text: str, edits: Sequence[Piece]) -> Proposal | None:
    """Return the text with the edits made; None if a line, or the whole, would have no words left."""
    if any(_empties_line(text, edit) for edit in edits):
        return None
    left = text
    for edit in reversed(edits):
        left = left[: edit.start] + (edit.became or "") + left[edit.end :]
    left = left.strip()
    return (left, tuple(edits)) if any(char.isalpha() for char in _TAG.sub("", left)) else None


def _empties_line(text: str, edit: Piece) -> bool:
    """Say whether a cut within a line leaves nothing of it but its number or mark."""
    if edit.became or text[edit.end - 1 : edit.end] == "\n":
        return False
    start = text.rfind("\n", 0, edit.start) + 1
    end = text.find("\n", edit.end)
    rest = text[start : edit.start] + text[edit.end : end if end >= 0 else len(text)]
    return start < edit.start and _LINE_MARK.fullmatch(rest) is not None


def _lists(text: str, names: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the names, those together that are one list."""
    number = 0
    numbers: list[int] = []
    for at, name in enumerate(names):
        number += at > 0 and not _SEPARATOR.fullmatch(text, names[at - 1].end, name.start)
        numbers.append(number)
    for _, members in groupby(zip(numbers, names, strict=True), key=lambda pair: pair[0]):
        yield [name for _, name in members]


def _of_list(text: str, members: Sequence[Piece], names: Sequence[Piece]) -> list[Piece] | None:
    """Return the edits that take out of one list who has to go; None if none would do."""
    kept = [name for name in members if name.became is not None]
    gone = [name for name in members if name.became is None]
    if not gone:
        return [name for name in members if name.became != text[name.start : name.end]]
    whole = Piece(members[0].start, members[-1].end, None, gone[0].reason)
    if not kept:
        cut = _bracket(text, whole, names) or _tag(text, whole)
        return [cut] if cut is not None else None
    start, end = _sentence_around(text, whole.start)
    before, rest = text[start : whole.start], text[whole.end : end]
    if _COUNTED.search(text, start, end) or _COMPLEMENT.search(before):
        return None
    joined = _joined(text, members)
    if len(kept) > 1:
        return [replace(whole, became=joined)]
    return _one_left(whole, joined, before, rest)


def _one_left(whole: Piece, name: str, before: str, rest: str) -> list[Piece] | None:
    """Return the edit that leaves one name of a list, if the sentence can be about one person."""
    verb = _VERB.match(rest)
    after = rest[verb.end() :] if verb else rest
    if not (_TO_ONE.fullmatch(before) and _AFTER_ONE.match(after)) or _OF_SEVERAL.search(after):
        return None
    if verb is None:
        return [replace(whole, became=name)]
    return [replace(whole, end=whole.end + verb.end(), became=name + verb[1] + _SINGULAR[verb[2]])]


def _joined(text: str, members: Sequence[Piece]) -> str:
    """Return the names that stay, separated as they were; the last as the last one was."""
    kept = [at for at, name in enumerate(members) if name.became is not None]
    joined = members[kept[0]].became or ""
    for at in kept[1:]:
        follows = len(members) - 1 if at == kept[-1] else at
        separator = text[members[follows - 1].end : members[follows].start]
        if len(kept) == 2:  # noqa: PLR2004 -- `A, and B` is for more
            separator = _OXFORD.sub(" ", separator)
        joined += separator + (members[at].became or "")
    return joined


# --- what goes by itself ---------------------------------------------------------------


def _cut(text: str, piece: Piece, names: Sequence[Piece]) -> Piece | None:
    """Return what goes with a stretch that has to go: its bracket, its tag, its commas or its sentence."""
    found = _bracket(text, piece, names) or _tag(text, piece)
    if found is None and piece.reason is ChangeReason.AGE:
        return _between_commas(text, piece, names)
    return found or _contact(text, piece, names)


def _bracket(text: str, piece: Piece, names: Sequence[Piece]) -> Piece | None:
    """Return the bracket that a stretch stands in, with the space before it, if no name in it stays."""
    start, end = _line_around(text, piece.start)
    first = piece.end - len(text[piece.start : piece.end].lstrip())
    opening, closing = text.rfind("(", start, first + 1), text.find(")", piece.end - 1, end)
    if opening < 0 or closing < 0 or ")" in text[opening : piece.start] or "(" in text[piece.end : closing]:
        return None
    named = any(name.became is not None and opening < name.start < closing for name in names)
    if named or not any(char.isalpha() for char in text[start:opening]):
        return None
    return Piece(_over_space(text, opening), closing + 1, None, piece.reason)


def _tag(text: str, piece: Piece) -> Piece | None:
    """Return the tag that a stretch is part of, if it belongs to no sentence."""
    tag = next((tag for tag in _TAG.finditer(text) if tag.start() <= piece.start and piece.end <= tag.end()), None)
    if tag is None:
        return None
    before = re.sub(rf"(?:{_TAG.pattern}\s*)+$", "", text[: tag.start()]).rstrip(" \u00a0")
    ends = bool(before) and (before[-1] in ".!?…\n" or unicodedata.category(before[-1]) in {"So", "Mn"})
    after = text[tag.end() :].lstrip(" \u00a0")
    follows = not after or after[0] in "#\uff03@\n" or unicodedata.category(after[0]) == "So"
    return Piece(_over_space(text, tag.start()), tag.end(), None, piece.reason) if ends and follows else None


def _between_commas(text: str, piece: Piece, names: Sequence[Piece]) -> Piece | None:
    """Return an age that stands in commas behind a name, with them: `Amira, 8, dug` and `Amira, 8.`."""
    start = piece.start
    while start < piece.end and text[start] in ", (":
        start += 1
    end = piece.end
    while end > start and text[end - 1] in ",.;:!?&) ":
        end -= 1
    before = _APPOSITION.search(text, 0, start)
    opening = before.start() if before is not None else start
    if before is None or not before["open"] or not any(name.end == opening for name in names):
        return None
    after = text[end : end + 1]
    if after == ",":
        listed = any(name.start == end + len(gap[0]) for name in names if (gap := _SPACE_COMMA.match(text, end)))
        return Piece(opening, end + (0 if listed else 1), None, piece.reason)
    stop = not after or after in ".!;\n" or re.match(r"\s+(?:and|&)\b", text[end:]) is not None
    return Piece(opening, end, None, piece.reason) if stop else None


_SPACE_COMMA: Final = re.compile(r",\s*")


def _contact(text: str, piece: Piece, names: Sequence[Piece]) -> Piece | None:
    """Return the sentence of a stretch if it only says how to get in touch, and the others can do without it."""
    if piece.reason not in {ChangeReason.PERSONAL_DATA, ChangeReason.LINK}:
        return None
    start, end = _sentence_around(text, piece.start)
    without = text[start : piece.start] + text[piece.end : end]
    alone = not any(char.isalpha() for char in without)
    named = any(start <= name.start < end for name in names)
    if piece.end > end or named or not (alone or _CONTACT.match(text, start, end)) or not text[:start].strip():
        return None
    if _REFERS.match(text, end) and end < len(text):
        return None
    if end == len(text):  # with the space before it
        return Piece(len(text[:start].rstrip()), end, None, piece.reason)
    return Piece(start, end, None, piece.reason) if text[start - 1] != "\n" or "\n" in text[start:end] else None


def _over_space(text: str, at: int) -> int:
    """Return where the space before a place begins, within its line."""
    while at > 0 and text[at - 1] in " \u00a0":
        at -= 1
    return at


def _sentence_around(text: str, at: int) -> tuple[int, int]:
    return next((start, end) for start, end in sentences(text) if start <= at < end)


def _line_around(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def _apart(edits: Iterable[Piece]) -> list[Piece] | None:
    """Return the edits in order, without those that lie within another; None if two cross."""
    in_order = sorted(edits, key=lambda edit: (edit.start, -edit.end))
    widest: list[Piece] = []
    for edit in in_order:
        if widest and edit.end <= widest[-1].end and widest[-1].became is None:
            continue
        widest.append(edit)
    return widest if all(one.end <= other.start for one, other in pairwise(widest)) else None
