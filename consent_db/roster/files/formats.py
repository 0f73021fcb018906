"""Number formats of a workbook: which numbers are days, and how the others are shown.

Source: ECMA-376 part 1, 18.8.30 (numFmt) and 18.17.4 (dates). Runs in the limited process.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

_BUILT_IN_DAYS: Final = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_BUILT_IN_TIMES: Final = frozenset({*range(18, 22), *range(32, 36), *range(45, 48), 55, 56})
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general', re.IGNORECASE)
_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_COLOUR_OR_TEXT: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_SHOWS: Final = re.compile(r"[0#?@a-z]", re.IGNORECASE)
_ZEROS: Final = re.compile(r"0{2,20}")

# Excel takes 1900 for a leap year: its count is right from 1 March 1900 (61) on.
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001, a spreadsheet knows no time zones
_FIRST_SURE: Final = 61
_LAST: Final = 2_958_466  # the day after 31 December 9999
_EPOCH_1904: Final = 1_462
"""Days between the two epochs (`date1904`)."""


class Shown(Enum):
    """What a number is shown as."""

    NUMBER = auto()
    DAY = auto()
    TIME = auto()


def shown_as(number: int, code: str | None) -> Shown:
    """Return what a format makes of a number.

    Args:
        number: the format's id; those below 164 are built in.
        code: its text, where the workbook says it.
    """
    if code is None:
        if number in _BUILT_IN_DAYS:
            return Shown.DAY
        return Shown.TIME if number in _BUILT_IN_TIMES else Shown.NUMBER
    first = _LITERAL.sub("", code.split(";", 1)[0]).casefold()
    if re.search(r"[dy]|mmm", first) or (re.search("m", first) and not re.search(r"[hs0#?]", first)):
        return Shown.DAY
    return Shown.TIME if re.search(r"[hs]", first) else Shown.NUMBER


def silent(code: str | None) -> str:
    """Return for which numbers a format shows words, or nothing, in place of the number.

    Returns:
        Any of `+`, `-` and `0`: all of them for `;;;`, `+` for `"yes";-0;0`.
    """
    if code is None:
        return ""
    shows = [_SHOWS.search(_COLOUR_OR_TEXT.sub("", part)) is not None for part in _sections(code)]
    sections = {"+": 0, "-": min(1, len(shows) - 1), "0": 2 if len(shows) > 2 else 0}  # noqa: PLR2004
    return "".join(sign for sign, place in sections.items() if not shows[place])


def _sections(code: str) -> list[str]:
    """Return the parts of a format: for positive numbers, negative ones, zero and text."""
    parts, at = [], 0
    while at <= len(code):
        found = _SECTION.match(code, at)
        assert found is not None  # noqa: S101, it also matches nothing
        parts.append(found[0])
        at = found.end() + 1
    return parts


def digits(code: str | None) -> int:
    """Return how many digits a whole number has at least: 6 for `000000`, 0 for most formats."""
    return len(code) if code is not None and _ZEROS.fullmatch(code) else 0


def text_of(value: float, width: int = 0) -> str:
    """Return a number as a person reads it: `7`, not `7.0`, and with its leading zeros where a format has them."""
    return f"{int(value):0{width}d}" if value.is_integer() else repr(value)


def moment(value: float, *, from_1904: bool) -> str | None:
    """Return the day that a number stands for, with the time if there is one; None if it stands for none."""
    days = value + (_EPOCH_1904 if from_1904 else 0)
    if not _FIRST_SURE <= days < _LAST:
        return None
    found = _EPOCH + timedelta(seconds=round(days * 86_400))
    return found.date().isoformat() if found.time() == _EPOCH.time() else found.isoformat(" ")


def clock(value: float) -> str:
    """Return the time of day that a fraction of a day stands for."""
    return (_EPOCH + timedelta(seconds=round(value % 1 * 86_400))).time().isoformat()
