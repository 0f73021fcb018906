"""Personal data that is no name: telephone numbers, addresses, links, handles."""

from __future__ import annotations

import re
from typing import Final

_EMAIL: Final = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_TELEPHONE: Final = re.compile(r"(?<![\w.])\+?(?:\d[\s().-]{0,2}){8,14}\d(?!\w)")
_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_STREET: Final = re.compile(
    r"\b\d{1,4}[a-z]?,?\s+(?:[A-Z][\w'’-]+\s+){1,3}(?:Road|Rd|Street|St|Avenue|Ave|Lane|Close|Drive|Crescent|Way|Court)\b"
)
_BIRTH_DATE: Final = re.compile(r"\b(?:born|birthday|dob|d\.o\.b)\b[^.!?]{0,20}\d", re.IGNORECASE)
_LINK: Final = re.compile(
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\b[\w-]+\.(?:com|org|net|uk|info|ly|me|io|co|tv|gg|app)(?:/\S*)?\b",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w.])@[A-Za-z_][\w.]{1,}")

_PERSONAL: Final = (_EMAIL, _TELEPHONE, _POSTCODE, _STREET, _BIRTH_DATE)


def holds_personal_data(text: str) -> bool:
    """Say whether `text` has an e-mail address, telephone number, postcode, street or birthday."""
    return any(pattern.search(text) for pattern in _PERSONAL)


def holds_link(text: str) -> bool:
    """Say whether `text` has a link or an account's handle."""
    without_mail = _EMAIL.sub(" ", text)
    return _LINK.search(without_mail) is not None or _HANDLE.search(without_mail) is not None
