"""The key file: key-encryption keys with ids, and the key of the blind indexes.

It lies outside the database and is backed up apart from it. Written whole,
atomically and with fsync; readable by its owner only, or it is not used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from consent_db.audit.checkpoints import Signer
from consent_db.errors import KeyringProblem
from consent_db.keys.crypto import KEY_BYTES, KEY_ID_BYTES, DataKey, Place, key_id_of
from consent_db.keys.private_files import read_private, write_private
from consent_db.keys.receipt_keys import ReceiptKey, made_from

_FORMAT: Final = 1
_FIXED: Final = (
    "The keys come from GATEKEEPER_KEY, which cannot be written to. Stop every machine, put its content in a private "
    "file, run the command with GATEKEEPER_KEY_FILE instead, and make that file's new content the secret."
)


class Keyring:
    """Wraps data keys and makes blind indexes. Made by `create` or `load`."""

    def __init__(self, path: Path, content: _Content, *, fixed: bool = False) -> None:
        self._path = path
        self._fixed = fixed
        self._index_key = content.index_key
        self._take_up(content)

    def _take_up(self, content: _Content) -> None:
        self._keys = {key_id: DataKey(key_id, secret) for key_id, secret in content.keys.items()}
        self._active = content.active
        self._retired = content.retired
        self._stamp = _stamp(self._path)

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a new key file.

        Raises:
            KeyringProblem: there is something at `path` already; it is never replaced.
        """
        first = DataKey.new()
        keyring = cls(path, _Content({first.id: first.secret}, first.id, os.urandom(KEY_BYTES)))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keyring._write(replace=False)
        return keyring

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read a key file.

        Raises:
            KeyringProblem: it is missing, damaged, or others may read it.
        """
        return cls(path, _parse(read_private(path, "key file")))

    @classmethod
    def of_text(cls, text: str, path: Path) -> Keyring:
        """Take the content of a key file that came another way, such as a secret in the environment.

        Args:
            text: the content, JSON; never shown.
            path: where the key file would lie; it is neither read nor written.

        Raises:
            KeyringProblem: it is damaged.
        """
        return cls(path, _parse(text.encode()), fixed=True)

    def object_key(self) -> DataKey:
        """Return the key of small stored objects that have to open without the database; rotation leaves it."""
        return DataKey(bytes(KEY_ID_BYTES), self.index("1", "objects"))

    @property
    def path(self) -> Path:
        """Where the key file lies, or would lie."""
        return self._path

    @property
    def active_id(self) -> bytes:
        """The id of the key that wraps from now on."""
        return self._active

    @property
    def changing(self) -> bool:
        """Whether a rotation has begun and not ended: older keys are still there."""
        return len(self._keys) > 1

    def wrap(self, key: DataKey, owner: str) -> bytes:
        """Return a data key, sealed for its owner (a person's id or `school`)."""
        self._refresh()
        return self._keys[self._active].seal(key.id + key.secret, _place(owner))

    def unwrap(self, wrapped: bytes, owner: str) -> DataKey:
        """Return the data key that was wrapped for `owner`.

        Raises:
            KeyringProblem: this key file does not hold the key that wrapped it.
            SealBroken: the wrapped key was changed or belongs to another owner.
        """
        if key_id_of(wrapped) not in self._keys:
            self._refresh()
        key = self._keys.get(key_id_of(wrapped))
        if key is None:
            message = "This key file is not the one this database was made with; use the matching one."
            raise KeyringProblem(message)
        plain = key.open(wrapped, _place(owner))
        return DataKey(plain[:KEY_ID_BYTES], plain[KEY_ID_BYTES:])

    def index(self, value: str, column: str) -> bytes:
        """Return the blind index of a value: equal for equal values, telling nothing else."""
        message = json.dumps([column, value], ensure_ascii=False).encode()
        return hmac.digest(self._index_key, message, hashlib.sha256)

    def signer(self) -> Signer:
        """Return what signs checkpoints of the audit; the same for as long as there is this key file."""
        return Signer(self.index("1", "audit.signature"))

    def receipt_keys(self) -> tuple[ReceiptKey, ...]:
        """Return the keys of receipts that count now; the first signs, the last may only verify."""
        self._refresh()
        others = [key for key_id, key in self._keys.items() if key_id != self._active]
        return (*(made_from(key) for key in (self._keys[self._active], *others)), *map(ReceiptKey, self._retired))

    def add_key(self) -> None:
        """Add a key-encryption key and use it from now on; the old ones still open.

        Raises:
            KeyringProblem: the keys come from the environment, which cannot be written to.
        """
        if self._fixed:
            raise KeyringProblem(_FIXED)
        fresh = DataKey.new()
        self._keys[fresh.id] = fresh
        self._active = fresh.id
        self._write(replace=True)

    def retire_old_keys(self) -> int:
        """Forget every key but the active one; return how many. Only when nothing needs them."""
        if self._fixed:
            raise KeyringProblem(_FIXED)
        old = [key_id for key_id in self._keys if key_id != self._active]
        if old:
            self._retired = tuple(made_from(self._keys.pop(key_id)).public for key_id in old)
        self._write(replace=True)
        return len(old)

    def _refresh(self) -> None:
        """Take up keys that another process has written meanwhile, so that none wraps with a retired one."""
        if self._fixed:
            return
        stamp = _stamp(self._path)
        if stamp in {self._stamp, None}:
            return
        self._take_up(_parse(read_private(self._path, "key file")))

    def _write(self, *, replace: bool) -> None:
        content = {
            "format": _FORMAT,
            "active": self._active.hex(),
            "keys": {key_id.hex(): _text(key.secret) for key_id, key in self._keys.items()},
            "index_key": _text(self._index_key),
            "retired_receipt_keys": [_text(public) for public in self._retired],
        }
        try:
            write_private(self._path, json.dumps(content, indent=1).encode(), replace=replace)
        except FileExistsError:
            message = f"There is a key file already at {self._path}; it is never replaced."
            raise KeyringProblem(message) from None
        self._stamp = _stamp(self._path)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what tells one version of the file from another; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _place(owner: str) -> Place:
    return Place("keys", owner, "wrapped_key", owner)


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


@dataclass(frozen=True, slots=True)
class _Content:
    """What a key file holds."""

    keys: Mapping[bytes, bytes]
    active: bytes
    index_key: bytes
    retired: tuple[bytes, ...] = ()
    """Public keys of receipts that were signed before the last rotation."""


def _parse(data: bytes) -> _Content:
    try:
        content: dict[str, Any] = json.loads(data)
        parsed = _Content(
            keys={bytes.fromhex(key_id): base64.b64decode(text) for key_id, text in content["keys"].items()},
            active=bytes.fromhex(content["active"]),
            index_key=base64.b64decode(content["index_key"]),
            retired=tuple(base64.b64decode(text) for text in content.get("retired_receipt_keys", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        message = "The key file is damaged; restore it from its own backup."
        raise KeyringProblem(message) from None
    secrets = (*parsed.keys.values(), parsed.index_key, *parsed.retired)
    whole = all(len(secret) == KEY_BYTES for secret in secrets)
    if content.get("format") != _FORMAT or parsed.active not in parsed.keys or not whole:
        message = "The key file is incomplete or of another release; restore it from its own backup."
        raise KeyringProblem(message)
    return parsed
