"""What was said of publishing the pupils of each class, as sums that single none of them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from api.application.reporting.suppression import hidden_cells
from gatekeeper.consent.permission import EVERYWHERE, Permission, Reason, Standing, Subject
from gatekeeper.register import Register, permission_on
from gatekeeper.types import Channel, PersonId


class Said(StrEnum):
    """What holds for a person's pictures."""

    YES = "Yes"
    """Permitted on one open channel at least."""
    NO = "No"
    """A refusal, or the school's own restriction: the two are never told apart here."""
    BLANK = "Blank"
    """Never answered, or not by all whose word is needed."""
    LAPSED = "Lapsed"
    """There was a yes, and it has ended."""


_ANYWHERE: Final = Channel("", frozenset({EVERYWHERE}), approved=True)
_OF: Final = {Reason.LISTED: Said.NO, Reason.HELD: Said.NO, Reason.REFUSED: Said.NO, Reason.EXPIRED: Said.LAPSED}


@dataclass(frozen=True, slots=True)
class ClassSums:
    """The sums of one class; None where a number is left out."""

    name: str
    people: int | None
    sums: tuple[int | None, ...]


def class_sums(
    register: Register, classes: Mapping[str, AbstractSet[PersonId]], channels: Sequence[Channel], today: date
) -> tuple[ClassSums, ...]:
    """Return the sums of each class, in order, then those of all pupils, each counted once.

    Args:
        register: as it is now.
        classes: who is in which, by name.
        channels: those that are open.
        today: in the school's own time zone.
    """
    said = {
        person: _said(standing, channels or (_ANYWHERE,), today, register.own_consent_age)
        for person, standing in register.standings.items()
        if not standing.speaks_for_self and not (standing.leaving_date and standing.leaving_date < today)
    }
    named = {name: members & said.keys() for name, members in classes.items()}
    placed = {person for members in named.values() for person in members}
    rows: dict[str, AbstractSet[PersonId]] = {name: members for name, members in named.items() if members}
    if rest := said.keys() - placed:
        rows["In no class"] = rest
    counts = [_counted(said, members) for members in rows.values()]
    lines = _shown(list(rows), counts)
    return (*lines, *_shown(["All pupils, each once"], [_counted(said, said.keys())]))


def _shown(names: Sequence[str], counts: Sequence[Sequence[int]]) -> list[ClassSums]:
    hidden = hidden_cells(counts)
    return [
        ClassSums(
            name,
            None if all((row, column) in hidden for column in range(len(numbers))) else sum(numbers),
            tuple(None if (row, column) in hidden else number for column, number in enumerate(numbers)),
        )
        for row, (name, numbers) in enumerate(zip(names, counts, strict=True))
    ]


def _counted(said: Mapping[PersonId, Said], people: AbstractSet[PersonId]) -> list[int]:
    found = Counter(said[person] for person in people)
    return [found[one] for one in Said]


def _said(standing: Standing, channels: Sequence[Channel], today: date, age: int) -> Said:
    answers = [permission_on(channel, standing, Subject.PICTURE, today, age) for channel in channels]
    if any(answer.allowed for answer in answers):
        return Said.YES
    return max((_of(answer) for answer in answers), key=[Said.BLANK, Said.LAPSED, Said.NO].index)


def _of(answer: Permission) -> Said:
    return _OF.get(answer.reason, Said.BLANK)
