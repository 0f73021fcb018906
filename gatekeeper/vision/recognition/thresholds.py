"""Decision thresholds, derived from the wanted false match rate.

One similarity is wrong somewhere: with more people there are more chances for a
stranger to resemble one of them, and an average of several photographs resembles
each person a little more. So an engine carries measurements instead: how often a
stranger's face reaches which similarity with the template of one person, by the
number of photographs in that template. From these follow the threshold for a
wanted rate, and the rate for a given similarity (`docs/decisions/0025`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

import numpy as np

_LIST_AS_LONG_AS: Final = 10
"""The do-not-publish list is always compared as if it had so many people: with its true
length, a longer list would ask for more of each."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What was measured of one engine, and the rates that are wanted of it.

    Attributes:
        rates: shares of strangers' faces, descending, each above 0 and below 1.
        references: numbers of photographs, ascending.
        match: rows of cosine similarities; `match[i][j]` is reached by the share `rates[j]`
            of strangers' faces with one template made of `references[i]` photographs.
        wanted: share of strangers' faces that may be taken for a person on a register.
        near: share of strangers' faces that may be taken as near to a list of ten.
        margin: how far the best person must be ahead of the runner-up.
        smallest_face: faces narrower than this, in pixels, are not compared.
        dimmest: faces seen less clearly than this (see `Embedder.embed`) are not compared.
        allowance: how much less is asked of a face of clarity 0. What is seen less clearly
            resembles each person less, strangers too; `match` was measured with it.
        lead: how far a person must be ahead of a listed one so that a face recognised as the
            former is no longer near the latter; 2, which no similarity reaches, if that was not measured.
        relief: how much less similarity is asked of a person who is ahead of all others by `lead`:
            a stranger who resembles one person resembles others nearly as much.
        alone: share of the allowance, 0 to 1, by which a face may pass with a template of one photograph.
            Nearness to the list always has all of it.

    Raises:
        ValueError: the rows do not fit, do not ascend, or a number is one at which
            strangers would match.
    """

    rates: tuple[float, ...]
    references: tuple[int, ...]
    match: tuple[tuple[float, ...], ...]
    wanted: float
    near: float
    margin: float
    smallest_face: float
    dimmest: float = 0.0
    allowance: float = 0.0
    lead: float = 2.0
    relief: float = 0.0
    alone: float = 1.0

    def __post_init__(self) -> None:
        fits = len(self.match) == len(self.references) > 0 and all(
            len(row) == len(self.rates) > 0 for row in self.match
        )
        if not (fits and _rising(self.references) and _rising([-rate for rate in self.rates])):
            message = (
                "There must be one row for each number of references (rising), one column for each rate (falling)."
            )
            raise ValueError(message)
        values = [value for row in self.match for value in row]
        if not all(0 < value <= 1 for value in values) or any(list(row) != sorted(row) for row in self.match):
            message = "Similarities must be above 0, not above 1, and not lower for a rarer rate."
            raise ValueError(message)
        shares = (*self.rates, self.wanted, self.near)
        if not (
            all(0 < share < 1 for share in shares)
            and self.wanted <= self.near
            and 0 < self.margin < 1
            and self.margin <= self.lead
            and 0 <= self.relief < self.lead
            and 0 <= self.alone <= 1
        ):
            message = (
                "Rates and the margin must lie between 0 and 1, the wanted rate must not exceed that of the list, "
                "nor the margin or the relief the lead; the share of the allowance must lie from 0 to 1."
            )
            raise ValueError(message)

    def allowed(self, clarity: float) -> float:
        """Return how much less similarity is asked of a face of this clarity."""
        return self.allowance * (1 - min(1.0, clarity))

    def withheld(self, references: int) -> float:
        """Return the share of the allowance that a face cannot pass by, with a template of so many photographs.

        One photograph has its own light, pose and sharpness, which a face that is seen as badly can share
        with it by chance; an average of several has less of them (`docs/decisions/0062`). 0 to 1.
        """
        return 1 - self.alone if references == 1 else 0.0

    def match_at(self, people: int, references: int) -> float:
        """Return the similarity from which a face may count as a person.

        Raises:
            ValueError: `people` or `references` is below 1, which no face can match.
        """
        return self._similarity(self.wanted, people, references)

    def near_at(self, references: int) -> float:
        """Return the similarity from which a face is near a person on the do-not-publish list.

        Never above the threshold of even the smallest register: a person who matches is near.

        Raises:
            ValueError: `references` is below 1.
        """
        return min(self._similarity(self.near, _LIST_AS_LONG_AS, references), self.match_at(1, references))

    def false_match(self, similarity: float, people: int, references: int) -> float:
        """Return how often a stranger's face is at least this similar to any person on such a register.

        It is the sum over all people, which is never too low; 1 at most. Between two
        numbers of references the larger share holds.

        Raises:
            ValueError: `people` or `references` is below 1.
        """
        _must_be_somebody(people, references)
        rarest = min(_rarity(similarity, self.match[row], self._decades()) for row in self._rows(references))
        return min(1.0, people * float(10**-rarest))

    def _similarity(self, rate: float, people: int, references: int) -> float:
        """Return the threshold at which all of `people` together let in this share of strangers.

        Between two numbers of references the larger one holds, so that rounding never
        loosens; beyond the most, the last. Beyond the rarest rate the last step goes on,
        which asks for more than a tail that falls ever faster would.
        """
        _must_be_somebody(people, references)
        decades = log10(people) - log10(rate)
        return max(_read(decades, self._decades(), self.match[row]) for row in self._rows(references))

    def _decades(self) -> tuple[float, ...]:
        return tuple(-log10(rate) for rate in self.rates)

    def _rows(self, references: int) -> range:
        """Return the rows on both sides of `references`, or the one that fits."""
        first = max(0, bisect_right(self.references, references) - 1)
        last = min(len(self.references) - 1, bisect_left(self.references, references))
        return range(first, max(first, last) + 1)


def _must_be_somebody(people: int, references: int) -> None:
    if people < 1 or references < 1:
        message = f"{people} people with {references} photographs each cannot be matched; both must be at least 1."
        raise ValueError(message)


def _rising(values: Sequence[float]) -> bool:
    return list(values) == sorted(set(values))


def _read(decades: float, known: Sequence[float], similarities: Sequence[float]) -> float:
    """Return the similarity at so many decades: between the known ones, level before, straight on after."""
    if decades <= known[-1] or len(known) == 1:
        return float(np.interp(decades, known, similarities))
    slope = (similarities[-1] - similarities[-2]) / (known[-1] - known[-2])
    return min(1.0, similarities[-1] + slope * (decades - known[-1]))


def _rarity(similarity: float, similarities: Sequence[float], known: Sequence[float]) -> float:
    """Return the decades of a similarity: 0 below the first known one, and never more than was measured."""
    if similarity < similarities[0]:
        return 0.0
    below = bisect_right(similarities, similarity) - 1
    if below == len(known) - 1:
        return known[-1]
    share = (similarity - similarities[below]) / (similarities[below + 1] - similarities[below])
    return known[below] + share * (known[below + 1] - known[below])


UNCALIBRATED: Final = Thresholds((0.5,), (1,), ((1.0,),), wanted=0.5, near=0.5, margin=0.5, smallest_face=20.0)
"""For an engine that has not been measured: nothing short of the very same vector matches."""
