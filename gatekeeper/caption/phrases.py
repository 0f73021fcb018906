"""Phrases that a school lets pass in its captions: names of history, books, streets, authors of pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.names import MentionKind, find_mentions
from gatekeeper.caption.text.words import clean, words

Span = tuple[int, int]


def key(phrase: str) -> str:
    """Return the form under which two spellings of a phrase are the same: its folded words."""
    return " ".join(word.folded for word in words(clean(phrase)))


def places(text: str, allowed: Collection[str]) -> tuple[Span, ...]:
    """Return where one of the allowed phrases (as `key` gives them) stands in a cleaned text."""
    return tuple(_places(text, allowed)) if allowed else ()


def _places(text: str, allowed: Collection[str]) -> Iterator[Span]:
    tokens = words(text)
    lengths = sorted({phrase.count(" ") + 1 for phrase in allowed}, reverse=True)
    for at, first in enumerate(tokens):
        for length in lengths:
            run = tokens[at : at + length]
            if len(run) == length and " ".join(word.folded for word in run) in allowed:
                yield first.start, run[-1].end
                break


def is_of_register(phrase: str, names: NameIndex) -> bool:
    """Say whether a phrase is a name of the register: a whole one, or nothing but a part of one.

    Such a phrase is never let pass; `Charles Darwin` may be where a pupil is called Darwin.
    """
    text = clean(phrase)
    mentions = find_mentions(text, names)
    if any(mention.kind is MentionKind.FULL_NAME for mention in mentions):
        return True
    rest = words(text)
    return all(any(one.start <= word.start and word.end <= one.end for one in mentions) for word in rest)
