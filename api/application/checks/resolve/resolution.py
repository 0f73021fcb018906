"""What a person or a program says of a blocked check, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gatekeeper.types import (
    Author,
    Box,
    PersonId,
)


class Action(StrEnum):
    """What a person can do about a blocked check; and `extend`, about an approval that ends soon."""

    IDENTIFY = "identify"
    NOT_THEM = "not_them"
    NOT_A_FACE = "not_a_face"
    MISSED_FACE = "missed_face"
    ATTEST = "attest"
    APPROVE = "approve"
    COVER = "cover"
    CROP = "crop"
    REWORD = "reword"
    ACCEPT_WORDS = "accept_words"
    NOT_OUR_PUPIL = "not_our_pupil"
    EXTEND = "extend"
    TAKE_BACK = "take_back"


@dataclass(frozen=True, slots=True)
class NewWords:
    """Everything that is to go out with the picture; None for nothing."""

    caption: str | None = field(default=None, repr=False)
    alt_text: str | None = field(default=None, repr=False)
    credit: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Resolution:
    """One more fact, from a person.

    Attributes:
        action: what kind of fact.
        face: the number it is about; for `cover` without a `box` None means every
            face, and every other place, that may not be published.
        person: who the face is, for `identify`; who it is not, for `not_them` (the
            person it was last named as if left out).
        attestations: what is confirmed, for `attest`.
        box: in fractions of the picture: what is kept, for `crop`; what is filled,
            for `cover`; where a face is, for `missed_face`.
        words: in place of all that were given before, for `reword`.
        named: who several faces are at once, by their numbers, for `identify`.
        note: what the second person writes beside an agreement, for `approve`.
        attested_by: the account of the person who looked, where a program attests.
        phrase: the name that is no pupil's, as it stands in the words, for `not_our_pupil`.
    """

    action: Action
    face: int | None = None
    person: PersonId | None = None
    attestations: frozenset[str] = frozenset()
    box: Box | None = None
    words: NewWords = NewWords()
    named: Mapping[int, PersonId] = field(default_factory=dict)
    note: str = field(default="", repr=False)
    attested_by: str | None = None
    phrase: str | None = field(default=None, repr=False)

    @property
    def people(self) -> frozenset[PersonId]:
        """All people it names."""
        return frozenset([*self.named.values(), *([self.person] if self.person is not None else [])])


@dataclass(frozen=True, slots=True)
class Hand:
    """Who resolves something, and when.

    Attributes:
        author: who.
        at: when; aware.
        by_uploader: whether they, or a key of theirs, sent the picture or said anything about it.
        current: whether the register is as it was when the check was decided.
        attests: whether the policy lets programs attest without saying who looked.
    """

    author: Author
    at: datetime
    by_uploader: bool
    current: bool
    attests: bool = False


class ResolutionRefused(Exception):
    """The resolution does not fit the check, and nothing was changed."""
