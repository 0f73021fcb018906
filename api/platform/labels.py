"""The plain words that the pages use for codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as Day  # noqa: N812 -- `date` is what this module makes of one
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gatekeeper.consent import reasons
from gatekeeper.consent.permission import Party, Stance
from gatekeeper.decision.findings import CATALOGUE
from gatekeeper.types import FaceStatus, FindingCode, Kind, Remedy, Role

Mood = Literal["ok", "stop", "ask"]

STATUS: Final[Mapping[FaceStatus, tuple[Mood, str]]] = {
    FaceStatus.CONSENTED: ("ok", "May be published"),
    FaceStatus.COVERED: ("ok", "Covered"),
    FaceStatus.DISMISSED: ("ask", "Called no face"),
    # One sentence for both: the reason why a person may not be published is confidential.
    FaceStatus.NO_CONSENT: ("stop", CATALOGUE[FindingCode.DO_NOT_PUBLISH].title),
    FaceStatus.DO_NOT_PUBLISH: ("stop", CATALOGUE[FindingCode.DO_NOT_PUBLISH].title),
    FaceStatus.POSSIBLE_DO_NOT_PUBLISH: ("stop", CATALOGUE[FindingCode.POSSIBLE_DO_NOT_PUBLISH].title),
    FaceStatus.UNKNOWN: ("ask", CATALOGUE[FindingCode.UNKNOWN_FACE].title),
    FaceStatus.AMBIGUOUS: ("ask", CATALOGUE[FindingCode.AMBIGUOUS_FACE].title),
    FaceStatus.UNREADABLE: ("ask", CATALOGUE[FindingCode.UNREADABLE_FACE].title),
}

ROLE: Final[Mapping[Role, str]] = {
    Role.STAFF: "a colleague",
    Role.APPROVER: "an approver",
    Role.ADMIN: "an administrator",
    Role.SAFEGUARDING_LEAD: "the safeguarding lead",
}

ROLE_NAME: Final[Mapping[Role, str]] = {
    Role.STAFF: "Staff",
    Role.APPROVER: "Approver",
    Role.ADMIN: "Administrator",
    Role.SAFEGUARDING_LEAD: "Safeguarding lead",
}

ROLE_DOES: Final[Mapping[Role, str]] = {
    Role.STAFF: "Checks pictures and takes those that are approved.",
    Role.APPROVER: "Also decides about colleagues’ exceptions.",
    Role.ADMIN: "Also keeps people, consents, users and API clients.",
    Role.SAFEGUARDING_LEAD: "Also decides about exceptions, keeps the do-not-publish list and sees why.",
}

HINT: Final[Mapping[Remedy, str]] = {
    Remedy.CROP: "You can crop the picture here.",
    Remedy.OTHER_PICTURE: "Use another picture.",
    Remedy.ASK_CONSENT: "Ask the office to record the consent, then check the picture again.",
    Remedy.SAVE_AS_JPEG: "Open the picture in your photo app, save it as a JPEG and check that.",
    Remedy.TRY_AGAIN: "Check the picture again.",
}


KIND: Final[Mapping[Kind, str]] = {
    Kind.PUPIL: "Pupil",
    Kind.STAFF: "Staff",
    Kind.GOVERNOR: "Governor",
    Kind.VOLUNTEER: "Volunteer",
    Kind.VISITOR: "Visitor",
}

PARTY: Final[Mapping[Party, str]] = {**reasons.WHO, Party.SELF: "The person themselves"}

STANCE: Final[Mapping[Stance, str]] = {
    Stance.GRANTED: "Agrees",
    Stance.REFUSED: "Refuses",
    Stance.WITHDRAWN: "Withdraws consent",
}

DID: Final = reasons.DID


def people(roles: Iterable[Role]) -> str:
    """Return who can help, as in `an approver or the safeguarding lead`."""
    return " or ".join(dict.fromkeys(ROLE[role] for role in roles))


def moment(when: datetime, zone: ZoneInfo) -> str:
    """Return a date and time as people in the UK write it: 20 November 2026, 15:40."""
    local = when.astimezone(zone)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"


def day(when: datetime, zone: ZoneInfo) -> str:
    """Return a date as people in the UK write it: 20 November 2026."""
    local = when.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def date(on: Day) -> str:
    """Return a day of the calendar in the same way."""
    return f"{on.day} {on:%B %Y}"


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun: 1 approval, 2 approvals, 1,200 approvals."""
    return f"{number:,} {one if number == 1 else many}"


def size(count: int) -> str:
    """Return a file size: 412 kB, 3.1 MB."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} kB"  # noqa: PLR2004
