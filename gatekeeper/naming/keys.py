"""Match keys of a name: two spellings are one name if they have a key in common."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Final

from anyascii import anyascii

from gatekeeper.naming.common import common_words
from gatekeeper.naming.folding import DASHES, fold
from gatekeeper.naming.languages.chinese_japanese import elsewhere, han_spellings, kana_spellings, one_kana
from gatekeeper.naming.languages.consonants import consonants
from gatekeeper.naming.languages.cyrillic_greek import cyrillic_spellings, greek_spellings
from gatekeeper.naming.languages.korean import korean_spellings
from gatekeeper.naming.languages.latin import latin_spellings
from gatekeeper.naming.languages.tables import table
from gatekeeper.naming.particles import gaelic_forms
from gatekeeper.naming.scripts import Script, leaves_vowels_out, script_of

_JOINTS: Final = re.compile(rf"[\s.,·・{re.escape(DASHES)}]+")
_SURE: Final = 3
"""Letters from which on a derived spelling is believed by itself."""


@lru_cache(maxsize=1 << 15)
def spellings(name: str) -> frozenset[str]:
    """Return every folded key under which a name can be written, without spaces and hyphens.

    Args:
        name: one name or several, in any script; a whole surname, or a part of one.

    Returns:
        Its own folded form; each special letter in each of its ways; transliterations to
        Latin letters in all usual systems; Mc and Mac, St and Saint. Empty only for a name
        without a letter.
    """
    joined = _JOINTS.sub("", name)
    script = script_of(joined)
    found = plain_keys(name) | _TRANSLITERATED.get(script, latin_spellings)(joined)
    found = found | {form for key in found for form in gaelic_forms(key)}
    return frozenset(found) - {""}


_TRANSLITERATED: Final[Mapping[Script, Callable[[str], frozenset[str]]]] = {
    Script.CYRILLIC: cyrillic_spellings,
    Script.GREEK: greek_spellings,
    Script.HANGUL: korean_spellings,
    Script.KANA: kana_spellings,
    Script.HAN: han_spellings,
    Script.OTHER: lambda word: frozenset({fold(anyascii(word))}),
}


@lru_cache(maxsize=1 << 15)
def plain_keys(name: str) -> frozenset[str]:
    """Return the folded forms of a name as it is spelt, in one word.

    Also as it folds in capitals: some Greek and Cyrillic letters look Latin in one case only.
    """
    joined = one_kana(_JOINTS.sub("", name))
    return frozenset({fold(joined), fold(joined.upper())}) - {""}


def is_sure(key: str, plain: frozenset[str]) -> bool:
    """Say whether a key of a name is believed by itself: it is no derived one that is short or a common word."""
    return key in plain or (len(key) >= _SURE and key not in common_words())


@lru_cache(maxsize=1 << 15)
def heard(folded: str) -> str:
    """Return how a folded word sounds, vowels by class: `Mohammed` and `Muhammad` are equal, Tom and Tim not."""
    for pattern, becomes in _VOWELS:
        folded = pattern.sub(becomes, folded)
    return "^" + folded


_VOWELS: Final = (
    (re.compile("ee|ii|y"), "i"), (re.compile("oo|ou|uu|o"), "u"), (re.compile("wu"), "u"),
    (re.compile("aa|ah(?=$|[^aeiou])|e"), "a"),
    (re.compile("tch"), "ch"), (re.compile("[ck]h"), "h"), (re.compile("t[sz]"), "z"),
    (re.compile("q|ck|c(?=[aou])"), "k"), (re.compile("ph"), "f"), (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip


@lru_cache(maxsize=1 << 12)
def syllable_spellings(name: str) -> frozenset[str]:
    """Return how each syllable of a Chinese or Korean name is written if they are written apart: `Xiao`, `Ming`."""
    script = script_of(name)
    if script not in {Script.HAN, Script.HANGUL}:
        return frozenset()
    return frozenset(key for char in name for key in _TRANSLITERATED[script](char))


def surname_elsewhere(surname: str) -> frozenset[str]:
    """Return how a Chinese surname in pinyin is spelt in other places; empty for others."""
    return elsewhere(fold(surname))


@cache
def _one_origin() -> Mapping[str, frozenset[str]]:
    """Return, for each Latin spelling of a Chinese or Korean surname, the other spellings that it may be one of."""
    found: dict[str, set[str]] = defaultdict(set)
    chinese = ({pinyin, *ways} for pinyin, ways in table("chinese_surnames").items())
    for group in (*chinese, *map(set, table("korean_surnames").values())):
        for spelling in group:
            found[spelling] |= group
    return {spelling: frozenset(group) for spelling, group in found.items()}


def surnames_of_one_origin(surname: str) -> frozenset[str]:
    """Return how a Chinese or Korean surname in Latin letters is also spelt: Ng, Wong and Huang; Pak and Park."""
    return _one_origin().get(fold(surname), frozenset())


@lru_cache(maxsize=1 << 15)
def sounds(name: str) -> tuple[bool, frozenset[str]]:
    """Return whether a name's script leaves vowels out, and its consonants; those of either kind are compared."""
    joined = _JOINTS.sub("", name)
    return leaves_vowels_out(script_of(joined)), consonants(joined) - {""}
