"""The register's names, ready to be looked up however they are spelt.

What two spellings of one name are is known to `gatekeeper.naming`; here each key of each
name is kept with the people who bear it. A key is *sure* if a word that has it is believed by
itself, and *loose* if it is only believed beside the rest of the name: a derived spelling
that is a common word, the same consonants in another script, an inflected or mutated form.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from gatekeeper.caption.text import ordinary
from gatekeeper.caption.text.east_asian import WrittenNames, written_names
from gatekeeper.caption.text.strangers import is_given_name
from gatekeeper.caption.text.words import DISGUISED, Word
from gatekeeper.naming.common import common_words, says_enough
from gatekeeper.naming.confusables import skeleton
from gatekeeper.naming.folding import APOSTROPHES
from gatekeeper.naming.keys import (
    heard,
    is_sure,
    plain_keys,
    sounds,
    spellings,
    surname_elsewhere,
    surnames_of_one_origin,
    syllable_spellings,
)
from gatekeeper.naming.languages.inflection import possible_stems, stems
from gatekeeper.naming.languages.mutation import unmutated
from gatekeeper.naming.languages.romanisation import romanised
from gatekeeper.naming.particles import is_particle, parts_as_written
from gatekeeper.types import Person, PersonId

_PARTS: Final = re.compile(r"[\s'-]+")
_SEVERAL: Final = re.compile(r"[^\W\d_A-Z][A-Z]|\W")
"""What tells that a word is made of several: a capital within it, or a sign."""
_JOINED: Final = 6
"""Letters from which on a first name and a surname in one plain word are believed to be that."""
_PART: Final = 2
"""Letters of each of the two, at least."""
_CONSONANTS: Final = 3
"""Consonants from which on a name in another script is believed by itself."""
_FORM: Final = 4
"""Letters from which on a word may be an inflected name."""
_ENDING: Final = re.compile(f"^(.+?)[{APOSTROPHES}]([^\\W\\d_]{{1,7}})$")
"""A name, an apostrophe and an ending, as in Turkish: `Emre'nin`."""

People = set[PersonId]
_NONE: Final[frozenset[PersonId]] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """First names, or surnames, by every key under which a word of a text may be one."""

    sure: Mapping[str, People] = field(repr=False)
    loose: Mapping[str, People] = field(repr=False)
    initials: Mapping[str, People] = field(repr=False)
    """By the letter with which a name begins."""

    @classmethod
    def of(cls, borne: Iterable[tuple[str, PersonId]]) -> Names:
        """Return the names of people, each as it is on the register."""
        sure: dict[str, People] = defaultdict(set)
        loose: dict[str, People] = defaultdict(set)
        initials: dict[str, People] = defaultdict(set)
        for name, person in borne:
            keys = keys_of(name)
            for key in keys.sure:
                sure[key].add(person)
            for key in keys.loose:
                loose[key].add(person)
            for key in keys.initials:
                initials[key].add(person)
        return cls(sure, loose, initials)

    def bearers(self, word: Word) -> People:
        """Return whose name a word is, as it is spelt or in a form that a sentence gives it."""
        return self.spelt(word) or (set() if _is_no_form(word) else self._forms(word))

    def spelt(self, word: Word) -> People:
        """Return whose name a word is as it is spelt; also with an `s` too many (`the Khans`, `Amiras beans`)."""
        found = _union(self.sure, _readings(word.text, word.folded))
        if found or _is_no_form(word):
            return found
        return self.sure.get(_bare(word.folded).removesuffix("s"), set())

    def beside_another(self, word: Word) -> People:
        """Return whose name a word may be if the rest of the name stands beside it."""
        found = self.bearers(word)
        if not is_written_as_name(word):
            return found
        return found | _union(self.loose, _loose_readings(word.text, word.folded))

    def _forms(self, word: Word) -> People:
        """Return whose name a word is an inflected form of, or has the consonants of, unless it is a word itself."""
        if len(word.folded) < _FORM or not is_written_as_name(word) or _says_enough(word.folded):
            return set()
        return _union(self.loose, _forms_by_themselves(word.text, word.folded))


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The register's names, each with the people who bear it."""

    given: Names
    surnames: Names
    written: WrittenNames = field(repr=False)
    """Chinese, Japanese and Korean names as they are written."""
    plain: Mapping[PersonId, tuple[frozenset[str], frozenset[str]]] = field(repr=False)
    """Each person's first names and surnames, folded as they are spelt."""

    @classmethod
    def of(cls, people: Iterable[Person]) -> NameIndex:
        """Return an index of the names of people."""
        register = tuple(people)
        plain = {person.id: plain_names(person) for person in register}
        given, surnames = Names.of(given_of(register)), Names.of(surnames_of(register))
        return cls(given, surnames, written_names(register), plain)

    def first(self, word: Word) -> People:
        """Return whose given name a word is; `Roses` is no given name, though `Rose` is."""
        if word.folded.removesuffix("s") in ordinary.ORDINARY:
            return self.given.sure.get(_bare(word.folded), set())
        return self.given.bearers(word)

    def last(self, word: Word) -> People:
        """Return whose surname a word is."""
        return self.surnames.bearers(word)

    def both(self, word: Word) -> People:
        """Return whose whole name is written in one word."""
        bare = _bare(word.folded)
        sure = word.tagged or len(bare) >= _JOINED or _SEVERAL.search(word.text)
        if not sure or word.folded in ordinary.ORDINARY:
            return set()
        return set[PersonId]().union(*(self.whole(way) for way in _readings(word.text, word.folded)))

    def whole(self, bare: str) -> People:
        """Return who has a first name and a surname that are, one after the other, this key."""
        mark = DISGUISED if bare.startswith(DISGUISED) else ""
        letters = bare[len(mark) :]
        found: People = set()
        for cut in range(_PART, len(letters) - _PART + 1):
            one, other = mark + letters[:cut], mark + letters[cut:]
            for first, last in ((one, other), (other, one)):
                bearers = self.given.sure.get(first)
                if bearers:
                    found |= bearers & self.surnames.sure.get(last, _NONE)
        return found

    def romanised(self, given: str, surname: str) -> People:
        """Return whose first name and surname two folded words are in another system of romanisation."""
        first = _union(self.given.loose, ("%" + way for way in romanised(given)))
        return first & _union(self.surnames.loose, ("%" + way for way in romanised(surname))) if first else first

    def knows(self, word: Word) -> bool:
        """Say whether the word is a name as it stands."""
        return bool(self.first(word) or self.last(word) or self.both(word))

    def may_know(self, word: Word) -> bool:
        """Say whether the word would be a name beside the rest of one, as a whole: `בן-עמי` for Ben-Ami."""
        return bool(self.given.beside_another(word) or self.surnames.beside_another(word))

    def knows_as(self, folded: str) -> bool:
        """Say whether a folded word or a skeleton is a name, or a whole name in one."""
        bare = _bare(folded)
        return self.knows_part(bare) or (len(bare) >= _JOINED and bool(self.whole(bare)))

    def knows_part(self, bare: str) -> bool:
        """Say whether a key is a first name or a surname."""
        return bare in self.given.sure or bare in self.surnames.sure

    def people_with_initials(self, folded: str) -> People:
        """Return whose initials two letters are."""
        first, last = folded[:1], folded[1:]
        return self.given.initials.get(first, set()) & self.surnames.initials.get(last, set())


