"""Natural sort order of people and classes: 7A before 10A, Ångström beside Angstrom."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from gatekeeper.naming.folding import fold

_NUMBER: Final = re.compile(r"(\d+)")

NaturalKey = tuple[tuple[int, int, str], ...]


def natural_key(text: str) -> NaturalKey:
    """Return the key by which a list is sorted as people expect: numbers by value, letters without accents."""
    pieces = (piece for piece in _NUMBER.split(unicodedata.normalize("NFKC", text)) if piece)
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, fold(piece)) for piece in pieces)
