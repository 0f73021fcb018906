"""A check as the result page shows it: every sentence and number made ready here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from api.pages import words
from consent_db.records import CheckRecord, CheckState
from gatekeeper.rules import NOBODY_RECOGNISABLE
from gatekeeper.types import (
    FaceStatus,
    Facts,
    Finding,
    FindingCode,
    PersonId,
    Remedy,
    Role,
    ScreenedFace,
    Severity,
)

MUST_CONFIRM: Final = "Nobody in the picture can be recognised."
_FACE_REMEDIES: Final = frozenset({Remedy.IDENTIFY, Remedy.NOT_A_FACE, Remedy.COVER})
_ROOM: Final = 0.45
"""How much of a face's size is shown around it in its close-up."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page."""

    id: str
    role: Role
    is_uploader: bool

    def can(self, finding: Finding) -> bool:
        """Say whether this person may give the fact that is missing."""
        return bool({self.role, Role.STAFF} & set(finding.resolvable_by))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one thing to be read from across the room."""

    mood: Literal["approve", "block", "wait", "withdrawn"]
    headline: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FaceView:
    """One face: where it is in the picture's pixels, and what is said about it.

    `crop` is the close-up as an SVG view box.
    """

    number: int
    x: int
    y: int
    width: int
    height: int
    crop: str
    mood: words.Mood
    words: str
    name: str | None
    open: bool
    """Whether something can be done about it."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, who can help, and how."""

    message: str
    who: str
    face: int | None
    edit: bool
    approve: bool
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PictureView:
    """The examined picture's size, and its faces; `badge` is the radius of the numbers' circles."""

    width: int
    height: int
    badge: int
    faces: tuple[FaceView, ...]


def verdict(record: CheckRecord, channel: str, now: datetime, zone: ZoneInfo) -> Verdict:
    """Return the verdict; only an approval that stands now reads as one."""
    if record.facts is None:
        return Verdict("wait", "Checking", "The picture is being examined. This page shows the answer by itself.")
    if record.stands(now):
        until = f" until {words.moment(record.expires_at, zone)}" if record.expires_at else ""
        return Verdict(
            "approve", "Approved", f"You may publish exactly this picture, with this caption, on {channel}{until}."
        )
    if record.state is CheckState.SUPERSEDED:
        return Verdict("withdrawn", "Replaced", "There is a newer check of this picture. Do not use this one.")
    if record.approved:
        return Verdict("withdrawn", "No longer approved", "Do not publish this picture. Check it again if you need it.")
    count = len({_subject(finding) for finding in blocks(record.facts)})
    what = "One thing stands" if count == 1 else f"{count} things stand"
    return Verdict("block", "Blocked", f"Do not publish this picture. {what} in the way.")


def blocks(facts: Facts) -> list[Finding]:
    """Return what stands in the way."""
    return [finding for finding in facts.decision.findings if finding.severity is Severity.BLOCK]


def notes(facts: Facts) -> tuple[str, ...]:
    """Return what is worth knowing but blocks nothing."""
    return tuple(f.message for f in facts.decision.findings if f.severity is Severity.NOTE)


def to_confirm(record: CheckRecord, policy: dict[str, str]) -> dict[str, str]:
    """Return code and sentence of everything that the uploader has not confirmed yet."""
    codes = {finding.code for finding in blocks(record.facts)} if record.facts else set()
    given = record.draft.request.attestations
    missing = {}
    if FindingCode.NOBODY_FOUND in codes:
        missing[NOBODY_RECOGNISABLE] = MUST_CONFIRM
    if FindingCode.ATTESTATION_MISSING in codes:
        missing |= {code: sentence for code, sentence in policy.items() if code not in given}
    return missing


def finding_views(facts: Facts, viewer: Viewer) -> tuple[FindingView, ...]:
    """Return the blocking findings that are not a matter of ticking a box, each face once."""
    shown = [f for f in blocks(facts) if f.code not in {FindingCode.ATTESTATION_MISSING, FindingCode.NOBODY_FOUND}]
    return tuple(_finding(finding, viewer) for finding in shown)


def picture_view(facts: Facts, names: dict[PersonId, str], *, open_for_work: bool) -> PictureView | None:
    """Return the picture with its faces; None if there is none to show."""
    if facts.release is None:
        return None
    width, height = facts.release.width, facts.release.height
    faces = tuple(_face(face, (width, height), names, open_for_work=open_for_work) for face in facts.faces)
    return PictureView(width, height, max(6, round(max(width, height) * 0.021)), faces)


def _finding(finding: Finding, viewer: Viewer) -> FindingView:
    asks = Remedy.ASK_LEADERSHIP in finding.remedies
    allowed = viewer.can(finding)
    return FindingView(
        message=finding.message,
        who=_who(finding, viewer, asks=asks),
        face=finding.face if set(finding.remedies) & _FACE_REMEDIES else None,
        edit=Remedy.EDIT_CAPTION in finding.remedies,
        approve=asks and allowed and not viewer.is_uploader,
        hints=tuple(words.HINT[remedy] for remedy in finding.remedies if remedy in words.HINT),
    )


def _who(finding: Finding, viewer: Viewer, *, asks: bool) -> str:
    if not finding.resolvable_by:
        return "Nobody can lift this. Change the picture."
    if asks and viewer.is_uploader:
        return f"Send the address of this page to {words.people(finding.resolvable_by)}."
    if viewer.can(finding):
        return "You can sort this out."
    return f"Only {words.people(finding.resolvable_by)} can sort this out."


def _subject(finding: Finding) -> tuple[object, ...]:
    """Return what a finding is about, so that one face with two findings counts once."""
    return (finding.face,) if finding.face is not None else (finding.code, finding.message)


def _face(
    face: ScreenedFace, size: tuple[int, int], names: dict[PersonId, str], *, open_for_work: bool
) -> FaceView:  # fmt: skip
    mood, said = words.STATUS[face.status]
    x, y = round(face.box.x * size[0]), round(face.box.y * size[1])
    width, height = round(face.box.width * size[0]), round(face.box.height * size[1])
    sure = face.person is not None and face.status is not FaceStatus.POSSIBLE_DO_NOT_PUBLISH
    return FaceView(
        number=face.number,
        x=x,
        y=y,
        width=width,
        height=height,
        crop=_crop(x, y, width, height),
        mood=mood,
        words=said,
        name=names.get(face.person) if sure and face.person else None,
        open=open_for_work and not face.status.publishable,
    )


def _crop(x: int, y: int, width: int, height: int) -> str:
    side = round(max(width, height) * (1 + 2 * _ROOM))
    return f"{x + width // 2 - side // 2} {y + height // 2 - side // 2} {side} {side}"
