"""What the parts of one transaction share: connection, keys, actor, moment, version, audit."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from consent_db.audit.trail import AuditLog
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.crypto import DataKey, Place
from consent_db.keys.keyring import Keyring
from consent_db.schema import PersonRow, SchoolRow
from gatekeeper.types import PersonId

TEMPLATE_LIFE: Final = timedelta(days=365)
YOUNG_TEMPLATE_LIFE: Final = timedelta(days=180)
"""How long a template counts unless the policy says otherwise: faces change."""

SCHOOL = "school"
"""The owner's name of the key that seals what belongs to no person in particular."""


@dataclass(slots=True, eq=False)
class Context:
    """One transaction from the inside. Only this package sees it."""

    connection: Connection
    keyring: Keyring
    school_key: DataKey
    zone: ZoneInfo
    actor: str
    now: datetime
    writable: bool
    audit: AuditLog
    destroyed: bool = False
    """Whether it destroyed something that must not survive in a log file either."""
    template_life: timedelta = TEMPLATE_LIFE
    """How long a template counts after it was made."""
    young_template_life: timedelta = YOUNG_TEMPLATE_LIFE
    """The same for a pupil who is younger than `enrolment.templates.YOUNG` when it is made."""
    _version: int | None = None
    _keys: dict[PersonId, DataKey] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day in the school's own time zone."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime) -> date:
        """Return the day in the school's own time zone that a moment lies in."""
        return moment.astimezone(self.zone).date()

    def log(self, action: str, object_id: str, payload: Mapping[str, Any] | None = None) -> int:
        """Append to the audit, ids, counts and codes only; return the number of the entry."""
        return self.audit.append(self.now, self.actor, action, object_id, payload or {})

    def register_version(self) -> int:
        """Return the register's version as this transaction sees it."""
        if self._version is not None:
            return self._version
        return self.connection.execute(select(SchoolRow.register_version)).scalar_one()

    def move_register(self) -> int:
        """Move the register on, once a transaction; return the version."""
        if self._version is None:
            version = SchoolRow.register_version + 1
            query = update(SchoolRow).values(register_version=version).returning(SchoolRow.register_version)
            self._version = self.connection.execute(query).scalar_one()
        return self.register_version()

    @property
    def moved(self) -> bool:
        """Whether this transaction has moved the register on."""
        return self._version is not None

    def person_key(self, person: PersonId) -> DataKey:
        """Return the data key of a person.

        Raises:
            NotFound: no person has this id, or they were erased.
        """
        if person not in self._keys:
            query = select(PersonRow.wrapped_key).where(PersonRow.id == person)
            wrapped = self.connection.execute(query).scalar_one_or_none()
            if wrapped is None:
                raise no_such_person()
            self._keys[person] = self.keyring.unwrap(wrapped, person)
        return self._keys[person]

    def new_person_key(self, person: PersonId) -> bytes:
        """Make a data key for a new person and return it wrapped."""
        self._keys[person] = DataKey.new()
        return self.keyring.wrap(self._keys[person], person)

    def forget_key(self, person: PersonId) -> None:
        """Drop the unwrapped data key of an erased person."""
        self._keys.pop(person, None)

    def seal(self, value: object, place: Place) -> bytes:
        """Seal a value as JSON with the school's key."""
        return self.school_key.seal(json.dumps(value, ensure_ascii=False).encode(), place)

    def open(self, sealed: bytes, place: Place) -> Any:
        """Return what `seal` was given."""
        return json.loads(self.school_key.open(sealed, place))


def new_id(prefix: str) -> str:
    """Return an id that cannot be guessed: `prefix_` and 128 random bits in hex."""
    return f"{prefix}_{secrets.token_hex(16)}"


def changed(rows: int, message: str) -> None:
    """Make sure that an UPDATE found its row in the state that it needs.

    Raises:
        NotPossible: it did not.
    """
    if rows == 0:
        raise NotPossible(message)


def no_such_person() -> NotFound:
    """Return the error for an id that no person has, or has any more."""
    return NotFound("There is no person with this id on the register; look the person up again.")
