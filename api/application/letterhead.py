"""The school's name and crest as every page and print shows them: kept in memory, read anew now and then."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from consent_db.core.school_identity import MOST_BYTES, Identity
from consent_db.transaction import Transaction
from gatekeeper.decision.case import PhotoOpener
from gatekeeper.decision.fitting import release_within
from gatekeeper.rendition import Output, Rendition

FRESH_FOR: Final = 10.0
"""Seconds after which another process's change is looked for."""

_AS_CREST: Final = Rendition(output=Output.PNG, long_side=400, max_bytes=MOST_BYTES)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of a page; `digest` is of the crest, empty without one."""

    name: str = ""
    crest: bytes | None = field(default=None, repr=False)
    digest: str = ""

    @property
    def address(self) -> str | None:
        """Where a browser gets the crest; it changes when the crest does."""
        return f"/crest?v={self.digest}" if self.digest else None


class Letterhead:
    """Name and crest of this installation, shared by all threads."""

    def __init__(self, otherwise: str = "") -> None:
        """Begin without a crest, under the name that the policy gives."""
        self._otherwise = otherwise
        self._read_at = -FRESH_FOR
        self.head = Head(otherwise)

    def refresh(self, tx: Transaction) -> None:
        """Read both in a transaction that is open anyway, if the last time was a while ago."""
        if monotonic() - self._read_at >= FRESH_FOR:
            self._read_at = monotonic()
            self.show(tx.school_identity.current())

    def show(self, identity: Identity) -> None:
        """Show another name and crest from now on; an empty name leaves that of the policy."""
        digest = hashlib.sha256(identity.crest).hexdigest()[:16] if identity.crest else ""
        self.head = Head(identity.name or self._otherwise, identity.crest, digest)


def crest_of(data: bytes, opener: PhotoOpener) -> bytes:
    """Return a crest as a PNG made anew from the pixels of a file, at most 400 pixels long and `MOST_BYTES` large.

    Raises:
        PhotoRefused: the file is no picture that can be opened.
        ReleaseNotClean: the new file is not proved clean.
    """
    release = release_within(opener.open(data, _AS_CREST).pixels, _AS_CREST)
    _ = release.pixels  # raises unless the bytes show what they were made from
    return release.data
