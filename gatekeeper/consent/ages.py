"""Ages in full years, and the birthdays on which the law changes who decides."""

from __future__ import annotations

from datetime import date
from typing import Final

MAJORITY: Final = 18
"""From this birthday on only one's own word counts (Family Law Reform Act 1969, section 1)."""


def age_on(born: date, on: date) -> int:
    """Return the age in full years on a day."""
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (not had_birthday)


def birthday(born: date, age: int) -> date:
    """Return the day on which a person reaches `age`; 1 March for 29 February."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
