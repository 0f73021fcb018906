"""Recognise names of the register in a text.

What is found: first name and surname in either order (with middle names or
initials between them), an initial with a surname, a first name with the
surname's initial, both joined in one word or hashtag, parts of double names, a
surname alone, and a first name alone. A name that is also an ordinary English
word ("Will you come?", "Green fingers") is told apart by its capital letter, its
place in the sentence and its neighbours (`ordinary.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gatekeeper.caption import ordinary
from gatekeeper.caption.words import Word, fold, one_apostrophe, spelt_out, words
from gatekeeper.types import Person, PersonId

_MOST_BETWEEN: Final = 3
"""Middle names, initials and particles that may stand between first name and surname."""
_JUST_SPACE: Final = re.compile(r"[ .\u00a0]{0,3}")
_PARTS: Final = re.compile(r"[\s'-]+")
_POINT_WITHIN: Final = re.compile(r"\.\s?[a-z,;:&)]")
_SENTENCE_END: Final = re.compile(r"[.!?…\n]")


class MentionKind(StrEnum):
    """How much of a name was written."""

    FULL_NAME = "full_name"
    SURNAME = "surname"
    FIRST_NAME = "first_name"


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text that names somebody: `text[start:end]`."""

    start: int
    end: int
    kind: MentionKind
    people: frozenset[PersonId]
    """Everybody on the register who may be meant."""


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The register's names, folded, each with the people who bear it."""

    given: Mapping[str, set[PersonId]] = field(repr=False)
    surnames: Mapping[str, set[PersonId]] = field(repr=False)
    joined: Mapping[str, set[PersonId]] = field(repr=False)
    """Given name and surname written as one word, in either order."""

    @classmethod
    def of(cls, people: Iterable[Person]) -> NameIndex:
        given: dict[str, set[PersonId]] = defaultdict(set)
        surnames: dict[str, set[PersonId]] = defaultdict(set)
        joined: dict[str, set[PersonId]] = defaultdict(set)
        for person in people:
            firsts, lasts = _spellings(person.names), _spellings(person.surnames)
            for first in firsts:
                given[first].add(person.id)
            for last in lasts:
                surnames[last].add(person.id)
            for first, last in ((_bare(first), _bare(last)) for first in firsts for last in lasts):
                joined[first + last].add(person.id)
                joined[last + first].add(person.id)
        return cls(dict(given), dict(surnames), dict(joined))

    def first(self, word: Word) -> set[PersonId]:
        """Return whose given name a word is."""
        return _bearers(self.given, word)

    def last(self, word: Word) -> set[PersonId]:
        """Return whose surname a word is."""
        return _bearers(self.surnames, word)

    def both(self, word: Word) -> set[PersonId]:
        """Return whose whole name is written in one word."""
        return set() if word.folded in ordinary.ORDINARY else self.joined.get(_bare(word.folded), set())

    def knows(self, word: Word) -> bool:
        """Say whether the word is a name as it stands."""
        return bool(self.first(word) or self.last(word) or self.both(word))


def find_mentions(text: str, index: NameIndex) -> tuple[Mention, ...]:
    """Return every mention in reading order; none overlaps another.

    Args:
        text: cleaned by `words.clean`.
        index: the register's names.
    """
    whole = spelt_out(words(text), text)
    tokens = tuple(part for word in whole for part in ([word] if index.knows(word) else word.parts()))
    return tuple(_Reader(text, tokens, index).mentions())


