"""Text as words that can be compared: folded, without accents or hidden characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from gatekeeper.caption.text.encodings import as_displayed, decoded
from gatekeeper.naming.folding import APOSTROPHES, HYPHENS, is_mark, one_apostrophe
from gatekeeper.naming.folding import fold as fold
from gatekeeper.naming.scripts import EAST_ASIAN

_WORD: Final = re.compile(r"(?:\b\u0639\u0628\u062f[ \u00a0](?=\u0627\u0644))?[^\W\d_]+(?:['-][^\W\d_]+)*")
"""The Arabic `Abd al-` is one word with what follows."""
_POSSESSIVE: Final = re.compile(r"'s$", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?:…\n]")

_SPELT: Final = 3
"""From so many letters on they may spell a name; two are initials."""
_GAP: Final = re.compile(r"[^\w\n]{0,6}|_")
"""What may stand between letters that spell a word one by one."""
DISGUISED: Final = "~"
"""Begins the folded form of a word that only looks like a name; what follows is a `skeleton`."""
_ELIDED: Final = re.compile(rf"(?:[cdjlmnst]|qu)[{APOSTROPHES}](?=\w{{2}})", re.IGNORECASE)
"""A French or Italian article that is written together with a name: `d'Anne`."""
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters that show nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, and how it compares."""

    start: int
    end: int
    text: str
    folded: str
    opens_sentence: bool
    tagged: bool = False
    """Whether it is a hashtag."""

    @property
    def capitalised(self) -> bool:
        return _has_capital(self.text) or self.folded.startswith(DISGUISED)

    def without_article(self) -> Word:
        """Return `Anne-Sophie` of `d'Anne-Sophie`; most words as they are."""
        article = _ELIDED.match(self.text)
        return self._part(article.end(), len(self.text)) if article else self

    def parts(self) -> tuple[Word, ...]:
        """Split `TeamAmira` and `Team-Amira` into `Team` and `Amira`; most words are their own only part."""
        humps = (at for at in range(1, len(self.text)) if self.text[at - 1].islower() and self.text[at].isupper())
        hyphens = (at for at, char in enumerate(self.text) if char in HYPHENS)
        cuts = sorted({0, *humps, *hyphens, len(self.text)})
        return tuple(self._part(cut, after) for cut, after in pairwise(cuts))

    def without_east_asian(self) -> tuple[Word, ...]:
        """Return the stretches in other scripts: `Khan` of `Khanさん`; a word without such writing as it is."""
        runs = [run.span() for run in EAST_ASIAN.finditer(self.text)]
        if not runs:
            return (self,)
        ends = [0, *(at for run in runs for at in run), len(self.text)]
        return tuple(self._part(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if start < end)

    def _part(self, start: int, end: int) -> Word:
        opens = self.opens_sentence and start == 0
        start += self.text[start] in HYPHENS
        text = self.text[start:end]
        return Word(self.start + start, self.start + end, text, fold(text), opens, self.tagged)


def clean(text: str) -> str:
    """Return `text` in NFC without control, zero-width and other characters that do not show.

    A name with a zero-width joiner inside looks like the name to a reader, so it
    has to look like the name to us. Letters written by number (`&uuml;`, `%C3%BC`)
    and in the other direction are read as they are shown. Line breaks stay, and
    so do the joiners between the parts of an emoji.
    """
    text = unicodedata.normalize("NFC", as_displayed(decoded(text))).replace("\r\n", "\n").replace("\t", " ")
    return "".join(char for at, char in enumerate(text) if _shows(text, at, char)).strip()


def _shows(text: str, at: int, char: str) -> bool:
    if char == "\n":
        return True
    if char == "\u200d":
        around = {unicodedata.category(near) for near in text[max(at - 1, 0) : at] + text[at + 1 : at + 2]}
        return bool(around) and around <= {"So", "Sk", "Mn"}
    return unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cn", "Cs"} and char not in _FILLERS


def spelt_out(found: Sequence[Word], text: str) -> tuple[Word, ...]:
    """Put letters that stand one by one (`K h a n`, `K.H.A.N`) together as the word that they spell."""
    joined: list[Word] = []
    letters: list[Word] = []
    for word in [*found, None]:
        if word is not None and len(word.text) == 1 and (not letters or _close(letters[-1], word, text)):
            letters.append(word)
            continue
        joined += [_as_one(letters, text)] if len(letters) >= _SPELT else letters
        letters = [word] if word is not None and len(word.text) == 1 else []
        joined += [] if word is None or letters else [word]
    return tuple(joined)


def _close(one: Word, other: Word, text: str) -> bool:
    return _GAP.fullmatch(text, one.end, other.start) is not None


def _as_one(letters: Sequence[Word], text: str) -> Word:
    first, last = letters[0], letters[-1]
    folded = "".join(letter.folded for letter in letters)
    return replace(first, end=last.end, text=text[first.start : last.end], folded=folded)


def words(text: str) -> tuple[Word, ...]:
    """Split cleaned text into words; a possessive ending is not part of the word."""
    return tuple(_words(text))


def _words(text: str) -> Iterator[Word]:
    shadow = _shadow(text)
    before = 0
    for match in _WORD.finditer(shadow):
        start, end = match.start(), match.start() + len(_POSSESSIVE.sub("", match.group()))
        gap = text[before:start]
        opens = before == 0 or _ends_sentence(gap)
        before = match.end()
        yield Word(start, end, text[start:end], fold(text[start:end]), opens, tagged=gap.endswith(("#", "\uff03")))


def _has_capital(text: str) -> bool:
    """Say whether a word begins with a capital, or has one behind the apostrophe of an article: `d'Aubigné`."""
    article = _ELIDED.match(text)
    return text[:1].isupper() or (article is not None and text[article.end()].isupper())


def _ends_sentence(gap: str) -> bool:
    return _SENTENCE_END.search(gap) is not None or any(unicodedata.category(char) == "So" for char in gap)


def _shadow(text: str) -> str:
    """Return the text, each character in its place, with one apostrophe, one hyphen, and letters for their accents."""
    shadow: list[str] = []
    for char in one_apostrophe(text):
        accent = is_mark(char) and bool(shadow) and shadow[-1].isalpha()
        shadow.append("x" if accent or _is_encircled(char) else char)
    return "".join(shadow)


def _is_encircled(char: str) -> bool:
    """Say whether a sign is a letter in a circle or a box."""
    inside = unicodedata.normalize("NFKD", char)
    return not char.isalpha() and len(inside) == 1 and inside.isalpha()
