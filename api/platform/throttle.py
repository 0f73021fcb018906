"""Throttling of sign-in attempts against guessing (brute force), without locking accounts.

Kept in memory: a restart forgets it, which an attacker cannot cause, and no
table is written for strangers. Tries are counted for an account and the network
that they come from: guessing elsewhere delays no person here, and tries at one account
hold up no other. From a network that guesses at many accounts each further one may be
tried once only, so the right password still works for all who are there.

A browser in which the account has signed in before is counted by itself
(`known_devices`): strangers on the same network do not hold its owner up, and a
one-time link of an administrator makes a new browser such a one.
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_FREE: Final = 5
"""Wrong tries before the first pause."""
_FREE_IN_HASTE: Final = 1
"""The same, from a network that guesses at many accounts."""
_MANY: Final = 50
"""Wrong tries of a network after which it is believed to do so."""
_FIRST: Final = timedelta(seconds=15)
"""The first pause; each is twice as long as the one before."""
_LONGEST: Final = timedelta(minutes=5)
_LONGEST_FOR_CODES: Final = timedelta(minutes=15)
"""Codes are short, and are asked for only after the right password."""
_FORGOTTEN: Final = timedelta(minutes=30)
_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where tries come from.

    Attributes:
        address: of the network, as the server sees it; None where it does not count.
        device: the id of a browser that this account is known to have signed in with.
    """

    address: str | None = None
    device: str | None = None


ANYWHERE: Final = Origin()


@dataclass(frozen=True, slots=True)
class _Tries:
    count: int
    last: datetime


class Throttle:
    """Remembers failed sign-ins; safe to use from several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, account: str, origin: Origin = ANYWHERE) -> int:
        """Return for how many seconds this account may not be tried from there; 0 if it may."""
        now = self._clock()
        with self._lock:
            tries = self._tries.get(_key(account, origin))
            free = self._free(origin, now)
            if tries is None or tries.count < free or now - tries.last >= _FORGOTTEN:
                return 0
            longest = _LONGEST if origin.address or origin.device else _LONGEST_FOR_CODES
            pause = min(longest, _FIRST * (1 << min(tries.count - free, 10)))
            return max(0, round((tries.last + pause - now).total_seconds()))

    def failed(self, account: str, origin: Origin = ANYWHERE) -> None:
        """Count one wrong password or code."""
        now = self._clock()
        with self._lock:
            self._count(_key(account, origin), now)
            if origin.address is not None and origin.device is None:
                self._count(_network(origin.address), now)
            while len(self._tries) > _REMEMBERED:
                self._tries.popitem(last=False)

    def succeeded(self, account: str, origin: Origin = ANYWHERE) -> None:
        """Forget the wrong tries of this account from there."""
        with self._lock:
            self._tries.pop(_key(account, origin), None)

    def _count(self, key: str, now: datetime) -> None:
        before = self._tries.pop(key, _Tries(0, now))
        fresh = before.count + 1 if now - before.last < _FORGOTTEN else 1
        self._tries[key] = _Tries(fresh, now)

    def _free(self, origin: Origin, now: datetime) -> int:
        if origin.address is None or origin.device is not None:
            return _FREE
        network = self._tries.get(_network(origin.address))
        in_haste = network is not None and network.count >= _MANY and now - network.last < _FORGOTTEN
        return _FREE_IN_HASTE if in_haste else _FREE


def _key(account: str, origin: Origin) -> str:
    """Return what a try counts against."""
    name = hashlib.sha256(account.strip().casefold().encode()).hexdigest()
    if origin.device is not None:
        return f"device {origin.device} {name}"
    return name if origin.address is None else f"{_network(origin.address)} {name}"


def _network(address: str) -> str:
    """Return the /24 (or /64) that an address is in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))  # noqa: PLR2004
