"""People as they are typed: by name or by the school's number, each in a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from api.pages import lists
from consent_db.errors import NotPossible
from consent_db.records import PersonRecord
from gatekeeper.types import PersonId


class TypedNames:
    """Finds people by what is typed of them: known name or name on paper with the surname, or the number."""

    def __init__(self, everybody: Iterable[PersonRecord]) -> None:
        self._meant: defaultdict[str, list[PersonId]] = defaultdict(list)
        for one in everybody:
            for spelling in _spellings(one):
                self._meant[spelling].append(one.id)

    def find(self, text: str) -> PersonId:
        """Return the person of this name or number.

        Raises:
            NotPossible: it is nobody's, or that of several people; the name is not repeated.
        """
        found = self._meant.get(_plain(text), [])
        if len(found) != 1:
            problem = (
                "is nobody’s on the register" if not found else "is that of several people; give the number instead"
            )
            raise NotPossible(f"A name or number that you typed {problem}.")
        return found[0]

    def read(self, text: str) -> tuple[frozenset[PersonId], tuple[str, ...]]:
        """Return who is meant by the lines of a text, and the lines by which no one person is meant."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        meant = {line: self._meant.get(_plain(line), []) for line in lines}
        one_each = frozenset(found[0] for found in meant.values() if len(found) == 1)
        return one_each, tuple(line for line, found in meant.items() if len(found) != 1)


def _spellings(record: PersonRecord) -> set[str]:
    profile = record.profile
    paper = f"{profile.first_name} {profile.last_name}"
    turned = f"{profile.last_name}, {profile.first_name}"
    return {_plain(text) for text in (lists.full_name(profile), paper, turned, profile.external_id) if text}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
