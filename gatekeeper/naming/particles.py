"""Small words within names: `van der`, `al-`, `d'`, `Ó`, `ap`, `St`. None is a surname by itself."""

from __future__ import annotations

import re
from typing import Final

from gatekeeper.naming.folding import fold, one_dash

PARTICLES: Final = frozenset(
    """
    a ab abd abu aan af al an ap ar as ash at av aw az bar bat ben bet bin bint binti d da dal dall dalla dalle dar das
    de dei del dela dell della dello den der des di do dos du e ed ef el em en et fab ferch fitz i ibn il in l la las le
    les li lo los mac mc mhic na ne ni nic o of op os oy sa san santa santo sao sainte saint sri st 't te ten ter than
    thi tot u ua ud ui ul um und upp van vand vander vd vom von vor y z zu zum zur
    بن ابن بنت ابو ام ال בן בת אבו אל
    """.replace("'t", "t").split()
)
"""Folded; some are also names by themselves (Le, An, Ben), which they are only where the whole name is that."""
_MIDDLE_NAMES: Final = frozenset({"thi", "van"})
"""Vietnamese words between family name and given name, which no person is called by."""
_GLUED: Final = re.compile(
    r"^(?:d|l|o|m|n|t|dell|dall|all|sant|qu)'(?=\w)|^(?:al|el|ul|as|ash|an|ar|at|az|ad|abd)-(?=\w)", re.IGNORECASE
)
"""A particle that is written together with the name by an apostrophe or a hyphen."""
_MAC: Final = re.compile(r"^(?:mhic|mac|mc|m')(?=[a-z]{3})")
_SAINT: Final = re.compile(r"^(?:saint|sainte|st|ste)(?=[a-z]{3})")
_SERVANT: Final = re.compile(r"^abd[aeou]([dlnrstz])(?=[a-z]{3})")
"""`Abd al-`, whose article is written in many ways: `Abdulrahman`, `Abdurrahman`, `Abdelrahman`."""
_APART: Final = re.compile(r"(?<!\u0639\u0628\u062f)[\s/.,]+|(?<=\u0639\u0628\u062f)[\s/.,]+(?!\u0627\u0644)")
"""What stands between two parts of a name; the Arabic `Abd al-` is one word with what follows."""


def is_particle(word: str) -> bool:
    """Say whether a word is a small one within names."""
    return fold(word) in PARTICLES


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name by which it may be known, without particles.

    `García López` has `García` and `López`; `van der Berg` and `d'Aubigné` have `Berg` and
    `Aubigné`; a name that is nothing but a particle (`Le`) has none.
    """
    return tuple(dict.fromkeys(part for part, _ in parts_as_written(name)))


def parts_as_written(name: str) -> list[tuple[str, str]]:
    """Return the parts of a name, each with and without a particle that is glued to it: `Brien`, `O'Brien`."""
    found = []
    for word in _APART.split(one_dash(name)):
        bare = _GLUED.sub("", word)
        glued = word[: len(word) - len(bare)]
        for piece in bare.split("-"):
            part = piece.strip("-'\"()")
            if part and not is_particle(part):
                found.append((part, glued + part))
            glued = ""
    return found


def called_by(given: str) -> str:
    """Return the word of several given names by which a person is called: the first that is no middle word."""
    words = given.split()
    return next((word for word in words if fold(word) not in _MIDDLE_NAMES), words[0]) if len(words) > 1 else given


def gaelic_forms(folded: str) -> frozenset[str]:
    """Return a folded name with `Mc` for `Mac`, `St` for `Saint`, `Abdel` for `Abdul`, and the other way round."""
    forms = {folded}
    for pattern, ways in ((_MAC, ("mac", "mc", "mhic")), (_SAINT, ("saint", "st", "sainte"))):
        if pattern.match(folded):
            forms |= {pattern.sub(way, folded) for way in ways}
    if _SERVANT.match(folded):
        rest = _SERVANT.sub("", folded)
        forms |= {f"abd{vowel}{letter}{rest}" for vowel in "uea" for letter in ("l", rest[0])}
    return frozenset(forms)
