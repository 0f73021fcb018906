"""How alike is alike enough: thresholds from measurement, by register and references.

One constant is wrong somewhere: with more people there are more chances for a
stranger to resemble one of them, and an averaged template of several
photographs scores higher for its owner. The tables are measured
(`docs/accuracy.md`), never guessed, and each belongs to one engine.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import ceil, log2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Cosine similarities for one engine.

    Attributes:
        people: register sizes of the table's rows, ascending.
        references: reference counts of the table's columns, ascending.
        match: rows of similarities; `match[i][j]` holds for up to `people[i]`
            people enrolled with `references[j]` photographs each.
        margin: how far the best person must be ahead of the runner-up.
        listed_slack: how much below the match threshold a face already counts
            as near to a person on the do-not-publish list.
        smallest_face: faces narrower than this, in pixels, are not compared.

    Raises:
        ValueError: the table's shape does not fit its rows and columns, these do not
            ascend, or a number is one at which strangers would match.
    """

    people: tuple[int, ...]
    references: tuple[int, ...]
    match: tuple[tuple[float, ...], ...]
    margin: float
    listed_slack: float
    smallest_face: float

    def __post_init__(self) -> None:
        ascending = all(list(axis) == sorted(set(axis)) and axis for axis in (self.people, self.references))
        fits = len(self.match) == len(self.people) and all(len(row) == len(self.references) for row in self.match)
        if not (ascending and fits):
            message = "A table of thresholds needs one row for each register size and one column for each references."
            raise ValueError(message)
        similarities = all(0 < value <= 1 for row in self.match for value in row)  # NaN is not between 0 and 1 either
        if not (similarities and 0 < self.margin < 1 and 0 <= self.listed_slack < 1):
            message = "Similarities and the margin must be above 0 and the slack not below it, and none above 1."
            raise ValueError(message)

    def match_at(self, people: int, references: int) -> float:
        """Return the similarity from which a face may count as a person.

        The next larger register of the table is used, and the larger threshold of
        the two neighbouring numbers of references, so that rounding never
        loosens. Beyond the largest register the last row grows by its own last
        step for every doubling begun; beyond the most references the last column
        holds.

        Raises:
            ValueError: `people` or `references` is below 1, which no face can match.
        """
        if people < 1 or references < 1:
            message = f"{people} people with {references} photographs each cannot be matched; both must be at least 1."
            raise ValueError(message)
        columns = self._columns(references)
        row = bisect_left(self.people, people)
        if row < len(self.people):
            return max(self.match[row][column] for column in columns)
        doublings = ceil(log2(people / self.people[-1]))
        return max(self.match[-1][column] + doublings * self._last_step(column) for column in columns)

    def _columns(self, references: int) -> range:
        """Return the columns on both sides of `references`, or the one that fits."""
        first = max(0, bisect_right(self.references, references) - 1)
        last = min(len(self.references) - 1, bisect_left(self.references, references))
        return range(first, max(first, last) + 1)

    def _last_step(self, column: int) -> float:
        if len(self.match) == 1:
            return 0.0
        return max(0.0, self.match[-1][column] - self.match[-2][column])
