"""The trials of a school by class and by age band, without a row that is about few people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gatekeeper.benchmark.own.leave_one_out import Enrolled, Trial
from gatekeeper.benchmark.report import Rate

FEWEST: Final = 5
"""A row about fewer people would tell about one of them."""

Labels = Callable[[Enrolled], Iterable[str]]
"""Returns the rows that a person counts in."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted over some people; the photographs of one person are not independent of each other.

    Attributes:
        people: how many they are.
        missed: of references that were left out, those that were not recognised with no class chosen.
        missed_in_class: the same with the class chosen.
        mistaken: those that were taken for another person.
        passed: of references whose owner was out of the register, those that were taken for another of the class.
    """

    people: int
    missed: Rate
    missed_in_class: Rate
    mistaken: Rate
    passed: Rate


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one class or band; None where they are about too few people, or would tell by difference."""

    name: str
    figures: Figures | None


def figures(found: Iterable[Trial]) -> Figures:
    """Return the counts of some trials."""
    counted = tuple(found)
    return Figures(
        people=len({one.person for one in counted}),
        missed=_rate(one.missed for one in counted),
        missed_in_class=_rate(one.missed_in_class for one in counted),
        mistaken=_rate(one.mistaken for one in counted),
        passed=_rate(one.passed for one in counted),
    )


def rows(school: Sequence[Enrolled], found: Sequence[Trial], labels: Labels) -> tuple[Row, ...]:
    """Return a row for each label, in their order.

    A label with fewer than `FEWEST` people has no figures. Since the sum over all is told too, the next smallest
    are withheld with it until those withheld are about `FEWEST` people together, and more than one label (complementary
    suppression, as `api.application.reporting.suppression` for tables of counts).
    """
    of = {one.person: frozenset(labels(one)) for one in school}
    names = sorted(frozenset[str]().union(*of.values()))
    sizes = {name: sum(name in mine for mine in of.values()) for name in names}
    withheld = _withheld(sizes)
    return tuple(
        Row(name, None if name in withheld else figures(one for one in found if name in of[one.person]))
        for name in names
    )


def _withheld(sizes: dict[str, int]) -> frozenset[str]:
    smallest_first = sorted(sizes, key=lambda name: (sizes[name], name))
    withheld = [name for name in smallest_first if sizes[name] < FEWEST]
    for name in smallest_first[len(withheld) :]:
        if not withheld or (len(withheld) > 1 and sum(sizes[one] for one in withheld) >= FEWEST):
            break
        withheld.append(name)
    return frozenset(withheld)


def _rate(outcomes: Iterable[bool | None]) -> Rate:
    tried = [outcome for outcome in outcomes if outcome is not None]
    return Rate(sum(tried), len(tried))
