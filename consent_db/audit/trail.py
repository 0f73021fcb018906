"""The audit: an append-only chain in which each entry carries the hash of the one before.

An entry's hash is SHA-256 over the canonical JSON of all its other fields, the
previous hash among them. Any edit, deletion, insertion or reordering breaks the
chain at that place; a cut at the end shows against a checkpoint that another
party keeps (`checkpoints`). Payloads hold ids, counts and codes: what could be
guessed about a person from a bare hash goes in as a keyed digest (`people`), or
not at all.

Exported, the chain is JSON lines: one object an entry, with these fields, all of
them the very letters that are hashed. With the lines alone an auditor can prove the chain
with this module alone, or with any program that knows SHA-256 and JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, insert, select

from consent_db.audit.checkpoints import GENESIS, Checkpoint
from consent_db.audit.records import AuditEntry, AuditReport
from consent_db.errors import NotFound, NotPossible
from consent_db.schema import AuditRow

COLUMNS: Final = (
    AuditRow.seq,
    AuditRow.at,
    AuditRow.actor,
    AuditRow.action,
    AuditRow.object_id,
    AuditRow.payload,
    AuditRow.previous,
    AuditRow.hash,
)


class Link(NamedTuple):
    """An entry exactly as it is stored: the letters that are hashed."""

    seq: int
    at: str
    actor: str
    action: str
    object_id: str
    payload: str
    previous: str
    hash: str = ""

    def digest(self) -> str:
        """Return the hash that belongs to the other fields, as 64 hex digits."""
        return hashlib.sha256(_canonical(self[:-1]).encode()).hexdigest()


class AuditLog:
    """The chain as one transaction sees it; new entries are written by `flush`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._head: Link | None = None
        self._pending: list[Link] = []

    def append(self, at: datetime, actor: str, action: str, object_id: str, payload: Mapping[str, Any]) -> int:
        """Add an entry to the end of the chain; return its number."""
        if self._head is None:
            newest = select(*COLUMNS).order_by(AuditRow.seq.desc()).limit(1)
            self._head = next(links_of(self._connection, newest), None)
        seq, previous = (self._head.seq + 1, self._head.hash) if self._head else (1, GENESIS)
        bare = Link(seq, at.astimezone(UTC).isoformat(), actor, action, object_id, _canonical(payload), previous)
        self._head = bare._replace(hash=bare.digest())
        self._pending.append(self._head)
        return seq

    def flush(self) -> None:
        """Write what was appended, in the transaction that it is about."""
        if self._pending:
            self._connection.execute(insert(AuditRow), [link._asdict() for link in self._pending])
            self._pending.clear()

    def entries(self, after: int = 0, limit: int = 1000) -> list[AuditEntry]:
        """Return up to `limit` entries that follow sequence number `after`."""
        self.flush()
        query = select(*COLUMNS).where(AuditRow.seq > after).order_by(AuditRow.seq).limit(limit)
        return [entry_of(link) for link in links_of(self._connection, query)]

    def newest(self) -> AuditEntry:
        """Return the entry that was written last.

        Raises:
            NotFound: there is none yet.
        """
        self.flush()
        newest = next(links_of(self._connection, select(*COLUMNS).order_by(AuditRow.seq.desc()).limit(1)), None)
        if newest is None:
            message = "The audit is empty: nothing has been done yet."
            raise NotFound(message)
        return entry_of(newest)

    def last(self, action: str) -> AuditEntry | None:
        """Return the latest entry of a kind, if there is one."""
        self.flush()
        query = select(*COLUMNS).where(AuditRow.action == action).order_by(AuditRow.seq.desc()).limit(1)
        return next((entry_of(link) for link in links_of(self._connection, query)), None)

    def about(self, object_id: str, action: str | None = None) -> list[AuditEntry]:
        """Return the entries about an object, of one kind or of all, in order."""
        self.flush()
        query = select(*COLUMNS).where(AuditRow.object_id == object_id).order_by(AuditRow.seq)
        links = links_of(self._connection, query if action is None else query.where(AuditRow.action == action))
        return [entry_of(link) for link in links]


def newest_moment(connection: Connection) -> datetime | None:
    """Return when the entry was written that was written last; None if there is none."""
    newest = select(AuditRow.at).order_by(AuditRow.seq.desc()).limit(1)
    at = connection.execute(newest).scalar_one_or_none()
    return None if at is None else datetime.fromisoformat(at)


def verify(connection: Connection, checkpoint: Checkpoint | None = None) -> AuditReport:
    """Walk the whole chain and compare it with a checkpoint, if one is given."""
    return check(chain(connection), checkpoint)


def chain(connection: Connection) -> Iterator[Link]:
    """Yield every entry as it is stored, in the order of the numbers."""
    yield from links_of(connection, select(*COLUMNS).order_by(AuditRow.seq))


def line_of(link: Link) -> str:
    """Return an entry as one line of an export, without the line's end."""
    return json.dumps(link._asdict(), ensure_ascii=True)


def read_lines(lines: Iterable[str]) -> Iterator[Link]:
    """Yield the entries of an export; the empty line at an end is none.

    Raises:
        NotPossible: a line is not an entry.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            yield Link(**{name: fields[name] for name in Link._fields})
        except (ValueError, TypeError, KeyError):
            message = f"Line {number} is not an entry of an audit; use the file that `gatekeeper audit export` wrote."
            raise NotPossible(message) from None


def check(links: Iterable[Link], checkpoint: Checkpoint | None = None) -> AuditReport:
    """Say whether a chain is whole and contains the checkpoint."""
    length, head = 0, GENESIS
    wanted = None if checkpoint is None else (checkpoint.length, checkpoint.head)
    passed = wanted in {None, (0, GENESIS)}
    for link in links:
        problem = _fault(link, length + 1, head)
        if problem:
            return AuditReport(ok=False, length=length, head=head, first_broken=length + 1, problem=problem)
        length, head = link.seq, link.hash
        passed = passed or wanted == (length, head)
    if not passed:
        problem = "The chain does not contain the checkpoint: it was cut short or written anew."
        return AuditReport(ok=False, length=length, head=head, first_broken=length + 1, problem=problem)
    return AuditReport(ok=True, length=length, head=head)


def entry_of(link: Link) -> AuditEntry:
    """Return an entry as it is offered, its moment as a moment."""
    return AuditEntry(link.seq, datetime.fromisoformat(link.at), *link[2:])


def _fault(link: Link, seq: int, previous: str) -> str | None:
    if link.seq != seq:
        return f"Entry {seq} is missing."
    if link.previous != previous:
        return f"Entry {seq} does not follow the entry before it."
    if link.hash != link.digest():
        return f"Entry {seq} was altered."
    return None


def links_of(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Link]:
    """Yield the entries that a query for `COLUMNS` finds."""
    for row in connection.execute(query):
        yield Link(*row)


def _canonical(value: object) -> str:
    # What is not JSON can only come from tampering (SQLite keeps any type in any column).
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, default=repr)
