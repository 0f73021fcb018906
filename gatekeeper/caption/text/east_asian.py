"""Names in Chinese, Japanese and Korean writing, which has no spaces to tell where a word ends.

A whole name is one wherever it stands in a run of characters; a first name or surname of
several characters as well. One of a single character is only believed before an honorific or
a title (`王老师`, `김씨`), or where it stands alone. Particles (`は`, `이`, `在`) need no mention:
what follows a name does not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from gatekeeper.naming.languages.chinese_japanese import kana_spellings, one_kana, syllables_of
from gatekeeper.naming.languages.korean import korean_spellings
from gatekeeper.naming.scripts import EAST_ASIAN, Script, is_written_without_spaces, script_of
from gatekeeper.types import Person, PersonId

_GAPS: Final = re.compile("[\\s\u30fb\u00b7\u2027\u3000]+")
_KANA_PARTICLES: Final = "はがをにのともへで"
_LONGEST: Final = 8
"""Characters of the longest name that is looked for by its reading."""
_SHORTEST: Final = 3
"""... and of the shortest."""
_MOST_HAN: Final = 5
"""Chinese characters of the longest name: `長谷川` with two more."""
_HONORIFIC: Final = re.compile(
    r"\s?(?:さん|さま|様|ちゃん|くん|君|氏|先生|せんせい|老师|老師|同学|同學|小姐|女士|太太|阿姨|叔叔|妈妈|媽媽|爸爸|奶奶|爷爷|家|一家|夫妇|夫婦"
    r"|씨|님|군|양|선생님|선생|네|학생|어린이|가족)"
)
_BEFORE: Final = re.compile(r"(?:小|老|阿)$")
"""Before a surname of one character, as friends say it."""
_AFTER_HANGUL: Final = re.compile(
    r"(?:이가|이는|이를|이의|이와|이랑|이도|이네|은|는|이|가|을|를|의|에게|께|와|과|랑|도|만|아|야|하고|부터|까지|처럼|보다|입니다|이에요|예요"
    r"|씨|님|군|양|선생님|학생|어린이)?(?![\uac00-\ud7a3])"
)
"""What may follow a name in Korean: particles and honorifics, and then no more of the word."""


@dataclass(slots=True)
class Written:
    """Who has a string of characters as a whole name, as a first name, and as a surname."""

    whole: set[PersonId] = field(default_factory=set)
    given: set[PersonId] = field(default_factory=set)
    family: set[PersonId] = field(default_factory=set)


WrittenNames = Mapping[str, Written]


def written_names(people: Iterable[Person]) -> WrittenNames:
    """Return the names of people that are in Chinese, Japanese or Korean writing, by how they are written."""
    found: dict[str, Written] = defaultdict(Written)
    for person in people:
        given = [_plain(name) for name in person.names if is_written_without_spaces(name)]
        family = [_plain(name) for name in person.surnames if is_written_without_spaces(name)]
        for name in given:
            found[name].given.add(person.id)
            if not person.surnames:
                found[name].whole.add(person.id)
        for name in family:
            found[name].family.add(person.id)
        for first, last in product(given, family):
            found[last + first].whole.add(person.id)
            found[first + last].whole.add(person.id)
    return dict(found)


def _plain(name: str) -> str:
    return one_kana(_GAPS.sub("", name))


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text, `text[start:end]`: the whole of it, or only a `family` name."""

    start: int
    end: int
    whole: bool
    family: bool
    people: frozenset[PersonId]


def find_written(text: str, names: WrittenNames, whole: Callable[[str], set[PersonId]]) -> Iterator[Found]:
    """Yield every name in Chinese, Japanese or Korean writing, from left to right; none overlaps another.

    Args:
        text: cleaned.
        names: of the register.
        whole: returns who has a whole name in Latin letters, in one word.
    """
    for run in EAST_ASIAN.finditer(text):
        yield from _Run(text, run.start(), run.end(), names, whole).found()


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    start: int
    stop: int
    names: WrittenNames
    whole: Callable[[str], set[PersonId]]

    def found(self) -> Iterator[Found]:
        at = self.start
        while at < self.stop:
            found = None if _GAPS.match(self.text[at]) else self._at(at)
            if found is not None:
                yield found
            at = found.end if found is not None else at + 1

    def _at(self, at: int) -> Found | None:
        """Return the longest name that begins at a place: a whole one, or else a part that is believed."""
        ends = range(min(self.stop, at + 2 * _LONGEST), at, -1)
        spans = [(end, _plain(self.text[at:end])) for end in ends if not self.text[end - 1].isspace()]
        for end, characters in spans:
            if people := self._whole(at, characters, end):
                return Found(at, end, whole=True, family=False, people=frozenset(people))
        for end, characters in spans:
            known = self.names.get(characters)
            if known and self._is_believed(at, end, known):
                family = bool(known.family)
                return Found(at, end, whole=False, family=family, people=frozenset(known.family or known.given))
        return None

    def _whole(self, at: int, characters: str, end: int) -> set[PersonId]:
        known = self.names.get(characters)
        if known and known.whole and (len(characters) > 1 or self._stands_alone(at, end)):
            return known.whole
        return self._read(characters, at) if _SHORTEST <= len(characters) <= _LONGEST else set()

    def _read(self, characters: str, at: int) -> set[PersonId]:
        """Return whose whole name is what the characters are read as."""
        scripts = {script_of(char) for char in characters}
        if scripts == {Script.HAN}:
            return self.whole("".join(syllables_of(characters))) if len(characters) <= _MOST_HAN else set()
        begins = at == self.start or _GAPS.fullmatch(self.text[at - 1]) is not None
        if not begins or len(scripts) > 1:
            return set()
        if scripts == {Script.HANGUL} and len(characters) <= _SHORTEST + 1:
            return self._any_whole(_korean_names(characters))
        return self._any_whole(kana_spellings(characters)) if scripts == {Script.KANA} else set()

    def _any_whole(self, ways: Iterable[str]) -> set[PersonId]:
        return set[PersonId]().union(*(self.whole(way) for way in ways))

    def _is_believed(self, at: int, end: int, known: Written) -> bool:
        """Say whether part of a name is believed where it stands."""
        if _HONORIFIC.match(self.text, end) or self._stands_alone(at, end):
            return True
        if end - at == 1:
            return bool(known.family) and _BEFORE.search(self.text[self.start : at]) is not None
        if script_of(self.text[at]) is Script.HANGUL:
            begins = at == self.start or not self.text[at - 1].isalpha()
            return begins and _AFTER_HANGUL.match(self.text, end) is not None
        return script_of(self.text[at]) is Script.HAN or self._kana_ends(at, end)

    def _kana_ends(self, at: int, end: int) -> bool:
        """Say whether a name in kana is no part of a word: before a particle or another script."""
        begins = at == self.start or script_of(self.text[at - 1]) is not script_of(self.text[at])
        return begins and (end == self.stop or self.text[end] in _KANA_PARTICLES or not self._kana(end))

    def _kana(self, at: int) -> bool:
        return script_of(self.text[at]) is Script.KANA

    def _stands_alone(self, at: int, end: int) -> bool:
        before, after = self.text[at - 1 : at], self.text[end : end + 1]
        return not before.isalpha() and not after.isalpha()


def _korean_names(characters: str) -> frozenset[str]:
    """Return a name in Hangul in Latin letters, its surname as surnames are spelt."""
    surnames = korean_spellings(characters[0])
    return frozenset(last + first for last in surnames for first in korean_spellings(characters[1:]))
