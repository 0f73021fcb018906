"""A check and the approval that it may carry, as frozen values.

They lie below `publishing` and `checks`, since both speak of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from gatekeeper.types import CheckRequest, Facts, Finding, ScreenedFace


class CheckState(StrEnum):
    """Where a check is; an approval's expiry is a matter of time, not of state."""

    RECEIVED = "received"
    DECIDED = "decided"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


_PLAIN: Final = CheckRequest()


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
    request: CheckRequest = _PLAIN
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
    def faces(self) -> tuple[ScreenedFace, ...]:
        """The faces that were found; none before the gate has answered."""
        return self.facts.faces if self.facts else ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the gate said; nothing before it has answered."""
        return self.facts.decision.findings if self.facts else ()

    @property
    def approved(self) -> bool:
        """Whether the gate approved it, whatever became of the approval since."""
        return self.facts is not None and self.facts.decision.approved

    def stands(self, now: datetime) -> bool:
        """Say whether there is an approval that holds at this moment."""
        in_time = self.expires_at is None or now < self.expires_at
        return self.state is CheckState.DECIDED and self.approved and in_time
