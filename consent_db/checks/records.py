"""Phrases that pass and pictures that were deleted, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PhraseKind(StrEnum):
    """What a school has said of a phrase that it lets pass in its captions."""

    NOT_A_PUPIL = "not_a_pupil"
    """It names no pupil of the school."""
    AUTHOR = "author"
    """It names an adult who agreed to be named in full as the author of a picture."""


@dataclass(frozen=True, slots=True)
class LetPassRecord:
    """A phrase that a school lets pass in its captions."""

    id: str
    kind: PhraseKind
    phrase: str = field(repr=False)
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a deleted picture: enough to know it again, nothing to see.

    Attributes:
        sha256: of a file, 64 hex digits.
        fingerprint: 64 bits, `gatekeeper.media.fingerprint`; None if it could not be opened.
        features: of its corners, without their places, `gatekeeper.media.local_features`;
            empty if it has too few, or was deleted before they were kept.
    """

    sha256: str
    fingerprint: int | None = None
    features: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Deleted:
    """A picture is deleted: the checks that were about it, and the stored files that have to go."""

    checks: tuple[str, ...]
    keys: frozenset[str]
