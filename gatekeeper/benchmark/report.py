"""Benchmark report: counts first, rates and their 95 % confidence bounds derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from math import sqrt
from typing import Any, Final

_Z: Final = 1.959964
"""The normal quantile that leaves 2.5 % on each side."""

_SMALL: Final = 0.005
"""Smaller shares than this are told with two decimals of a per cent."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with Wilson's bounds (1927), which hold for none and for all too."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 if nothing was tried."""
        return self.hits / self.of if self.of else 0.0

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval; 0 if nothing was tried."""
        return max(0.0, self._middle - self._half) if self.of else 0.0

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval; 1 if nothing was tried."""
        return min(1.0, self._middle + self._half) if self.of else 1.0

    @property
    def _middle(self) -> float:
        return (self.share + _Z**2 / (2 * self.of)) / (1 + _Z**2 / self.of)

    @property
    def _half(self) -> float:
        spread = sqrt(self.share * (1 - self.share) / self.of + _Z**2 / (4 * self.of**2))
        return _Z * spread / (1 + _Z**2 / self.of)

    def __str__(self) -> str:
        return f"{self.hits}/{self.of} = {_percent(self.share)} ({_percent(self.low)} to {_percent(self.high)})"


def _percent(share: float) -> str:
    """Return a share in per cent, with a second decimal where the first would say nothing."""
    return f"{share:.2%}" if 0 < share < _SMALL else f"{share:.1%}"


@dataclass(frozen=True, slots=True)
class Identification:
    """Single faces against registers of one size and one number of references.

    Attributes:
        missed: enrolled people's faces that were not recognised.
        mistaken: enrolled people's faces that were taken for another person.
        wrong: strangers' faces that were taken for an enrolled person.
    """

    people: int
    references: int
    missed: Rate
    mistaken: Rate
    wrong: Rate


@dataclass(frozen=True, slots=True)
class Point:
    """Both mistakes at one setting: how far all thresholds are shifted, or a rival's tolerance.

    Attributes:
        setting: 0 is the product as it is; above 0 is stricter. A rival's own number for a rival.
        wrong: pictures with an intruder, of any kind, that were approved.
        needless: pictures of people who all may be shown, without known bystanders, that were blocked.
    """

    setting: float
    wrong: Rate
    needless: Rate


@dataclass(frozen=True, slots=True)
class Gate:
    """Whole pictures of several people.

    Attributes:
        people: how many are enrolled.
        references: photographs of each.
        registers: how many were drawn.
        wrong_approvals: by kind of intruder, pictures with exactly one person who may
            not be shown, that were approved all the same.
        decisive: the same among those pictures in which all but the intruder would
            pass, so that no other mistake can hide a wrong approval.
        intruders: by kind, how many different people played it.
        needless_blocks: pictures of people who all may be shown, that were blocked; drawn
            from all photographs.
        causes: why, each picture counted once.
        needless_alone, causes_alone: the same without pictures that are known to show
            an unlabelled person, which are rightly blocked.
        possible_listed: faces of listed people that were recognised as near to the list.
        false_listed: faces of people who may be shown that were taken as near to the list.
        tradeoff: both mistakes as all thresholds are shifted.
    """

    people: int
    references: int
    registers: int
    wrong_approvals: Mapping[str, Rate]
    decisive: Mapping[str, Rate]
    intruders: Mapping[str, int]
    needless_blocks: Rate
    causes: Mapping[str, int]
    needless_alone: Rate
    causes_alone: Mapping[str, int]
    possible_listed: Rate
    false_listed: Rate
    tradeoff: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """Open-set identification: misses against strangers recognised, for one size of register.

    Attributes:
        people: enrolled, with `references` photographs each unless `fillers` says otherwise.
        fillers: how many of them are there only to be confused with: people of the half by
            which thresholds were chosen, from one photograph each.
        points: pairs of the share of strangers recognised and the share of enrolled people
            missed, the strictest first.
        at_one_in_a_thousand: enrolled people missed at the threshold that one stranger in 1,000 passes.
        threshold: that one, as the engine measures likeness.
        strangers: tries by strangers.
    """

    people: int
    references: int
    fillers: int
    points: tuple[tuple[float, float], ...]
    at_one_in_a_thousand: Rate
    threshold: float
    strangers: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Time and memory of finding and embedding the faces of one picture.

    Attributes:
        pictures: how many were timed.
        median: seconds a picture.
        slowest: seconds, of the slowest picture.
        peak: the process's largest resident size, in bytes.
    """

    pictures: int
    median: float
    slowest: float
    peak: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured of one engine; a part whose pictures were not given is empty or None."""

    engine: str
    identification: tuple[Identification, ...]
    curves: tuple[Curve, ...]
    gate: Gate | None
    recall: Mapping[str, Rate]
    conditions: Mapping[str, Rate]
    false_alarms: Rate
    refused_references: Rate
    cost: Cost

    def as_dict(self) -> dict[str, Any]:
        """Return plain dictionaries, lists and numbers, fit for JSON, bounds included."""
        return {entry.name: plain(getattr(self, entry.name)) for entry in fields(self)}


def plain(value: Any) -> Any:
    """Return a report, or a part of one, as dictionaries, lists and numbers."""
    if isinstance(value, Rate):
        return {"hits": value.hits, "of": value.of, "share": value.share, "low": value.low, "high": value.high}
    if is_dataclass(value):
        return {entry.name: plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple) else value
