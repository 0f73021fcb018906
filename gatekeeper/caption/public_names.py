"""What a text may call a person in the place of the name that was typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from gatekeeper.caption.names import Mention, MentionKind
from gatekeeper.caption.text.words import fold
from gatekeeper.naming.folding import one_apostrophe
from gatekeeper.types import PersonId

Place = tuple[int, int, str | None]


def public_name(mention: Mention, text: str, nameable: Mapping[PersonId, str]) -> Place:
    """Return where a name stands and what may stand there: `(start, end, words)`, None for nothing.

    A name stands as it is written if it is one that a person in the picture is called by,
    also as part of it: of `d'Anne-Sophie` and `Anne-Sophie` the whole is read.
    """
    allowed = {nameable[person] for person in mention.people if person in nameable}
    if mention.kind is MentionKind.SURNAME or not allowed:
        return mention.start, mention.end, None
    if mention.kind is MentionKind.FIRST_NAME:
        for name in sorted(allowed):
            if (whole := _written_around(mention, text, name)) is not None:
                return (*whole, text[slice(*whole)])
    if len({fold(name) for name in allowed}) > 1:
        return mention.start, mention.end, None
    name = allowed.pop()
    return mention.start, mention.end, _kept(text[mention.start : mention.end], name) or name


def titled_name(mention: Mention, text: str, titled: Collection[PersonId]) -> Place | None:
    """Return a name as a school calls its staff, by title and surname; None if it is not written so or may not be.

    `Mrs Patel` stands as it is written, and so does `Mrs Patel` of `Mrs Asha Patel`.
    """
    title = _TITLE.search(text, 0, mention.start)
    if title is None or mention.kind not in _WITH_SURNAME or not mention.people.intersection(titled):
        return None
    surname = text[mention.start : mention.end].rsplit(maxsplit=1)[-1]
    return title.start(), mention.end, f"{title.group().rstrip()} {surname}"


_WITH_SURNAME: Final = frozenset({MentionKind.SURNAME, MentionKind.FULL_NAME})
_TITLE: Final = re.compile(
    r"(?<![^\W\d_])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Madam|Rev|Frau|Herr|Mme|Señora?|Sra?)\.?[ \u00a0]$"
)


def _written_around(mention: Mention, text: str, name: str) -> tuple[int, int] | None:
    """Return where the whole of a public name is written around a mention of it, or of a part of it."""
    folded, length = fold(name), len(name) + 2
    for start in range(max(0, mention.end - length), mention.start + 1):
        for end in range(min(len(text), start + length), mention.end - 1, -1):
            if start <= mention.start and fold(text[start:end]) == folded and _bounded(text, start, end):
                return _trimmed(text, start, end)
    return None


def _bounded(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    elided = one_apostrophe(before) == "'"  # `d'Anne-Sophie`
    return (elided or not before.isalpha()) and not after.isalpha()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalpha():
        start += 1
    while end > start and not (text[end - 1].isalpha() or _is_mark_of_letter(text[end - 1])):
        end -= 1
    return start, end


def _is_mark_of_letter(char: str) -> bool:
    return not char.isascii() and not char.isspace()


def _kept(written: str, name: str) -> str | None:
    """Return the public name as it is written at the start of what was typed, if it is."""
    folded = fold(name)
    ends = (at for at in range(len(written), 0, -1) if fold(written[:at]) == folded)
    end = next((at for at in ends if at == len(written) or not written[at].isalpha()), None)
    if end is None:
        return None
    return written[slice(*_trimmed(written, 0, end))]
