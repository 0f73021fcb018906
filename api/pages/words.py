"""The plain words that the pages use for codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gatekeeper.types import FaceStatus, MetadataReport, Remedy, Role

Mood = Literal["ok", "stop", "ask"]

STATUS: Final[Mapping[FaceStatus, tuple[Mood, str]]] = {
    FaceStatus.CONSENTED: ("ok", "May be published"),
    FaceStatus.COVERED: ("ok", "Covered"),
    # One sentence for both: why somebody may not be published is not for everybody to read.
    FaceStatus.NO_CONSENT: ("stop", "May not be published"),
    FaceStatus.DO_NOT_PUBLISH: ("stop", "May not be published"),
    FaceStatus.POSSIBLE_DO_NOT_PUBLISH: ("stop", "Possibly somebody who may not be published"),
    FaceStatus.UNKNOWN: ("ask", "Not recognised"),
    FaceStatus.AMBIGUOUS: ("ask", "Could be more than one person"),
    FaceStatus.UNREADABLE: ("ask", "Too unclear to recognise"),
}

ROLE: Final[Mapping[Role, str]] = {
    Role.STAFF: "a colleague",
    Role.APPROVER: "an approver",
    Role.ADMIN: "an administrator",
    Role.SAFEGUARDING_LEAD: "the safeguarding lead",
}

HINT: Final[Mapping[Remedy, str]] = {
    Remedy.CROP: "Crop the face away in your photo app and check the cropped picture.",
    Remedy.OTHER_PICTURE: "Use another picture.",
    Remedy.ASK_CONSENT: "Ask the office to record the consent, then check the picture again.",
    Remedy.SAVE_AS_JPEG: "Open the picture in your photo app, save it as a JPEG and check that.",
    Remedy.TRY_AGAIN: "Check the picture again.",
}

_CARRIER: Final[Mapping[str, str]] = {
    "exif": "Camera details (EXIF)",
    "xmp": "Editing notes (XMP), which can hold names",
    "iptc": "Caption and byline fields (IPTC), which can hold names",
    "icc_profile": "A colour profile; the colours were converted",
    "comment": "A comment inside the file",
    "text_chunk": "Text inside the file",
    "thumbnail": "A small hidden copy of the picture",
    "further_pictures": "Further pictures hidden in the file",
    "trailing_data": "Data after the end of the picture",
}


def stripped(found: MetadataReport) -> tuple[str, ...]:
    """Return what was taken out of the file, one phrase each, the place first."""
    lines = ["The place where it was taken (GPS)"] if found.gps else []
    for carrier in found.carriers:
        words = _CARRIER.get(carrier, carrier.replace("_", " ").capitalize())
        lines.append(f"{words}: {found.exif_tags} entries" if carrier == "exif" and found.exif_tags > 1 else words)
    return tuple(lines)


def people(roles: Iterable[Role]) -> str:
    """Return who can help, as in `an approver or the safeguarding lead`."""
    return " or ".join(dict.fromkeys(ROLE[role] for role in roles))


def moment(when: datetime, zone: ZoneInfo) -> str:
    """Return a date and time as people in the UK write it: 20 November 2026, 15:40."""
    local = when.astimezone(zone)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"


def size(count: int) -> str:
    """Return a file size: 412 kB, 3.1 MB."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} kB"  # noqa: PLR2004
