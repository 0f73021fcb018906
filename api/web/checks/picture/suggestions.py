"""Who an open face may be, likeliest first: those the engine found alike, then those it knows nothing of.

What the engine found is kept with the answer (`Trace`). A person whose template it compared and
found unlike is not suggested, but can be searched for; a face near a person who may not be
published has no suggestions at all, since any would tell who that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from api.application.register.directory import Entry, directory
from api.application.services import Services
from api.platform import labels
from api.web import choices
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.decision.authority import MAY_LIFT
from gatekeeper.decision.contradictions import contradiction
from gatekeeper.identity.annotations import SAME_PLACE
from gatekeeper.naming import natural_key
from gatekeeper.register import Register
from gatekeeper.types import FaceStatus, PersonId, Role, Trace

MOST: Final = 5
"""How many people are suggested for one face."""
_SHORT: Final = 60
"""So many people fit into a list; a register of so many is suggested from where no class or event was chosen."""
NAMEABLE: Final = frozenset({FaceStatus.UNKNOWN, FaceStatus.AMBIGUOUS, FaceStatus.UNREADABLE})


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
    free = Free.of(services, tx, record)
    ranked = {face.number: free.ranked(face.number) for face in asked}
    kept = tx.reference_photos.among({entry.record.id for found in ranked.values() for entry, _ in found})
    return {
        number: Offer(
            tuple(
                replace(free.suggestion(number, entry), alike=alike, photo=entry.record.id in kept)
                for entry, alike in found
            ),
            free.others(number),
        )
        for number, found in ranked.items()
    }


@dataclass(frozen=True, slots=True)
class Free:
    """The people who are free to be named in one picture.

    Attributes:
        entries: by person.
        expected: those of the class or event that was chosen, or of a short register.
        traces: what is known of each face, by its number.
    """

    register: Register
    entries: Mapping[PersonId, Entry]
    expected: frozenset[PersonId]
    traces: Mapping[int, Trace]

    @classmethod
    def of(cls, services: Services, tx: Transaction, record: CheckRecord) -> Free:
        """Return who is free to be named in the picture of a check."""
        engine = services.tools.engine
        register = tx.register(engine.name, engine.embedder.dimension)
        bound = {face.person for face in record.faces}
        free = {e.record.id: e for e in directory(tx, register).entries if e.record.id not in bound}
        return cls(register, free, _expected(tx, record, free), _traces(record))

    def ranked(self, number: int) -> list[tuple[Entry, bool]]:
        """Return the likeliest people for a face, and whether each was found alike."""
        found = dict.fromkeys(self._alike(number))
        alike = [(self.entries[person], True) for person in found if person in self.entries]
        unknown = [
            (entry, False)
            for person, entry in self.entries.items()
            if person in self.expected and person not in found and not self.agrees(number, person)
        ]
        # Any five of a class of thirty of whom the engine knows nothing would be no suggestion.
        return [*alike, *(unknown if len(alike) + len(unknown) <= MOST else [])][:MOST]

    def others(self, number: int) -> tuple[Suggestion, ...]:
        """Return everyone who is expected, by name; empty if these are too many for a list."""
        there = [entry for person, entry in self.entries.items() if person in self.expected]
        found = (self.suggestion(number, entry) for entry in there) if len(there) <= _SHORT else ()
        return tuple(sorted(found, key=lambda one: natural_key(one.name)))

    def suggestion(self, number: int, entry: Entry) -> Suggestion:
        """Return a person as the page offers them for a face."""
        person, name = entry.record.id, choices.full_name(entry.record.profile)
        return Suggestion(person, name, ", ".join(entry.groups), self.agrees(number, person))

    def agrees(self, number: int, person: PersonId) -> str:
        """Return who has to agree to a name for a face, in words; empty if it contradicts nothing."""
        enrolled = person in self.register.gallery.people
        found = contradiction(self.traces.get(number), person, enrolled=enrolled)
        if found is None:
            return ""
        may = MAY_LIFT[found]
        return labels.people([Role.STAFF] if Role.STAFF in may else [role for role in Role if role in may])

    def _alike(self, number: int) -> Iterator[PersonId]:
        """Yield whom the engine was in doubt between, then whom the face is near: of each, those expected first."""
        trace = self.traces.get(number)
        for found in (trace.recognised, trace.candidates, trace.fits or ()) if trace else ():
            yield from sorted(found, key=lambda person: person not in self.expected)


def _expected(tx: Transaction, record: CheckRecord, free: Mapping[PersonId, Entry]) -> frozenset[PersonId]:
    if not record.draft.event:
        return frozenset(free) if len(free) <= _SHORT else frozenset()
    try:
        return tx.groups.members(record.draft.event)
    except NotFound:  # the class is not in the school's list any more
        return frozenset()


def _traces(record: CheckRecord) -> dict[int, Trace]:
    """Return what is known of each face, by its number."""
    traces = record.facts.traces if record.facts else ()
    found: dict[int, Trace] = {}
    for face in record.faces:
        overlaps = [(trace.box.overlap(face.box), trace) for trace in traces]
        share, best = max(overlaps, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and share >= SAME_PLACE:
            found[face.number] = best
    return found
