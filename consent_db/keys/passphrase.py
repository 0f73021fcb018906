"""Passphrase encryption of a stream, in authenticated chunks that cannot be reordered or cut off.

The file begins with a line of JSON: the salt and the cost of the key (scrypt,
RFC 7914). After it come pieces: four bytes of length, then AES-256-GCM over up to
1 MiB. The nonce is the piece's number and whether it is the last, the associated
data are the hash of the first line; so no piece can be changed, moved, doubled or
left out, nor the end cut off, without it being found.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from consent_db.errors import PassphraseProblem

SHORTEST: Final = 12
"""Letters in a passphrase, at least."""

_FORMAT: Final = "gatekeeper-backup/1"
_COST: Final = 2**17
"""scrypt's N for new files: 128 MiB and about half a second for each guess."""
_HIGHEST: Final = 2**17
"""N that is still accepted: a file made to be opened at a higher cost would only take the machine's memory."""
_PIECE: Final = 2**20
_TAG: Final = 16
_LENGTH: Final = 4
_LONGEST_LINE: Final = 500
_CUT: Final = "The backup is damaged or was cut short; take another one."


def normalised(passphrase: str) -> str:
    """Return a passphrase as every keyboard and file gives it: composed (NFC), without a byte order mark."""
    return unicodedata.normalize("NFC", passphrase.removeprefix("\ufeff"))


def _spellings(passphrase: str) -> list[str]:
    """Return what a passphrase may have been when the backup was made; releases before took it as it came."""
    bare = passphrase.removeprefix("\ufeff")
    forms = (unicodedata.normalize(form, bare) for form in ("NFC", "NFD"))
    return list(dict.fromkeys((normalised(passphrase), bare, passphrase, *forms)))


class SealingWriter(io.RawIOBase):
    """Writes to a file what only the passphrase opens; closing it writes the last piece, not the file's end."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        """Begin the stream.

        Raises:
            PassphraseProblem: the passphrase is too short.
        """
        super().__init__()
        passphrase = normalised(passphrase)
        if len(passphrase) < SHORTEST:
            message = f"A backup's passphrase needs at least {SHORTEST} letters; five words chosen by dice are good."
            raise PassphraseProblem(message)
        header = {"format": _FORMAT, "salt": os.urandom(16).hex(), "n": _COST, "r": 8, "p": 1}
        line = json.dumps(header).encode() + b"\n"
        file.write(line)
        self._file = file
        self._seal = _begun(line, [passphrase])
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._waiting += data
        while len(self._waiting) > _PIECE:  # the last piece must not be empty if anything came before it
            self._put(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
            super().close()

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._seal.seal(plain, last=last)
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)


class OpeningReader(io.RawIOBase):
    """Reads what `SealingWriter` wrote."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        """Begin the stream.

        Raises:
            PassphraseProblem: this is no backup.
        """
        super().__init__()
        self._open = _begun(file.readline(_LONGEST_LINE), _spellings(passphrase))
        self._file = file
        self._waiting = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._waiting and not self._ended:
            self._waiting = self._next()
        count = min(len(buffer), len(self._waiting))
        buffer[:count], self._waiting = self._waiting[:count], self._waiting[count:]
        return count

    def _next(self) -> bytes:
        length = int.from_bytes(self._file.read(_LENGTH), "big")
        sealed = self._file.read(length) if length <= _PIECE + _TAG else b""
        if not sealed or len(sealed) != length:
            raise PassphraseProblem(_CUT)
        plain, self._ended = self._open.open(sealed)
        if self._ended and self._file.read(1):
            raise PassphraseProblem(_CUT)
        return plain


def _begun(line: bytes, passphrases: Sequence[str]) -> _Pieces:
    """Return what seals and opens the pieces of a file that begins with this line.

    Args:
        line: the first of the file.
        passphrases: the spellings of the passphrase; the first seals, the first that fits opens.

    Raises:
        PassphraseProblem: the line is not that of a backup, or asks for too much memory.
    """
    try:
        header = json.loads(line)
        salt, cost = bytes.fromhex(header["salt"]), int(header["n"])
        known = header["format"] == _FORMAT and cost <= _HIGHEST and (header["r"], header["p"]) == (8, 1)
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        message = "This file is no backup of this release; choose the file that `gatekeeper backup` wrote."
        raise PassphraseProblem(message)

    def key(passphrase: str) -> bytes:
        return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())

    return _Pieces(line, (key(one) for one in passphrases))


class _Pieces:
    """Seals and opens one piece after the other."""

    def __init__(self, line: bytes, keys: Iterator[bytes]) -> None:
        """Begin with the first key; another is made only when that opens nothing, because each takes half a second."""
        self._keys = keys
        self._cipher = AESGCM(next(keys))
        self._about = hashlib.sha256(line).digest()
        self._number = 0

    def seal(self, plain: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(self._nonce(last=last), plain, self._about)
        self._number += 1
        return sealed

    def open(self, sealed: bytes) -> tuple[bytes, bool]:
        opened = self._opened(sealed)
        while opened is None and self._number == 0 and (key := next(self._keys, None)) is not None:
            self._cipher = AESGCM(key)
            opened = self._opened(sealed)
        if opened is not None:
            self._number += 1
            return opened
        wrong = "The passphrase is not the one of this backup, or the file is damaged."
        raise PassphraseProblem(wrong if self._number == 0 else _CUT)

    def _opened(self, sealed: bytes) -> tuple[bytes, bool] | None:
        for last in (False, True):
            with suppress(InvalidTag):
                return self._cipher.decrypt(self._nonce(last=last), sealed, self._about), last
        return None

    def _nonce(self, *, last: bool) -> bytes:
        return self._number.to_bytes(11, "big") + bytes([last])
