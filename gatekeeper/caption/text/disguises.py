"""Names that are hidden within a run of characters: `4m1r4`, `K\u2b50han`, `#teamamirakhan`.

Signs, emoji and digits between letters are read over or read as letters, and the result is
only taken for a word if the register knows it as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gatekeeper.caption.text import ordinary
from gatekeeper.caption.text.words import DISGUISED, Word
from gatekeeper.naming.confusables import SIGNS, letters_of, skeleton, styled
from gatekeeper.naming.folding import fold, one_apostrophe
from gatekeeper.types import PersonId

_RUN: Final = re.compile(r"\S+")
_POSSESSIVE: Final = re.compile(r"'s$", re.IGNORECASE)
_UNIT: Final = re.compile(r"\d+[a-z]{1,2}", re.IGNORECASE)
"""`10am`, `5th`, `4B`: no names, though a 5 looks like an S."""
_CAPITAL_WITHIN: Final = re.compile(r"[a-z].*I|^[A-Z]I.*[a-z]|[A-Z]l[A-Z]")
"""A capital I where a small l is meant, or the other way round."""
_FIRST: Final = frozenset("@$\u20ac")
"""Signs that a disguised name may begin or end with."""
_SHORTEST: Final = 3
"""Letters of the shortest name that is looked for in disguise."""
_REAL: Final = 2
"""... of which so many must be letters."""
_LONG: Final = 13
"""A run of more characters than this may be several words without the spaces."""


_WHOLE, _FAMILY = 7, 6
"""Letters of a whole name and of a surname from which on they are looked for within a longer run."""
_LONGEST: Final = 24
"""Letters of the longest name that is looked for so."""
_ORDINARY: Final = frozenset(map(skeleton, ordinary.ORDINARY))

Bearers = Mapping[str, set[PersonId]]


class Names(Protocol):
    """What has to be known of the register."""

    def knows_as(self, folded: str) -> bool: ...


def unmasked(found: Sequence[Word], text: str, names: Names) -> tuple[Word, ...]:
    """Return the words, with those that make up a disguised name put together as it."""
    kept = list(found)
    for run in _RUN.finditer(text):
        start, end = _core(text, run.start(), run.end())
        inside = [word for word in kept if word.start < end and word.end > start]
        if any((word.start < start or word.end > end) and names.knows_as(word.folded) for word in inside):
            continue  # part of a longer name that was spelt out
        plain = len(inside) == 1 and (inside[0].start, inside[0].end) == (start, end)
        folded = _meant(text[start:end], names, plain=plain)
        if folded is None and text[end : end + 1] == "!" and _has_signs(text[start:end]):
            end += 1  # an exclamation mark may be the last letter
            folded = _meant(text[start:end], names, plain=False)
        if folded is not None:
            opens = inside[0].opens_sentence if inside else False
            tagged = text[max(start - 1, 0) : start] in {"#", "\uff03"}
            name = Word(start, end, text[start:end], folded, opens_sentence=opens, tagged=tagged)
            kept = sorted([*(word for word in kept if word not in inside), name], key=lambda word: word.start)
    return tuple(kept)


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the run without signs at its ends, and without a possessive ending."""
    while start < end and not (_says(text[start]) or text[start] in _FIRST):
        start += 1
    while end > start and not (_says(text[end - 1]) or text[end - 1] in _FIRST):
        end -= 1
    ending = _POSSESSIVE.search(one_apostrophe(text[start:end]))
    return start, start + ending.start() if ending else end


def _says(char: str) -> bool:
    return char.isdigit() or bool(letters_of(char))


def _meant(core: str, names: Names, *, plain: bool) -> str | None:
    """Return the name that a run of characters stands for; None if it is none, or a `plain` word that is one."""
    letters = "".join(letters_of(char) for char in core)
    if len(core) < _SHORTEST or len(letters) < _REAL or (plain and names.knows_as(fold(core))):
        return None
    ways = _ways(core, fold(letters), plain=plain)
    return next((way for way in ways if len(way) >= _SHORTEST and names.knows_as(way)), None)


