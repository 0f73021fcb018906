"""Text as a reader is shown it: entities and percent-encoding decoded, directional overrides obeyed.

HTML's character references, the percent-encoding of RFC 3986, JSON's escapes (RFC 8259) and the quoted
octets of e-mail (RFC 2045) are decoded where they stand
for letters, marks, apostrophes, hyphens and spaces, so that ampersands and links stay. The
overrides of Unicode's bidirectional algorithm (UAX 9) turn what they enclose.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+|(?:=[0-9A-F]{2}){2,}")
_ESCAPED: Final = re.compile(r"\\+u([0-9A-Fa-f]{4})")
_RUN: Final = re.compile(r"\S+")
_OF_NAMES: Final = frozenset("'\u2018\u2019\u02bc\u00a0 -\u2010\u2011.")
_NO_SIGNS: Final = {ord("%"): None, ord("="): None}
_OVERRIDE: Final = "\u202e"
_TURNED: Final = re.compile(f"{_OVERRIDE}([^\u202c\u202a\u202b\u202d\u202e\n]*)[\u202c]?")
_OTHER_MARKS: Final = re.compile("[\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202d]")
_MOST_TIMES: Final = 3
"""Something may be encoded twice: `%25C3%25BC`, `&amp;uuml;`."""


def decoded(text: str) -> str:
    """Return `text` with encoded letters in their place; ampersands and the signs of links stay encoded."""
    for _ in range(_MOST_TIMES):
        before, text = text, _RUN.sub(_percent, _ENTITY.sub(_entity, _ESCAPED.sub(_escaped, text)))
        if text == before:
            break
    return text


def _entity(found: re.Match[str]) -> str:
    shown = html.unescape(found.group())
    if shown == "&" and _ENTITY.match("&" + found.string[found.end() : found.end() + 34]):
        return "&"
    return shown if shown and all(map(_is_of_a_name, shown)) else found.group()


def _escaped(found: re.Match[str]) -> str:
    shown = chr(int(found[1], 16))
    return shown if _is_of_a_name(shown) else found.group()


def _percent(run: re.Match[str]) -> str:
    within_link = "/" in run.group() or "?" in run.group()
    return _PERCENT.sub(lambda found: _letters(found.group(), within_link=within_link), run.group())


def _letters(encoded: str, *, within_link: bool) -> str:
    octets = bytes.fromhex(encoded.translate(_NO_SIGNS))
    try:
        shown = octets.decode()
    except UnicodeDecodeError:
        shown = octets.decode("latin-1")  # as old forms and file names have it
    if shown.isascii() and (within_link or encoded[0] == "="):
        return encoded
    reads_as_name = all(char == "%" or _is_of_a_name(char) for char in shown)
    return shown if reads_as_name else encoded


def _is_of_a_name(char: str) -> bool:
    return char.isalpha() or char in _OF_NAMES or unicodedata.category(char).startswith(("M", "Cf"))


def as_displayed(text: str) -> str:
    """Return `text` without directional marks, with what a right-to-left override encloses turned round."""
    if _OVERRIDE not in text:
        return text
    return _TURNED.sub(lambda found: found[1][::-1], _OTHER_MARKS.sub("", text))
