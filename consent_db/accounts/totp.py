"""Codes of authenticator apps: RFC 6238 with what every app can do (SHA-1, six digits, 30 seconds)."""

from __future__ import annotations

import hmac
import os
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
_EARLIER_AND_LATER: Final = (-1, 0, 1)
"""Steps that are accepted around the present one: clocks differ and people type slowly."""


def new_secret() -> bytes:
    """Return 20 bytes of the system's randomness, as RFC 4226 recommends."""
    return os.urandom(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """Return the code of one step (the number of 30 seconds since 1970)."""
    return _totp(secret).generate(step * SECONDS).decode()


def step_of(now: datetime) -> int:
    """Return the step that a moment lies in."""
    return int(now.timestamp()) // SECONDS


def matching_step(secret: bytes, code: str, now: datetime, after: int) -> int | None:
    """Return the step whose code this is, of the present one and its neighbours.

    Args:
        secret: what the app holds.
        code: what was typed, without spaces.
        now: the moment.
        after: the last step that was used; it and earlier ones match no more,
            so that a code that was seen over a shoulder opens nothing.
    """
    present, found = step_of(now), None
    for step in (present + shift for shift in _EARLIER_AND_LATER):
        right = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if right and step > after:
            found = step
    return found


def address(secret: bytes, account: str, issuer: str) -> str:
    """Return the `otpauth://` address that a QR code shows to an app."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303 -- as an HMAC key it stands, and apps know no other
