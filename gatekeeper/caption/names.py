"""Recognise names of the register in a text.

What is found: first name and surname in either order (with a middle name or
initial between them), an initial with a surname, a first name with the
surname's initial, both joined in one word or hashtag, a surname alone, and a
first name alone. Words that only happen to be names ("Will you come?") are told
apart by their capital letter and their place in the sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from gatekeeper.caption.words import Word, fold, words
from gatekeeper.types import Person, PersonId


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

    given: dict[str, set[PersonId]] = field(repr=False)
    surnames: dict[str, set[PersonId]] = field(repr=False)
    joined: dict[str, set[PersonId]] = field(repr=False)
    """Given name and surname written as one word, in either order."""

    @classmethod
    def of(cls, people: Iterable[Person]) -> NameIndex:
        given: dict[str, set[PersonId]] = defaultdict(set)
        surnames: dict[str, set[PersonId]] = defaultdict(set)
        joined: dict[str, set[PersonId]] = defaultdict(set)
        for person in people:
            firsts = {fold(name) for name in person.names} - {""}
            lasts = {fold(name) for name in person.surnames} - {""}
            for first in firsts:
                given[first].add(person.id)
            for last in lasts:
                surnames[last].add(person.id)
            for first in firsts:
                for last in lasts:
                    joined[first + last].add(person.id)
                    joined[last + first].add(person.id)
        return cls(dict(given), dict(surnames), dict(joined))


def find_mentions(text: str, index: NameIndex) -> tuple[Mention, ...]:
    """Return every mention in reading order; none overlaps another.

    Args:
        text: cleaned by `words.clean`.
        index: the register's names.
    """
    found: list[Mention] = []
    tokens = words(text)
    at = 0
    while at < len(tokens):
        mention, used = _mention_at(tokens, at, index)
        if mention is not None:
            found.append(mention)
        at += used
    return tuple(found)


def _mention_at(tokens: tuple[Word, ...], at: int, index: NameIndex) -> tuple[Mention | None, int]:
    """Return the longest mention that begins with word `at`, and how many words it takes."""
    word = tokens[at]
    if people := index.joined.get(word.folded.replace("-", "")):
        return _mention(word, word, MentionKind.FULL_NAME, people), 1
    for reach in (2, 1):
        between = tokens[at + 1 : at + reach]
        if at + reach >= len(tokens) or not all(_may_stand_between(middle) for middle in between):
            continue
        if people := _full_name(word, tokens[at + reach], index):
            return _mention(word, tokens[at + reach], MentionKind.FULL_NAME, people), reach + 1
    if word.capitalised and (people := index.given.get(word.folded)):
        return _mention(word, word, MentionKind.FIRST_NAME, people), 1
    if word.capitalised and not word.opens_sentence and (people := index.surnames.get(word.folded)):
        return _mention(word, word, MentionKind.SURNAME, people), 1
    return None, 1


def _full_name(first: Word, second: Word, index: NameIndex) -> set[PersonId]:
    """Return whose full name these two words are, in either order or with one initial."""
    return _pair(first, second, index) | _pair(second, first, index)


def _pair(given: Word, surname: Word, index: NameIndex) -> set[PersonId]:
    bearers = index.surnames.get(surname.folded, set())
    if len(given.folded) == 1 and surname.capitalised:
        return {p for name, people in index.given.items() if name.startswith(given.folded) for p in people & bearers}
    callers = index.given.get(given.folded, set())
    if len(surname.folded) == 1 and surname.capitalised and given.capitalised:
        initial = surname.folded
        return {p for name, people in index.surnames.items() if name.startswith(initial) for p in people & callers}
    return callers & bearers


def _may_stand_between(word: Word) -> bool:
    """Say whether this could be a middle name or initial."""
    return word.capitalised


def _mention(first: Word, last: Word, kind: MentionKind, people: set[PersonId]) -> Mention:
    return Mention(first.start, last.end, kind, frozenset(people))
