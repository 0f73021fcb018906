"""Range requests: one byte range (RFC 9110, 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_RANGE: Final = re.compile(r"\s*bytes\s*=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


class OutOfRange(Exception):
    """The file has none of the bytes that are asked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a file, the first and the last included, counted from 0."""

    first: int
    last: int


def part_of(header: str | None, if_range: str | None, tag: str, size: int) -> Part | None:
    """Return the part that is asked for; None for the whole file.

    Another unit, several ranges at once and what is no range are ignored, as the RFC
    allows; so is a range of another file than `if_range` names. A date in its place
    matches nothing, because files have no date here.

    Args:
        header: the header `Range`.
        if_range: the header `If-Range`.
        tag: of the file, strong.
        size: of the file, in bytes.

    Raises:
        OutOfRange: it begins behind the end, or is the last none bytes.
    """
    found = _RANGE.fullmatch(header or "")
    if found is None or (if_range is not None and if_range.strip() != tag):
        return None
    first, last = found.groups()
    if not first:
        return _last(int(last), size) if last else None
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise OutOfRange
    return Part(int(first), min(int(last) if last else size - 1, size - 1))


def _last(count: int, size: int) -> Part:
    if not (count and size):
        raise OutOfRange
    return Part(max(0, size - count), size - 1)
