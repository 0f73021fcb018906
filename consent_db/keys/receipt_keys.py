"""Signing keys of receipts: Ed25519 pairs, one derived from each key-encryption key.

Nothing else has to be kept or rotated. When a key-encryption key is forgotten, the
public half of its pair stays in the key file until the next rotation, so that
receipts that are under way can still be verified; after two rotations nothing
signed with a copied key counts any more.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consent_db.keys.crypto import DataKey

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """One pair of keys, or the public half of one that signs nothing any more.

    Attributes:
        public: 32 bytes.
        secret: the seed, 32 bytes; None of a key that was retired.
    """

    public: bytes
    secret: bytes | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """The name by which a receipt says which key signed it: 16 hex digits."""
        return hashlib.sha256(self.public).digest()[:_ID_BYTES].hex()


def made_from(key: DataKey) -> ReceiptKey:
    """Return the pair that belongs to a key-encryption key."""
    seed = hmac.digest(key.secret, b"receipts.signature", hashlib.sha256)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return ReceiptKey(public, seed)
