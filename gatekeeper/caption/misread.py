"""Approximate matching of names read with a wrong letter or two: `Amira Kham`, `Zuzanna K0walsk1`, `Arnira-Khan`.

Who reads letters from a photograph confuses some by their shape (l, I and 1; O and 0; rn and
m; 5 and S), and some by blur. A wrong word by itself is nothing. Beside a name of the register
it is that person's other name, if it is one or two letters away from it (Levenshtein 1966).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from gatekeeper.caption.index import NameIndex, Names
from gatekeeper.caption.text.words import DISGUISED
from gatekeeper.naming.common import common_words
from gatekeeper.naming.confusables import skeleton
from gatekeeper.naming.folding import fold
from gatekeeper.types import PersonId

_TOKEN: Final = re.compile(r"[^\s,;:/()\[\]]+")
_ONE, _TWO = 4, 7
"""Letters of a name from which on one wrong letter, and two, are believed."""
_GLUED: Final = 7
"""Letters from which on one word may be a first name and a surname."""
_SHAPES: Final = (("cl", "d"), ("li", "h"), ("ii", "u"))
"""Letters that are read for one, besides those of `naming.confusables`."""

Span = tuple[int, int, frozenset[PersonId]]
"""Start and end in the text, and the people on the register who may be meant."""


def misread_names(text: str, index: NameIndex) -> Iterator[Span]:
    """Yield full names of which one part is as on the register, or looks so, and the other nearly so.

    Args:
        text: cleaned by `words.clean`.
        index: the register's names.
    """
    tokens = [(match.start(), match.end(), match.group().strip(".'’\"-")) for match in _TOKEN.finditer(text)]
    tokens = [token for token in tokens if token[2]]
    for (start, _, one), (_, end, other) in pairwise(tokens):
        people = _named(one, other, index) | _named(other, one, index)
        if people:
            yield start, end, frozenset(people)
    for start, end, token in tokens:
        if len(token) >= _GLUED and (people := _glued(token, index)):
            yield start, end, frozenset(people)


def _named(first: str, last: str, index: NameIndex) -> set[PersonId]:
    """Return whose first name and surname two words are, one of them misread."""
    callers = _bearers(index.given, first)
    family = _bearers(index.surnames, last)
    near = _near(last, callers, index.surnames) if callers else set[PersonId]()
    return near | (_near(first, family, index.given) if family else set())


def _glued(token: str, index: NameIndex) -> set[PersonId]:
    """Return whose first name and surname are in one word, one of them misread."""
    people: set[PersonId] = set()
    for cut in range(_ONE - 1, len(token) - _ONE + 2):
        one, other = token[:cut], token[cut:]
        people |= _named(one, other, index) | _named(other, one, index)
    return people


def _bearers(names: Names, token: str) -> set[PersonId]:
    """Return whose name a token is, as it stands or at a glance."""
    folded = fold(token)
    found = names.sure.get(folded, set()) | names.sure.get(DISGUISED + skeleton(folded), set())
    return found if len(folded) > 1 else set()


def _near(token: str, people: Iterable[PersonId], names: Names) -> set[PersonId]:
    """Return those of the people whose name is the token but for what is misread.

    Not if the token is another short word, or their name as it stands: `find_mentions` judges that.
    """
    folded = fold(token)
    word = folded in common_words() and len(folded) <= _TWO
    if word or not any(char.isalpha() for char in folded):
        return set()
    seen, wanted = _shape(folded), set(people) - names.sure.get(folded, set())
    return {
        person
        for key, bearers in names.sure.items()
        if not key.startswith(DISGUISED)
        for person in bearers & wanted
        if _alike(seen, _shape(key))
    }


def _shape(folded: str) -> str:
    """Return a folded word with the letters that are confused made one."""
    seen = skeleton(folded)
    for letters, one in _SHAPES:
        seen = seen.replace(letters, one)
    return seen


def _alike(seen: str, name: str) -> bool:
    """Say whether what was seen is so few letters from a name as the name's length allows."""
    allowed = (len(name) >= _ONE) + (len(name) >= _TWO)
    return abs(len(seen) - len(name)) <= allowed and _distance(seen, name) <= allowed


def _distance(one: str, other: str) -> int:
    """Return how many letters have to be put in, left out or replaced to make one word the other."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, match in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != match))
    return row[-1]
