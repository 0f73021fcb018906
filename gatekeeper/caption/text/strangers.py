"""Named-entity recognition of people who are not on the register, told by how names look and by lists of usual ones.

A given name with a surname behind it (`Oliver Thompson`), or a title with one (`Mrs Thompson`). A given
name that is also a word or a place (`Grace`, `Florence`) needs a surname that is known as one. Where
captions may name no person at all, a given name by itself counts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from gatekeeper.caption.text import ordinary, things
from gatekeeper.caption.text.words import Word, words
from gatekeeper.naming.folding import one_apostrophe

Span = tuple[int, int]

_CELTIC: Final = re.compile(r"(?:O'|Mc|Mac|Fitz)[A-Z][a-z]")
_SPACE: Final = re.compile(r"[ \u00a0]{1,2}|[ \u00a0]?-[ \u00a0]?")
_INITIAL_SPACE: Final = re.compile(r"\.?[ \u00a0]{1,2}")
_FIGURE: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, ordinary.FIGURES))})\b", re.IGNORECASE)
_HEADLINE: Final = 0.7
"""From this share of words with capitals a line is set as a heading, in which capitals tell nothing."""


class Shape(StrEnum):
    """How a name of a person who is not on the register is written."""

    FULL = "full"
    TITLED = "titled"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Stranger:
    """A stretch of the text that reads as a person's name: `text[start:end]`."""

    start: int
    end: int
    shape: Shape
    given: str
    """The folded given name or title that it begins with."""


def find_strangers(text: str, *, strict: bool = False) -> tuple[Stranger, ...]:
    """Return what reads as a person's name, in reading order; names of the register are among it.

    Args:
        text: cleaned.
        strict: also given names alone, and given names that are words before any unknown word.
    """
    figures = [match.span() for match in _FIGURE.finditer(one_apostrophe(text))]

    def is_figure(one: Stranger) -> bool:
        return any(start < one.end and one.start < end for start, end in figures)

    found = _Reader(text, words(text), strict=strict).strangers()
    return tuple(one for one in found if not is_figure(one))


@cache
def _listed(name: str) -> frozenset[str]:
    content = resources.files("gatekeeper.caption").joinpath(name).read_text("utf-8")
    return frozenset(line for line in content.splitlines() if not line.startswith("#"))


def is_given_name(folded: str) -> bool:
    """Say whether a folded word is a usual given name."""
    return folded in _listed("given_names.txt")


def _is_listed(folded: str) -> bool:
    return folded in _listed("surnames.txt") or folded in _listed("given_names.txt")