def given_of(people: Iterable[Person]) -> Iterator[tuple[str, PersonId]]:
    """Yield each first name with the person who bears it."""
    return ((name, person.id) for person in people for name in person.names)


def surnames_of(people: Iterable[Person]) -> Iterator[tuple[str, PersonId]]:
    """Yield each surname with the person who bears it."""
    return ((name, person.id) for person in people for name in _own(person.surnames))


def plain_names(person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """Return a person's first names and surnames, folded as they are spelt."""
    return _plain(person.names), _plain(_own(person.surnames))


def _own(surnames: Sequence[str]) -> Iterator[str]:
    """Yield the surnames without particles, unless a person has no other."""
    whole = [name for name in surnames if not is_particle(name)]
    yield from whole or surnames


def _plain(names: Iterable[str]) -> frozenset[str]:
    return frozenset(key for name in names for key in plain_keys(name))


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one name: believed by themselves, beside the rest of the name, and its initials."""

    sure: frozenset[str]
    loose: frozenset[str]
    initials: frozenset[str]


@lru_cache(maxsize=1 << 14)
def keys_of(name: str) -> Keys:
    """Return every key of one name of a person: of the whole of it, and of each part of a double one."""
    pieces = {name: plain_keys(name)}
    for part, glued in parts_as_written(name):
        pieces |= {one: plain_keys(one) for one in (part, glued)}
    if not plain_keys(name):
        return Keys(_NO_KEYS, _NO_KEYS, _NO_KEYS)
    plain = frozenset[str]().union(*pieces.values())
    spelt = frozenset(key for piece in pieces for key in (*spellings(piece), *surname_elsewhere(piece)))
    sure = frozenset(key for key in spelt if is_sure(key, plain)) | {DISGUISED + skeleton(key) for key in plain}
    loose = (spelt - sure) | _loose(pieces, plain, spelt)
    return Keys(sure, loose, frozenset(key[0] for key in spelt if key))


_NO_KEYS: Final[frozenset[str]] = frozenset()


def _loose(pieces: Iterable[str], plain: frozenset[str], spelt: frozenset[str]) -> frozenset[str]:
    long = [way for way in spelt if len(way) > _FORM]  # a short one would take ordinary words for its forms
    inflected = (stem for key in (*plain, *long) for stem in stems(key))
    mutated = ("/" + key for key in spelt)
    alike = map(heard, plain)
    far = (key for piece in pieces for key in _sound_keys(piece))
    apart = (key for piece in pieces for key in (*syllable_spellings(piece), *surnames_of_one_origin(piece)))
    systems = ("%" + way for key in spelt for way in romanised(key))
    return frozenset((*inflected, *mutated, *alike, *far, *apart, *systems))


def _sound_keys(piece: str, *, of_text: bool = False) -> Iterator[str]:
    """Yield the consonants of a name, marked so that only those of different scripts meet."""
    native, found = sounds(piece)
    mark = "<" if native != of_text else ">"
    return (mark + key for key in found if len(key) >= _PART)


@lru_cache(maxsize=1 << 14)
def _readings(text: str, folded: str) -> frozenset[str]:
    """Return the keys that a word of a text has by itself."""
    if text.isascii() or folded.startswith(DISGUISED):
        return frozenset((_bare(folded),))
    return frozenset((_bare(folded), *spellings(text)))


@lru_cache(maxsize=1 << 14)
def _loose_readings(text: str, folded: str) -> frozenset[str]:
    """Return the keys that a word of a text has beside another name."""
    readings = _readings(text, folded)
    mutated = ("/" + way for reading in readings for way in unmutated(reading))
    alike = (heard(reading) for reading in readings)
    return frozenset((*readings, *mutated, *alike, *_inflected(text, readings), *_sound_keys(text, of_text=True)))


@lru_cache(maxsize=1 << 14)
def _forms_by_themselves(text: str, folded: str) -> frozenset[str]:
    """Return the keys of inflected forms, and of consonants if they are enough to be believed alone."""
    far = (key for key in _sound_keys(text, of_text=True) if len(key) > _CONSONANTS)
    return frozenset((*_inflected(text, _readings(text, folded)), *far))


def _inflected(text: str, readings: Iterable[str]) -> Iterator[str]:
    for reading in readings:
        yield from possible_stems(reading)
    ending = _ENDING.match(text)
    if ending:
        yield from ("=" + key for key in spellings(ending[1]))


def _says_enough(folded: str) -> bool:
    """Say whether a word is one in its own right, or another usual name, and so no form of a name."""
    return says_enough(folded) or is_given_name(folded)


def _is_no_form(word: Word) -> bool:
    """Say whether a word is a name as it is spelt or none: in small letters, or a word in its own right."""
    return word.text == word.text.lower() or _is_word(word.folded)


def _is_word(folded: str) -> bool:
    """Say whether a word is no name with an `s` too many: This is not several of Thi."""
    return folded in ordinary.ORDINARY or folded in common_words()


def _union(names: Mapping[str, People], keys: Iterable[str]) -> People:
    found: People = set()
    for key in keys:
        if key in names:
            found |= names[key]
    return found


def is_written_as_name(word: Word) -> bool:
    """Say whether a word has a capital letter, or is in a script that has none."""
    first = word.text[:1]
    return word.capitalised or (first.isalpha() and first.lower() == first.title())


def _bare(folded: str) -> str:
    return _PARTS.sub("", folded)
