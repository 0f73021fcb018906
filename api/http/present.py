"""A check as JSON, for the HTTP interface and the command line alike.

Nothing that may be published is in the answer unless the approval stands now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

from api.application.publishing.receipts import Leaving
from api.http.models import (
    BoxShape,
    ChangeShape,
    CheckShape,
    FaceShape,
    FindingShape,
    MetadataShape,
    PhotoShape,
    ReleaseShape,
    SuggestionShape,
)
from consent_db.approvals.records import CheckRecord
from gatekeeper.decision.findings import CATALOGUE, Topic
from gatekeeper.rendition import suffix_of
from gatekeeper.types import (
    Box,
    FaceStatus,
    Facts,
    Finding,
    FindingCode,
    Outcome,
    PhotoFacts,
    Remedy,
    Role,
    ScreenedFace,
    Severity,
)


class View(StrEnum):
    """How much the reader may see."""

    FULL = "full"
    SCHEDULER = "scheduler"


Suggestions = Mapping[int, Sequence[SuggestionShape]]
"""By face number, whom the open faces may be."""


def check_json(
    record: CheckRecord,
    view: View,
    now: datetime,
    leaving: Leaving | None = None,
    suggestions: Suggestions | None = None,
) -> dict[str, Any]:
    """Return the object that `docs/reference/openapi.json` describes as `CheckShape`.

    Args:
        record: the check.
        view: how much the reader may see.
        now: aware; an approval ends by itself.
        leaving: what takes the release out, for the check's owner.
        suggestions: shown to a reader who may see everything.
    """
    return check_shape(record, view, now, leaving, suggestions).model_dump(mode="json")


def check_shape(
    record: CheckRecord,
    view: View,
    now: datetime,
    leaving: Leaving | None = None,
    suggestions: Suggestions | None = None,
) -> CheckShape:
    """Return the same as `check_json`, typed."""
    facts, stands = record.facts, record.stands(now)
    approved = facts if stands else None
    proposal = facts if facts and _may_see_proposal(facts, view) else None
    return CheckShape(
        id=record.id,
        state=_state(record, stands=stands),
        decision=Outcome.APPROVE if stands else Outcome.BLOCK,
        created_at=record.created_at,
        expires_at=record.expires_at,
        channel=record.draft.channel,
        policy=facts.policy if facts else None,
        register_version=facts.register_version if facts else None,
        faces=_faces(facts, view, suggestions or {}) if facts else [],
        findings=_findings(facts, view) if facts else [_NOT_YET],
        caption=approved.caption if approved else None,
        alt_text=approved.alt_text if approved else None,
        credit=approved.credit if approved else None,
        changes=_changes(facts, view, stands=stands) if facts else [],
        proposed_caption=proposal.proposed_caption if proposal else None,
        proposed_alt_text=proposal.proposed_alt_text if proposal else None,
        proposed_credit=proposal.proposed_credit if proposal else None,
        writing=facts.writing if facts else None,
        photo=_photo(facts.photo) if facts and facts.photo else None,
        release=_release(approved, leaving.token) if approved and leaving else None,
        receipt=leaving.receipt if leaving and stands else None,
        replaced_by=record.superseded_by,
    )


def release_path(token: str, suffix: str = "") -> str:
    """Return where the bytes of an approved picture are served.

    Args:
        token: the release's secret name.
        suffix: of a file of its type, with the dot: some schedulers (Postiz) take
            no picture by address unless the address ends in one.
    """
    return f"/v1/releases/{token}{suffix}"


_NOT_YET: Final = FindingShape(
    code=FindingCode.NOT_EXAMINED,
    severity=Severity.BLOCK,
    face=None,
    message="This picture has not been examined yet. Ask again in a few seconds.",
    resolvable_by=[],
    remedies=[Remedy.TRY_AGAIN],
)

# What a scheduler reads instead of the sentences for staff, which may name people.
# A face of a person on the do-not-publish list reads like a stranger's, so that
# uploading a picture does not reveal whether the school protects the person.
_CHANGED: Final = "What was sent does not go out as it is. Use the text of this answer."
_STATUS: Final[Mapping[FaceStatus, FaceStatus]] = {
    FaceStatus.CONSENTED: FaceStatus.CONSENTED,
    FaceStatus.COVERED: FaceStatus.CONSENTED,
    FaceStatus.NO_CONSENT: FaceStatus.NO_CONSENT,
}


def _state(record: CheckRecord, *, stands: bool) -> Literal["received", "checked", "withdrawn"]:
    if record.facts is None:
        return "received"
    return "withdrawn" if record.approved and not stands else "checked"


def _faces(facts: Facts, view: View, suggestions: Suggestions) -> list[FaceShape]:
    """Return the faces; what was called no face is none for a scheduler."""
    shown = (f for f in facts.faces if view is View.FULL or f.status is not FaceStatus.DISMISSED)
    return [_face(face, view, suggestions.get(face.number)) for face in shown]


def _face(face: ScreenedFace, view: View, suggestions: Sequence[SuggestionShape] | None) -> FaceShape:
    full = view is View.FULL
    return FaceShape(
        number=face.number,
        box=_box(face.box),
        status=face.status if full else _plain_status(face.status),
        first_name=face.first_name if full else None,
        suggestions=list(suggestions) if full and suggestions is not None else None,
    )


def _box(box: Box) -> BoxShape:
    return BoxShape(x=round(box.x, 4), y=round(box.y, 4), width=round(box.width, 4), height=round(box.height, 4))


def _plain_status(status: FaceStatus | None) -> FaceStatus:
    return FaceStatus.UNKNOWN if status is None else _STATUS.get(status, FaceStatus.UNKNOWN)


def _findings(facts: Facts, view: View) -> list[FindingShape]:
    if view is View.FULL:
        return [_finding(finding) for finding in facts.decision.findings]
    return _unique(_plain(finding, facts.decision.statuses) for finding in facts.decision.findings)


def _finding(finding: Finding) -> FindingShape:
    return FindingShape(
        code=finding.code,
        severity=finding.severity,
        face=finding.face,
        message=finding.message,
        resolvable_by=list(finding.resolvable_by),
        remedies=list(finding.remedies),
        attestation=finding.attestation,
        region=_box(finding.region) if finding.region else None,
        exception=finding.exception,
    )


def _changes(facts: Facts, view: View, *, stands: bool) -> list[ChangeShape]:
    """Return what was changed; of a blocked text only those who may resolve it learn what was recognised."""
    if not stands and view is not View.FULL:
        return []
    return [ChangeShape(**asdict(change)) for change in facts.changes]


def _may_see_proposal(facts: Facts, view: View) -> bool:
    """Say whether proposed words may be read: by those who resolve, and where words are all that blocks.

    They tell who was recognised, as an approval would.
    """
    blocking = {finding.code for finding in facts.decision.findings if finding.severity is Severity.BLOCK}
    return view is View.FULL or blocking == {FindingCode.CAPTION_CHANGED}


def _plain(finding: Finding, statuses: Mapping[int, FaceStatus]) -> FindingShape:
    """Reduce one finding to what a scheduler may know."""
    if finding.face is None:
        shape = _finding(finding)
        entry = CATALOGUE[finding.code]
        noted = finding.severity is Severity.NOTE and Topic.TEXT in entry.topics
        message = _CHANGED if noted else entry.plain or finding.message
        return shape.model_copy(update={"message": message, "attestation": None, "exception": None})
    banned = _plain_status(statuses.get(finding.face)) is FaceStatus.NO_CONSENT
    code = FindingCode.NO_CONSENT if banned else FindingCode.UNKNOWN_FACE
    return FindingShape(
        code=code,
        severity=finding.severity,
        face=finding.face,
        message=(CATALOGUE[code].plain or finding.message).format(face=finding.face),
        resolvable_by=[Role.STAFF],
        remedies=[Remedy.OTHER_PICTURE],
    )


def _unique(findings: Iterable[FindingShape]) -> list[FindingShape]:
    return list({(f.code, f.severity, f.face, str(f.region)): f for f in findings}.values())


def _photo(photo: PhotoFacts) -> PhotoShape:
    found = photo.metadata
    return PhotoShape(
        sha256=photo.sha256,
        format=photo.format,
        width=photo.width,
        height=photo.height,
        metadata_found=MetadataShape(
            gps=found.gps, exif_tags=found.exif_tags, carriers=list(found.carriers), turned=found.turned
        ),
    )


def _release(facts: Facts, token: str) -> ReleaseShape | None:
    if facts.release is None:
        return None
    return ReleaseShape(
        url=release_path(token, suffix_of(facts.release.media_type)),
        sha256=facts.release.sha256,
        media_type=facts.release.media_type,
        width=facts.release.width,
        height=facts.release.height,
        bytes=facts.release.bytes,
    )
