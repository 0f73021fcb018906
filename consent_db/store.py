"""The store: opens a database, hands out transactions, keeps the newest register at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from consent_db import audit, migrate, rotation
from consent_db.audit import AuditLog
from consent_db.context import SCHOOL, Context
from consent_db.crypto import DataKey, Place
from consent_db.engine import WRITING, begin_writing, checkpoint, connect
from consent_db.errors import NotPossible
from consent_db.keyring import Keyring
from consent_db.records import AuditReport
from consent_db.schema import SchoolRow
from consent_db.snapshot import read_register
from consent_db.transaction import Transaction
from gatekeeper.register import Register

OWN_CONSENT_AGE: Final = 13
"""What a new school starts with, in years."""

LONDON: Final = ZoneInfo("Europe/London")


class Store:
    """A database and its keys. One for the whole process; safe to share between threads."""

    def __init__(self, engine: Engine, keyring: Keyring, school_key: DataKey, zone: ZoneInfo) -> None:
        self._engine = engine
        self._keyring = keyring
        self._school_key = school_key
        self._zone = zone
        self._lock = Lock()
        self._registers: dict[tuple[str, int], Register] = {}

    @classmethod
    def open(cls, url: str, keyring: Keyring, zone: ZoneInfo = LONDON) -> Store:
        """Open a database, bringing its tables to this release.

        Args:
            url: `sqlite:////path/to/file.db` or `postgresql://...`.
            keyring: the keys that this database was made with.
            zone: the school's time zone, in which days begin and end.

        Raises:
            DatabaseProblem: the database cannot be used.
            KeyringProblem: these are not the database's keys.
        """
        engine = connect(url)
        try:
            migrate.upgrade(engine)
            return cls(engine, keyring, _school_key(engine, keyring), zone)
        except BaseException:
            engine.dispose()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def transaction(self, actor: str, now: datetime) -> Iterator[Transaction]:
        """Read and change, all or nothing; writers follow one another.

        The audit entries are written in the same transaction. It commits when
        the block is left and rolls back if an exception leaves it.

        Args:
            actor: who does it, such as `user:usr_...`; no names.
            now: the moment (aware); the only clock there is here.
        """
        with self._begin(actor, now, writable=True) as context:
            yield Transaction(context, self._register)
            context.audit.flush()
        if context.destroyed:
            checkpoint(self._engine)

    @contextmanager
    def reading(self, actor: str, now: datetime) -> Iterator[Transaction]:
        """Read one consistent state without waiting for writers; changes are refused."""
        with self._begin(actor, now, writable=False) as context:
            yield Transaction(context, self._register)

    def verify_audit(self, checkpoint_line: str | None = None) -> AuditReport:
        """Walk the whole audit chain, and compare it with a checkpoint that somebody kept."""
        with self._engine.connect() as connection, connection.begin():
            return audit.verify(connection, checkpoint_line)

    def export_checkpoint(self) -> str:
        """Return a line of text to be kept elsewhere; with it a cut of the chain shows.

        Raises:
            NotPossible: the chain is broken, so there is nothing to vouch for.
        """
        report = self.verify_audit()
        if not report.ok:
            message = "The audit chain is broken; look at the report of its verification first."
            raise NotPossible(message)
        return audit.checkpoint_line(report)

    def rotate_keys(self, actor: str, now: datetime) -> int:
        """Wrap every data key of the database with a new key-encryption key; return how many.

        Cut off at any point it leaves everything readable, and doing it again
        finishes it. The old keys are forgotten at the end; stored pictures are
        sealed with the school's data key, which is one of those wrapped anew.
        """
        self._keyring.add_key()
        with self._begin(actor, now, writable=True) as context:
            count = rotation.wrap_anew(context)
            context.log("keys.rotated", SCHOOL, {"keys": count})
            context.audit.flush()
        checkpoint(self._engine)
        self._keyring.retire_old_keys()
        return count

    def seal_file(self, check_id: str, what: str, data: bytes) -> bytes:
        """Return a check's picture sealed for storage.

        Args:
            check_id: the check it belongs to.
            what: which of its files, such as `upload` or `examined`.
            data: the bytes of the file.
        """
        return self._school_key.seal(data, Place("files", check_id, what))

    def open_file(self, check_id: str, what: str, sealed: bytes) -> bytes:
        """Return what `seal_file` sealed.

        Raises:
            SealBroken: it was changed, or is another check's or another file.
        """
        return self._school_key.open(sealed, Place("files", check_id, what))

    @contextmanager
    def _begin(self, actor: str, now: datetime, *, writable: bool) -> Iterator[Context]:
        if now.tzinfo is None:
            message = "a transaction's moment needs its time zone"
            raise ValueError(message)
        with self._engine.connect() as connection:
            _prepare(connection, writable=writable)
            with connection.begin():
                if writable:
                    begin_writing(connection)
                log = AuditLog(connection)
                key = self._school_key
                yield Context(connection, self._keyring, key, self._zone, actor, now, writable, log)

    def _register(self, context: Context, engine: str, dimension: int) -> Register:
        if context.moved:  # not committed yet, so it must not be remembered
            return read_register(context, engine, dimension)
        version = context.register_version()
        with self._lock:
            kept = self._registers.get((engine, dimension))
        if kept is not None and kept.version == version:
            return kept
        fresh = read_register(context, engine, dimension)
        with self._lock:
            self._registers[engine, dimension] = fresh
        return fresh


def _prepare(connection: Connection, *, writable: bool) -> None:
    """Say before the transaction begins what kind it is going to be."""
    connection.execution_options(**{WRITING: writable})
    if not writable and connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _school_key(engine: Engine, keyring: Keyring) -> DataKey:
    """Return the school's data key; a new database gets its one row and key here."""
    wrapped = _wrapped(engine)
    if wrapped is None:
        values: dict[str, Any] = {"id": 1, "register_version": 1, "own_consent_age": OWN_CONSENT_AGE}
        values["wrapped_key"] = keyring.wrap(DataKey.new(), SCHOOL)
        try:
            with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                connection.execute(insert(SchoolRow).values(values))
        except IntegrityError:
            pass  # another process was first
        wrapped = _wrapped(engine)
    return keyring.unwrap(wrapped or b"", SCHOOL)


def _wrapped(engine: Engine) -> bytes | None:
    with engine.connect() as connection, connection.begin():
        return connection.execute(select(SchoolRow.wrapped_key)).scalar_one_or_none()
