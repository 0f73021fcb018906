"""What an objection to being photographed at an event does, told to the one who writes it down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from gatekeeper.types import Objection

PUBLISHED: Final = "Pictures that are published already stay up until a take-down is opened for them."


def effect(objection: Objection, days_around: int) -> str:
    """Return which pictures are asked about from now on, in one or two sentences.

    Args:
        objection: with the day of its event.
        days_around: how many days before and after the event the policy asks about.
    """
    look = f"The description is asked about in every picture of the event and in those of {_day(objection.day)}"
    described = f"{look} for which no event is chosen."
    if objection.person is None:
        return described
    when = f"that is checked or published {_between(objection.day, days_around)}"
    return (
        f"The person is not shown in any picture of the event. Every other picture in which they are recognised "
        f"or named, and {when}, asks whether it was taken there. {described}"
    )


def _between(day: date | None, around: int) -> str:
    if day is None or not around:
        return f"on {_day(day)}"
    distance = timedelta(days=around)
    return f"from {_day(day - distance)} to {_day(day + distance)}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "its day"
