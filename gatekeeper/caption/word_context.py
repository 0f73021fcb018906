"""How a word stands in a text: as a name, or as the ordinary word that it is too.

It is told by its capital letter, its place in the sentence and its neighbours
(`text/ordinary.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.text import ordinary
from gatekeeper.caption.text.words import Word
from gatekeeper.types import PersonId

JUST_SPACE: Final = re.compile(r"[ .\u00a0]{0,3}")


def is_ordinary(word: Word) -> bool:
    """Say whether a word is in the dictionary, as it is or without its plural `s`."""
    plain = (word.folded, word.folded.removesuffix("s"))
    return word.folded in ordinary.PARTICLES or any(one in ordinary.ORDINARY for one in plain)


# Not slotted, so that a reader can look each word up once.
@dataclass(frozen=True)
class Context:
    """The words of one text, each with what stands around it."""

    text: str
    tokens: tuple[Word, ...]
    index: NameIndex

    def _is_given_name(self, at: int) -> bool:
        word, following = self.tokens[at], self._following(at)
        if at > 0 and self.tokens[at - 1].folded in ordinary.BEFORE_PLACES:
            return False
        if not is_ordinary(word):
            return True
        if not self._tells(word) or self._before_group(at) or self._is_month(at) or self._is_phrase(at):
            return False
        if not word.opens_sentence:
            return True
        opener = word.folded in ordinary.OPENERS and following in ordinary.FOLLOWERS
        return not opener and word.folded not in ordinary.FUNCTION_WORDS

    def _is_surname(self, at: int) -> bool:
        word = self.tokens[at]
        if at > 0 and self.tokens[at - 1].folded in ordinary.BEFORE_PLACES and not self._is_saints_name(at):
            return False
        if not is_ordinary(word):
            return word.capitalised or word.tagged or not self._has_capitals
        if at > 0 and self.tokens[at - 1].folded in ordinary.TITLES and word.capitalised:
            return True
        thing = self._before_group(at) or self._is_month(at) or self._is_phrase(at, surname=True)
        return self._tells(word) and not word.opens_sentence and not thing

    def _is_saints_name(self, at: int) -> bool:
        """Say whether `St` and this word are a surname together: `St Clair`, but not `St David`."""
        return self.index.knows_part("st" + self.tokens[at].folded)

    def _before_group(self, at: int) -> bool:
        """Say whether the next word makes a thing of this one, and is no surname on the register."""
        surname = at + 1 < len(self.tokens) and self.tokens[at + 1].capitalised and self.index.last(self.tokens[at + 1])
        return self._following(at) in ordinary.GROUPS and not surname

    def _is_phrase(self, at: int, *, surname: bool = False) -> bool:
        """Say whether an ordinary word is one of several with capital letters that name a thing: `White Rose Maths`.

        A first name that is a word may have a surname behind it that is on no register; for
        a surname, what is beside it would be a first name that is.
        """
        beside = [place for place in (at - 1, at + 1) if 0 <= place < len(self.tokens)]
        return any(self._same_phrase(at, place, surname=surname) for place in beside)

    def _same_phrase(self, at: int, beside: int, *, surname: bool) -> bool:
        word, gap = self.tokens[beside], self._gap(min(at, beside))
        names = self.index.first(word) | self.index.last(word)
        if not (gap in {" ", "\u00a0", "-", "'s ", "’s "} and word.capitalised) or (
            beside > at and self.index.last(word)
        ):
            return False
        return (surname or is_ordinary(word)) and (not names or (is_ordinary(word) and not names & self._bearers(at)))

    def _bearers(self, at: int) -> set[PersonId]:
        return self.index.first(self.tokens[at]) | self.index.last(self.tokens[at])

    def _tells(self, word: Word) -> bool:
        """Say whether this ordinary word's capital letter means something: not in a hashtag, not among capitals."""
        return word.capitalised and not word.tagged and self._has_small_letters

    def _is_month(self, at: int) -> bool:
        if self.tokens[at].folded not in ordinary.MONTHS:
            return False
        before = self.tokens[at - 1].folded if at > 0 else ""
        if self._following(at) in {"is", "was"} and any(word.folded == "month" for word in self.tokens[at:]):
            return True  # `May is walk to school month`
        return before in ordinary.BEFORE_MONTHS or any(char.isdigit() for char in self._gap(at - 1) + self._gap(at))

    def _stands_out(self, at: int) -> bool:
        """Say whether a word is written as a name: with a capital letter, or one that is no ordinary word."""
        word = self.tokens[at]
        return word.capitalised or not is_ordinary(word)

    def _is_initial(self, at: int) -> bool:
        """Say whether this is one capital letter and no word: not `I`, and `A` only with a point or beside a name."""
        word = self.tokens[at]
        if len(word.folded) != 1 or not word.capitalised:
            return False
        pointed = self.text[word.end : word.end + 1] == "."
        return pointed or word.folded not in "ai" or self._is_no_word(at)

    def _is_no_word(self, at: int) -> bool:
        """Say whether a capital A or I stands for a name: beside one, or where the word is not written so."""
        if at > 0 and self.index.knows(self.tokens[at - 1]):
            return True
        if at + 1 == len(self.tokens) or not self.tokens[at + 1].capitalised:
            return False
        if not is_ordinary(self.tokens[at + 1]):
            return True
        alone = at + 2 == len(self.tokens) or not self.tokens[at + 2].capitalised
        return self._has_small_letters and alone and not self._before_group(at + 1)

    def _following(self, at: int) -> str:
        """Return the next word, if nothing but space is between."""
        beside = at + 1 < len(self.tokens) and JUST_SPACE.fullmatch(self._gap(at))
        return self.tokens[at + 1].folded if beside else ""

    def _gap(self, at: int) -> str:
        """Return what stands between word `at` and the next one."""
        start = self.tokens[at].end if at >= 0 else 0
        return self.text[start : self.tokens[at + 1].start if at + 1 < len(self.tokens) else len(self.text)]

    @property
    def _has_capitals(self) -> bool:
        return any(char.isupper() for char in self.text)

    @property
    def _has_small_letters(self) -> bool:
        return any(char.islower() for char in self.text)
