"""Who the faces of a picture may be: the choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.web import choices
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotFound
from consent_db.people.records import PersonRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key

_MOST_TO_CHOOSE_FROM: Final = 60


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A person the face might be."""

    id: str
    name: str
    groups: str


def people(tx: Transaction, group: str, search: str = "") -> tuple[PersonChoice, ...]:
    """Return the people of a class or event (or all) whose name or number has the words, however spelt, by name.

    Raises:
        NotFound: there is no such class or event.
    """
    members = tx.groups.members(group) if group else None
    found = [
        _choice(person)
        for person in tx.people.all()
        if (members is None or person.id in members) and choices.is_called(person.profile, search)
    ]
    return tuple(sorted(found, key=lambda choice: natural_key(choice.name)))


def _choice(person: PersonRecord) -> PersonChoice:
    return PersonChoice(person.id, choices.full_name(person.profile), ", ".join(choices.groups_of(person.profile)))


def candidates(tx: Transaction, record: CheckRecord) -> tuple[PersonChoice, ...]:
    """Return the choices for naming several faces at once: people expected and not yet in the picture.

    None, if these are too many for a short list: then each face has its own page with a search.
    """
    try:
        expected = people(tx, record.draft.event or "")
    except NotFound:  # the class is not in the school's list any more
        return ()
    bound = {face.person for face in record.faces}
    free = tuple(choice for choice in expected if choice.id not in bound)
    return free if len(free) <= _MOST_TO_CHOOSE_FROM else ()
