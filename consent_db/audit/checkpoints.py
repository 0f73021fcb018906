"""Checkpoints: the head of the audit's hash chain at a moment, signed, to be kept by another party.

A checkpoint is a signed note (C2SP `signed-note`): a text, an empty line, and
lines with signatures. The text's first line alone is enough to find that the
chain was cut or written anew; the signature shows, besides, that the checkpoint
came from the holder of this installation's key file. The key pair is Ed25519 and
made from the key file, so that nothing else has to be kept.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consent_db.errors import NotPossible

GENESIS: Final = "0" * 64
"""What the first entry of a chain has for the hash before it."""

_NAME: Final = "gatekeeper-audit"
_LINE: Final = re.compile(r"gatekeeper-audit/1 (\d{1,15}) ([0-9a-f]{64})")
_SIGNATURE: Final = re.compile(r"— gatekeeper-audit ([A-Za-z0-9+/=]+)")
_ED25519: Final = b"\x01"
"""How a signed note calls this kind of signature."""
_HASH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The length of a chain and the hash of its last entry, as it was kept."""

    length: int
    head: str
    text: str = ""
    """What the signature is about; empty if there is none."""
    signature: bytes = b""
    """The key's hash (4 bytes) and an Ed25519 signature (64 bytes); empty if it is not signed."""

    @classmethod
    def parse(cls, note: str) -> Checkpoint:
        """Read a signed note, or the first line of one.

        Raises:
            NotPossible: it is neither.
        """
        text, _, signatures = note.strip().partition("\n\n")
        wanted = _LINE.fullmatch(text.split("\n")[0].strip())
        signed = _SIGNATURE.fullmatch(signatures.strip())
        if wanted is None or bool(signatures.strip()) is not bool(signed):
            message = (
                "This is no checkpoint; give the text that `gatekeeper audit checkpoint` wrote, or its first line."
            )
            raise NotPossible(message)
        signature = base64.b64decode(signed[1]) if signed else b""
        return cls(int(wanted[1]), wanted[2], text + "\n" if signed else "", signature)


def line(length: int, head: str) -> str:
    """Return the line that says what a chain was."""
    return f"{_NAME}/1 {length} {head}"


class Signer:
    """Signs checkpoints with a key of 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> str:
        """The public half, as signed notes write it: name, hash, key."""
        raw = _ED25519 + self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"{_NAME}+{_key_hash(raw).hex()}+{base64.b64encode(raw).decode()}"

    def sign(self, length: int, head: str, at: datetime) -> str:
        """Return a signed checkpoint, several lines of text that end with a line's end."""
        text = f"{line(length, head)}\n{at.isoformat()}\n"
        raw = _read_public(self.public)
        signature = base64.b64encode(_key_hash(raw) + self._key.sign(text.encode())).decode()
        return f"{text}\n— {_NAME} {signature}\n"


def signed_by(checkpoint: Checkpoint, public: str) -> bool:
    """Say whether a checkpoint carries the signature of this public key.

    Raises:
        NotPossible: `public` is not a public key as `Signer.public` writes it.
    """
    raw = _read_public(public)
    if checkpoint.signature[:_HASH_BYTES] != _key_hash(raw):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(raw[1:])
        key.verify(checkpoint.signature[_HASH_BYTES:], checkpoint.text.encode())
    except InvalidSignature:
        return False
    return True


def _read_public(public: str) -> bytes:
    try:
        name, known_by, encoded = public.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        name, known_by, raw = "", "", b""
    if name != _NAME or raw[:1] != _ED25519 or len(raw) != 1 + hashlib.sha256().digest_size:
        message = "This is no key of an audit; give the line that `gatekeeper audit key` writes."
        raise NotPossible(message)
    if _key_hash(raw).hex() != known_by:
        message = "This key of an audit is damaged; copy the line that `gatekeeper audit key` writes again."
        raise NotPossible(message)
    return raw


def _key_hash(raw: bytes) -> bytes:
    return hashlib.sha256(_NAME.encode() + b"\n" + raw).digest()[:_HASH_BYTES]
