"""The audit: an append-only chain in which each entry carries the hash of the one before.

An entry's hash is SHA-256 over the canonical JSON of all its other fields, the
previous hash among them. Any edit, deletion, insertion or reordering breaks the
chain at that place; a cut at the end shows against a checkpoint that somebody
else keeps. Payloads hold ids, counts and codes: what could be guessed about a
person from a bare hash goes in as a keyed digest (`people`), or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, insert, select

from consent_db.records import AuditEntry, AuditReport
from consent_db.schema import AuditRow

GENESIS: Final = "0" * 64
"""What the first entry has for the hash before it."""

_CHECKPOINT: Final = re.compile(r"gatekeeper-audit/1 (\d{1,15}) ([0-9a-f]{64})")
_COLUMNS: Final = (
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

    def append(self, at: datetime, actor: str, action: str, object_id: str, payload: Mapping[str, Any]) -> None:
        """Add an entry to the end of the chain."""
        if self._head is None:
            newest = select(*_COLUMNS).order_by(AuditRow.seq.desc()).limit(1)
            self._head = next(_links(self._connection, newest), None)
        seq, previous = (self._head.seq + 1, self._head.hash) if self._head else (1, GENESIS)
        bare = Link(seq, at.astimezone(UTC).isoformat(), actor, action, object_id, _canonical(payload), previous)
        self._head = bare._replace(hash=bare.digest())
        self._pending.append(self._head)

    def flush(self) -> None:
        """Write what was appended, in the transaction that it is about."""
        if self._pending:
            self._connection.execute(insert(AuditRow), [link._asdict() for link in self._pending])
            self._pending.clear()

    def entries(self, after: int = 0, limit: int = 1000) -> list[AuditEntry]:
        """Return up to `limit` entries that follow sequence number `after`."""
        self.flush()
        query = select(*_COLUMNS).where(AuditRow.seq > after).order_by(AuditRow.seq).limit(limit)
        links = _links(self._connection, query)
        return [AuditEntry(link.seq, datetime.fromisoformat(link.at), *link[2:]) for link in links]


def verify(connection: Connection, line: str | None = None) -> AuditReport:
    """Walk the whole chain and compare it with a checkpoint's line, if one is given."""
    wanted = _CHECKPOINT.fullmatch(line.strip()) if line is not None else None
    if line is not None and wanted is None:
        return AuditReport(ok=False, length=0, head=GENESIS, problem="This checkpoint is not a line of ours.")
    links = _links(connection, select(*_COLUMNS).order_by(AuditRow.seq))
    return check(links, (int(wanted[1]), wanted[2]) if wanted else None)


def check(links: Iterable[Link], checkpoint: tuple[int, str] | None = None) -> AuditReport:
    """Say whether a chain is whole and contains the checkpoint (length, head)."""
    length, head = 0, GENESIS
    passed = checkpoint is None or checkpoint == (0, GENESIS)
    for link in links:
        problem = _fault(link, length + 1, head)
        if problem:
            return AuditReport(ok=False, length=length, head=head, first_broken=length + 1, problem=problem)
        length, head = link.seq, link.hash
        passed = passed or checkpoint == (length, head)
    if not passed:
        problem = "The chain does not contain the checkpoint: it was cut short or written anew."
        return AuditReport(ok=False, length=length, head=head, first_broken=length + 1, problem=problem)
    return AuditReport(ok=True, length=length, head=head)


def checkpoint_line(report: AuditReport) -> str:
    """Return the line that proves, kept by somebody else, what the chain was."""
    return f"gatekeeper-audit/1 {report.length} {report.head}"


def _fault(link: Link, seq: int, previous: str) -> str | None:
    if link.seq != seq:
        return f"Entry {seq} is missing."
    if link.previous != previous:
        return f"Entry {seq} does not follow the entry before it."
    if link.hash != link.digest():
        return f"Entry {seq} was altered."
    return None


def _links(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Link]:
    for row in connection.execute(query):
        yield Link(*row)


def _canonical(value: object) -> str:
    # What is not JSON can only come from tampering (SQLite keeps any type in any column).
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, default=repr)