@dataclass(frozen=True, slots=True)
class _Reader:
    """One text, read from the left."""

    text: str
    tokens: tuple[Word, ...]
    index: NameIndex

    def mentions(self) -> Iterator[Mention]:
        """Yield every mention from left to right."""
        at = 0
        while at < len(self.tokens):
            kind, people, used = self._at(at)
            if kind is not None:
                used = self._with_further_names(at, used, people)
                yield Mention(self.tokens[at].start, self._end(at, at + used - 1), kind, frozenset(people))
            at += used

    def _at(self, at: int) -> tuple[MentionKind | None, set[PersonId], int]:
        """Return the longest mention that begins with this word, who is meant, and how many words it takes."""
        word = self.tokens[at]
        if people := self.index.both(word):
            return MentionKind.FULL_NAME, people, 1
        for pair in (self._pair, self._pair_with_initial):
            for last in range(min(at + _MOST_BETWEEN + 1, len(self.tokens) - 1), at, -1):
                if self._hangs_together(at, last) and (people := pair(at, last) | pair(last, at)):
                    return MentionKind.FULL_NAME, people, last - at + 1
        if (people := self.index.first(word)) and self._is_given_name(at):
            return MentionKind.FIRST_NAME, people, 1
        if (people := self.index.last(word)) and self._is_surname(at):
            return MentionKind.SURNAME, people, 1
        return None, set(), 1

    # --- two words and what is between them ----------------------------------------

    def _hangs_together(self, first: int, last: int) -> bool:
        """Say whether only names and space are between two words that are not neighbours."""
        if last - first == 1:
            return True
        between = self.tokens[first + 1 : last]
        names = all(word.capitalised or word.folded in ordinary.PARTICLES for word in between)
        return names and all(_JUST_SPACE.fullmatch(self._gap(place)) for place in range(first, last))

    def _pair(self, given: int, surname: int) -> set[PersonId]:
        """Return whose first name and surname these are."""
        people = self.index.first(self.tokens[given]) & self.index.last(self.tokens[surname])
        return people if people and self._belong_together(given, surname) else set()

    def _pair_with_initial(self, given: int, surname: int) -> set[PersonId]:
        """Return whose first name and surname these are if one of them is only an initial."""
        first, last = self.tokens[given], self.tokens[surname]
        if self._is_initial(given) and self._stands_out(surname):
            callers = _starting_with(first.folded, self.index.given)
            return callers & self.index.last(last)
        if self._is_initial(surname) and self._stands_out(given):
            return self.index.first(first) & _starting_with(last.folded, self.index.surnames)
        return set()

    def _belong_together(self, one: int, other: int) -> bool:
        """Say whether two names are written as names, and not the end and the start of two sentences."""
        if not (self._stands_out(one) and self._stands_out(other)):
            return False
        plain = [_is_ordinary(self.tokens[place]) for place in (one, other)]
        between = self.text[self.tokens[min(one, other)].end : self.tokens[max(one, other)].start]
        return not any(plain) or _SENTENCE_END.search(between) is None

    def _is_initial(self, at: int) -> bool:
        """Say whether this is one capital letter and no word: not `I`, and `A` only with a point or beside a name."""
        word = self.tokens[at]
        if len(word.folded) != 1 or not word.capitalised:
            return False
        pointed = self.text[word.end : word.end + 1] == "."
        after_name = at > 0 and self.index.knows(self.tokens[at - 1])
        before_name = at + 1 < len(self.tokens) and not _is_ordinary(self.tokens[at + 1])
        return pointed or (word.folded == "a" and (after_name or before_name)) or word.folded not in "ai"

    def _stands_out(self, at: int) -> bool:
        """Say whether a word is written as a name: with a capital letter, or one that is no ordinary word."""
        word = self.tokens[at]
        return word.capitalised or not _is_ordinary(word)

    # --- one word ----------------------------------------------------------------------

    def _is_given_name(self, at: int) -> bool:
        word, following = self.tokens[at], self._following(at)
        if not _is_ordinary(word):
            return True
        if not self._tells(word) or following in ordinary.GROUPS or self._is_month(at):
            return False
        if not word.opens_sentence:
            return True
        opener = word.folded in ordinary.OPENERS and following in ordinary.FOLLOWERS
        return not opener and word.folded not in ordinary.FUNCTION_WORDS

    def _is_surname(self, at: int) -> bool:
        word = self.tokens[at]
        if not _is_ordinary(word):
            return word.capitalised or word.tagged or not self._has_capitals
        if at > 0 and self.tokens[at - 1].folded in ordinary.TITLES and word.capitalised:
            return True
        return self._tells(word) and not word.opens_sentence and self._following(at) not in ordinary.GROUPS

    def _tells(self, word: Word) -> bool:
        """Say whether this ordinary word's capital letter means something: not in a hashtag, not among capitals."""
        return word.capitalised and not word.tagged and self._has_small_letters

    def _is_month(self, at: int) -> bool:
        if self.tokens[at].folded not in ordinary.MONTHS:
            return False
        before = self.tokens[at - 1].folded if at > 0 else ""
        return before in ordinary.BEFORE_MONTHS or any(char.isdigit() for char in self._gap(at - 1) + self._gap(at))

    def _following(self, at: int) -> str:
        """Return the next word, if nothing but space is between."""
        beside = at + 1 < len(self.tokens) and _JUST_SPACE.fullmatch(self._gap(at))
        return self.tokens[at + 1].folded if beside else ""

    def _gap(self, at: int) -> str:
        """Return what stands between word `at` and the next one."""
        start = self.tokens[at].end if at >= 0 else 0
        return self.text[start : self.tokens[at + 1].start if at + 1 < len(self.tokens) else len(self.text)]

    def _with_further_names(self, at: int, used: int, people: set[PersonId]) -> int:
        """Return how many words the mention takes with the same people's further names that follow."""
        while at + used < len(self.tokens) and self._gap(at + used - 1) in {" ", "\u00a0"}:
            word = self.tokens[at + used]
            if not word.capitalised or not (self.index.first(word) | self.index.last(word)) & people:
                break
            used += 1
        return used

    def _end(self, first: int, last: int) -> int:
        """Return where a mention ends: with its bracket, and with the point of an initial that ends no sentence."""
        end = self.tokens[last].end
        bracket = "(" in self.text[self.tokens[first].start : end] and self.text[end : end + 1] == ")"
        point = self._is_initial(last) and _POINT_WITHIN.match(self.text, end) is not None
        return end + 1 if bracket or point else end

    @property
    def _has_capitals(self) -> bool:
        return any(char.isupper() for char in self.text)

    @property
    def _has_small_letters(self) -> bool:
        return any(char.islower() for char in self.text)


def _spellings(names: Iterable[str]) -> set[str]:
    """Return each name folded and as one word, and each part of a double one (`Brien` of `O'Brien` as well)."""
    whole = {_bare(fold(name)) for name in names}
    parts = {fold(part) for name in names for part in _PARTS.split(one_apostrophe(name)) if len(part) > 1}
    return (whole | (parts - ordinary.PARTICLES)) - {""}


def _bare(folded: str) -> str:
    return _PARTS.sub("", folded)


def _bearers(names: Mapping[str, set[PersonId]], word: Word) -> set[PersonId]:
    """Return whose name a word is; also with an `s` too many (`the Khans`, `Amiras beans`)."""
    bare = _bare(word.folded)
    return names.get(bare) or (names.get(bare.removesuffix("s"), set()) if word.capitalised else set())


def _is_ordinary(word: Word) -> bool:
    return word.folded in ordinary.ORDINARY or word.folded.removesuffix("s") in ordinary.ORDINARY


def _starting_with(initial: str, names: Mapping[str, set[PersonId]]) -> set[PersonId]:
    return {person for name, people in names.items() if name.startswith(initial) for person in people}
