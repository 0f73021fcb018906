"""Year groups under two names: `Grade 7` of one system beside `Year 7` of another are not the same children."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from consent_db.people.records import PersonRecord
from consent_db.roster.rows import Roster

_YEAR: Final = re.compile(r"(year|grade|class|klasse|form|primary|p|y|yr)\.? ?(\d{1,2})", re.IGNORECASE)
_SHOWN: Final = 3


def two_words(roster: Roster, known: Sequence[PersonRecord]) -> tuple[str, ...]:
    """Return a question if a file calls year groups otherwise than the register does; nothing is changed by it."""
    there = _words(group for record in known for group in record.profile.groups)
    here = _words(group for row in roster.rows for group in row.draft.groups)
    pairs = [
        f"“{new}” beside “{old}”"
        for number in sorted(here.keys() & there.keys(), key=int)
        for word, new in here[number].items()
        for other, old in there[number].items()
        if word not in there[number] and other != word
    ]
    if not pairs:
        return ()
    sentence = "Are these the same year groups? If so, call them by one name in the school's list"
    return (f"{sentence}, so that a class has all of its pupils: {', '.join(pairs[:_SHOWN])}.",)


def _words(groups: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the names of year groups, by their number and the word before it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for group in groups:
        year = _YEAR.fullmatch(group)
        if year is not None:
            found[str(int(year[2]))][year[1].casefold()] = group
    return found
