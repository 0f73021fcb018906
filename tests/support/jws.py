"""Verifying a receipt without a line of ours: as a scheduler's own program would."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def opened(receipt: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Return what a receipt says.

    Raises:
        InvalidSignature: it was not signed with the key that it names.
        StopIteration: that key is not among these.
    """
    header, payload, signature = receipt.split(".")
    known_by = json.loads(_bytes(header))["kid"]
    key = next(key for key in keys["keys"] if key["kid"] == known_by)
    Ed25519PublicKey.from_public_bytes(_bytes(key["x"])).verify(_bytes(signature), f"{header}.{payload}".encode())
    claims: dict[str, Any] = json.loads(_bytes(payload))
    return claims


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
