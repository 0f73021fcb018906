"""The values that flow through the gate.

All are frozen. Nothing here decides, reads a clock or touches a disk; the one
piece of logic is `Decision.outcome`, because an approval must never be
something that a caller can pass in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final, NewType

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Upright sRGB, shape (height, width, 3), C-contiguous."""

Vector = NDArray[np.float32]
"""An embedding, or a matrix with one embedding a row; rows have unit length."""

PersonId = NewType("PersonId", str)
"""An opaque name for a person on the register (`per_...`), never a real one."""


# --- the photo -----------------------------------------------------------------


class Format(StrEnum):
    """The picture formats that the gate opens, by what the bytes say."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIF = "heif"
    AVIF = "avif"
    GIF = "gif"
    TIFF = "tiff"
    BMP = "bmp"


@dataclass(frozen=True, slots=True)
class MetadataReport:
    """What the upload carried besides pixels: kinds and counts, never contents."""

    gps: bool = False
    exif_tags: int = 0
    carriers: tuple[str, ...] = ()
    """Sorted words from a fixed list, such as `exif`, `xmp`, `iptc`, `icc_profile`,
    `comment`, `text_chunk`, `thumbnail`, `further_pictures`, `trailing_data`."""
    turned: bool = False
    """Whether an orientation tag had to be applied to the pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """The upload, opened: upright sRGB pixels and what is known about the file."""

    pixels: Pixels
    format: Format
    size: tuple[int, int]
    """Width and height as uploaded, upright, before any reduction, in pixels."""
    sha256: str
    fingerprint: int
    """64-bit perceptual hash; compare with `media.fingerprint.distance`."""
    metadata: MetadataReport


@dataclass(frozen=True, eq=False)
class Release:
    """Fresh bytes made from pixels and proved clean, and the pixels they decode to.

    Only `media.encode` makes one, after the walker has passed it.
    """

    data: bytes = field(repr=False)
    sha256: str
    media_type: str
    width: int
    """As the walker read it from the bytes, in pixels."""
    height: int
    decode: Callable[[bytes], Pixels] = field(repr=False)

    @cached_property
    def pixels(self) -> Pixels:
        """What these bytes show, decoded when first asked for; nobody can write into it.

        There is no other way to get pixels of a release, so what is examined is
        always what the bytes decode to.

        Raises:
            ReleaseNotClean: they cannot be decoded, or show something else than
                they were made from.
        """
        pixels = self.decode(self.data)
        pixels.flags.writeable = False
        return pixels


