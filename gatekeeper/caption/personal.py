"""Personal data other than names: telephone numbers, e-mail, postal addresses, places, personal numbers, birthdays."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
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
    r"|(?<!\w)(?:\d{3}[\s.-]|\(\d{3}\)\s?)\d{3}[\s.-]\d{4}(?!\w)"
    r"|(?<!\w)\d{9,15}(?!\w)"
)
_DIGIT: Final = "(?:oh|nought|zero|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_SPELT_NUMBER: Final = re.compile(rf"\b(?:{_DIGIT}[\s,-]{{1,3}}){{6,20}}{_DIGIT}\b", re.IGNORECASE)
_POSTCODE: Final = re.compile(  # but not the "Y6 2nd" of a result
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s{0,2}(?!\d(?-i:st|nd|rd|th)\b)\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE
)
STREETS: Final = (
    "Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Close|Drive|Dr|Crescent|Way|Court|Ct|Terrace|Gardens|Grove|Place|Pl|Square"
    "|Mews|Row|Walk|Park|Rise|View|Hill|Parade|Quay|Green|Boulevard|Blvd|Highway|Hwy|Parkway|Pkwy|Circus|Wharf|Yard"
    "|Croft|Vale|Mount|Heights"
)
"""What the names of streets end with."""
_NUMBERED: Final = (
    r"\b(?<!Year )(?<!Class )(?<!Stage )(?<!Room )(?<!Team )(?<!Group )(?<!Grade )\d{1,5}[a-z]?,?\s{1,2}"
    r"(?:[NSEW]{1,2}\s)?"
)
_HOUSE: Final = "Cottage|House|Lodge|Farm|Farmhouse|Villa|Bungalow|Barn|Manor|Hall|Grange|Croft|Rectory|Vicarage|Mill"
_STREET: Final = re.compile(
    rf"{_NUMBERED}(?:[A-Z0-9][\w'’-]{{1,30}}\s{{1,2}}){{1,3}}(?:{STREETS})\b"
    rf"|{_NUMBERED}[a-z'’-]{{3,30}}\s{{1,2}}(?:road|rd|street|avenue|crescent|terrace|lane|close|drive)\b"
    r"|\b(?:FLAT|FLATS|APARTMENT|Flat|Apartment|Apt|Unit|flat|apartment)\s{1,2}\d{1,4}[a-zA-Z]?\b"
    rf"|\b(?:The\s)?(?:[A-Z][\w'’-]{{1,30}}\s){{1,2}}(?:{_HOUSE}),\s(?:[A-Z][\w'’-]{{1,30}}\s){{1,3}}(?:{STREETS})\b"
)
_STREET_ABROAD: Final = re.compile(
    r"\b[A-ZÄÖÜ][\w-]{2,30}(?:straße|strasse|str\.|weg|gasse|platz|allee|ring|ufer|straat|laan|plein|gracht|gatan"
    r"|vägen|vej|katu)\s{1,2}\d{1,4}\s?[a-z]?\b"
    r"|\b(?:Am|An der|Auf der|Auf dem|Im|In der|Zum|Zur|Hinter dem|Unter den)\s[A-ZÄÖÜ][\w-]{2,20}\s\d{1,3}\b"
    r"|\b\d{1,4}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|place|chemin|all[ée]e|impasse|quai|cours|route)\s\S{2,}"
    r"|(?<!\w)(?:Calle|C/|Av\.|Avda\.?|Avenida|Plaza|Paseo|Carrer|Rua|Travessa|Via|Viale|Piazza|Corso|ul\.|al\.|os\.)"
    r"\s?(?:[\w.’'-]{1,20},?\s){1,5}\d{1,4}\b"
    r"|\b\d{1,4}\s(?:Stryd|Heol|Ffordd|L[ôo]n|Clos|Maes|Rhodfa|Teras|Gerddi)\s\S{2,}"
)
_BOX: Final = re.compile(
    r"\bP\.?\s?O\.?\s?Box\s{0,2}\d{1,7}"
    r"|\b(?:Postfach|Apartado(?: de correos)?|Bo[iî]te postale|Casella postale|Blwch Post)\s\d{1,7}",
    re.IGNORECASE,
)
_POSTAL_CITY: Final = re.compile(r",\s?\d{4,5}\s[A-ZÄÖÜÉ][\wäöüéß-]{2,}|\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b")
_COORDINATES: Final = re.compile(
    r"(?<![\w.])[-+\u2212]?\d{1,2}\.\d{3,}\s?°?\s?[NS]?\s?[,;/ ]\s?[-+\u2212]?\d{1,3}\.\d{3,}\s?°?\s?[EWO]?"
    r"|(?<!\w)\d{1,3}\s?°\s?\d{1,2}(?:\.\d+)?\s?['’\u2032](?:\s?\d{1,2}(?:\.\d+)?\s?(?:[\"”\u2033]|''))?\s?[NSEWO]?"
    r"|///\s?[^\W\d_]{2,30}\.[^\W\d_]{2,30}\.[^\W\d_]{2,30}"
    r"|\b[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}\b"
    r"|\b[HNOST][A-HJ-Z]\s?\d{3,5}\s\d{3,5}\b"
)
_PERSONAL_NUMBER: Final = re.compile(
    r"\b[A-HJ-NP-RT-Z]\s?\d{11}[0-9A-Z]\b"  # UPN (DfE): check letter, authority, school, year, serial
    r"|\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b"  # National Insurance
    r"|(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"  # Social Security
    r"|\b[XYZ]?\d{7,8}-?[A-Z]\b"  # DNI, NIE
    r"|\b(?:upn|uln|nhs|chi|ssn|dni|nino|(?:student|pupil|admission|passport|candidate|patient|exam|library|national"
    r"|health)(?:\s(?:id|card|insurance))?)\b(?:\s(?:id|no\.?|num(?:ber)?))?\s?[.:#=]{0,2}\s?(?:is\s|was\s)?"
    r"[A-Z]{0,3}[\s-]?\d[\d\s-]{3,}[A-Z]?(?!\w)",
    re.IGNORECASE,
)
_CALLED_NUMBER: Final = re.compile(
    r"\b(?:call|tel|telephone|phone|ring|text|mobile|mob|cell|whatsapp|fax|telefon|fon|ff[ôo]n|t[ée]l(?:[ée]phone)?|ruf\w*"
    r"|tel[ée]fono|m[óo]vil)\b[^\n\d]{0,20}[+(]?\d(?:[\s()./-]{0,2}\d){5,14}(?!\w)",
    re.IGNORECASE,
)
_MONTH: Final = (
    "(?:jan|feb|mar|m[äa]r|apr|a[bv]r|may|mai|mayo|jun|jul|juin|juil|aug|ago|ao[uû]|sep|oct|okt|nov|dec|dez|d[ée]c|dic"
    "|ion|chwe|maw|ebr|meh|gor|aws|med|hyd|tac|rhag|mag|giu|lug|set|ott|gen)[^\\W\\d_]{0,8}"
)
_BORN: Final = (
    r"born|birthday|birth\s?date|date\s(?:of|ov)\sbirth|dob|d\.o\.b|b-day|geboren|geb\.|geburtstag|geburtsdatum"
    r"|n[ée]e?\sle|anniversaire|date de naissance|nacid[oa]|cumplea[nñ]os|fecha de nacimiento"
    r"|ganwyd|(?:p|ph|m)en-?blwydd|nat[oa] il"
    r"|compleanno|urodz\w+|verjaardag"
)
_BIRTH_DATE: Final = re.compile(
    rf"\b(?:{_BORN})(?![\w])[^.!?\n]{{0,25}}?\d[\d/.-]*(?:\s?(?:st|nd|rd|th|er)?\.?\s(?:of\s|de\s)?{_MONTH})?"
    rf"|\b(?:{_BORN})(?![\w])[^.!?\n]{{0,16}}\b{_MONTH}\b"
    r"|(?<!\w)b\.\s?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}",
    re.IGNORECASE,
)
_OF_THE_SCHOOL: Final = re.compile(
    r"\d{2,3}(?:st|nd|rd|th)\s{1,2}birthday|\bschool['’]?s?\s{1,2}birthday", re.IGNORECASE
)
"""A school's own birthday: `our 150th birthday on 3 May`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text that may not go out: `text[start:end]`."""

    start: int
    end: int
    reason: ChangeReason


def find_personal(text: str) -> list[Found]:
    """Return telephone numbers, addresses, coordinates, personal numbers and birthdays, in no particular order."""
    plain, places = as_plain(text)
    found = [match.span() for pattern in _PATTERNS for match in pattern.finditer(plain)]
    found += [(number.start, number.end) for number in phonenumbers.PhoneNumberMatcher(plain, "GB")]
    return [
        Found(places[start], places[end], ChangeReason.PERSONAL_DATA) for start, end in (*found, *_birthdays(plain))
    ]


_PATTERNS: Final = (
    EMAIL,
    _TELEPHONE,
    _SPELT_NUMBER,
    _CALLED_NUMBER,
    _POSTCODE,
    _STREET,
    _STREET_ABROAD,
    _BOX,
    _POSTAL_CITY,
    _COORDINATES,
    _PERSONAL_NUMBER,
)


def _birthdays(plain: str) -> Iterator[tuple[int, int]]:
    for match in _BIRTH_DATE.finditer(plain):
        if not _OF_THE_SCHOOL.search(plain, max(match.start() - 8, 0), match.end()):
            yield match.span()


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