@dataclass(frozen=True, slots=True)
class _Reader:
    """One text, read from the left."""

    text: str
    tokens: Sequence[Word]
    strict: bool

    def strangers(self) -> Iterator[Stranger]:
        at = 0
        while at < len(self.tokens):
            found, used = self._at(at)
            if found is not None:
                yield found
            at += used

    def _at(self, at: int) -> tuple[Stranger | None, int]:
        word = self.tokens[at]
        if word.folded in things.TITLES and (last := self._after_title(at)):
            whole = last > at + 1 and len(self.tokens[at + 1].text) > 1
            return self._stranger(at, last, Shape.FULL if whole else Shape.TITLED), last - at + 1
        if not self._is_given(at):
            return None, 1
        if last := self._surname(at):
            return self._stranger(at, last, Shape.FULL), last - at + 1
        if self.strict and not self._is_word_too(word) and not self._before_thing(at) and not word.text.isupper():
            return self._stranger(at, at, Shape.GIVEN), 1
        return None, 1

    def _stranger(self, first: int, last: int, shape: Shape) -> Stranger:
        return Stranger(self.tokens[first].start, self.tokens[last].end, shape, self.tokens[first].folded)

    def _is_given(self, at: int) -> bool:
        word = self.tokens[at]
        before = self.tokens[at - 1].folded if at > 0 else ""
        if not word.capitalised or word.tagged or {before, word.folded} & ordinary.BEFORE_PLACES:
            return False
        first = word.parts()[0].folded
        return is_given_name(word.folded) or is_given_name(first) or self._is_unusual_given(at)

    def _is_unusual_given(self, at: int) -> bool:
        """Say whether an unknown word is a given name by what is beside it: a role, or a known surname."""
        word = self.tokens[at]
        if at + 1 >= len(self.tokens) or not self._looks_like_surname(at) or self._is_word_too(word):
            return False
        role = at > 0 and self.tokens[at - 1].folded in things.ROLES and self._beside(at - 1, _INITIAL_SPACE)
        return role or (not word.opens_sentence and self._is_known_surname(at + 1))

    def _is_known_surname(self, at: int) -> bool:
        word = self.tokens[at]
        listed = any(part.folded in _listed("surnames.txt") for part in (word, *word.parts()))
        return listed or _CELTIC.match(one_apostrophe(word.text)) is not None

    def _after_title(self, at: int) -> int:
        """Return where the surname behind a title is, 0 for none."""
        last = at + 1
        if last >= len(self.tokens) or not self.tokens[at].capitalised or not self._beside(at, _INITIAL_SPACE):
            return 0
        if len(self.tokens[last].text) == 1 and last + 1 < len(self.tokens) and self._beside(last, _INITIAL_SPACE):
            last += 1
        if not self._looks_like_surname(last) or self.tokens[last].folded in things.NO_TITLED:
            return 0
        return self._surname(last) or last

    def _surname(self, at: int) -> int:
        """Return where the surname that belongs to a given name ends, 0 for none."""
        last = at + 1
        while last < len(self.tokens) and self._beside(last - 1, _INITIAL_SPACE) and self._is_between(last):
            last += 1
        if last >= len(self.tokens) or not self._beside(last - 1, _SPACE) or not self._looks_like_surname(last):
            return 0
        known = self._is_known_surname(last)
        doubtful = self._is_word_too(self.tokens[at]) or self._is_heading(at)
        if not known and ((doubtful and not self.strict) or self._is_heading(at) or self._is_plain_word(last)):
            return 0
        return last if not self._before_thing(last) else 0

    def _is_between(self, at: int) -> bool:
        """Say whether a word stands between given name and surname: a middle name, an initial, a particle."""
        word = self.tokens[at]
        if at + 1 >= len(self.tokens) or not self._beside(at, _INITIAL_SPACE):
            return False
        initial = len(word.text) == 1 and word.capitalised
        named = initial or (is_given_name(word.folded) and word.capitalised)
        return word.folded in ordinary.PARTICLES or (named and self.tokens[at + 1].capitalised)

    def _looks_like_surname(self, at: int) -> bool:
        word = self.tokens[at]
        cased = len(word.text) > 1 and word.capitalised and any(char.islower() for char in word.text)
        return (
            cased
            and not word.tagged
            and word.folded not in things.NO_SURNAME | ordinary.FUNCTION_WORDS | ordinary.GROUPS
        )

    def _is_plain_word(self, at: int) -> bool:
        """Say whether a word is written small elsewhere, so that a capital makes no surname of it."""
        return self.tokens[at].folded in ordinary.ORDINARY and self.tokens[at - 1].opens_sentence

    def _is_word_too(self, word: Word) -> bool:
        opens = word.opens_sentence and word.folded in things.OTHER_LANGUAGES
        return opens or any(word.folded in known for known in (ordinary.ORDINARY, things.ALSO_PLACES, ordinary.MONTHS))

    def _before_thing(self, at: int) -> bool:
        """Say whether the next word makes a place or a thing of this one: `Oliver Road`, `the Ada Lovelace Centre`."""
        if at + 1 >= len(self.tokens) or not self._beside(at, _SPACE):
            return False
        following = self.tokens[at + 1]
        return following.capitalised and following.folded in things.NO_SURNAME | ordinary.GROUPS

    def _is_heading(self, at: int) -> bool:
        start = self.text.rfind("\n", 0, self.tokens[at].start) + 1
        end = self.text.find("\n", start)
        line = [word for word in self.tokens if start <= word.start < (end if end >= 0 else len(self.text))]
        long = [word for word in line if len(word.text) > 3 and not _is_listed(word.folded)]  # noqa: PLR2004 -- `and`, `of`
        return len(long) > 3 and sum(word.capitalised for word in long) >= _HEADLINE * len(long)  # noqa: PLR2004

    def _beside(self, at: int, gap: re.Pattern[str]) -> bool:
        return gap.fullmatch(self.text, self.tokens[at].end, self.tokens[at + 1].start) is not None
