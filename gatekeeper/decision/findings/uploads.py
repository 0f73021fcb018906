"""Uploads that could not be examined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatekeeper.decision.findings.entry import OTHER, STAFF, YOU, Entry
from gatekeeper.types import FindingCode as Code
from gatekeeper.types import Remedy

UPLOADS: Final[Mapping[Code, Entry]] = {
    Code.UNSUPPORTED_FORMAT: Entry(
        "Not a picture that can be opened",
        "The file is no photo, or holds several pictures, such as an animation.",
        ("Open it in your photo app, save it as a JPEG and check that.",),
        YOU,
        means="not a photo, or several pictures in one file",
        can="save as JPEG",
    ),
    Code.DAMAGED_FILE: Entry(
        "The file is damaged",
        "A part of it is missing or wrong. What cannot be opened completely cannot be checked completely.",
        ("Send the original from the camera or the phone.",),
        YOU,
        means="the file is not complete",
        can="send the original",
    ),
    Code.TOO_LARGE: Entry(
        "The picture is too large",
        "It has more bytes or pixels than any photo needs.",
        ("Export it as a smaller JPEG.",),
        YOU,
        means="more bytes, pixels or passes than a photo needs",
        can="send a smaller one",
    ),
    Code.REFUSED_BEFORE: Entry(
        "This picture was deleted before",
        "It was deleted because it must not be shown. It stays refused, also when resized or rotated.",
        (OTHER,),
        "The safeguarding lead, if you think that it was deleted by mistake.",
        means=(
            "a picture that was deleted as compromising: the same file, or the same picture resized, saved again, "
            "turned or mirrored"
        ),
        can="another picture",
    ),
    Code.NOT_EXAMINED: Entry(
        "Something went wrong",
        "The picture could not be examined to the end, and what is not examined does not leave.",
        ("Check the picture again.",),
        "Your Gatekeeper administrator, if it happens again.",
        means="something went wrong; what is not examined does not leave",
        can="try again",
        resolvable_by=STAFF,
        remedies=(Remedy.TRY_AGAIN,),
    ),
}
