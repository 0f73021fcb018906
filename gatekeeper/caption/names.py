"""Names of the register in a text: named-entity recognition with the register as gazetteer.

What is found: first name and surname in either order (with middle names or
initials between them), an initial with a surname, a first name with the
surname's initial, both joined in one word or hashtag, parts of double names, a
surname alone, and a first name alone. A name that is also an ordinary English
word ("Will you come?", "Green fingers") is told apart by its capital letter, its
place in the sentence and its neighbours (`ordinary.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

from gatekeeper.caption.index import NameIndex, is_written_as_name
from gatekeeper.caption.text import ordinary
from gatekeeper.caption.text.disguises import hidden_within, unmasked
from gatekeeper.caption.text.east_asian import find_written
from gatekeeper.caption.text.words import Word, spelt_out, words
from gatekeeper.caption.word_context import JUST_SPACE, Context, is_ordinary
from gatekeeper.naming.common import common_words
from gatekeeper.naming.folding import one_apostrophe
from gatekeeper.naming.particles import PARTICLES
from gatekeeper.types import PersonId

_MOST_BETWEEN, _FARTHEST = 3, 7
"""Middle names and initials that may stand between first name and surname, and words with particles."""
_TOGETHER: Final = 5
"""Letters of a name that may be written as two words, at least."""
_INITIALS: Final = 2
_BESIDE: Final = 2
"""Characters that may stand between two initials and the word that tells that they are a person's."""
_WITHIN_NAME: Final = re.compile(r"[ .\u00a0'-]{0,3}")
_BETWEEN: Final = ordinary.PARTICLES | (PARTICLES - ordinary.FUNCTION_WORDS)
"""Small words that may stand between first name and surname."""
_FIGURE: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, ordinary.FIGURES))})\b", re.IGNORECASE)
_POINT_WITHIN: Final = re.compile(r"\.\s?[a-z,;:&)]")
_SENTENCE_END: Final = re.compile(r"[.!?…]")
_INITIAL: Final = re.compile(r"\b[^\W\d_]\.")


class MentionKind(StrEnum):
    """How much of a name was written."""

    FULL_NAME = "full_name"
    SURNAME = "surname"
    FIRST_NAME = "first_name"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text that names a person: `text[start:end]`."""

    start: int
    end: int
    kind: MentionKind
    people: frozenset[PersonId]
    """The people on the register who may be meant."""


def find_mentions(text: str, index: NameIndex) -> tuple[Mention, ...]:
    """Return every mention in reading order; none overlaps another.

    Args:
        text: cleaned by `words.clean`.
        index: the register's names.
    """
    spelt = unmasked(spelt_out(words(text), text), text, index)
    told_apart = [part for word in spelt for part in word.without_east_asian()]
    tokens = [part for word in told_apart for part in _known_parts(word, index)]
    figures = [match.span() for match in _FIGURE.finditer(one_apostrophe(text))]
    mentions = [
        mention
        for mention in _Reader(text, _together(tokens, text, index), index).mentions()
        if mention.kind is MentionKind.FULL_NAME or not any(start <= mention.start < end for start, end in figures)
    ]
    return _in_order([*mentions, *_hidden(text, index)], [*_written(text, index)])


def _known_parts(word: Word, index: NameIndex) -> Sequence[Word]:
    """Return a word that is a name, with or without an article; or else its parts."""
    if index.knows(word) or (not word.text.isascii() and index.may_know(word)):
        return (word,)
    bare = word.without_article()
    return (bare,) if index.knows(bare) else bare.parts()


def _together(tokens: Sequence[Word], text: str, index: NameIndex) -> tuple[Word, ...]:
    """Return the words with two that are one name put together: `Mac Donald`, `Xiao Ming`."""
    found: list[Word] = []
    for word in tokens:
        before = found[-1] if found else None
        beside = before is not None and text[before.end : word.start] in {" ", "\u00a0"}
        if before is not None and beside and before.capitalised and _may_go_on(word) and not index.knows(word):
            both = replace(before, end=word.end, text=text[before.start : word.end], folded=before.folded + word.folded)
            if len(both.folded) >= _TOGETHER and index.knows_part(both.folded):
                found[-1] = both
                continue
        found.append(word)
    return tuple(found)


def _may_go_on(word: Word) -> bool:
    """Say whether a word may be the second half of a name: `Mac Donald`, `Tu ipulotu`."""
    return word.capitalised or word.folded not in common_words()


def _hidden(text: str, index: NameIndex) -> Iterator[Mention]:
    """Yield the names that are part of a longer run of characters."""
    for found in hidden_within(text, index.given.sure, index.surnames.sure):
        kind = MentionKind.FULL_NAME if found.whole else MentionKind.SURNAME
        yield Mention(found.start, found.end, kind, found.people)


def _written(text: str, index: NameIndex) -> Iterator[Mention]:
    """Yield the names in Chinese, Japanese and Korean writing."""
    for found in find_written(text, index.written, index.whole):
        part = MentionKind.SURNAME if found.family else MentionKind.FIRST_NAME
        yield Mention(found.start, found.end, MentionKind.FULL_NAME if found.whole else part, found.people)


def _in_order(mentions: Sequence[Mention], further: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return the mentions in reading order; of those that overlap, a whole name or else the first that tells more."""
    kept: list[Mention] = []
    for mention in (*mentions, *further):
        around = [other for other in kept if other.start < mention.end and other.end > mention.start]
        if not any(other.kind in {MentionKind.FULL_NAME, MentionKind.SURNAME} for other in around):
            kept = [other for other in kept if other not in around]
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))


