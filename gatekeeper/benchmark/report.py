"""What a benchmark says: counts first, shares and their 95 % bounds derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import sqrt
from typing import Any, Final

_Z: Final = 1.959964
"""The normal quantile that leaves 2.5 % on each side."""


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
        return f"{self.hits}/{self.of} = {self.share:.1%} ({self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True, slots=True)
class Identification:
    """Single faces against registers of one size and one number of references.

    Attributes:
        missed: enrolled people's faces that were not recognised.
        mistaken: enrolled people's faces that were taken for somebody else.
        wrong: strangers' faces that were taken for somebody enrolled.
    """

    people: int
    references: int
    missed: Rate
    mistaken: Rate
    wrong: Rate


@dataclass(frozen=True, slots=True)
class Gate:
    """Whole pictures of several people, against one register.

    Attributes:
        people: how many are enrolled.
        references: photographs of each.
        wrong_approvals: by kind of intruder, pictures with exactly one person who may
            not be shown, that were approved all the same.
        needless_blocks: pictures of people who all may be shown, that were blocked.
        possible_listed: faces of listed people that were recognised as near to the list.
        false_listed: faces of people who may be shown that were taken as near to the list.
    """

    people: int
    references: int
    wrong_approvals: Mapping[str, Rate]
    needless_blocks: Rate
    possible_listed: Rate
    false_listed: Rate


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
    """Everything that was measured; a part whose pictures were not given is empty or None."""

    engine: str
    identification: tuple[Identification, ...]
    gate: Gate | None
    recall: Mapping[str, Rate]
    conditions: Mapping[str, Rate]
    false_alarms: Rate
    refused_references: Rate
    cost: Cost

    def as_dict(self) -> dict[str, Any]:
        """Return plain dictionaries, lists and numbers, fit for JSON, bounds included."""
        return {entry.name: _plain(getattr(self, entry.name)) for entry in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, Rate):
        return {"hits": value.hits, "of": value.of, "share": value.share, "low": value.low, "high": value.high}
    if isinstance(value, (Identification, Gate, Cost)):
        return {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value
