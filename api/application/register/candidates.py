"""Who an open face of a picture may be, ranked: those the engine found alike, then those it knows nothing of.

What the engine found is kept with the answer (`Trace`). A person whose template it compared and
found unlike is not suggested, but can be searched for; a face near a person who may not be
published has no suggestions at all, since any would tell who that is. Pages and API suggest
the same people (`docs/decisions/0064`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.application.register.directory import Entry, directory
from api.application.services import Services
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.decision.authority import MAY_LIFT, Circumstance
from gatekeeper.decision.rules.contradictions import contradiction
from gatekeeper.identity.annotations import SAME_PLACE
from gatekeeper.register import Register
from gatekeeper.types import FaceStatus, PersonId, Role, Trace

MOST: Final = 5
"""How many people are suggested for one face."""
SHORT: Final = 60
"""So many people fit into a list; a register of so many is suggested from where no class or event was chosen."""
NAMEABLE: Final = frozenset({FaceStatus.UNKNOWN, FaceStatus.AMBIGUOUS, FaceStatus.UNREADABLE})


@dataclass(frozen=True, slots=True)
class Candidates:
    """The people who are free to be named in one picture.

    Attributes:
        register: as it is now.
        entries: by person.
        expected: those of the class or event that was chosen, or of a short register.
        traces: what is known of each face, by its number.
    """

    register: Register
    entries: Mapping[PersonId, Entry]
    expected: frozenset[PersonId]
    traces: Mapping[int, Trace]

    @classmethod
    def of(cls, services: Services, tx: Transaction, record: CheckRecord) -> Candidates:
        """Return who is free to be named in the picture of a check."""
        engine = services.tools.engine
        register = tx.register(engine.name, engine.embedder.dimension)
        bound = {face.person for face in record.faces}
        free = {e.record.id: e for e in directory(tx, register).entries if e.record.id not in bound}
        return cls(register, free, _expected(tx, record, free), _traces(record))

    def ranked(self, number: int) -> list[tuple[Entry, bool]]:
        """Return the likeliest people for a face, `MOST` at most, and whether each was found alike."""
        found = dict.fromkeys(self._alike(number))
        alike = [(self.entries[person], True) for person in found if person in self.entries]
        unknown = [
            (entry, False)
            for person, entry in self.entries.items()
            if person in self.expected and person not in found and self.circumstance(number, person) is None
        ]
        # Any five of a class of thirty of whom the engine knows nothing would be no suggestion.
        return [*alike, *(unknown if len(alike) + len(unknown) <= MOST else [])][:MOST]

    def circumstance(self, number: int, person: PersonId) -> Circumstance | None:
        """Return the exception that naming a face as a person would be; None if the name alone is enough."""
        return contradiction(self.traces.get(number), person, enrolled=person in self.register.gallery.people)

    def agrees(self, number: int, person: PersonId) -> frozenset[Role]:
        """Return the roles of which a second person has to agree to a name for a face; none if it is enough alone."""
        found = self.circumstance(number, person)
        return frozenset() if found is None else frozenset(MAY_LIFT[found])

    def _alike(self, number: int) -> Iterator[PersonId]:
        """Yield whom the engine was in doubt between, then whom the face is near: of each, those expected first."""
        trace = self.traces.get(number)
        for found in (trace.recognised, trace.candidates, trace.fits or ()) if trace else ():
            yield from sorted(found, key=lambda person: person not in self.expected)


def _expected(tx: Transaction, record: CheckRecord, free: Mapping[PersonId, Entry]) -> frozenset[PersonId]:
    if not record.draft.event:
        return frozenset(free) if len(free) <= SHORT else frozenset()
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
