"""What the uploader is told for each reason: a finding code and one plain sentence."""

from __future__ import annotations

from typing import Final

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.formats.kinds import kind, raw_kind
from gatekeeper.media.formats.sniff import sniff
from gatekeeper.media.reasons import Reason
from gatekeeper.types import FindingCode, Format

_SAVE: Final = "Open it in a photo program, save it as JPEG and upload that."
_LABELS: Final = [format_.label for format_ in Format]
_GO: Final = f"Pictures go as {', '.join(_LABELS[:-1])} or {_LABELS[-1]}."
_WHOLE: Final = f"Upload it again from where it is stored whole; if it is as short there: {_SAVE}"
_SMALLER: Final = "Save a smaller copy as JPEG and upload that."

_TOLD: Final[dict[Reason, tuple[FindingCode, str]]] = {
    Reason.EMPTY: (FindingCode.DAMAGED_FILE, "The file is empty. Upload it again from where it is stored."),
    Reason.TOO_MANY_BYTES: (FindingCode.TOO_LARGE, f"The file is too big. {_SMALLER}"),
    Reason.UNKNOWN_FORMAT: (
        FindingCode.UNSUPPORTED_FORMAT,
        f"This is not a photo in a format that can be checked. {_GO} {_SAVE}",
    ),
    Reason.UNSUPPORTED_KIND: (
        FindingCode.UNSUPPORTED_FORMAT,
        f"This kind of picture cannot be checked reliably. {_SAVE}",
    ),
    Reason.CAMERA_RAW: (
        FindingCode.UNSUPPORTED_FORMAT,
        f"This is a camera raw file, which every program shows differently. {_GO} {_SAVE}",
    ),
    Reason.SEVERAL_PICTURES: (
        FindingCode.UNSUPPORTED_FORMAT,
        f"The file holds several pictures or moves, and only one still photo can be checked. {_SAVE}",
    ),
    Reason.TOO_MANY_PIXELS: (FindingCode.TOO_LARGE, f"The picture has too many pixels. {_SMALLER}"),
    Reason.TOO_LONG: (FindingCode.TOO_LARGE, f"One side of the picture is too long. {_SMALLER}"),
    Reason.TOO_THIN: (
        FindingCode.TOO_LARGE,
        "The picture is far longer than it is wide. Crop it to the part you want to publish and upload that.",
    ),
    Reason.TOO_MANY_SCANS: (
        FindingCode.TOO_LARGE,
        f"The file is built in a way that takes too long to open. {_SAVE}",
    ),
    Reason.BOMB: (FindingCode.TOO_LARGE, f"The file unpacks to far more than a photo needs. {_SAVE}"),
    Reason.MEMORY: (FindingCode.TOO_LARGE, f"The picture needs too much memory to open. {_SMALLER}"),
    Reason.CPU: (FindingCode.TOO_LARGE, f"The picture takes too long to open. {_SMALLER}"),
    Reason.DAMAGED: (
        FindingCode.DAMAGED_FILE,
        f"The file is damaged or incomplete. Upload it again from where it is stored; if that does not help: {_SAVE}",
    ),
    Reason.CUT_OFF: (
        FindingCode.DAMAGED_FILE,
        f"The file ends before its picture does, so a part of it may be missing. {_WHOLE}",
    ),
    Reason.CRASHED: (FindingCode.DAMAGED_FILE, f"The file could not be opened safely. {_SAVE}"),
    Reason.TIMEOUT: (
        FindingCode.NOT_EXAMINED,
        "The picture could not be opened in time. Try again; if that does not help, upload a smaller copy as JPEG.",
    ),
    Reason.UNPROTECTED: (
        FindingCode.NOT_EXAMINED,
        "Pictures cannot be opened safely here. Tell an administrator (gatekeeper doctor says why), and try again.",
    ),
    Reason.NOT_EXAMINED: (
        FindingCode.NOT_EXAMINED,
        "The picture could not be examined just now. Try again; if that does not help, tell an administrator.",
    ),
}


def refusal(reason: Reason, data: bytes = b"") -> PhotoRefused:
    """The error to raise for this reason.

    Args:
        reason: why the file is refused.
        data: the file, which is named for what it is where that helps.
    """
    code, message = _TOLD[reason]
    return PhotoRefused(code, _named(reason, data) or message)


def _named(reason: Reason, data: bytes) -> str | None:
    found = sniff(data) if reason is Reason.SEVERAL_PICTURES else None
    if found and found.moving:
        return f"This is {found.moving}, and only one still photo can be checked. {_SAVE}"
    if reason is Reason.CAMERA_RAW and data:
        return f"This is {raw_kind(data)}, which every program shows differently. {_GO} {_SAVE}"
    if reason is Reason.UNKNOWN_FORMAT and (name := kind(data)):
        return f"This is {name}, which cannot be checked. {_GO} {_SAVE}"
    return None
