"""Browsers in which an account has signed in before: a signed cookie exempts them from others' throttling.

The cookie says nothing of whose it is: a random id of the browser, and for each account
the day and a keyed hash (HMAC-SHA-256) of both and the account's address. It opens
nothing by itself; attempts from it are only counted apart from all others.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import date, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from consent_db.keys.keyring import Keyring

LIFE: Final = timedelta(days=180)
"""How long a browser is known after the account signed in there last."""

MOST_ACCOUNTS: Final = 8
"""Accounts that one browser may be known to: the colleagues at a shared computer."""

_COOKIE: Final = re.compile(r"[A-Za-z0-9_-]{22}(\.[0-9]{1,7}\.[A-Za-z0-9_-]{43}){1,8}")


class KnownDevices:
    """Reads and makes the cookie."""

    def __init__(self, keyring: Keyring, *, https: bool) -> None:
        self._keyring = keyring
        self._https = https

    @property
    def name(self) -> str:
        """The cookie's name; browsers accept `__Host-` only with https."""
        return "__Host-device" if self._https else "device"

    def find(self, request: Request, account: str, today: date) -> str | None:
        """Return the id of the browser if this account has signed in there; None if not, or too long ago."""
        device, seen = self._read(request)
        named = _plain(account)
        for day, mac in seen:
            recent = 0 <= today.toordinal() - day <= LIFE.days
            if recent and hmac.compare_digest(mac, self._mac(device, day, named)):
                return device
        return None

    def remember(self, request: Request, response: Response, account: str, today: date) -> None:
        """Have the browser known to an account from now on, beside those that it is known to already."""
        device, seen = self._read(request)
        named = _plain(account)
        others = [(day, mac) for day, mac in seen if not hmac.compare_digest(mac, self._mac(device, day, named))]
        device = device or secrets.token_urlsafe(16)
        entries = [(today.toordinal(), self._mac(device, today.toordinal(), named)), *others][:MOST_ACCOUNTS]
        value = ".".join([device, *(f"{day}.{mac}" for day, mac in entries)])
        seconds = int(LIFE.total_seconds())
        response.set_cookie(self.name, value, seconds, secure=self._https, httponly=True, samesite="lax", path="/")

    def _read(self, request: Request) -> tuple[str, list[tuple[int, str]]]:
        """Return the browser's id and what it says of accounts, unproved; nothing of a cookie that is none."""
        value = request.cookies.get(self.name, "")
        if not _COOKIE.fullmatch(value):
            return "", []
        device, *rest = value.split(".")
        return device, [(int(day), mac) for day, mac in zip(rest[::2], rest[1::2], strict=True)]

    def _mac(self, device: str, day: int, account: str) -> str:
        digest = self._keyring.index(f"{device} {day} {account}", "known_devices")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _plain(account: str) -> str:
    return account.strip().casefold()
