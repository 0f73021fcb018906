"""Who the faces of a picture may be: the choices."""

from __future__ import annotations

from dataclasses import dataclass

from api.application.register.directory import Entry, directory
from api.application.services import Services
from api.web import choices
from consent_db.transaction import Transaction
from gatekeeper.naming import finder, natural_key


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """A person the face might be."""

    id: str
    name: str
    groups: str


def people(services: Services, tx: Transaction, group: str, search: str = "") -> tuple[PersonChoice, ...]:
    """Return the people of a class or event (or all) whose name, number or class has the words, however spelt, by name.

    Raises:
        NotFound: there is no such class or event.
    """
    members = tx.groups.members(group) if group else None
    engine, is_meant = services.tools.engine, finder(search)
    entries = directory(tx, tx.register(engine.name, engine.embedder.dimension)).entries
    found = [
        _choice(one) for one in entries if (members is None or one.record.id in members) and is_meant(one.searched)
    ]
    return tuple(sorted(found, key=lambda choice: natural_key(choice.name)))


def _choice(entry: Entry) -> PersonChoice:
    return PersonChoice(entry.record.id, choices.full_name(entry.record.profile), ", ".join(entry.groups))
