"""Names with the endings that a sentence gives them: `Kowalskiej`, `Łukasza`, `Nagynak`, `Emre'nin`, `Seáin`.

A name has a few stems (itself; without its last vowel; without a nominative -s; with a
fleeting vowel left out); a word of a text may be one of them with one of the endings of the
declensions of Slavic and Baltic languages, Hungarian, Finnish, Estonian, Turkish, Greek,
Romanian, Albanian, Icelandic and German. Endings are folded: without their accents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final


def _set(endings: str) -> frozenset[str]:
    return frozenset(endings.split())


_AFTER_ALL: Final = _set(
    """
    a u y i e o s es em im om ym am owi ovi ovu evi iem ie ow ov ev ova ove ovo ovy eva in ina ino iny ami ach ah iej ej
    owie owna owa ho mu ego emu ich imi ymi oi oj oy owej ou
    t ot et at nak nek val vel ban ben ba be bol rol tol nal nel hoz hez ra re on en n ert ig kent ek ne ekkel ul
    ekkal eket eknal eknel eknek ekhez
    nin nun un ye ya yi yu ne na ni nu de da te ta den dan ten tan le la yle yla ler lar lerin larin gil giller
    ssa sta lla lta lle ksi tta ga lt st sse
    ei ului lui it in es ens ar s ui aus umi us io iu iui os ais
    """
)
_AFTER_VOWEL_LOST: Final = _set(
    """
    a y i is e o u ie ii ij iej ej oy oj om em am ou ami ach ah ovi ova ove in ina iny ino ine ei os as ai oje eje us ur
    iego iemu im ich imi ego emu ym ymi ych skiej iowi iom iow ij owi ow ka ko kou ke ky en an io ju ja jo jom
    """
)
_AFTER_S_LOST: Final = _set("a o u i e ai am ui us os aus io iu iui yje uje umi iumi y ou is en ie im iem iams iems")
_FLEETING: Final = re.compile(r"^(.{2,}[^aeiouy])(?:ie|e|o)([ckljnrtv])$")
_VOWEL: Final = re.compile(r"[aeiouy]$")
_FINNISH: Final = re.compile(r"nen$")
_SOFTENED: Final = (
    ("c", "k"), ("cz", "k"), ("dz", "g"), ("z", "g"), ("sz", "ch"), ("s", "ch"), ("rz", "r"), ("ci", "t"), ("dzi", "d"),
    ("ci", "c"), ("ni", "n"), ("li", "l"), ("si", "s"), ("zi", "z"), ("ki", "k"), ("gi", "g"), ("c", "ck"), ("g", "k"),
    ("b", "p"), ("d", "t"),
)  # fmt: skip
"""How the end of a stem changes before some endings, and what it was."""
_DOUBLED: Final = re.compile(r"^(.{2,}?)([^aeiou])\2[ae]l$")
"""The Hungarian instrumental, which doubles the last consonant: `Tóth`, `Tóthtal`; `Papp`, `Pappal`."""
_SHORTEST: Final = 3


@lru_cache(maxsize=1 << 14)
def stems(folded: str) -> frozenset[str]:
    """Return the stems of a folded name, each beginning with the kind that tells which endings it takes."""
    found = {"=" + folded}
    if _VOWEL.search(folded):
        found |= {"-" + folded[:-1]}
        if folded.endswith(("iy", "yi", "ij", "ia", "ii")):
            found.add("-" + folded[:-2])
    if folded.endswith("ova"):
        found.add("=" + folded[:-3])
    if folded.endswith("dottir"):
        found.add("-" + folded[:-2])
    if folded.endswith("s"):
        bare = folded[:-1]
        found |= {"~" + bare, "~" + (bare[:-1] if _VOWEL.search(bare) else bare)}
    if fleeting := _FLEETING.match(folded):
        found.add("=" + fleeting[1] + fleeting[2])
    if _FINNISH.search(folded):
        found.add("=" + folded[:-3] + "se")
    return frozenset(stem for stem in found if len(stem) > _SHORTEST)


@lru_cache(maxsize=1 << 14)
def possible_stems(folded: str) -> frozenset[str]:
    """Return the stems, as `stems` gives them, of which a folded word may be a form."""
    found: set[str] = set()
    for kind, endings in (("=", _AFTER_ALL), ("-", _AFTER_VOWEL_LOST), ("~", _AFTER_S_LOST)):
        for length in range(1, min(6, len(folded) - _SHORTEST) + 1):
            if folded[-length:] in endings:
                found |= {kind + stem for stem in _hardened(folded[:-length])}
    if doubled := _DOUBLED.match(folded):
        found.add("=" + doubled[1] + doubled[2])
    return frozenset(found)


def _hardened(stem: str) -> Iterator[str]:
    """Yield a stem as it stands, and as it was before an ending softened it."""
    yield stem
    for soft, hard in _SOFTENED:
        if stem.endswith(soft) and len(stem) > len(soft) + 1:
            yield stem[: -len(soft)] + hard
