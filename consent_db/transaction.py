"""One transaction: everything that can be read or changed, by subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from consent_db.channels import Channels
from consent_db.checks import Checks
from consent_db.clients import Clients
from consent_db.consent import Consent
from consent_db.context import Context
from consent_db.enrolment import Enrolment
from consent_db.errors import NotPossible
from consent_db.groups import Groups
from consent_db.idempotency import Idempotency
from consent_db.people import People
from consent_db.records import AuditEntry
from consent_db.schema import SchoolRow
from consent_db.sessions import Sessions
from consent_db.standing import own_consent_age
from consent_db.users import Users
from gatekeeper.permission import MAJORITY
from gatekeeper.register import Register

ReadRegister = Callable[[Context, str, int], Register]
"""How the store gives a snapshot: from its cache, or by reading it."""


class Audit:
    """The audit as a transaction offers it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def append(self, action: str, object_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """Add an entry: ids, counts and codes only, never a name."""
        self._context.log(action, object_id, payload)

    def entries(self, after: int = 0, limit: int = 1000) -> list[AuditEntry]:
        """Return up to `limit` entries that follow sequence number `after`, in order."""
        return self._context.audit.entries(after, limit)


class Transaction:
    """Made by `Store.transaction` and `Store.reading`; not to be used after leaving them."""

    def __init__(self, context: Context, read_register: ReadRegister) -> None:
        self._context = context
        self._read_register = read_register
        self.people = People(context)
        self.consent = Consent(context)
        self.enrolment = Enrolment(context)
        self.groups = Groups(context)
        self.channels = Channels(context)
        self.checks = Checks(context)
        self.idempotency = Idempotency(context)
        self.clients = Clients(context)
        self.users = Users(context)
        self.sessions = Sessions(context, self.users)
        self.audit = Audit(context)

    @property
    def actor(self) -> str:
        """Who does all this, as the audit names them."""
        return self._context.actor

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self._context.now

    @property
    def today(self) -> date:
        """The day of the transaction in the school's own time zone."""
        return self._context.today

    def register_version(self) -> int:
        """Return the register's version, with this transaction's own changes counted."""
        return self._context.register_version()

    def register(self, engine: str, dimension: int) -> Register:
        """Return the register with the templates of one engine.

        Args:
            engine: the engine's name.
            dimension: how many numbers its templates have.
        """
        return self._read_register(self._context, engine, dimension)

    def own_consent_age(self) -> int:
        """Return from which age on a pupil's own consent is needed, in years."""
        return own_consent_age(self._context)

    def set_own_consent_age(self, years: int) -> None:
        """Set from which age on a pupil's own consent is needed, 0 to 18 years.

        Raises:
            NotPossible: it is not within 0 to 18.
        """
        if not 0 <= years <= MAJORITY:
            message = f"The age of own consent lies between 0 and {MAJORITY} years."
            raise NotPossible(message)
        self._context.connection.execute(update(SchoolRow).values(own_consent_age=years))
        self._context.move_register()
        self._context.log("school.own_consent_age", "school", {"years": years})
