"""One screening: what was asked, and everything that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from gatekeeper.types.decision import Decision, FaceStatus, Role
from gatekeeper.types.faces import Box, PersonId
from gatekeeper.types.matches import BoundBy
from gatekeeper.types.photo import Format, MetadataReport, Release
from gatekeeper.types.words import Change


@dataclass(frozen=True, slots=True)
class Channel:
    """A school-owned account or outlet, as far as the gate needs to know it."""

    name: str
    purposes: frozenset[str]
    approved: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said about the face at a place: who it is, or that it is no face.

    `box` is in fractions of the picture's size, since numbers change when a face
    is covered; `person` None means that there is no face.
    """

    box: Box
    person: PersonId | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What is done to a picture before it is examined again, in fractions of it as it was.

    Fills come first, then the crop.
    """

    fills: tuple[Box, ...] = ()
    crop: Box | None = None

    def __bool__(self) -> bool:
        return bool(self.fills) or self.crop is not None


UNEDITED: Final = Edit()
"""The edit that leaves a picture as it is."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody with a role has looked at exactly this picture and agrees to it."""

    role: Role
    by_uploader: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """Somebody who asked not to be photographed at an event.

    Attributes:
        id: opaque.
        description: what to look for in a picture, such as "a man in a red cap".
        person: who it is, if they are on the register.
        event: the title of the event.
        day: on which the event is.
        of_chosen_event: whether it is the event that was chosen with the picture.
    """

    id: str
    description: str = field(repr=False)
    person: PersonId | None = None
    event: str = ""
    day: date | None = None
    of_chosen_event: bool = True

    @property
    def attestation(self) -> str:
        """What is confirmed when nobody of this description is in the picture."""
        return f"not_shown_{self.id}"

    @property
    def elsewhere(self) -> str:
        """What is confirmed when the picture shows the person, but was not taken at the event."""
        return f"elsewhere_{self.id}"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to publish: everything but the picture itself."""

    channel: Channel
    moment: datetime
    """Now; aware of its time zone. The gate has no clock of its own."""
    publish_at: datetime | None = None
    caption: str | None = None
    alt_text: str | None = None
    credit: str | None = None
    event: str | None = None
    event_day: date | None = None
    scope: frozenset[PersonId] | None = None
    """The people of the event or class; None means the whole register. The
    do-not-publish list is always searched whole."""
    attestations: frozenset[str] = frozenset()
    said: tuple[Said, ...] = ()
    """What people have said about faces by hand, oldest first."""
    covered: tuple[Box, ...] = ()
    """Places that were covered in this picture, in fractions of its size."""
    missed: tuple[Box, ...] = ()
    """Places where somebody says that there is a face, in fractions."""
    seen: tuple[Box, ...] = ()
    """Places where the gate found a face before the picture was covered or cropped,
    in fractions; what was found once does not vanish by being cut."""
    approvals: tuple[Approval, ...] = ()
    objections: tuple[Objection, ...] = ()
    """Who asked not to be photographed, at the chosen event or at any other."""
    nobody_else: bool = False
    """Whether a person who was shown what was found, and what was not, has confirmed that
    nobody can be recognised besides the faces that were found. It is no attestation: what
    is said before the picture was examined cannot be about that."""


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
        person: whom it is bound to, if anybody.
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
    """A caption that would pass, where the one that was typed blocks."""


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
