"""The rate limit of a client: a token bucket."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Share:
    """What a client has left.

    Attributes:
        of: what is counted, as a header names it.
        per_minute: how many it may ask for in a minute.
        left: how many of them at once now.
        wait: seconds until it may ask; 0 if it may.
    """

    of: str
    per_minute: int
    left: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        """The same as headers (draft-ietf-httpapi-ratelimit-headers-10)."""
        full = math.ceil((self.per_minute - self.left) * 60 / self.per_minute)
        return {
            "RateLimit-Policy": f'"{self.of}";q={self.per_minute};w=60',
            "RateLimit": f'"{self.of}";r={self.left};t={full}',
        }


class Rate:
    """Lets each client have `per_minute` at once and as many a minute after that; thread-safe."""

    def __init__(self, of: str, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._of = of
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._lock = threading.Lock()

    def take(self, client: str) -> Share:
        """Take one turn, if there is one."""
        now = self._clock()
        with self._lock:
            left, at = self._buckets.get(client, (float(self._per_minute), now))
            filled = left + max(0.0, (now - at).total_seconds()) * self._per_minute / 60
            left = min(float(self._per_minute), filled)
            taken = left >= 1
            self._buckets[client] = (left - taken, now)
        wait = 0 if taken else max(1, math.ceil((1 - left) * 60 / self._per_minute))
        return Share(self._of, self._per_minute, int(left - taken), wait)
