"""Why an upload was refused: the words that the worker process may say.

Only the standard library is imported here, because the worker imports it too.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """One word a cause; `refusals.py` gives each its finding code and its sentence."""

    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    UNKNOWN_FORMAT = "unknown_format"
    UNSUPPORTED_KIND = "unsupported_kind"
    CAMERA_RAW = "camera_raw"
    SEVERAL_PICTURES = "several_pictures"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_LONG = "too_long"
    TOO_THIN = "too_thin"
    TOO_MANY_SCANS = "too_many_scans"
    BOMB = "bomb"
    MEMORY = "memory"
    CPU = "cpu"
    DAMAGED = "damaged"
    CUT_OFF = "cut_off"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    NOT_EXAMINED = "not_examined"
    UNPROTECTED = "unprotected"


class Refused(Exception):
    """The upload is refused for this reason; only used between the parts of this package."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