def _ways(core: str, letters: str, *, plain: bool) -> Iterator[str]:
    """Yield what a run may stand for, folded."""
    trimmed = core.strip("0123456789")
    if not plain and not trimmed.isalpha():
        yield letters
    signs = [part for part in (trimmed, core) if _has_signs(part)]
    if not _UNIT.fullmatch(core):
        yield from (DISGUISED + skeleton(_read(part)) for part in signs)
    if (plainly := None if core.isascii() else styled(core)) is not None:
        yield DISGUISED + skeleton(fold(plainly))
    if letters not in ordinary.ORDINARY and (_CAPITAL_WITHIN.search(core) or "rn" in letters or "vv" in letters):
        yield DISGUISED + skeleton(letters)


def _has_signs(part: str) -> bool:
    return any(map(_is_sign, part))


def _is_sign(char: str) -> bool:
    return char.isdigit() or char in SIGNS


def _read(part: str) -> str:
    """Return letters, and the digits and signs that may stand for some, folded."""
    return fold("".join(char if _is_sign(char) else letters_of(char) for char in part))


# --- within longer words --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hidden:
    """A name that is part of a longer run, `text[start:end]`, and who bears it."""

    start: int
    end: int
    whole: bool
    """Whether it is first name and surname, and not only a surname."""
    people: frozenset[PersonId]


def hidden_within(text: str, given: Bearers, surnames: Bearers) -> Iterator[Hidden]:
    """Yield the names that are part of a tag, a file's name or another long run.

    Args:
        text: cleaned.
        given: first names by skeleton, marked with `DISGUISED`.
        surnames: likewise.
    """
    for run in _RUN.finditer(text):
        if not _is_joined(run.group()):
            continue
        start, end = _core(text, run.start(), run.end())
        core = text[start:end]
        for whole, people in _within(core, given, surnames):
            yield Hidden(start, end, whole, frozenset(people))


def _within(core: str, given: Bearers, surnames: Bearers) -> Iterator[tuple[bool, set[PersonId]]]:
    """Yield whether it is a whole name, and whose, for each name within a run."""
    run, parts = skeleton(_read(core)), _parts(core)
    for at in range(len(run)):
        for end, people in (*_whole_at(run, at, given, surnames), *_whole_at(run, at, surnames, given)):
            if end - at >= _WHOLE or run[at:end] in parts:
                yield True, people
    for at in range(len(run)):
        for end, people in _beginning_at(run, at, surnames):
            if run[at:end] not in _ORDINARY and (end - at >= _FAMILY or run[at:end] in parts):
                yield False, people


def _whole_at(run: str, at: int, first: Bearers, last: Bearers) -> Iterator[tuple[int, set[PersonId]]]:
    """Yield where two names of one person end that begin at a place of a run, one after the other."""
    for middle, people in _beginning_at(run, at, first):
        for end, others in _beginning_at(run, middle, last):
            if people & others:
                yield end, people & others


def _beginning_at(run: str, at: int, names: Bearers) -> Iterator[tuple[int, set[PersonId]]]:
    """Yield where the names end that begin at a place of a run, and who bears each."""
    for stop in range(at + _REAL, min(len(run), at + _LONGEST) + 1):
        bearers = names.get(DISGUISED + run[at:stop])
        if bearers:
            yield stop, bearers


def _parts(run: str) -> frozenset[str]:
    """Return what stands between the signs of a run, as skeletons."""
    return frozenset(skeleton(fold(part)) for part in re.split(r"[\W\d_]+", run))


def _is_joined(run: str) -> bool:
    """Say whether a run is of the kind that several words are joined in."""
    return run.startswith(("#", "@", "\uff03")) or "_" in run or len(run) > _LONG or any(map(str.isdigit, run))
