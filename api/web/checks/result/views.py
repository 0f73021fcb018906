"""A check as the result page shows it: every sentence and number made ready here."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from api.application.checks.screening import COMPROMISING
from api.platform import labels as words
from api.web.checks.picture.regions import PlaceView, close_up, place_views
from api.web.forms import MOST_NAMED
from consent_db.approvals.records import CheckRecord, CheckState
from gatekeeper.decision.authority import Circumstance, open_to
from gatekeeper.decision.findings import Topic, about
from gatekeeper.decision.rules import NOBODY_RECOGNISABLE
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
    WritingLook,
)

MOST_SHOWN: Final = 200
"""Faces that a page outlines and lists: to a browser each close-up is the whole picture once more."""
MUST_CONFIRM: Final = "No person in the picture can be recognised."
NOBODY_ELSE: Final = "No other person can be recognised besides the faces with a number."
_TO_TICK: Final = about(Topic.CONFIRMED)
_ABOUT_WORDS: Final = about(Topic.TEXT)
_NOBODY: Final = PersonId("")
_FACE_REMEDIES: Final = frozenset({Remedy.IDENTIFY, Remedy.NOT_A_FACE, Remedy.COVER})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page."""

    role: Role
    is_uploader: bool

    def can(self, finding: Finding) -> bool:
        """Say whether this person may give the fact that is missing; to an exception, may agree."""
        if finding.exception is not None:
            return bool(open_to([finding], self.role))
        return bool({self.role, Role.STAFF} & set(finding.resolvable_by))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one thing to be read from across the room."""

    mood: Literal["approve", "block", "wait", "withdrawn"]
    headline: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, who can help, and how."""

    code: str
    message: str
    who: str
    by_face: bool
    """Whether the face's own page is where to go on."""
    names: bool
    """Whether saying who it is helps."""
    edit: bool
    hints: tuple[str, ...]


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
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class PictureView:
    """The examined picture's size, its faces and other places; `badge` is the radius of the numbers' circles."""

    width: int
    height: int
    badge: int
    faces: tuple[FaceView, ...]
    places: tuple[PlaceView, ...] = ()

    @property
    def worst_first(self) -> list[FaceView]:
        """The faces as they are to be worked through."""
        return sorted(self.faces, key=lambda face: ("stop", "ask", "ok").index(face.mood))

    @property
    def listed(self) -> list[FaceView]:
        """Those of them that the page has room for, the worst first."""
        return self.worst_first[:MOST_SHOWN]

    @property
    def unnamed(self) -> list[int]:
        """The numbers of the faces without a name yet, as far as one form can name them."""
        asked = [face for face in self.faces if face.mood == "ask"]
        found = [face.number for face in asked if any(finding.names for finding in face.findings)]
        return found[:MOST_NAMED]


def verdict(record: CheckRecord, channel: str, now: datetime, zone: ZoneInfo) -> Verdict:
    """Return the verdict; only an approval that stands now reads as one."""
    if record.ended_why == COMPROMISING:
        return Verdict(
            "withdrawn", "Deleted", "This picture was deleted at once. It is refused if it is uploaded again."
        )
    if record.state is CheckState.RECEIVED:
        return Verdict("wait", "Checking", "The picture is being examined. This page shows the answer by itself.")
    if record.stands(now):
        until = f" until {words.moment(record.expires_at, zone)}" if record.expires_at else ""
        return Verdict(
            "approve", "Approved", f"You may publish exactly this picture, with this caption, on {channel}{until}."
        )
    if record.state is CheckState.DECIDED and not record.approved and record.facts is not None:
        return Verdict("block", "Blocked", f"Do not publish this picture. {in_the_way(record.facts)}")
    return _ended(record)


def _ended(record: CheckRecord) -> Verdict:
    if record.state is CheckState.SUPERSEDED:
        return Verdict("withdrawn", "Replaced", "There is a newer check of this picture. Do not use this one.")
    again = "Do not publish this picture. Check it again if you need it."
    return Verdict("withdrawn", "No longer approved" if record.approved else "Ended", again)


WRITING_LATER: Final = (
    "Badges, kit and walls have not been read for names yet, since other things stop this picture. They are read when "
    "it is checked again. If you see a name there now, cover it as well."
)


def blocks(facts: Facts) -> list[Finding]:
    """Return what stands in the way."""
    return [finding for finding in facts.decision.findings if finding.severity is Severity.BLOCK]


def notes(facts: Facts) -> tuple[str, ...]:
    """Return what is worth knowing, blocks nothing, and is shown neither at its place nor as a change of the words."""
    found = (f for f in facts.decision.findings if f.severity is Severity.NOTE and f.region is None)
    told = tuple(f.message for f in found if not (facts.changes and f.code in _ABOUT_WORDS))
    return (*told, WRITING_LATER) if facts.writing is WritingLook.LATER else told


def to_confirm(record: CheckRecord, policy: dict[str, str]) -> dict[str, str]:
    """Return code and sentence of everything that the uploader has not confirmed yet."""
    codes = {finding.code for finding in blocks(record.facts)} if record.facts else set()
    given = record.draft.request.attestations
    missing = {}
    if FindingCode.NOBODY_FOUND in codes:
        missing[NOBODY_RECOGNISABLE] = MUST_CONFIRM
    elif FindingCode.PERSON_WITHOUT_FACE in codes:
        missing[NOBODY_RECOGNISABLE] = NOBODY_ELSE
    if FindingCode.ATTESTATION_MISSING in codes:
        missing |= {code: sentence for code, sentence in policy.items() if code not in given}
    asked = (f for f in blocks(record.facts) if f.code is FindingCode.ASKED_NOT_TO_BE_SHOWN) if record.facts else ()
    missing |= {finding.attestation: finding.message for finding in asked if finding.attestation is not None}
    return missing


