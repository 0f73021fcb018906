"""Personal data that is no name: telephone numbers, e-mail, addresses, birthdays, ages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import phonenumbers

from gatekeeper.types import ChangeReason

# Each pattern either begins where no earlier start could match, or is bounded, so that
# a long text without a find is searched in linear time.
EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]+(?:@|\s@\s|\s?(?:\(at\)|\[at\])\s?)[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]+)+",
    re.IGNORECASE,
)
_TELEPHONE: Final = re.compile(
    r"(?<![\w.,/-])(?:\+|\(?0)(?:[\s()./-]{0,3}\d){8,14}(?!\w)"  # +44 20 7946 0958, (020) 7946 0958
    r"|(?<!\w)\d{3}[\s.-]\d{3}[\s.-]\d{4}(?!\w)"
    r"|(?<!\w)\d{9,15}(?!\w)"
)
_DIGIT: Final = "(?:oh|nought|zero|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_SPELT_NUMBER: Final = re.compile(rf"\b(?:{_DIGIT}[\s,-]{{1,3}}){{6,20}}{_DIGIT}\b", re.IGNORECASE)
_POSTCODE: Final = re.compile(  # but not the "Y6 2nd" of a result
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s{0,2}(?!\d(?-i:st|nd|rd|th)\b)\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE
)
_NUMBERED: Final = r"\b(?<!Year )(?<!Class )(?<!Stage )(?<!Room )(?<!Team )(?<!Group )\d{1,4}[a-z]?,?\s{1,2}"
_STREET: Final = re.compile(
    rf"{_NUMBERED}(?:[A-Z][\w'’-]{{1,30}}\s{{1,2}}){{1,3}}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Close|Drive|Crescent|Way|Court|Terrace|Gardens|Grove|Place|Square|Mews|Row"
    r"|Walk|Park|Rise|View|Hill|Parade|Quay|Green)\b"
    rf"|{_NUMBERED}[a-z'’-]{{3,30}}\s{{1,2}}(?:road|rd|street|avenue|crescent|terrace)\b"
    r"|\b(?:FLAT|FLATS|APARTMENT|Flat|Apartment|flat|apartment)\s{1,2}\d{1,4}[a-zA-Z]?\b"
)
_MONTH: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_BIRTH_DATE: Final = re.compile(
    r"\b(?:born|birthday|birth\s?date|date\s(?:of|ov)\sbirth|dob|d\.o\.b|b-day)\b[^.!?\n]{0,20}\d[\d/.-]*"
    rf"|\b(?:born|birthday|dob)\b[^.!?\n]{{0,12}}\b{_MONTH}\b"
    r"|(?<!\w)b\.\s?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}",
    re.IGNORECASE,
)
_OF_THE_SCHOOL: Final = re.compile(
    r"\d{2,3}(?:st|nd|rd|th)\s{1,2}birthday|\bschool['’]?s?\s{1,2}birthday", re.IGNORECASE
)
"""A school's own birthday: `our 150th birthday on 3 May`."""

_NUMBERS: Final = (
    "three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
)
_AGE: Final = re.compile(
    rf"\b(?:\d{{1,2}}|{_NUMBERS})[\s-]{{0,2}}(?:years?|yrs?)[\s-]{{0,2}}(?:old|of age)\b"
    rf"|\b(?:aged?|turn(?:s|ed|ing)?)\s{{1,2}}(?:\d{{1,2}}|{_NUMBERS})\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\s{1,2}birthday\b|\b\d{1,2}\s?y/?o\b",
    re.IGNORECASE,
)
_AGE_AFTER_NAME: Final = re.compile(r"\s?[,(]\s?\d{1,2}\s?(?:[),.;!&]|and\b|$)")
_CLASS: Final = re.compile(
    r"\b(?:(?:year|class|form|room|tutor group)\s{1,2}\d{1,2}[a-z]{0,2}|\d{1,2}[A-Z]{1,2}|y\d{1,2}"
    r"|reception|nursery)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text that may not go out: `text[start:end]`."""

    start: int
    end: int
    reason: ChangeReason


def find_personal(text: str) -> list[Found]:
    """Return telephone numbers, e-mail and postal addresses and birthdays, in no particular order."""
    plain, places = as_plain(text)
    found = [match.span() for pattern in _PATTERNS for match in pattern.finditer(plain)]
    found += [(number.start, number.end) for number in phonenumbers.PhoneNumberMatcher(plain, "GB")]
    return [
        Found(places[start], places[end], ChangeReason.PERSONAL_DATA) for start, end in (*found, *_birthdays(plain))
    ]


_PATTERNS: Final = (EMAIL, _TELEPHONE, _SPELT_NUMBER, _POSTCODE, _STREET)


def _birthdays(plain: str) -> Iterator[tuple[int, int]]:
    for match in _BIRTH_DATE.finditer(plain):
        if not _OF_THE_SCHOOL.search(plain, max(match.start() - 8, 0), match.end()):
            yield match.span()


def find_ages(text: str, sentence: tuple[int, int], names: Iterable[int]) -> list[Found]:
    """Return the ages in one sentence that tell who somebody is: with a name, or with a class.

    Args:
        text: cleaned.
        sentence: where it begins and ends.
        names: where the names in it end.
    """
    ends = list(names)
    behind = (_AGE_AFTER_NAME.match(text, end, sentence[1]) for end in ends)
    ages = [match.span() for match in _AGE.finditer(text, *sentence)] if ends or _CLASS.search(text, *sentence) else []
    return [Found(*place, ChangeReason.AGE) for place in (*ages, *(match.span() for match in behind if match))]


def as_plain(text: str) -> tuple[str, list[int]]:
    """Return the text with compatibility characters replaced, and where each of its characters comes from.

    The list has one entry more, for the end.
    """
    plain: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        usual = unicodedata.normalize("NFKC", char)
        plain.append(usual)
        places += [at] * len(usual)
    return "".join(plain), [*places, len(text)]