# --- faces ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the released picture; x to the right, y down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return self.width * self.height

    def scaled(self, x: float, y: float) -> Box:
        """Return the box in other units: fractions to pixels, or the other way round."""
        return Box(self.x * x, self.y * y, self.width * x, self.height * y)

    def intersection(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(width, 0.0) * max(height, 0.0)

    def within(self, width: float, height: float) -> Box:
        """Return the part of the box that lies in a picture of this size; of no area if none does."""
        left, top = min(max(self.x, 0.0), width), min(max(self.y, 0.0), height)
        right, bottom = min(self.x + self.width, width), min(self.y + self.height, height)
        return Box(left, top, max(right - left, 0.0), max(bottom - top, 0.0))

    def overlap(self, other: Box) -> float:
        """Return intersection over union, 0 (apart) to 1 (the same)."""
        common = self.intersection(other)
        union = self.area + other.area - common
        return common / union if union > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face found in the released picture."""

    number: int
    """From 1, in reading order: rows from the top, then from the left."""
    box: Box
    landmarks: NDArray[np.float32]
    """Shape (5, 2): right eye, left eye, nose tip, right and left mouth corner
    (the subject's own right and left), in pixels of the released picture."""
    score: float
    """The detector's confidence, 0 to 1."""
    embedding: Vector | None = field(default=None, repr=False)
    """Unit vector of the engine's dimension; None if the face is unreadable."""
    unreadable: str | None = None
    """Why the face cannot be compared ("too small", ...); None if it can."""


# --- the register --------------------------------------------------------------


class Kind(StrEnum):
    """Who somebody is to the school."""

    PUPIL = "pupil"
    STAFF = "staff"
    GOVERNOR = "governor"
    VOLUNTEER = "volunteer"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the register, with the names that a caption might contain."""

    id: PersonId
    kind: Kind
    first_name: str
    """The name by which this person may be called in public (`known_as`, if given)."""
    names: tuple[str, ...] = field(repr=False)
    """Every given name or nickname, `first_name` among them."""
    surnames: tuple[str, ...] = field(repr=False)


# --- matching ------------------------------------------------------------------


class BoundBy(StrEnum):
    """How a face came to be a certain person."""

    ENGINE = "engine"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Known:
    """The face is this one person."""

    person: PersonId
    by: BoundBy
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The face could be any of these people, best first."""

    candidates: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The face is nobody on the register, as far as the engine can tell."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The face cannot be compared with anybody."""

    reason: str


Identity = Known | Ambiguous | Unknown | Unreadable


@dataclass(frozen=True, slots=True)
class Match:
    """What the register says about one face.

    `near_listed` names everybody on the do-not-publish list who is closer than
    the looser threshold, whoever else the face resembles.
    """

    face: int
    identity: Identity
    near_listed: tuple[PersonId, ...] = ()


# --- findings and the decision -------------------------------------------------


class Severity(StrEnum):
    """Whether a finding stops the picture, or is only worth knowing."""

    BLOCK = "block"
    NOTE = "note"


class FindingCode(StrEnum):
    """Stable codes; `docs/reference/findings.md` explains each."""

    DO_NOT_PUBLISH = "do_not_publish"
    POSSIBLE_DO_NOT_PUBLISH = "possible_do_not_publish"
    NO_CONSENT = "no_consent"
    CONSENT_EXPIRED = "consent_expired"
    UNKNOWN_FACE = "unknown_face"
    AMBIGUOUS_FACE = "ambiguous_face"
    UNREADABLE_FACE = "unreadable_face"
    SAME_PERSON_TWICE = "same_person_twice"
    PERSON_WITHOUT_FACE = "person_without_face"
    NOBODY_FOUND = "nobody_found"
    CAPTION_FULL_NAME = "caption_full_name"
    CAPTION_NAME_NOT_IN_PHOTO = "caption_name_not_in_photo"
    CAPTION_PERSONAL_DATA = "caption_personal_data"
    CAPTION_LINK = "caption_link"
    VISIBLE_NAME = "visible_name"
    CHANNEL_NOT_APPROVED = "channel_not_approved"
    ATTESTATION_MISSING = "attestation_missing"
    NEEDS_LEADERSHIP = "needs_leadership"
    NEEDS_SECOND_PERSON = "needs_second_person"
    UNSUPPORTED_FORMAT = "unsupported_format"
    DAMAGED_FILE = "damaged_file"
    TOO_LARGE = "too_large"
    TOO_MANY_FACES = "too_many_faces"
    REFUSED_BEFORE = "refused_before"
    NOT_EXAMINED = "not_examined"


class Role(StrEnum):
    """Who can give the gate the fact that is missing."""

    STAFF = "staff"
    APPROVER = "approver"
    ADMIN = "admin"
    SAFEGUARDING_LEAD = "safeguarding_lead"


class Remedy(StrEnum):
    """What a person can do about a finding; each leads to another screening."""

    IDENTIFY = "identify"
    COVER = "cover"
    CROP = "crop"
    NOT_A_FACE = "not_a_face"
    OTHER_PICTURE = "other_picture"
    EDIT_CAPTION = "edit_caption"
    ATTEST = "attest"
    ASK_CONSENT = "ask_consent"
    ASK_LEADERSHIP = "ask_leadership"
    SAVE_AS_JPEG = "save_as_jpeg"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the gate noticed, in a sentence for the person who uploaded."""

    code: FindingCode
    message: str
    severity: Severity = Severity.BLOCK
    face: int | None = None
    resolvable_by: tuple[Role, ...] = ()
    remedies: tuple[Remedy, ...] = ()


class FaceStatus(StrEnum):
    """What is to be said about one face."""

    CONSENTED = "consented"
    NO_CONSENT = "no_consent"
    DO_NOT_PUBLISH = "do_not_publish"
    POSSIBLE_DO_NOT_PUBLISH = "possible_do_not_publish"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    UNREADABLE = "unreadable"
    COVERED = "covered"

    @property
    def publishable(self) -> bool:
        """Whether a face with this status may leave; everything not named here may not."""
        return self in _PUBLISHABLE


_PUBLISHABLE: Final = frozenset({FaceStatus.CONSENTED, FaceStatus.COVERED})


class Outcome(StrEnum):
    """The two answers; there is no third."""

    APPROVE = "approve"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Decision:
    """Approve or block, derived from what was found and never passed in.

    Approval needs all four: a release that was proved clean, at least one rule
    that ran, every face positively publishable, and no blocking finding. A
    decision made of nothing is a block.
    """

    findings: tuple[Finding, ...] = ()
    statuses: Mapping[int, FaceStatus] = field(default_factory=dict)
    """Face number to status; one entry for every face that was found."""
    rules: tuple[str, ...] = ()
    """The names of the rules that ran to their end."""
    release_sha256: str | None = None

    @property
    def outcome(self) -> Outcome:
        approved = (
            bool(self.release_sha256)
            and len(self.rules) > 0
            and all(status in _PUBLISHABLE for status in self.statuses.values())
            and all(finding.severity == Severity.NOTE for finding in self.findings)
        )
        return Outcome.APPROVE if approved else Outcome.BLOCK

    @property
    def approved(self) -> bool:
        return self.outcome is Outcome.APPROVE


# --- one screening -------------------------------------------------------------


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
