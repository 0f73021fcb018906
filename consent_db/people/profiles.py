"""The sealed part of a person: their names, their number and their date of birth."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consent_db.errors import NotPossible
from consent_db.keys.crypto import DataKey, Place
from consent_db.people.records import PersonDraft
from gatekeeper.naming import called_by, name_parts, same_part
from gatekeeper.types import Kind, Person, PersonId

LONGEST: Final = 100
"""Letters in a name or number, at most."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What identifies a person. Never in clear in the database, a log or an error."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    known_as: str | None = field(repr=False)
    external_id: str | None = field(repr=False)
    date_of_birth: date | None = field(repr=False)

    @classmethod
    def of(cls, draft: PersonDraft) -> Profile:
        """Take the identifying part out of a draft, in one spelling.

        Raises:
            NotPossible: a name is missing, too long or contains control characters.
        """
        external_id, known_as = _clean(draft.external_id or ""), _clean(draft.known_as or "")
        first_name, last_name = _clean(draft.first_name), _clean(draft.last_name)
        if not first_name:
            message = "A person needs a first name; fill it in."
            raise NotPossible(message)
        return cls(first_name, last_name, known_as or None, external_id or None, draft.date_of_birth)

    def seal(self, person: PersonId, key: DataKey) -> bytes:
        """Return the profile sealed for this person."""
        born = self.date_of_birth.isoformat() if self.date_of_birth else None
        parts = [self.first_name, self.last_name, self.known_as, self.external_id, born]
        return key.seal(json.dumps(parts, ensure_ascii=False).encode(), _place(person))

    @classmethod
    def open(cls, sealed: bytes, person: PersonId, key: DataKey) -> Profile:
        """Return what `seal` sealed."""
        first, last, known_as, external_id, born = json.loads(key.open(sealed, _place(person)))
        return cls(first, last, known_as, external_id, date.fromisoformat(born) if born else None)

    def person(self, person: PersonId, kind: Kind) -> Person:
        """Return the person as the gate knows them."""
        given = self.first_name.split()
        surnames = _surnames(self.last_name)
        public = _public(self.known_as or called_by(self.first_name), surnames)
        names = dict.fromkeys([public, self.first_name, *given, *((self.known_as or "").split()), self.known_as])
        return Person(person, kind, public, tuple(name for name in names if name), surnames)

    @property
    def whole_names(self) -> tuple[str, ...]:
        """The first name, and the name that they are known by if there is one, each with the surname."""
        firsts = dict.fromkeys(filter(None, (self.first_name, self.known_as)))
        return tuple(f"{first} {self.last_name}".strip() for first in firsts)

    def draft(self, kind: Kind, leaving_date: date | None, groups: frozenset[str]) -> PersonDraft:
        """Return the whole draft that this profile came from."""
        return PersonDraft(
            kind,
            self.first_name,
            self.last_name,
            self.known_as,
            self.external_id,
            self.date_of_birth,
            leaving_date,
            groups,
        )


def _public(known_as: str, surnames: tuple[str, ...]) -> str:
    """Return a name to be called by without any part of the surname in it."""
    words = known_as.split()
    shown = [word for word in words if not any(same_part(word, hidden) for hidden in surnames)]
    return " ".join(shown or words[:1])


def _surnames(last_name: str) -> tuple[str, ...]:
    """Return a surname as a whole and each part of it that is one by itself."""
    return tuple(dict.fromkeys(name for name in (last_name, *name_parts(last_name)) if name))


def spelling(text: str) -> str:
    """Return text in one spelling: composed letters, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _clean(text: str) -> str:
    text = spelling(text)
    if len(text) > LONGEST or any(unicodedata.category(letter) == "Cc" for letter in text):
        message = f"A name or number is longer than {LONGEST} letters or has control characters; correct it."
        raise NotPossible(message)
    return text


def _place(person: PersonId) -> Place:
    return Place("people", person, "profile", person)
