"""What is said about consent: by whom, about what, for where and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

EVERYWHERE: Final = "*"
"""The scope of a statement about every channel and purpose."""


class Party(StrEnum):
    """Who makes a statement. Each is one source: none takes back what another said."""

    PARENT = "parent"
    SECOND_PARENT = "second_parent"
    CARER = "carer"
    """Another holder of parental responsibility: a guardian, a foster carer, a grandparent."""
    LOCAL_AUTHORITY = "local_authority"
    """For a child in its care."""
    PUPIL = "pupil"
    SELF = "self"
    """Staff, governors, volunteers and visitors speaking for themselves."""
    SCHOOL = "school"
    """The school's leadership."""
    COURT = "court"


class Subject(StrEnum):
    """What a statement is about; each is its own consent.

    Attributes:
        label: what is done, as a choice of a form.
        verdict: how a sentence begins that ends in `permitted` or `not permitted`.
        stem: what its columns in a roster begin with; those of the picture name a channel instead.
        as_a_whole: whether it is stated and asked for the gate as a whole, not for each channel.
    """

    label: str
    verdict: str
    stem: str
    as_a_whole: bool

    PICTURE = "picture", "Showing them in pictures", "Showing them is"
    NAME = "name", "Giving the first name", "Giving the first name is"
    BIOMETRICS = "biometrics", "Recognising the face", "Recognising them is", "biometric", True

    def __new__(cls, value: str, label: str = "", verdict: str = "", stem: str = "", as_a_whole: bool = False) -> Self:  # noqa: FBT001, FBT002 -- a row of the table above
        """Return a member whose value is the first of these, with what is known of it."""
        self = str.__new__(cls, value)
        self._value_ = value
        self.label, self.verdict, self.stem, self.as_a_whole = label, verdict, stem or value, as_a_whole
        return self

    @classmethod
    def of_channels(cls) -> tuple[Subject, ...]:
        """Return the subjects that are asked for each channel."""
        return tuple(subject for subject in cls if not subject.as_a_whole)


class Stance(StrEnum):
    """What a party says: yes, no, or no longer."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """A grant taken back. It forbids as a refusal does, until the same party grants again."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that one party said once. Statements are never changed, only followed."""

    party: Party
    subject: Subject
    scope: str
    """`EVERYWHERE`, or the name of one channel or one purpose."""
    stance: Stance
    said_at: datetime
    """When it was said (aware). A party's later grant replaces its earlier refusal and
    the other way round; at the same instant the refusal wins."""
    since: date
    until: date | None = None
    """The last day in force, in the school's time zone; None means until taken back."""
    first_said_at: datetime | None = None
    """When it was first said, where this only says it again because what followed was undone."""

    @property
    def consented_at(self) -> datetime:
        """When the party itself said it: an undo that repeats a yes makes it no newer than it was."""
        return self.first_said_at or self.said_at
