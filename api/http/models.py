"""What version 1 answers, as types: the OpenAPI document is made from these."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gatekeeper.types import ChangeReason, FaceStatus, FindingCode, Outcome, Remedy, Role, Severity, Words


class Shape(BaseModel):
    """One JSON object; unknown fields are refused and nothing changes after it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BoxShape(Shape):
    """A rectangle in fractions of the picture's width and height, 0 to 1, from the top left."""

    x: float
    y: float
    width: float
    height: float


class FaceShape(Shape):
    """One face in the picture.

    A client without the scope `resolve` sees only `consented` (may be published),
    `no_consent` (may not) and `unknown` (not recognised or not cleared), and no names.
    """

    number: int = Field(ge=1, description="From 1, in reading order.")
    box: BoxShape
    status: FaceStatus
    first_name: str | None = None


class FindingShape(Shape):
    """One thing that the gate noticed, in a sentence, and who can do what about it."""

    code: FindingCode
    severity: Severity
    face: int | None
    message: str
    resolvable_by: list[Role]
    remedies: list[Remedy]
    attestation: str | None = None
    region: BoxShape | None = Field(default=None, description="A place without a face that `cover` takes as `box`.")
    exception: str | None = Field(
        default=None, description="With `resolve`: what the agreement of a second person names, if it waits for one."
    )


class ChangeShape(Shape):
    """One stretch of the words sent that goes out otherwise; if the check is blocked, that may not go out."""

    words: Words
    start: int = Field(ge=0, description="In characters (code points, NFC, without those that do not show).")
    end: int = Field(ge=0)
    became: str = Field(description="What stands there now; empty if it was taken out.")
    reason: ChangeReason


class MetadataShape(Shape):
    """What the upload carried besides pixels: kinds and counts, never contents."""

    gps: bool
    exif_tags: int
    carriers: list[str]
    turned: bool


class PhotoShape(Shape):
    """The upload. Its bytes are not kept."""

    sha256: str
    format: str
    width: int
    height: int
    metadata_found: MetadataShape


class ReleaseShape(Shape):
    """The file that may be published: exactly these bytes and no others."""

    url: str
    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int


class CheckShape(Shape):
    """One photo, checked. `caption`, `alt_text`, `credit`, `release` and `receipt` are null when blocked."""

    id: str
    state: Literal["received", "checked", "withdrawn"] = Field(
        description="`received`: not examined yet, ask again. `withdrawn`: an approval that no longer stands."
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
    photo: PhotoShape | None
    release: ReleaseShape | None
    receipt: str | None
    replaced_by: str | None = Field(description="The check that takes the place of this one; ask for that.")


class ChecksShape(Shape):
    """A page of checks, the latest first."""

    checks: list[CheckShape]
    next: str | None = Field(description="Send it as `cursor` for those before; null on the last page.")