def finding_views(facts: Facts, viewer: Viewer) -> tuple[FindingView, ...]:
    """Return the blocking findings that are about no face, no place and no matter of ticking a box."""
    shown = [f for f in blocks(facts) if f.face is None and f.region is None and f.code not in _TO_TICK]
    return tuple(_finding(finding, viewer) for finding in shown)


def picture_view(facts: Facts, names: dict[PersonId, str], viewer: Viewer, *, current: bool) -> PictureView | None:
    """Return the picture with its faces; None if there is none to show.

    Args:
        facts: of the check.
        names: of the people bound in the picture, as colleagues read them.
        viewer: who looks.
        current: whether something can still be done about this check.
    """
    if facts.release is None:
        return None
    width, height = facts.release.width, facts.release.height
    findings: dict[int, list[FindingView]] = defaultdict(list)
    for finding in blocks(facts) if current else ():
        if finding.face is not None:
            findings[finding.face].append(_finding(finding, viewer))
    faces = tuple(_face(f, (width, height), names.get(f.person or _NOBODY), findings[f.number]) for f in facts.faces)
    places = place_views(facts, (width, height)) if current else ()
    return PictureView(width, height, max(8, round(max(width, height) * 0.034)), faces, places)


def waiting_for(facts: Facts, viewer: Viewer) -> tuple[str, ...]:
    """Return paragraphs on who has to look besides the uploader, and why; none if it is not needed."""
    asked = [finding for finding in blocks(facts) if finding.code is FindingCode.NEEDS_SECOND_PERSON]
    if not asked or not viewer.is_uploader:
        return ()
    said = [finding for finding in asked if not (finding.exception or "").startswith(Circumstance.SECOND_PERSON)]
    shared = [role for role in Role if all(role in finding.resolvable_by for finding in asked)]
    who = "any colleague" if Role.STAFF in shared else words.people(shared or asked[0].resolvable_by)
    why = _BY_HAND if said else "Your school’s policy asks a second person to look at every picture."
    where = f"It waits under Approvals for {who}. You need do nothing more."
    return (f"{why} {where}", _INSTEAD) if len(said) == len(asked) else (f"{why} {where}",)


_BY_HAND: Final = (
    "What you said about this picture is something the gate cannot check. A slip could publish a child "
    "whose family said no, so a colleague has to look as well."
)
_INSTEAD: Final = (
    "If it cannot wait, cover the face, crop it away or use another picture: no second person is needed then."
)


def in_the_way(facts: Facts) -> str:
    """Return one sentence that counts what stands in the way, faces first."""
    moods = Counter(words.STATUS[face.status][0] for face in facts.faces)
    other = len({(f.code, f.message) for f in blocks(facts) if f.face is None})
    second = len({f.face for f in blocks(facts) if f.code is FindingCode.NEEDS_SECOND_PERSON and f.face is not None})
    parts = [
        _count(moods["stop"], "face may not be published", "faces may not be published"),
        _count(moods["ask"], "face is not recognised", "faces are not recognised"),
        _count(second, "face needs a second person", "faces need a second person"),
        _count(other, "more thing is to be sorted out", "more things are to be sorted out")
        if moods["stop"] or moods["ask"] or second
        else _count(other, "thing is to be sorted out", "things are to be sorted out"),
    ]
    said = [part for part in parts if part] or ["something stands in the way"]
    text = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return f"{text[0].upper()}{text[1:]}."


def _count(number: int, one: str, many: str) -> str:
    return "" if number == 0 else f"one {one}" if number == 1 else f"{number} {many}"


def _finding(finding: Finding, viewer: Viewer) -> FindingView:
    asks = Remedy.ASK_LEADERSHIP in finding.remedies
    return FindingView(
        code=finding.code.value,
        message=finding.message,
        who=_who(finding, viewer, asks=asks),
        by_face=bool(set(finding.remedies) & _FACE_REMEDIES),
        names=Remedy.IDENTIFY in finding.remedies,
        edit=Remedy.EDIT_CAPTION in finding.remedies,
        hints=tuple(words.HINT[remedy] for remedy in finding.remedies if remedy in words.HINT),
    )


def _who(finding: Finding, viewer: Viewer, *, asks: bool) -> str:
    if not finding.resolvable_by:
        return "This cannot be lifted. Change the picture."
    if asks and viewer.is_uploader:
        return f"It waits for {words.people(finding.resolvable_by)}."
    if viewer.can(finding):
        return "You can sort this out."
    return f"Only {words.people(finding.resolvable_by)} can sort this out."


def _face(face: ScreenedFace, size: tuple[int, int], name: str | None, findings: list[FindingView]) -> FaceView:
    mood, said = words.STATUS[face.status]
    if mood == "ok" and findings:
        mood = "ask"
    x, y = round(face.box.x * size[0]), round(face.box.y * size[1])
    width, height = round(face.box.width * size[0]), round(face.box.height * size[1])
    return FaceView(
        number=face.number,
        x=x,
        y=y,
        width=width,
        height=height,
        crop=close_up(x, y, width, height),
        mood=mood,
        words=said,
        name=None if face.status is FaceStatus.POSSIBLE_DO_NOT_PUBLISH else name,
        open=any(finding.by_face for finding in findings),
        findings=tuple(findings),
    )
