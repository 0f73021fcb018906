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


@dataclass(frozen=True, slots=True)
class ConsentSums:
    """The lines of the table, and the names of the groups that have none."""

    lines: tuple[ClassSums, ...]
    left_out: tuple[str, ...]


def class_sums(
    register: Register, classes: Mapping[str, AbstractSet[PersonId]], channels: Sequence[Channel], today: date
) -> ConsentSums:
    """Return the sums of each class, in order, then those of all pupils.

    No pupil is in two lines but the last: of a class and a club that has all of it but one, the two lines
    would tell what was said of that one. So a group that shares pupils with others gives way to them.

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
    named = {name: members & said.keys() for name, members in classes.items() if members & said.keys()}
    apart = _disjoint(named)
    rows: dict[str, AbstractSet[PersonId]] = {name: members for name, members in named.items() if name in apart}
    if rest := said.keys() - {person for members in rows.values() for person in members}:
        rows["In none of these" if rows else "In no class"] = rest
    rows["All pupils"] = said.keys()
    lines = _shown(list(rows), [_counted(said, members) for members in rows.values()])
    return ConsentSums(tuple(lines), tuple(name for name in named if name not in apart))


def _disjoint(groups: Mapping[str, AbstractSet[PersonId]]) -> AbstractSet[str]:
    """Return groups of which no two have a member in common, those first that overlap with the fewest others."""
    overlaps = {name: sum(not mine.isdisjoint(other) for other in groups.values()) for name, mine in groups.items()}
    taken, seen = set[str](), set[PersonId]()
    for name in sorted(groups, key=lambda one: (overlaps[one], -len(groups[one]), one)):
        if seen.isdisjoint(groups[name]):
            taken.add(name)
            seen |= groups[name]
    return taken


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
