"""People as they are typed: by name or by the school's number, each in a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from api.web import choices
from consent_db.errors import NotPossible
from consent_db.people.records import PersonRecord
from gatekeeper.naming import Likeness, name_keys, same_name
from gatekeeper.types import PersonId


class TypedNames:
    """Finds people by what is typed of them: known name or name on paper with the surname, or the number."""

    def __init__(self, people: Iterable[PersonRecord]) -> None:
        self._meant: defaultdict[str, list[PersonId]] = defaultdict(list)
        self._named: defaultdict[str, list[PersonRecord]] = defaultdict(list)
        for one in people:
            for spelling in _spellings(one):
                self._meant[spelling].append(one.id)
            for key in name_keys(*_full_names(one)):
                self._named[key].append(one)

    def find(self, text: str) -> PersonId:
        """Return the person of this name or number.

        Raises:
            NotPossible: it matches no person, or several; the name is not repeated.
        """
        found = self._who(text)
        if len(found) != 1:
            problem = (
                "matches no person on the register" if not found else "matches several people; give the number instead"
            )
            raise NotPossible(f"A name or number that you typed {problem}.")
        return found[0]

    def _who(self, text: str) -> list[PersonId]:
        """Return whose name or number this is, letter by letter, or else however the name is spelt."""
        exact = self._meant.get(_plain(text))
        if exact:
            return exact
        near = {one.id: one for key in name_keys(text) for one in self._named.get(key, ())}
        return [
            one.id for one in near.values() if any(same_name(text, name) is Likeness.SAME for name in _full_names(one))
        ]

    def read(self, text: str) -> tuple[frozenset[PersonId], tuple[str, ...]]:
        """Return who is meant by the lines of a text, and the lines by which no one person is meant."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        meant = {line: self._who(line) for line in lines}
        one_each = frozenset(found[0] for found in meant.values() if len(found) == 1)
        return one_each, tuple(line for line, found in meant.items() if len(found) != 1)


def _full_names(record: PersonRecord) -> tuple[str, str]:
    profile = record.profile
    return choices.full_name(profile), f"{profile.first_name} {profile.last_name}".strip()


def _spellings(record: PersonRecord) -> set[str]:
    profile = record.profile
    turned = f"{profile.last_name}, {profile.first_name}"
    return {_plain(text) for text in (*_full_names(record), turned, profile.external_id) if text}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
