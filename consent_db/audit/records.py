"""Links of the audit chain and the result of verifying it, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

LOOKED_THROUGH: Final = 10_000
"""How many entries one stretch of a search for words looks through, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of the chain.

    Attributes:
        seq: from 1, without gaps.
        object_id: what it was done to; an opaque id or the name of a channel.
        payload: canonical JSON; ids, counts and codes, never a name.
        previous: the hash of the entry before; 64 zeros for the first.
        hash: SHA-256 over all the others, as 64 hex digits.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    object_id: str
    payload: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Which entries are looked for; what is empty narrows nothing.

    Attributes:
        about: the exact id of an object.
        words: a part of an action or of an object's id, without regard to case.
        actors: accounts whose entries, and those about them, match the words besides.
        kinds: how actions begin, such as `person.`.
        since: entries before this moment are left out.
        most: how many entries a search for words looks through before it says where to go on.
    """

    about: str = ""
    words: str = field(default="", repr=False)
    actors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    most: int = LOOKED_THROUGH


@dataclass(frozen=True, slots=True)
class AuditStretch:
    """Some entries that match, in the order that was asked for.

    Attributes:
        following: the number at which the next stretch begins; None if no entry is left to look at.
    """

    entries: tuple[AuditEntry, ...]
    following: int | None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a verification of the chain found."""

    ok: bool
    length: int
    head: str
    """The last entry's hash; 64 zeros for an empty chain."""
    first_broken: int | None = None
    """The sequence number where the chain stops being whole."""
    problem: str | None = None
    """One sentence for the person who reads the report."""
