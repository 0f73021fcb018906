"""Dates as schools write them: day first, or as ISO and Excel do. What could mean two days is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

EXAMPLE: Final = "2026-03-31 or 31/03/2026"

_MIDNIGHT: Final = r"(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"
_ISO: Final = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d){_MIDNIGHT}", re.ASCII)
_DAY_FIRST: Final = re.compile(
    rf"(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d){_MIDNIGHT}", re.ASCII
)
_NAMED: Final = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ /-](?P<month>[a-z]{3,9})\.?,?[ /-](?P<year>\d{4}|\d\d)", re.ASCII
)
_SERIAL: Final = re.compile(r"(?P<days>\d{5})(?:\.0+)?", re.ASCII)

_MONTHS: Final = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_SHORT: Final[Mapping[str, int]] = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_LONG: Final[Mapping[str, int]] = {name: number for number, name in enumerate(_MONTHS, 1)}
_YEARS: Final = range(1900, 2101)

# Excel counts days from here; it believes that 1900 was a leap year, so this holds from March 1900 on.
_EXCEL: Final = date(1899, 12, 30)
_SERIALS: Final = range(10_000, 73_051)  # 18 May 1927 to 31 December 2099


class DateUnclear(ValueError):
    """The text is no date, or could be two; the message completes "<column> ..."."""


def read_date(text: str) -> date:
    """Return the day that a cell names.

    `2015-03-12`, `12/03/2015`, `12.3.2015`, `12-03-2015`, `12 Mar 2015`, `12-March-2015`
    and Excel's `42075` are all understood; midnight after a date says nothing.

    Raises:
        DateUnclear: it is no date, or its century is missing.
    """
    plain = " ".join(text.split())
    found = _ISO.fullmatch(plain) or _DAY_FIRST.fullmatch(plain) or _NAMED.fullmatch(plain.casefold())
    serial = _SERIAL.fullmatch(plain)
    if serial and int(serial["days"]) in _SERIALS:
        return _EXCEL + timedelta(days=int(serial["days"]))
    if found is None:
        raise DateUnclear(f"has to be a date such as {EXAMPLE}.")
    if len(found["year"]) == 2:  # noqa: PLR2004, the digits of a year without its century
        raise DateUnclear("has a year of two digits, so the century is not clear; write all four.")
    return _day(int(found["year"]), found["month"], int(found["day"]))


def _day(year: int, month: str, day: int) -> date:
    number = int(month) if month.isdigit() else _SHORT.get(month) or _LONG.get(month) or 0
    try:
        found = date(year, number, day)
    except ValueError:
        raise DateUnclear(f"has to be a date such as {EXAMPLE}; the day comes before the month.") from None
    if year not in _YEARS:
        raise DateUnclear(f"has to be a date such as {EXAMPLE}.")
    return found
