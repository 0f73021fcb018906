"""Findings, and the decision that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gatekeeper.types.faces import Box


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
    CAPTION_CHANGED = "caption_changed"
    CAPTION_OTHER_NAME = "caption_other_name"
    CAPTION_SENSITIVE = "caption_sensitive"
    VISIBLE_NAME = "visible_name"
    CHANNEL_NOT_APPROVED = "channel_not_approved"
    ATTESTATION_MISSING = "attestation_missing"
    ASKED_NOT_TO_BE_SHOWN = "asked_not_to_be_shown"
    APPROVAL_ENDS_FIRST = "approval_ends_first"
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
    ACCEPT_WORDS = "accept_words"
    NOT_OUR_PUPIL = "not_our_pupil"
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
    attestation: str | None = None
    """What has to be confirmed, as `attest` takes it, if that is all that is missing."""
    region: Box | None = None
    """The place that it is about where that is no face, in fractions of the picture; `cover` takes it."""
    exception: str | None = None
    """What an agreement to it names (`authority.Exemption`), if people of `resolvable_by` may agree to it."""


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
    DISMISSED = "dismissed"
    """Found by the detector, and declared by hand to be no face."""

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
