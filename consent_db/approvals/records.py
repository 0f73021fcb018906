"""A check and the approval that it may carry, as frozen values.

They lie below `publishing` and `checks`, since both speak of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gatekeeper.rendition import NO_LIMIT, SizeLimit
from gatekeeper.types import UNEDITED, AcceptedChange, Approval, Author, Box, Edit, Facts, Said, Trace


class CheckState(StrEnum):
    """Where a check is; an approval's expiry is a matter of time, not of state."""

    RECEIVED = "received"
    DECIDED = "decided"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The words and choices that came with a photo; sealed at rest."""

    caption: str | None = field(default=None, repr=False)
    alt_text: str | None = field(default=None, repr=False)
    credit: str | None = field(default=None, repr=False)
    attestations: frozenset[str] = frozenset()
    said: tuple[Said, ...] = field(default=(), repr=False)
    """What people have said about faces by hand, oldest first."""
    covered: tuple[Box, ...] = ()
    """Places covered in this picture, in fractions of its size."""
    missed: tuple[Box, ...] = ()
    """Places where a person says that there is a face."""
    seen: tuple[Box, ...] = ()
    """Places where a face was found before the picture was covered or cropped; only in checks
    from before `traces` were kept."""
    traces: tuple[Trace, ...] = field(default=(), repr=False)
    """What the gate has said so far of each place where it found a face."""
    edit: Edit = UNEDITED
    """What this check does to the picture of the check that it replaces."""
    approvals: tuple[Approval, ...] = ()
    accepted_changes: frozenset[AcceptedChange] = frozenset()
    """Changes of the words that the sender agreed to before seeing them."""
    nobody_else: bool = False
    """Whether a person who was shown what was found has confirmed that no other person can be recognised."""
    nobody_else_by: Author | None = None
    """Who has confirmed it."""
    unlooked: frozenset[str] = frozenset()
    """What a program attested without saying who looked; it counts for nothing."""
    attested_by: str | None = None
    """The account of the person who looked at the picture before a program sent it, as the program says."""
    single_use: bool = False
    """Whether the approval is for one post only."""
    size_limit: SizeLimit = NO_LIMIT
    """How small the release is wanted."""


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """A photo that has arrived and waits to be screened; the actor is the transaction's.

    Attributes:
        channel: the name of a channel that is on record.
        event: the name of an event or class that limits who is expected.
        upload_key: where the sealed upload lies in the storage, if it is kept.
        supersedes: the check that this one is to replace once it is decided.
    """

    channel: str
    request: CheckRequest = CheckRequest()
    event: str | None = None
    publish_at: datetime | None = None
    upload_key: str | None = None
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check as remembered."""

    id: str
    state: CheckState
    actor: str
    draft: CheckDraft
    created_at: datetime
    decided_at: datetime | None = None
    facts: Facts | None = field(default=None, repr=False)
    examined_key: str | None = None
    release_token_sha256: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was revoked or superseded."""
    ended_why: str | None = None
    superseded_by: str | None = None

    @property
    def approved(self) -> bool:
        """Whether the gate approved it, whatever became of the approval since."""
        return self.facts is not None and self.facts.decision.approved

    def stands(self, now: datetime) -> bool:
        """Say whether there is an approval that holds at this moment."""
        in_time = self.expires_at is None or now < self.expires_at
        return self.state is CheckState.DECIDED and self.approved and in_time
