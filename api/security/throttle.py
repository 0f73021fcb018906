"""Slows down guessing of passwords.

Kept in memory: a restart forgets it, which an attacker cannot cause, and no
table is written for strangers. Counted per account and network together and,
with a larger allowance and a short pause, per network: a pupil elsewhere cannot
lock a teacher out by guessing, and one within the school cannot lock out the school.
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

_FREE_PER_ACCOUNT: Final = 5
_FREE_PER_NETWORK: Final = 50
_LONGEST: Final = timedelta(minutes=15)
_LONGEST_FOR_NETWORK: Final = timedelta(seconds=10)
"""A school is often behind one address: guessing slows its sign-ins down, and never keeps everybody out."""
_REMEMBERED: Final = 10_000


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

    def wait(self, account: str, address: str | None) -> int:
        """Return for how many seconds this account may not be tried from there; 0 if it may.

        Without an address it is counted for the account alone, wherever the tries come from.
        """
        now = self._clock()
        with self._lock:
            return max(self._left(key, free, now) for key, free in _keys(account, address))

    def failed(self, account: str, address: str | None) -> None:
        """Count one wrong password or code."""
        now = self._clock()
        with self._lock:
            for key, _free in _keys(account, address):
                before = self._tries.pop(key, _Tries(0, now))
                fresh = before.count + 1 if now - before.last < 2 * _LONGEST else 1
                self._tries[key] = _Tries(fresh, now)
            while len(self._tries) > _REMEMBERED:
                self._tries.popitem(last=False)

    def succeeded(self, account: str, address: str | None) -> None:
        """Forget the wrong tries of this account from there."""
        with self._lock:
            self._tries.pop(_keys(account, address)[0][0], None)

    def _left(self, key: str, free: int, now: datetime) -> int:
        tries = self._tries.get(key)
        if tries is None or tries.count < free:
            return 0
        longest = _LONGEST if free == _FREE_PER_ACCOUNT else _LONGEST_FOR_NETWORK
        pause = min(longest, timedelta(minutes=2 ** min(tries.count - free, 4)))
        return max(0, round((tries.last + pause - now).total_seconds()))


def _keys(account: str, address: str | None) -> tuple[tuple[str, int], ...]:
    """Return what a try counts against, the account first, with how many tries are free."""
    name = hashlib.sha256(account.strip().casefold().encode()).hexdigest()
    if address is None:
        return ((name, _FREE_PER_ACCOUNT),)
    network = _network(address)
    return (f"{network} {name}", _FREE_PER_ACCOUNT), (network, _FREE_PER_NETWORK)


def _network(address: str) -> str:
    """Return the /24 (or /64) that an address is in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))  # noqa: PLR2004
