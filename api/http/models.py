"""The response models of version 1; the OpenAPI document is generated from them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gatekeeper.types import ChangeReason, FaceStatus, FindingCode, Outcome, Remedy, Role, Severity, Words, WritingLook


class Shape(BaseModel):
    """One JSON object; unknown fields are refused and nothing changes after it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BoxShape(Shape):
    """A rectangle in fractions of the picture's width and height, 0 to 1, from the top left."""

    x: float
    y: float
    width: float
    height: float


class SuggestionShape(Shape):
    """A person whom an open face may be, for `identify`."""

    person: str = Field(description="The person's id on the register, as `identify` takes it.")
    first_name: str | None = Field(
        description="Null where the person may not be named on this channel, or the policy names no one."
    )
    alike: bool = Field(
        description="Whether the face resembles the person's reference photographs, though not enough to be certain. "
        "False: the engine knows nothing of them, and they are of the class or event that was chosen."
    )
    needs_agreement: bool = Field(
        description="Whether a second person has to agree to this name, since it contradicts what the engine found."
    )


class FaceShape(Shape):
    """One face in the picture.

    A client without the scope `resolve` sees only `consented` (may be published),
    `no_consent` (may not) and `unknown` (not recognised or not cleared), and no names.
    """

    number: int = Field(ge=1, description="From 1, in reading order.")
    box: BoxShape
    status: FaceStatus
    first_name: str | None = None
    suggestions: list[SuggestionShape] | None = Field(
        default=None,
        description="With scope `resolve`, of one check that is not superseded: whom a face that is `unknown`, "
        "`ambiguous` or `unreadable` may be, the likeliest first, five at most. Empty if no person comes into "
        "question. Null for every other face, in lists, and for every other client.",
    )


class FindingShape(Shape):
    """A finding: its code, a sentence, its remedies and the roles that may resolve it."""

    code: FindingCode
    severity: Severity
    face: int | None
    message: str
    resolvable_by: list[Role]
    remedies: list[Remedy]
    attestation: str | None = None
    region: BoxShape | None = Field(default=None, description="An area without a face, usable as `box` of `cover`.")
    exception: str | None = Field(
        default=None, description="With scope `resolve`: the exception that waits for the agreement of a second person."
    )


class ChangeShape(Shape):
    """A change of the text that was sent; it may be published only if the check is approved."""

    words: Words
    start: int = Field(ge=0, description="Offset in code points (NFC, without invisible characters).")
    end: int = Field(ge=0)
    became: str = Field(description="The replacement; empty if the passage was removed.")
    reason: ChangeReason


class MetadataShape(Shape):
    """The metadata of the upload: kinds and counts, never contents."""

    gps: bool
    exif_tags: int
    carriers: list[str]
    turned: bool


class PhotoShape(Shape):
    """The upload. Its bytes are not stored."""

    sha256: str
    format: str
    width: int
    height: int
    metadata_found: MetadataShape


class ReleaseShape(Shape):
    """The approved file: exactly these bytes may be published."""

    url: str
    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int


class CheckShape(Shape):
    """A check of one photo. `caption`, `alt_text`, `credit`, `release` and `receipt` are null when blocked."""

    id: str
    state: Literal["received", "checked", "withdrawn"] = Field(
        description="`received`: not examined yet, poll again. `withdrawn`: the approval is no longer valid."
    )
    decision: Outcome
    created_at: datetime
    expires_at: datetime | None
    channel: str
    policy: str | None
    register_version: int | None
    faces: list[FaceShape]
    findings: list[FindingShape]
    caption: str | None
    alt_text: str | None
    credit: str | None
    changes: list[ChangeShape]
    proposed_caption: str | None = Field(
        description="A caption that would pass where the one sent does not; `accept_words` takes it. Without `resolve` "
        "only where nothing else blocks."
    )
    proposed_alt_text: str | None = None
    proposed_credit: str | None = None
    writing: WritingLook | None = Field(
        default=None,
        description="Whether writing in the picture was looked for. `later`: something else can only be mended by "
        "another picture, an edit or a consent; a check after that looks for it, and no picture is approved before. "
        "`off`: the policy does not want it. Null where nothing was examined.",
    )
    photo: PhotoShape | None
    release: ReleaseShape | None
    receipt: str | None
    replaced_by: str | None = Field(description="Id of the check that supersedes this one.")


class ChecksShape(Shape):
    """A page of checks, the latest first."""

    checks: list[CheckShape]
    next: str | None = Field(description="Pagination cursor of the next page; null on the last page.")
