"""The register's names, ready to be looked up however they are spelt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gatekeeper.caption import ordinary
from gatekeeper.caption.lookalikes import skeleton
from gatekeeper.caption.words import DISGUISED, Word, fold, one_apostrophe
from gatekeeper.types import Person, PersonId

_PARTS: Final = re.compile(r"[\s'-]+")
_SEVERAL: Final = re.compile(r"[^\W\d_A-Z][A-Z]|\W")
"""What tells that a word is made of several: a capital within it, or a sign."""
_JOINED: Final = 6
"""Letters from which on a first name and a surname in one plain word are believed to be that."""

People = set[PersonId]


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The register's names, folded and as skeletons (`DISGUISED`), each with the people who bear it."""

    given: Mapping[str, People] = field(repr=False)
    surnames: Mapping[str, People] = field(repr=False)
    joined: Mapping[str, People] = field(repr=False)
    """Given name and surname written as one word, in either order."""
    initials: Mapping[str, People] = field(repr=False)
    """The two letters with which a given name and the surname begin."""

    @classmethod
    def of(cls, people: Iterable[Person]) -> NameIndex:
        given: dict[str, People] = defaultdict(set)
        surnames: dict[str, People] = defaultdict(set)
        joined: dict[str, People] = defaultdict(set)
        initials: dict[str, People] = defaultdict(set)
        for person in people:
            firsts, lasts = _spellings(person.names), _spellings(person.surnames)
            for names, spellings in ((given, firsts), (surnames, lasts)):
                for name in spellings:
                    names[name].add(person.id)
            for first, last in ((_bare(first), _bare(last)) for first in firsts for last in lasts):
                joined[first + last].add(person.id)
                joined[last + first].add(person.id)
            for first, last in ((_first(name), _first(other)) for name in person.names for other in person.surnames):
                initials[first + last].add(person.id)
        return cls(_with_skeletons(given), _with_skeletons(surnames), _with_skeletons(joined), dict(initials))

    def first(self, word: Word) -> People:
        """Return whose given name a word is; `Roses` is nobody's, though `Rose` is."""
        several = word.folded.removesuffix("s") in ordinary.ORDINARY
        return self.given.get(_bare(word.folded), set()) if several else _bearers(self.given, word)

    def last(self, word: Word) -> People:
        """Return whose surname a word is."""
        return _bearers(self.surnames, word)

    def both(self, word: Word) -> People:
        """Return whose whole name is written in one word."""
        bare = _bare(word.folded)
        sure = word.tagged or len(bare) >= _JOINED or _SEVERAL.search(word.text)
        return self.joined.get(bare, set()) if sure and word.folded not in ordinary.ORDINARY else set()

    def knows(self, word: Word) -> bool:
        """Say whether the word is a name as it stands."""
        return bool(self.first(word) or self.last(word) or self.both(word))

    def knows_as(self, folded: str) -> bool:
        """Say whether a folded word or a skeleton is a name, or a whole name in one."""
        bare = _bare(folded)
        return bare in self.given or bare in self.surnames or (len(bare) >= _JOINED and bare in self.joined)

    def people_with_initials(self, folded: str) -> People:
        """Return whose initials two letters are."""
        return self.initials.get(folded, set())


def starting_with(initial: str, names: Mapping[str, People]) -> People:
    """Return whose name begins with a letter."""
    return {person for name, people in names.items() if name.startswith(initial) for person in people}


def _with_skeletons(names: Mapping[str, People]) -> dict[str, People]:
    """Return the names, and what each looks like at a glance, with everybody whose name looks so."""
    looks: dict[str, People] = defaultdict(set)
    for name, people in names.items():
        looks[DISGUISED + skeleton(name)] |= people
    return {**names, **looks}


def _spellings(names: Iterable[str]) -> set[str]:
    """Return each name folded and as one word, and each part of a double one (`Brien` of `O'Brien` as well).

    Also as it folds in capitals: some Greek and Cyrillic letters look Latin in one case only.
    """
    cased = {spelt for name in names for spelt in (name, name.upper())}
    whole = {_bare(fold(name)) for name in cased}
    parts = {fold(part) for name in cased for part in _PARTS.split(one_apostrophe(name)) if len(part) > 1}
    return (whole | (parts - ordinary.PARTICLES)) - {""}


def _first(name: str) -> str:
    return fold(name)[:1]


def _bare(folded: str) -> str:
    return _PARTS.sub("", folded)


def _bearers(names: Mapping[str, People], word: Word) -> People:
    """Return whose name a word is; also with an `s` too many (`the Khans`, `Amiras beans`)."""
    bare = _bare(word.folded)
    return names.get(bare) or (names.get(bare.removesuffix("s"), set()) if word.text != word.text.lower() else set())
