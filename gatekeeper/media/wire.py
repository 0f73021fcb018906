"""What the gate asks of the worker process, and what that may say: one fixed record, then the pixels.

The record has no free text and no length of its own, so there is nothing in it
to parse wrongly: numbers with known ranges, a reason by its number, and one bit
for each word that metadata may be called by. Only the standard library is
imported here, because the worker imports it too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from gatekeeper.media.reasons import Reason

CARRIERS: Final = (
    "c2pa",
    "camera",
    "caption",
    "comment",
    "device_profile",
    "edit_history",
    "exif",
    "face_names",
    "further_pictures",
    "icc_profile",
    "iptc",
    "keywords",
    "lens",
    "location",
    "maker_note",
    "motion_video",
    "owner",
    "photoshop",
    "private_data",
    "serial_number",
    "software",
    "text_chunk",
    "thumbnail",
    "time",
    "trailing_data",
    "xmp",
)
"""Every word that a metadata report may contain, sorted."""

_REASONS: Final = tuple(Reason)
_RECORD: Final = struct.Struct("<4sBBBxHIIIII")
_MARK: Final = b"GKP2"
_OPENED: Final = 255
_GPS, _TURNED = 1, 2
MOST_TAGS: Final = 0xFFFF
RECORD_SIZE: Final = _RECORD.size


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of an upload.

    Attributes:
        decoder: Pillow's name of the one decoder that may run.
        long_side: larger pictures are reduced until the longer side has so many pixels.
        first_frame: whether something that moves, or has several pages, gives
            its first picture instead of being refused.
    """

    decoder: str
    long_side: int = 2048
    first_frame: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What an upload carried besides pixels; becomes `types.MetadataReport`."""

    gps: bool = False
    exif_tags: int = 0
    carriers: frozenset[str] = frozenset()
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture came out: `width * height * 3` bytes of RGB follow the record."""

    width: int
    height: int
    original: tuple[int, int]
    """Width and height of the upload, upright, before it was reduced."""
    found: Found


def pack(answer: Opened | Reason) -> bytes:
    """The record for an answer, `RECORD_SIZE` bytes."""
    if isinstance(answer, Reason):
        return _RECORD.pack(_MARK, _REASONS.index(answer), 0, 0, 0, 0, 0, 0, 0, 0)
    found = answer.found
    flags = _GPS * found.gps | _TURNED * found.turned
    carriers = sum(1 << bit for bit, word in enumerate(CARRIERS) if word in found.carriers)
    tags = min(found.exif_tags, MOST_TAGS)
    sizes = (answer.width, answer.height, *answer.original)
    return _RECORD.pack(_MARK, _OPENED, flags, 0, tags, carriers, *sizes)


def unpack(record: bytes, long_side: int, max_side: int) -> Opened | Reason:
    """Read a record, trusting nothing in it.

    Raises:
        ValueError: anything is not exactly as `pack` would have written it, or
            a size lies outside 1 to `long_side` (reduced) or `max_side` (original).
    """
    mark, verdict, flags, zero, tags, carriers, width, height, full_width, full_height = _RECORD.unpack(record)
    if verdict < len(_REASONS):
        answer: Opened | Reason = _REASONS[verdict]
    else:
        words = frozenset(word for bit, word in enumerate(CARRIERS) if carriers >> bit & 1)
        found = Found(bool(flags & _GPS), tags, words, bool(flags & _TURNED))
        answer = Opened(width, height, (full_width, full_height), found)
        _check_sizes(answer, long_side, max_side)
    if mark != _MARK or zero or pack(answer) != record:
        msg = "the worker's record is not well formed"
        raise ValueError(msg)
    return answer


def _check_sizes(answer: Opened, long_side: int, max_side: int) -> None:
    reduced = min(answer.width, answer.height) >= 1 and max(answer.width, answer.height) <= long_side
    if not reduced or not 1 <= min(answer.original) <= max(answer.original) <= max_side:
        msg = "the worker's record gives an impossible size"
        raise ValueError(msg)
