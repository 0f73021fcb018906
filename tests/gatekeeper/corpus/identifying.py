"""Captions that identify people, and ordinary ones, each with what is right; read against the made-up school."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gatekeeper.caption import Reviewed, Rules, review_text
from gatekeeper.caption.text.ordinary import ORDINARY
from gatekeeper.caption.text.words import fold
from gatekeeper.types import Kind, PersonId, Words
from tests.gatekeeper.corpus.school import FOLDER, index, school

PAIRS: Final = 6
"""With so many pairs of pupils each line is read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One caption.

    Attributes:
        right: `nothing`, `note` or `block`.
        kind: of what it holds.
        text: as it would be typed.
    """

    right: str
    kind: str
    text: str


def lines(name: str) -> Iterator[Line]:
    """Yield the lines of a file, those with names once for each of several pairs of pupils."""
    for row in (FOLDER / name).read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            right, kind, text = row.split("\t")
            for one, other in pairs()[: PAIRS if "{" in text else 1]:
                yield Line(right, kind, text.replace("{A}", one).replace("{B}", other))


def pairs() -> list[tuple[str, str]]:
    """Return the first names of pupils of different cultures, two by two, none of which is a word."""
    plain = [name for name in _nameable().values() if name.isalpha() and fold(name) not in ORDINARY]
    chosen = [plain[at] for at in range(3, len(plain), max(1, len(plain) // (2 * PAIRS + 1)))]
    return list(zip(chosen[0::2], chosen[1::2], strict=False))[:PAIRS]


def said_of(line: Line) -> tuple[str, Reviewed]:
    """Return what the review says of a line: `nothing`, `note` or `block`."""
    reviewed = review_text(line.text, Words.CAPTION, _rules())
    return "block" if reviewed.blocks else "note" if reviewed.findings else "nothing", reviewed


def _nameable() -> dict[PersonId, str]:
    return {
        person: member.known_as or member.first_name
        for person, member in school().items()
        if member.kind is Kind.PUPIL and member.last_name and len(member.first_name) > 3 and member.first_name.isascii()
    }


def _rules() -> Rules:
    adults = frozenset(person for person, member in school().items() if member.kind is not Kind.PUPIL)
    return Rules(index(), _nameable(), adults=adults)