class _Reader(Context):
    """One text, read from the left; each word is looked up once."""

    @cached_property
    def _given(self) -> list[set[PersonId]]:
        """Whose first name each word may be, if the surname stands beside it."""
        return [self.index.given.beside_another(word) for word in self.tokens]

    @cached_property
    def _family(self) -> list[set[PersonId]]:
        """Whose surname each word may be, if the first name stands beside it."""
        return [self.index.surnames.beside_another(word) for word in self.tokens]

    def mentions(self) -> Iterator[Mention]:
        """Yield every mention from left to right."""
        at = 0
        while at < len(self.tokens):
            kind, people, used = self._at(at)
            if kind is not None:
                used = self._with_further_names(at, used, people)
                if kind is MentionKind.SURNAME and self._first_name_follows(at + used, people):
                    kind, used = MentionKind.FULL_NAME, self._with_further_names(at, used + 1, people)
                yield Mention(self.tokens[at].start, self._end(at, at + used - 1), kind, frozenset(people))
            at += used

    def _at(self, at: int) -> tuple[MentionKind | None, set[PersonId], int]:
        """Return the longest mention that begins with this word, who is meant, and how many words it takes."""
        word = self.tokens[at]
        if people := self.index.both(word):
            return MentionKind.FULL_NAME, people, 1
        for pair in (self._pair, self._pair_with_initial):
            for last in range(min(at + _FARTHEST, len(self.tokens) - 1), at, -1):
                if self._hangs_together(at, last) and (people := pair(at, last) | pair(last, at)):
                    return MentionKind.FULL_NAME, people, last - at + 1
        if (people := self.index.last(word)) and (self._follows_first_name(at) or self._follows_title(at)):
            return MentionKind.SURNAME, people, 1
        if (people := self.index.first(word)) and self._is_given_name(at):
            return MentionKind.FIRST_NAME, people, 1
        if (people := self.index.last(word)) and self._is_surname(at):
            return MentionKind.SURNAME, people, 1
        people, used = self._initials(at)
        return (MentionKind.INITIALS, people, used) if people else (None, set(), 1)

    def _follows_first_name(self, at: int) -> bool:
        """Say whether this is written as the surname of the person named just before, whose it may not be."""
        beside = at > 0 and self._gap(at - 1) in {" ", "\u00a0"} and self.tokens[at].capitalised
        return beside and self.index.first(self.tokens[at - 1]) != set() and self._is_given_name(at - 1)

    def _follows_title(self, at: int) -> bool:
        """Say whether this is written behind `Mr` or another title."""
        beside = at > 0 and JUST_SPACE.fullmatch(self._gap(at - 1)) is not None and self.tokens[at].capitalised
        return beside and self.tokens[at - 1].folded in ordinary.TITLES

    def _first_name_follows(self, at: int, people: set[PersonId]) -> bool:
        """Say whether a first name of one of these people stands behind the surname: `García López, María`."""
        if at >= len(self.tokens) or self._gap(at - 1) not in {" ", "\u00a0", ", "}:
            return False
        return self.tokens[at].capitalised and bool(self.index.first(self.tokens[at]) & people)

    def _initials(self, at: int) -> tuple[set[PersonId], int]:
        """Return whose initials begin with this word (`AK`, `A.K.`), and how many words they take."""
        word = self.tokens[at]
        if len(word.text) == _INITIALS and word.text.isupper() and self._has_small_letters:
            return (self.index.people_with_initials(word.folded) if self._is_person(at) else set()), 1
        if at + 1 == len(self.tokens) or self._gap(at) not in {".", ". "}:
            return set(), 1
        pair = (word, self.tokens[at + 1])
        folded = "".join(one.folded for one in pair)
        letters = all(len(one.text) == 1 and one.capitalised for one in pair)
        capitals = not self._has_small_letters and len(self.tokens) > _INITIALS
        if not letters or capitals or (folded in ordinary.POINTED and not self._is_person(at)):
            return set(), 1
        return self.index.people_with_initials(folded), 2

    def _is_person(self, at: int) -> bool:
        """Say whether two capitals stand where a person is named: `by AK`, `Well done AK`, `AK's`, `Amira (AK)`."""
        before = self.tokens[at - 1] if at > 0 and len(self._gap(at - 1)) <= _BESIDE else None
        pointed = self.tokens[at].folded in ordinary.POINTED
        if before is not None and before.folded in ordinary.BY and not (pointed and self._following(at)):
            return True
        if self.tokens[at].folded in ordinary.ABBREVIATIONS:
            return False
        owns = re.match(r"['’]s\b", self.text[self.tokens[at].end :]) is not None
        named = before is not None and bool(self.index.first(before)) and self._is_given_name(at - 1)
        return owns or named or (before is not None and before.folded in ordinary.BEFORE_PEOPLE)

    # --- two words and what is between them ----------------------------------------

    def _hangs_together(self, first: int, last: int) -> bool:
        """Say whether only names and space are between two words that are not neighbours."""
        if last - first == 1:
            return True
        between = self.tokens[first + 1 : last]
        further = [word for word in between if word.folded not in _BETWEEN]
        if len(further) > _MOST_BETWEEN or not all(is_written_as_name(word) for word in further):
            return False
        return all(_WITHIN_NAME.fullmatch(one_apostrophe(self._gap(place))) for place in range(first, last))

    def _pair(self, given: int, surname: int) -> set[PersonId]:
        """Return whose first name and surname these are."""
        people = self._given[given] & self._family[surname]
        return people if people and self._belong_together(given, surname) else set()

    def _pair_with_initial(self, given: int, surname: int) -> set[PersonId]:
        """Return whose first name and surname these are if one of them is only an initial."""
        first, last = self.tokens[given], self.tokens[surname]
        if self._is_initial(given) and self._stands_out(surname):
            return self.index.given.initials.get(first.folded, set()) & self.index.last(last)
        if self._is_initial(surname) and self._stands_out(given):
            return self.index.first(first) & self.index.surnames.initials.get(last.folded, set())
        return set()

    def _belong_together(self, one: int, other: int) -> bool:
        """Say whether two names are written as names, and not the end and the start of two sentences."""
        if not (self._stands_out(one) and self._stands_out(other)):
            return other == one + 1 and self._is_small_name(one)
        plain = [is_ordinary(self.tokens[place]) for place in (one, other)]
        between = self.text[self.tokens[min(one, other)].end : self.tokens[max(one, other)].start]
        return not any(plain) or _SENTENCE_END.search(_INITIAL.sub("", between)) is None

    def _is_small_name(self, at: int) -> bool:
        """Say whether a first name and a surname, one of them a word, are written as a name in small letters."""
        first, last = self.tokens[at], self.tokens[at + 1]
        before = self.tokens[at - 1].folded if at > 0 else ""
        small = not first.capitalised and not last.capitalised and self._gap(at) in {" ", "\u00a0"}
        return small and not (is_ordinary(first) and before in ordinary.BEFORE_VERBS)

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
