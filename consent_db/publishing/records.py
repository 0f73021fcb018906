"""What was published and what has to come down, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from gatekeeper.types import Channel, PersonId


@dataclass(frozen=True, slots=True)
class ChannelDraft:
    """A school-owned account or outlet, before it is approved.

    Attributes:
        name: short and stable, such as `website`; lower case letters, digits, `_`, `-`.
        platform: what runs it, such as `instagram`.
        address: its link or handle.
        purposes: the purposes that consent may be given for, such as `social_media`.
        staff: user ids (or names) of those who run it; two are needed for approval.
    """

    name: str
    title: str
    platform: str = ""
    address: str = ""
    purposes: frozenset[str] = frozenset()
    staff: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """A channel as remembered."""

    draft: ChannelDraft
    approved_by: str | None
    approved_at: datetime | None
    closed_at: datetime | None

    @property
    def name(self) -> str:
        return self.draft.name

    @property
    def title(self) -> str:
        return self.draft.title

    @property
    def open(self) -> bool:
        """Whether it is approved and not closed."""
        return self.approved_at is not None and self.closed_at is None

    def as_channel(self) -> Channel:
        """Return the channel as the gate needs it."""
        return Channel(self.draft.name, self.draft.purposes, approved=self.open)


class Why(StrEnum):
    """Why something has to come down; person-neutral, so that all staff may read it."""

    NOT_PERMITTED = "not_permitted"
    NAME_NOT_PERMITTED = "name_not_permitted"
    MAY_SHOW = "may_show"
    NOT_APPROVED = "not_approved"
    DELETED = "deleted"
    IN_DOUBT = "in_doubt"
    """What it was approved on does not hold any more: a confirmation or a name that was withdrawn, or that the
    engine alone told people apart who were confirmed since to be siblings or twins."""

    @property
    def sentence(self) -> str:
        """What staff read and do."""
        return _SENTENCES[self]


_SENTENCES: Final[Mapping[Why, str]] = {
    Why.NOT_PERMITTED: "The permission that this picture rests on has ended. Take the post down.",
    Why.NAME_NOT_PERMITTED: "A name in its text may not be given any more. Take the name out, or the post down.",
    Why.MAY_SHOW: "A search found that it may show a person who may not be published. Look, and take the post down.",
    Why.NOT_APPROVED: "It was published without an approval that stood. Take the post down.",
    Why.IN_DOUBT: "Who it shows, or what was confirmed about it, is no longer certain. Take the post down.",
    Why.DELETED: "The picture was deleted because it must not be shown. Take the post down.",
}


class TakedownOutcome(StrEnum):
    """How a take-down ended."""

    DOWN = "down"
    EDITED = "edited"
    """The name was taken out of the text; the picture stays."""
    KEPT = "kept"
    """A member of the leadership team looked: it does not show who it was thought to show."""


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """One post, as its publisher reports it.

    Attributes:
        check_id: the check that the picture was approved by.
        published_at: when (aware).
        address: of the post.
        post_id: what the platform or the scheduler calls it. The same address and
            id reported again are the same post.
    """

    check_id: str
    published_at: datetime
    address: str | None = field(default=None, repr=False)
    post_id: str | None = field(default=None, repr=False)
    channel: str | None = None
    """Where it was published, if that was told; None for the channel of the check."""


@dataclass(frozen=True, slots=True)
class PublicationRecord:
    """One post as remembered.

    Attributes:
        people: the people it shows: bound when the picture was checked, or found by a search since.
        named: those of them whose first name it gives.
        taken_down_at: when it was reported down; None while it is up.
    """

    id: str
    check_id: str
    channel: str
    release_sha256: str
    published_at: datetime
    recorded_at: datetime
    recorded_by: str
    address: str | None = field(default=None, repr=False)
    post_id: str | None = field(default=None, repr=False)
    people: frozenset[PersonId] = frozenset()
    named: frozenset[PersonId] = frozenset()
    taken_down_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TakedownRecord:
    """Something that has to come down, or did."""

    id: str
    publication: PublicationRecord
    why: Why
    opened_at: datetime
    opened_by: str
    due_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
    outcome: TakedownOutcome | None = None
    proof: str | None = field(default=None, repr=False)

    def overdue(self, now: datetime) -> bool:
        """Say whether it should have been down by now and is not."""
        return self.done_at is None and now >= self.due_at


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """A search of the released pictures for one person.

    Attributes:
        looked: how many pictures were searched; None before it is finished.
        found: in how many the person may be.
    """

    id: str
    person: PersonId
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None = None
    looked: int | None = None
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change to one person touches: the same before it is made and when it is.

    Attributes:
        approvals: id of each approval that ends, and the code of why.
        down: id of each publication that has to come down, and why.
        lapsed: ids of publications whose permission ends without an
            objection (it expired, the person left): for people to look at, no clock runs.
        templates: how many templates are destroyed.
        searches: whether the released pictures are searched for the person again.
    """

    approvals: Mapping[str, str] = field(default_factory=dict)
    down: Mapping[str, Why] = field(default_factory=dict)
    lapsed: tuple[str, ...] = ()
    templates: int = 0
    searches: bool = False

    def __bool__(self) -> bool:
        return bool(self.approvals or self.down or self.lapsed or self.templates or self.searches)
