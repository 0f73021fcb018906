"""Request models of version 1: checks."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, Final

from fastapi import UploadFile
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.application.checks.resolve.resolution import Action, NewWords, Resolution
from api.application.checks.submission import MOST_CHARACTERS, build_draft
from api.v1.arrays import ListsSpelledOut
from consent_db.approvals.records import CheckDraft
from gatekeeper.rendition import LEAST_BYTES, LEAST_SIDE
from gatekeeper.types import AcceptedChange, Box, PersonId

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]
AttestedBy = Annotated[
    Name | None,
    Field(
        description="The e-mail address of the account of the person who looked at the picture; "
        "without it, what is attested does not count unless the school's policy lets programs attest.",
    ),
]


def _written_out(value: object) -> object:
    """Take a moment as RFC 3339 writes it only: a bare number would be read as seconds since 1970."""
    if isinstance(value, str) and _MOMENT.match(value):
        return value
    raise ValueError


_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]


_CHECK: Final[dict[str, Any]] = {
    "photo": "(the bytes of the file)",
    "channel": "website",
    "caption": "Amira planting beans",
    "attestations": ["appropriately_dressed", "not_compromising"],
}


# What counts for idempotency whether it is set or not.
_FIRST: Final = {"channel", "caption", "alt_text", "credit", "event", "publish_at", "single_use", "accept_changes"}


class CheckForm(ListsSpelledOut):
    """A photo with its text and the request to publish it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_CHECK]})

    photo: UploadFile = Field(
        description="The picture: JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF or BMP, one frame.",
        json_schema_extra={"format": "binary"},  # as generators of clients know a file
    )
    channel: Name = Field(description="The name of an approved channel, such as `website`.")
    caption: Text | None = None
    alt_text: Text | None = None
    credit: Text | None = None
    event: Name | None = Field(default=None, description="A class or an event: the people expected in the picture.")
    publish_at: Moment | None = Field(
        default=None, description="The planned moment of publication, with time zone; not in the past."
    )
    attestations: list[Text] = Field(
        default=[], description="Codes of what the uploader confirms; repeat the field, or separate with commas."
    )
    single_use: bool = Field(default=False, description="The receipt is valid for one post only.")
    max_side: int | None = Field(
        default=None,
        ge=LEAST_SIDE,
        le=65_535,
        description="Maximum length of the release's longer side in pixels, so that a network need not scale it.",
    )
    max_bytes: int | None = Field(
        default=None,
        ge=LEAST_BYTES,
        le=100_000_000,
        description="Maximum size of the release in bytes, so that a network need not encode it again.",
    )
    # Later fields follow the earlier ones: generated PHP clients pass them by position.
    attested_by: AttestedBy = None
    accept_changes: list[AcceptedChange] = Field(
        default=[],
        max_length=10,
        description="Changes of the text that are accepted in advance: `surnames`: a surname is cut after a first "
        "name that stays as it was sent. Everything else blocks as `caption_changed`.",
    )

    def draft(self, attested_by: str | None) -> CheckDraft:
        """Return it as the use case takes it.

        Args:
            attested_by: the id of the account that `attested_by` names.
        """
        asked = {name: value for name, value in self if name not in {"photo", "accept_changes"}}
        own = {"attestations": self._codes(), "attested_by": attested_by, "accepted_changes": self.accept_changes}
        return build_draft(**asked | own)

    def said(self) -> dict[str, Any]:
        """Return what identifies this request for idempotency; the same in every spelling of it."""
        words = self.model_dump(mode="json", include=_FIRST)
        # Later fields count only where they are set, so that a request from before there were any is known again.
        words |= self.model_dump(mode="json", exclude=_FIRST | {"photo", "attestations"}, exclude_defaults=True)
        photo = hashlib.sha256(self.photo.file.read()).hexdigest()
        self.photo.file.seek(0)
        return words | {"attestations": sorted(self._codes()), "photo": photo}

    def _codes(self) -> frozenset[str]:
        codes = (code.strip() for text in self.attestations for code in text.split(","))
        return frozenset(code for code in codes if code)


class Place(BaseModel):
    """A rectangle in fractions of the picture's width and height, from the top left."""

    model_config = ConfigDict(extra="forbid")

    x: float = Field(ge=0, lt=1, strict=True)
    y: float = Field(ge=0, lt=1, strict=True)
    width: float = Field(gt=0, le=1, strict=True)
    height: float = Field(gt=0, le=1, strict=True)


class ResolutionForm(BaseModel):
    """One more fact about a blocked check."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"action": "identify", "face": 1, "person": "per_3f9c1d"}]}
    )

    action: Action
    face: int | None = Field(default=None, ge=1, le=10_000, strict=True)
    person: Name | None = Field(default=None, description="The person's id on the register, for `identify`.")
    attestations: list[Name] = Field(default=[], max_length=50)
    attested_by: AttestedBy = None
    box: Place | None = Field(
        default=None,
        description="For `crop` the part to keep, for `cover` the area to fill, for `missed_face` the whole head.",
    )
    caption: Text | None = Field(
        default=None, description="For `reword`: the new text; a field that is left out becomes empty."
    )
    alt_text: Text | None = None
    credit: Text | None = None
    phrase: Name | None = Field(
        default=None, description="For `not_our_pupil`: the name that is no pupil's, as it stands in the text."
    )

    def resolution(self, attested_by: str | None) -> Resolution:
        """Return it as the use case takes it.

        Args:
            attested_by: the id of the account that `attested_by` names.
        """
        person = PersonId(self.person) if self.person else None
        box = Box(**self.box.model_dump()) if self.box else None
        words = NewWords(self.caption or None, self.alt_text or None, self.credit or None)
        given = frozenset(self.attestations)
        return Resolution(
            self.action, self.face, person, given, box, words, attested_by=attested_by, phrase=self.phrase
        )
