"""Dates as schools write them: in one order a column, or as ISO and Excel do. What could mean two days is refused.

`03/04/2015` is a day in March in one school and in April in another, so its order is that of its
column: of `13/04/2015` in it, or of `04/13/2015`. No single cell decides by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from consent_db.roster.layout import DateOrder

EXAMPLE: Final = "2026-03-31 or 31/03/2026"

_MIDNIGHT: Final = r"(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"
_ISO: Final = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d){_MIDNIGHT}", re.ASCII)
_DAY_FIRST: Final = re.compile(
    rf"(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d){_MIDNIGHT}", re.ASCII
)
_MONTH_FIRST: Final = re.compile(
    rf"(?P<month>\d{{1,2}})(?P<mark>[/-])(?P<day>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d){_MIDNIGHT}", re.ASCII
)
_NAMED: Final = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[ /-]?(?P<month>[a-zäé]{3,9})\.?,?[ /-](?P<year>\d{4}|\d\d)"
)
_NAMED_FIRST: Final = re.compile(
    r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4}|\d\d)", re.ASCII
)
_HALF: Final = re.compile(r"\d{1,2}-(?P<month>[a-z]{3,4})|(?P<first>[a-z]{3,4})-\d{1,2}")
_MONTH: Final = 12
_SERIAL: Final = re.compile(r"(?P<days>\d{5})(?:\.0+)?", re.ASCII)

_MONTHS: Final = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_SHORT: Final[Mapping[str, int]] = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_LONG: Final[Mapping[str, int]] = {name: number for number, name in enumerate(_MONTHS, 1)}
_GERMAN: Final[Mapping[str, int]] = {
    "januar": 1, "jänner": 1, "jän": 1, "februar": 2, "feber": 2, "märz": 3, "mär": 3, "mrz": 3, "mai": 5, "juni": 6,
    "juli": 7, "okt": 10, "oktober": 10, "dez": 12, "dezember": 12,
}  # fmt: skip
_YEARS: Final = range(1900, 2101)

# Excel counts days from here; it believes that 1900 was a leap year, so this holds from March 1900 on.
_EXCEL: Final = date(1899, 12, 30)
_SERIALS: Final = range(10_000, 73_051)  # 18 May 1927 to 31 December 2099


class Evidence(StrEnum):
    """What the dates of one column say about their order."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    BOTH = "both"
    """Some can only be read day first, others only month first."""
    NEITHER = "neither"
    """Some could be two days, and none decides."""
    NOT_NEEDED = "not_needed"
    """None could be two days."""


class DateUnclear(ValueError):
    """The text is no date, or could be two; the message completes "<column> ..."."""


def read_date(text: str, order: DateOrder = DateOrder.DAY_FIRST) -> date:
    """Return the day that a cell names.

    `2015-03-12`, `12/03/2015`, `12.3.2015`, `12-03-2015`, `12 Mar 2015`, `12. März 2015`,
    `March 12, 2015` and Excel's `42075` are all understood; midnight after a date says nothing.

    Args:
        text: the cell.
        order: how its column is read; dates with points are day first wherever they are written.

    Raises:
        DateUnclear: it is no date, or its century is missing.
    """
    plain = " ".join(text.split())
    serial = _SERIAL.fullmatch(plain)
    if serial and int(serial["days"]) in _SERIALS:
        return _EXCEL + timedelta(days=int(serial["days"]))
    found = _match(plain, order)
    if found is None:
        raise DateUnclear(f"has to be a date such as {EXAMPLE}.")
    if len(found["year"]) == 2:  # noqa: PLR2004, the digits of a year without its century
        raise DateUnclear("has a year of two digits, so the century is not clear; write all four.")
    return _day(int(found["year"]), found["month"], int(found["day"]), order)


def evidence(texts: Iterable[str]) -> Evidence:
    """Return what the dates of a column say about their order; cells that are no such date say nothing."""
    day, month, either = False, False, False
    for text in texts:
        found = _DAY_FIRST.fullmatch(" ".join(text.split()))
        if found is None or found["mark"] == "." or len(found["year"]) == 2:  # noqa: PLR2004
            continue
        first, second = int(found["day"]), int(found["month"])
        day = day or (first > _MONTH and 1 <= second <= _MONTH)
        month = month or (second > _MONTH and 1 <= first <= _MONTH)
        either = either or (first != second and 1 <= first <= _MONTH and 1 <= second <= _MONTH)
    if day and month:
        return Evidence.BOTH
    if day or month:
        return Evidence.DAY_FIRST if day else Evidence.MONTH_FIRST
    return Evidence.NEITHER if either else Evidence.NOT_NEEDED


def looks_like_a_date(text: str) -> bool:
    """Say whether a spreadsheet has probably made a date of a class such as 5/6, or of a number."""
    plain = " ".join(text.split()).casefold()
    half = _HALF.fullmatch(plain)
    if half is not None:
        return (half["month"] or half["first"])[:3] in _SHORT
    full = _ISO.fullmatch(plain) or _DAY_FIRST.fullmatch(plain) or _NAMED.fullmatch(plain)
    return full is not None and (len(full["year"]) == 4 or full.re is _NAMED)  # noqa: PLR2004


def _match(plain: str, order: DateOrder) -> re.Match[str] | None:
    small = plain.casefold()
    numbers = _DAY_FIRST.fullmatch(plain)
    if order is DateOrder.MONTH_FIRST and numbers is not None and numbers["mark"] != ".":
        numbers = _MONTH_FIRST.fullmatch(plain)
    return _ISO.fullmatch(plain) or numbers or _NAMED.fullmatch(small) or _NAMED_FIRST.fullmatch(small)


def _day(year: int, month: str, day: int, order: DateOrder) -> date:
    named = _SHORT.get(month) or _LONG.get(month) or _GERMAN.get(month) or 0
    number = int(month) if month.isdigit() else named
    first = "month comes before the day" if order is DateOrder.MONTH_FIRST else "day comes before the month"
    try:
        found = date(year, number, day)
    except ValueError:
        raise DateUnclear(f"has to be a date such as {EXAMPLE}; the {first}.") from None
    if year not in _YEARS:
        raise DateUnclear(f"has to be a date such as {EXAMPLE}.")
    return found
