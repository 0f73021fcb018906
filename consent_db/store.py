"""The store: opens a database, hands out transactions, keeps the newest register at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from consent_db.audit import trail
from consent_db.audit.checkpoints import Checkpoint, signed_by
from consent_db.audit.records import AuditReport
from consent_db.audit.trail import AuditLog
from consent_db.core import dump, migrate, rotation
from consent_db.core.clock import Clock
from consent_db.core.context import SCHOOL, TEMPLATE_LIFE, YOUNG_TEMPLATE_LIFE, Context
from consent_db.core.engine import CONNECTIONS, WRITING, begin_writing, checkpoint, connect
from consent_db.data_rights import erasure_proof
from consent_db.data_rights.erasure_proof import Proof
from consent_db.errors import NotPossible
from consent_db.keys.crypto import DataKey, Place
from consent_db.keys.keyring import Keyring
from consent_db.schema import SchoolRow
from consent_db.snapshot import Snapshot, read_snapshot
from consent_db.transaction import Transaction
from gatekeeper.register import Register
from gatekeeper.types import PersonId

T = TypeVar("T")

LONDON: Final = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Calendar:
    """In which zone days begin and end, and how long a template counts."""

    zone: ZoneInfo
    template_life: timedelta
    young_template_life: timedelta


@dataclass(frozen=True, slots=True)
class Founding:
    """What a database says of itself before it is opened.

    Attributes:
        founded: whether there is a school in it, which needs the keys that it was made with.
        installation: the id of the folder that it belongs to; None if it belongs to none.
    """

    founded: bool
    installation: str | None = None


_WIPING: Final = 1.0
"""Seconds for which a transaction that destroyed something waits for those who read an older state."""


class Store:
    """A database and its keys. One for the whole process; safe to share between threads."""

    def __init__(self, engine: Engine, keyring: Keyring, school_key: DataKey, calendar: Calendar) -> None:
        self._engine = engine
        self._keyring = keyring
        self._school_key = school_key
        self._calendar = calendar
        self._lock = Lock()
        self._snapshots: dict[tuple[str, int], Snapshot] = {}
        self._unwiped = False

    @classmethod
    def open(
        cls,
        url: str,
        keyring: Keyring,
        zone: ZoneInfo = LONDON,
        template_life: timedelta = TEMPLATE_LIFE,
        young_template_life: timedelta = YOUNG_TEMPLATE_LIFE,
        *,
        connections: int = CONNECTIONS,
    ) -> Store:
        """Open a database, bringing its tables to this release.

        Args:
            url: `sqlite:////path/to/file.db` or `postgresql://...`.
            keyring: the keys that this database was made with.
            zone: the school's time zone, in which days begin and end.
            template_life: how long a template counts after it was made.
            young_template_life: the same for the youngest pupils.
            connections: how many transactions may be open at once; a caller that asks for one more waits.

        Raises:
            DatabaseProblem: the database cannot be used.
            KeyringProblem: these are not the database's keys.
        """
        engine = connect(url, connections)
        try:
            migrate.upgrade(engine)
            calendar = Calendar(zone, template_life, young_template_life)
            return cls(engine, keyring, _school_key(engine, keyring), calendar)
        except BaseException:
            engine.dispose()
            raise

    @staticmethod
    def fill(url: str, dumped: Iterable[str]) -> dict[str, int]:
        """Fill an empty database with what `dump` yielded; return how many rows each table got.

        Raises:
            NotPossible: the database is not empty.
            DatabaseProblem: the database cannot be used, or the dump is of a newer release.
        """

        def fill(engine: Engine) -> dict[str, int]:
            counts = dump.load(engine, dumped)
            checkpoint(engine)
            return counts

        return _with_engine(url, fill)

    @staticmethod
    def is_filled(url: str) -> bool:
        """Say whether there are tables at this address."""
        return _with_engine(url, lambda engine: bool(inspect(engine).get_table_names()))

    @staticmethod
    def founding(url: str) -> Founding:
        """Look at a database without its keys, and without changing it.

        Raises:
            DatabaseProblem: the database cannot be used.
        """
        return _with_engine(url, _founding)

    @staticmethod
    def empty(url: str) -> None:
        """Take every table away again, after a restore that failed."""
        _with_engine(url, migrate.remove)

    @property
    def keyring(self) -> Keyring:
        """The keys that this database was opened with."""
        return self._keyring

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
        if context.destroyed or self._unwiped:
            self._wipe(_WIPING)

    @contextmanager
    def reading(self, actor: str, now: datetime) -> Iterator[Transaction]:
        """Read one consistent state without waiting for writers; changes are refused."""
        try:
            with self._begin(actor, now, writable=False) as context:
                yield Transaction(context, self._register)
        finally:
            if self._unwiped:
                self._wipe(0)

    def verify_audit(self, checkpoint_note: str | None = None) -> AuditReport:
        """Walk the whole audit chain, and compare it with a checkpoint that was kept elsewhere.

        Raises:
            NotPossible: this is no checkpoint, or another installation's.
        """
        kept = None if checkpoint_note is None else Checkpoint.parse(checkpoint_note)
        if kept is not None and kept.signature and not signed_by(kept, self.audit_key()):
            message = "This checkpoint is not signed by this installation; look for the right one."
            raise NotPossible(message)
        with self._engine.connect() as connection, connection.begin():
            return trail.verify(connection, kept)

    def export_audit(self) -> Iterator[str]:
        """Yield every entry of the audit as a line of JSON, in order."""
        with self._engine.connect() as connection, connection.begin():
            for link in trail.chain(connection):
                yield trail.line_of(link)

    def audit_checkpoint(self, now: datetime) -> str:
        """Return a signed text to be kept elsewhere; with it a cut of the chain shows.

        Raises:
            NotPossible: the chain is broken, so there is nothing to vouch for.
        """
        report = self.verify_audit()
        if not report.ok:
            message = "The audit chain is broken; look at the report of its verification first."
            raise NotPossible(message)
        return self._keyring.signer().sign(report.length, report.head, now)

    def audit_key(self) -> str:
        """Return the public key with which others can prove who signed a checkpoint."""
        return self._keyring.signer().public

    def dump(self) -> Iterator[str]:
        """Yield the whole database as lines of JSON, from one moment; others go on writing meanwhile."""
        with self._engine.connect() as connection:
            _prepare(connection, writable=False)
            with connection.begin():
                yield from dump.lines(connection)

    def prove_erasure(self, person: PersonId, cells: Sequence[bytes] = (), *, kept_listing: bool = False) -> Proof:
        """Look whether anything of an erased person is left: by query, and byte by byte.

        Args:
            person: who was erased.
            cells: the sealed bytes that were destroyed (`Erasure.cells`).
            kept_listing: whether the entry on the do-not-publish list was kept.
        """
        return erasure_proof.prove(self._engine, person, cells, kept_listing=kept_listing)

    def rotate_keys(self, actor: str, now: datetime) -> int:
        """Wrap every data key of the database with a new key-encryption key; return how many.

        Others go on reading and writing meanwhile. Cut off at any point it leaves
        everything readable, and doing it again takes it up where it was. The old
        keys are forgotten at the end; stored pictures are sealed with the school's
        data key, which is one of those wrapped anew.
        """
        if not self._keyring.changing:
            self._keyring.add_key()
        count = 1
        while portion := self._rotate_portion(actor, now):
            count += portion
        with self._begin(actor, now, writable=True) as context:
            rotation.wrap_school_key(context)
            context.log("keys.rotated", SCHOOL, {"keys": count})
            context.audit.flush()
        self._wipe(_WIPING)
        self._keyring.retire_old_keys()
        return count

    def _rotate_portion(self, actor: str, now: datetime) -> int:
        with self._begin(actor, now, writable=True) as context:
            return rotation.wrap_portion(context)

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

    def _wipe(self, patience: float) -> None:
        """Have nothing that was destroyed stay in a log file.

        A reader of an older state keeps it there meanwhile. No caller waits long
        for that: it is tried again whenever a transaction ends, theirs among them.
        """
        self._unwiped = not checkpoint(self._engine, patience)

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
                key, calendar = self._school_key, self._calendar
                context = Context(connection, self._keyring, key, calendar.zone, actor, now, writable, log)
                context.template_life = calendar.template_life
                context.young_template_life = calendar.young_template_life
                if writable:
                    Clock(context).note()
                yield context

    def _register(self, context: Context, engine: str, dimension: int) -> Register:
        with self._lock:
            kept = self._snapshots.get((engine, dimension))
        if kept is not None and kept.holds(context):
            return kept.register
        fresh = read_snapshot(context, engine, dimension, kept)
        if not context.moved:  # what is not committed yet must not be remembered
            with self._lock:
                self._snapshots[engine, dimension] = fresh
        return fresh.register


def _with_engine(url: str, work: Callable[[Engine], T]) -> T:
    engine = connect(url)
    try:
        return work(engine)
    finally:
        engine.dispose()


def _founding(engine: Engine) -> Founding:
    inspector, table = inspect(engine), SchoolRow.__tablename__
    if not inspector.has_table(table):
        return Founding(founded=False)
    with engine.connect() as connection, connection.begin():
        if connection.execute(select(SchoolRow.id)).first() is None:
            return Founding(founded=False)
        if "installation" not in {column["name"] for column in inspector.get_columns(table)}:
            return Founding(founded=True)
        return Founding(True, connection.execute(select(SchoolRow.installation)).scalar_one())


def _prepare(connection: Connection, *, writable: bool) -> None:
    """Say before the transaction begins what kind it is going to be."""
    connection.execution_options(**{WRITING: writable})
    if not writable and connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _school_key(engine: Engine, keyring: Keyring) -> DataKey:
    """Return the school's data key; a new database gets its one row and key here."""
    wrapped = _wrapped(engine)
    if wrapped is None:
        values: dict[str, Any] = {"id": 1, "register_version": 1}
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
