"""What came of one screening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gatekeeper.types.decision import Decision, FaceStatus
from gatekeeper.types.faces import Box, PersonId
from gatekeeper.types.formats import Format
from gatekeeper.types.matches import BoundBy
from gatekeeper.types.photo import MetadataReport, Release
from gatekeeper.types.request import Trace
from gatekeeper.types.words import Change


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is remembered about an upload after its bytes are gone."""

    sha256: str
    format: Format
    width: int
    height: int
    fingerprint: int
    metadata: MetadataReport


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What is remembered about a release besides the file itself."""

    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ScreenedFace:
    """One face as the answer shows it.

    Attributes:
        number: from 1, in reading order.
        box: fractions of the released picture's width and height, 0 to 1.
        status: what is to be said about it.
        person: who it is bound to, if any.
        by: how it was bound.
        turn: quarter turns against the clock that would bring it upright.
        first_name: only for a consented face whose name may be given too.
    """

    number: int
    box: Box
    status: FaceStatus
    person: PersonId | None = None
    by: BoundBy | None = None
    first_name: str | None = field(default=None, repr=False)
    turn: int = 0


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """What a policy said at a decision that cannot be worked out from the other facts.

    Whether a later policy is stricter is judged by these (`reliance`).

    Attributes:
        biometrics: whether faces were compared with templates.
        words_read: whether the writing in the picture was read.
        programs_attest: whether what a program confirmed alone counted.
        visible_names_block: whether a first name that can be read stopped the picture.
        frames_refused: whether uploads that move or have pages were refused.
        attestations: code and sentence of each thing that was confirmed.
    """

    biometrics: bool
    words_read: bool
    programs_attest: bool
    visible_names_block: bool
    frames_refused: bool
    attestations: Mapping[str, str] = field(default_factory=dict)


class WritingLook(StrEnum):
    """Whether the writing that a picture shows has been looked for."""

    READ = "read"
    LATER = "later"
    """Something else has to be mended first; the examination after that looks for it."""
    OFF = "off"
    """The policy does not want it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one screening that is remembered; no pixels, no embedding."""

    decision: Decision
    faces: tuple[ScreenedFace, ...]
    caption: str | None = field(repr=False)
    alt_text: str | None = field(repr=False)
    credit: str | None = field(repr=False)
    photo: PhotoFacts | None
    release: ReleaseFacts | None
    """The examined picture's facts; whether it may leave is the decision's to say."""
    policy: str
    engine: str
    register_version: int
    valid_until: datetime | None
    """When an approval ends by itself: the policy's window or the first consent to end."""
    changes: tuple[Change, ...] = ()
    """What was typed and goes out otherwise, or would not go out at all."""
    proposed_caption: str | None = field(default=None, repr=False)
    """A caption that would pass, where the one that was typed does not."""
    other_names: tuple[Change, ...] = ()
    """What was typed and reads as the name of a person who is not on the register."""
    proposed_alt_text: str | None = field(default=None, repr=False)
    proposed_credit: str | None = field(default=None, repr=False)
    traces: tuple[Trace, ...] = field(default=(), repr=False)
    """What has been said of each face so far, this examination included."""
    terms: PolicyTerms | None = None
    """What the policy said then; None in checks from before it was kept."""
    writing: WritingLook | None = None
    """Whether writing was looked for; None where nothing was examined, and in checks from before it was kept."""

    @property
    def proposed_words(self) -> tuple[str | None, str | None, str | None]:
        """Caption, alternative text and credit that would pass, each None where nothing is proposed."""
        return self.proposed_caption, self.proposed_alt_text, self.proposed_credit


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """The answer to one request.

    `examined` is the sanitised picture that was looked at. It is for the eyes of
    those who resolve a block and must never leave the building; `release` is the
    same picture, and is there only when the decision is approve.
    """

    facts: Facts
    examined: Release | None = field(default=None, repr=False)

    @property
    def release(self) -> Release | None:
        return self.examined if self.facts.decision.approved else None
