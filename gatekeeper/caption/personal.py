"""Personal data that is no name: telephone numbers, addresses, ages, links, accounts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Each pattern either begins where no earlier start could match, or is bounded, so that
# a long text without a find is searched in linear time.
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TELEPHONE: Final = re.compile(
    r"(?<![\w.,/-])(?:\+|\(?0)(?:[\s()./-]{0,3}\d){8,14}(?!\w)"  # +44 20 7946 0958, (020) 7946 0958
    r"|(?<!\w)\d{3}[\s.-]\d{3}[\s.-]\d{4}(?!\w)"
    r"|(?<!\w)\d{9,15}(?!\w)"
)
_POSTCODE: Final = re.compile(  # but not the "Y6 2nd" of a result
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s{0,2}(?!\d(?-i:st|nd|rd|th)\b)\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE
)
_STREET: Final = re.compile(
    r"\b(?<!Year )(?<!Class )(?<!Stage )(?<!Room )(?<!Team )(?<!Group )"
    r"\d{1,4}[a-z]?,?\s{1,2}(?:[A-Z][\w'’-]{1,30}\s{1,2}){1,3}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Close|Drive|Crescent|Way|Court|Terrace|Gardens|Grove|Place|Square)\b"
)
_BIRTH_DATE: Final = re.compile(r"\b(?:born|birthday|dob|d\.o\.b)\b[^.!?]{0,20}\d", re.IGNORECASE)
_LINK: Final = re.compile(
    r"\b(?:https?|ftp)://\S|\bwww\.\S"
    r"|(?<![\w-])[\w-]+\.(?:com|org|net|edu|info|uk|ie|eu|us|ly|me|io|co|tv|gg|ee|be|app|school|link|page|site|online|xyz)"
    r"(?:/|\b)",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(
    r"(?<![\w.])@[A-Za-z_]\w"
    r"|\b(?:insta|instagram|snap|snapchat|tiktok|discord|twitter|facebook|ig)\s{0,2}[:=]\s{0,2}\w",
    re.IGNORECASE,
)

_NUMBERS: Final = "five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
_AGE: Final = re.compile(
    rf"\b(?:\d{{1,2}}|{_NUMBERS})[\s-]{{0,2}}(?:years?|yrs?)[\s-]{{0,2}}old\b"
    rf"|\b(?:aged?|turn(?:s|ed|ing)?)\s{{1,2}}(?:\d{{1,2}}|{_NUMBERS})\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\s{1,2}birthday\b",
    re.IGNORECASE,
)
_AGE_AFTER_NAME: Final = re.compile(r"\s?[,(]\s?\d{1,2}\s?(?:[),.;!&]|and\b|$)")

_PERSONAL: Final = (_EMAIL, _TELEPHONE, _POSTCODE, _STREET, _BIRTH_DATE)


def holds_personal_data(text: str) -> bool:
    """Say whether `text` has an e-mail address, telephone number, postcode, street or birthday."""
    plain = unicodedata.normalize("NFKC", text)
    return any(pattern.search(plain) for pattern in _PERSONAL)


def holds_link(text: str) -> bool:
    """Say whether `text` has a link or an account's name."""
    plain = _EMAIL.sub(" ", unicodedata.normalize("NFKC", text))
    return _LINK.search(plain) is not None or _ACCOUNT.search(plain) is not None


def holds_age(text: str) -> bool:
    """Say whether `text` has somebody's age in so many words: `aged 8`, `8-year-old`, `8th birthday`."""
    return _AGE.search(text) is not None


def age_follows(text: str, name_end: int) -> bool:
    """Say whether a number stands behind a name as ages do: `Amira, 8,` or `Amira (8)`."""
    return _AGE_AFTER_NAME.match(text, name_end) is not None
