"""Who an open face may be, as the pages offer them beside it (`api.application.register.candidates`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from api.application.register.candidates import NAMEABLE, SHORT, Candidates
from api.application.register.directory import Entry
from api.application.services import Services
from api.platform import labels
from api.web import choices
from consent_db.approvals.records import CheckRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key
from gatekeeper.types import PersonId, Role


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One person whom a face may be.

    Attributes:
        groups: their classes and clubs, in words.
        agrees: who has to agree besides, in words; empty if the name alone is enough.
        alike: whether the engine found the face alike.
        photo: whether a photograph of them is kept that can be shown beside the face.
    """

    id: PersonId
    name: str = field(repr=False)
    groups: str = field(repr=False)
    agrees: str
    alike: bool = False
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """Who one open face may be.

    Attributes:
        people: the likeliest, first those whom the engine found alike.
        others: everyone who is expected and not in the picture yet, by name; empty if these are too many for a list.
    """

    people: tuple[Suggestion, ...]
    others: tuple[Suggestion, ...]


def offers(services: Services, tx: Transaction, record: CheckRecord, numbers: Sequence[int]) -> dict[int, Offer]:
    """Return by face number who the open faces may be; of a face that cannot be named there is nothing.

    Args:
        services: of the installation.
        tx: to read in.
        record: a decided check.
        numbers: of the faces asked for.
    """
    asked = [face for face in record.faces if face.number in numbers and face.status in NAMEABLE]
    if not asked:
        return {}
    free = Candidates.of(services, tx, record)
    ranked = {face.number: free.ranked(face.number) for face in asked}
    kept = tx.reference_photos.among({entry.record.id for found in ranked.values() for entry, _ in found})
    return {
        number: Offer(
            tuple(
                replace(_suggestion(free, number, entry), alike=alike, photo=entry.record.id in kept)
                for entry, alike in found
            ),
            _others(free, number),
        )
        for number, found in ranked.items()
    }


def agrees(free: Candidates, number: int, person: PersonId) -> str:
    """Return who has to agree to a name for a face, in words; empty if it contradicts nothing."""
    may = free.agrees(number, person)
    return labels.people([Role.STAFF] if Role.STAFF in may else [role for role in Role if role in may]) if may else ""


def _others(free: Candidates, number: int) -> tuple[Suggestion, ...]:
    """Return everyone who is expected, by name; empty if these are too many for a list."""
    there = [entry for person, entry in free.entries.items() if person in free.expected]
    found = (_suggestion(free, number, entry) for entry in there) if len(there) <= SHORT else ()
    return tuple(sorted(found, key=lambda one: natural_key(one.name)))


def _suggestion(free: Candidates, number: int, entry: Entry) -> Suggestion:
    person, name = entry.record.id, choices.full_name(entry.record.profile)
    return Suggestion(person, name, ", ".join(entry.groups), agrees(free, number, person))
