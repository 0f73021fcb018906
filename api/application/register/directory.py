"""Everyone on the register in the order of lists, opened once and then only where something changed.

Names are sealed, so no database can sort or search them; to open a thousand of them for
each page takes a tenth of a second. What was opened is kept with the snapshot of the register
it belongs to, as that snapshot keeps the names for captions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from consent_db.data_rights.lifecycle import Due, DueKind
from consent_db.people.records import PersonRecord
from consent_db.register.records import ReviewRecord
from consent_db.transaction import Transaction
from gatekeeper.naming import natural_key, search_text
from gatekeeper.naming.ordering import NaturalKey
from gatekeeper.register import Register
from gatekeeper.types import Person, PersonId

AHEAD: Final = 60
"""Days ahead that count as falling due."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One person, prepared to be sorted and searched; not slotted, so that a search prepares them once.

    Attributes:
        person: as the snapshot has them; another object as soon as anything changed about them.
        groups: their classes and clubs in natural order: 7A before 10A.
        name_key: sorts by surname and first name.
        group_key: sorts by the first class, those without one last.
    """

    person: Person
    record: PersonRecord
    groups: tuple[str, ...] = field(repr=False)
    name_key: tuple[NaturalKey, NaturalKey, str] = field(repr=False)
    group_key: tuple[bool, NaturalKey] = field(repr=False)

    @classmethod
    def of(cls, person: Person, record: PersonRecord) -> Entry:
        """Prepare a person."""
        groups = tuple(sorted(record.profile.groups, key=natural_key))
        names = natural_key(record.profile.last_name), natural_key(record.profile.first_name)
        return cls(person, record, groups, (*names, record.id), (not groups, natural_key(groups[0]) if groups else ()))

    @cached_property
    def searched(self) -> str:
        """Everything the person can be found by: each part of the name, the school's number, classes."""
        profile = self.record.profile
        return search_text((profile.first_name, profile.last_name, profile.known_as, profile.external_id, *self.groups))


@dataclass(frozen=True, slots=True)
class Directory:
    """Everyone on the register, by surname and first name; and the first thing that falls due for each.

    Attributes:
        register: the snapshot that it belongs to.
        entries: in the order of lists.
        falling_due: everything that falls due within `AHEAD` days or is overdue, the most urgent first.
        due: the most urgent of what falls due within `AHEAD` days, by person; no reminders.
        ending: the first day on which a consent of theirs ends, within as many days.
    """

    register: Register = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    falling_due: tuple[Due, ...] = field(repr=False)
    due: Mapping[PersonId, Due] = field(repr=False)
    ending: Mapping[PersonId, date] = field(repr=False)


_Dated = tuple[date, tuple[ReviewRecord, ...]]
_last: Final[list[tuple[_Dated, Directory]]] = []


def directory(tx: Transaction, register: Register) -> Directory:
    """Return everyone on the register as a transaction sees it.

    Args:
        tx: the transaction.
        register: its snapshot (`Transaction.register`).
    """
    dated = tx.today, tuple(tx.reviews.all())
    before = _last[0] if _last else None
    if before is not None and before[0] == dated and before[1].register is register:
        return before[1]
    entries = _entries(tx, register, before[1].entries if before else ())
    due: dict[PersonId, Due] = {}
    ending: dict[PersonId, date] = {}
    falling_due = tuple(tx.lifecycle.due(AHEAD, (entry.record for entry in entries)))
    for one in falling_due:
        if not one.reminds:
            due.setdefault(one.person.id, one)
        if one.kind is DueKind.CONSENT_ENDS:
            ending.setdefault(one.person.id, one.day)
    made = Directory(register, entries, falling_due, due, ending)
    _last[:] = [(dated, made)]
    return made


def directory_if_made(tx: Transaction, engine: str, dimension: int) -> Directory | None:
    """Return what `directory` would, if it was made for the register as it is now; it is never made for this.

    Args:
        tx: the transaction.
        engine: whose templates the snapshot has.
        dimension: how many numbers each has.
    """
    if not _last or _last[0][1].register.version != tx.register_version():
        return None
    dated, made = _last[0]
    current = made.register is tx.register(engine, dimension) and dated == (tx.today, tuple(tx.reviews.all()))
    return made if current else None


def _entries(tx: Transaction, register: Register, before: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return an entry for each person: that of before if nothing changed about them."""
    kept = [one for one in before if register.people.get(one.record.id) is one.person]
    there = {one.record.id for one in kept}
    missing = [person for person in register.people if person not in there]
    fresh = [Entry.of(register.people[one.id], one) for one in tx.people.several(missing)]
    return tuple(sorted([*kept, *fresh], key=lambda one: one.name_key))
