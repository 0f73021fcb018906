"""Envelope encryption: AES-256-GCM, with the cell's place in the database as associated data.

Three layers. The key file, outside the database and its backups, holds the
key-encryption keys. They wrap one data key for each person and one for the
school, and the wrapped keys lie in the database. The data keys seal cells.
Destroying a person's wrapped key makes every cell of theirs unreadable, in
every copy of the database; rotation wraps the same data keys anew and touches no cell.

Sealed bytes are: version 1 (1 byte), key id (8 bytes), nonce (12 bytes),
ciphertext with its tag. The key id is part of the associated data.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consent_db.errors import SealBroken

KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_VERSION: Final = b"\x01"
_HEADER: Final = len(_VERSION) + KEY_ID_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed bytes lie. Bytes that were sealed for one place open in no other.

    Attributes:
        person: the person's id; empty for what belongs to the school.
        engine: the engine's name, for templates.
    """

    table: str
    row: str
    column: str
    person: str = ""
    engine: str = ""

    def bound_to(self, key_id: bytes) -> bytes:
        """Return the associated data: unambiguous, whatever letters the parts contain."""
        table, row, person, column, engine = self.table, self.row, self.person, self.column, self.engine
        lengths = f"{len(table)},{len(row)},{len(person)},{len(column)},{len(engine)}"
        return f"{lengths}:{table}{row}{person}{column}{engine}".encode() + key_id


@dataclass(frozen=True, slots=True, eq=False)
class DataKey:
    """A key that seals and opens, with the id by which its sealed bytes are known."""

    id: bytes
    secret: bytes = field(repr=False)
    _cipher: AESGCM = field(repr=False, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cipher", AESGCM(self.secret))

    @classmethod
    def new(cls) -> DataKey:
        """Make a key from the system's randomness."""
        return cls(os.urandom(KEY_ID_BYTES), os.urandom(KEY_BYTES))

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Return `plain` sealed for `place`; each call gives other bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + self.id + nonce + self._cipher.encrypt(nonce, plain, place.bound_to(self.id))

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed for `place`.

        Raises:
            SealBroken: the bytes were changed, moved, or sealed with another key.
        """
        if sealed[:1] != _VERSION or key_id_of(sealed) != self.id:
            message = f"A sealed cell of {place.table} was made with another key; restore the table from a backup."
            raise SealBroken(message)
        nonce, ciphertext = (
            sealed[_HEADER : _HEADER + _NONCE_BYTES],
            sealed[_HEADER + _NONCE_BYTES :],
        )
        try:
            return self._cipher.decrypt(nonce, ciphertext, place.bound_to(self.id))
        except (InvalidTag, ValueError):
            message = f"A sealed cell of {place.table} does not belong there; restore the table from a backup."
            raise SealBroken(message) from None


def key_id_of(sealed: bytes) -> bytes:
    """Return the id of the key with which bytes were sealed."""
    return sealed[1:_HEADER]
