"""What was changed in the words that go out with a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Words(StrEnum):
    """Which words."""

    CAPTION = "caption"
    ALT_TEXT = "alt_text"
    CREDIT = "credit"


class AcceptedChange(StrEnum):
    """What a sender may accept before seeing it."""

    SURNAMES = "surnames"
    """A surname is cut behind a first name that stays as it was typed; nothing else is changed."""


class ChangeReason(StrEnum):
    """Why something that was typed does not go out as it was typed."""

    FIRST_NAME_ONLY = "first_name_only"
    """A name became the first name by which this person is called in public."""
    SURNAME = "surname"
    NOT_NAMED = "not_named"
    """A person is named who is not in the picture, or who may not be named."""
    PERSONAL_DATA = "personal_data"
    AGE = "age"
    LINK = "link"
    OTHER_NAME = "other_name"
    """The name of a person who is not on the register."""
    SENSITIVE = "sensitive"
    """Care, health, special needs or money of a person who is named."""
    CLASS = "class"
    """The class of a person who is named."""
    ROUTINE = "routine"
    """Where a person who is named lives, or can be met."""


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch of what was typed that goes out otherwise, or not at all.

    Attributes:
        words: which words.
        start, end: the stretch, in characters of the text as `caption.clean` leaves it.
        became: what stands there now; empty if it was taken out.
        reason: why.
    """

    words: Words
    start: int
    end: int
    became: str = field(repr=False)
    reason: ChangeReason
