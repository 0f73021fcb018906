"""The job queue with leases (visibility timeout): every received check is examined, and retried after a fault.

The `checks` table itself is the queue (`consent_db.checks.work`, docs/decisions/0042). Each
process that opened the services takes up what is due, one check for each free worker, and has
it to itself for `LEASE`, which it prolongs for as long as it lives. What ends with an error is
tried again after a while that doubles each time; what was tried too often is refused. So a
check is lost neither with a thread, nor with a process, nor with the database's connection.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from api.application.checks.screening import LEASE, Screener, machine_time
from api.application.checks.submission import SYSTEM, NoSuchCheck
from api.platform.concurrency import Overloaded, ShareUsedUp
from consent_db.approvals.records import CheckRecord
from consent_db.checks.work import Taken

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 1_000
"""Queue limit in checks: beyond it requests are answered 429."""

LEAST_SHARE: Final = 250
"""Checks of one person or program that may wait, however many others do: more than the largest batch."""

MOST_FAILURES: Final = 12
"""After so many attempts that ended with an error, about a quarter of an hour, a check is refused."""

MOST_INTERRUPTIONS: Final = 3
"""After so many that never ended it is refused too: perhaps its picture brings the service down."""

_OWN_SHARE_AGAIN: Final = 30
"""Seconds after which to ask again whose own share is full."""

_LONGEST_PAUSE: Final = 300.0
"""Seconds, the longest between two attempts."""
_LOOK_EVERY: Final = 2.0
"""Seconds between two looks for what another process has left, or is to be tried again."""
_RENEW_EVERY: Final = 10.0
_LONGEST_HELD: Final = 600.0
"""Lease of a check in seconds (visibility timeout): after it the worker is presumed dead."""


class Queue(Protocol):
    """Where checks are run, now or soon."""

    def must_have_room(self, actor: str) -> None:
        """Refuse a request if the queue is full; call it before anything is stored.

        Args:
            actor: who sends.

        Raises:
            Overloaded: with the time after which to ask again.
            ShareUsedUp: it is their own share that is full.
        """

    def submit(self, check_id: str) -> None:
        """Say that there is a check to be run soon; returns at once."""

    def held(self, check_id: str) -> AbstractContextManager[None]:
        """Keep others from a check that this thread is about to run."""

    def run(self, check_id: str) -> CheckRecord:
        """Run a check now. If that ends with an error, it is raised, and the check is run again later.

        Raises:
            NoSuchCheck: there is none of this id.
        """


def pause_after(failures: int) -> timedelta:
    """Return how long to wait before the next attempt: exponential back-off with jitter.

    Args:
        failures: how many attempts have failed, from 1.

    Returns:
        Between half of and all of 1, 2, 4 ... 256, 300 seconds.
    """
    whole = min(_LONGEST_PAUSE, 2.0 ** (failures - 1))
    return timedelta(seconds=whole * random.uniform(0.5, 1))


def after_a_crash(screener: Screener) -> None:
    """Let what a killed process had in hand be taken up at once, and delete the pictures that it left.

    Only for a process that is alone. Neither is needed, so neither keeps it from starting.
    """
    for work in (_make_all_due, Screener.sweep):
        try:
            work(screener)
        except Exception as error:  # noqa: BLE001, the lease ends anyway, and the next start sweeps
            log.warning("not_swept", reason=work.__name__.lstrip("_"), error=type(error).__name__)


def _make_all_due(screener: Screener) -> None:
    with screener.store.reading(SYSTEM, screener.clock()) as tx:
        if not tx.check_work.waiting():
            return
    with screener.store.transaction(SYSTEM, screener.clock()) as tx:
        tx.check_work.all_due(machine_time())


class Pool:
    """Runs checks on threads of this process; the work releases the GIL."""

    def __init__(self, screener: Screener, workers: int) -> None:
        self._screener = screener
        self._waiting: dict[str, float] = {}
        self._hand = _Hand(screener, self._waiting)
        self._free = threading.Semaphore(workers)
        self._workers = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="check")
        self._news, self._stopped = threading.Event(), threading.Event()
        self._looking = threading.Thread(target=self._look, name="queue", daemon=True)
        self._looking.start()

    def must_have_room(self, actor: str) -> None:
        with self._screener.store.reading(SYSTEM, self._screener.clock()) as tx:
            waiting = tx.check_work.waiting_by_actor()
        if sum(waiting.values()) >= MOST_WAITING:
            raise Overloaded
        share = MOST_WAITING // (len({actor, *waiting}) + 1)
        if waiting.get(actor, 0) >= max(LEAST_SHARE, share):
            raise ShareUsedUp(_OWN_SHARE_AGAIN)

    def submit(self, check_id: str) -> None:  # noqa: ARG002, it is in the table
        self._news.set()

    def held(self, check_id: str) -> AbstractContextManager[None]:
        return self._hand.holding(check_id)

    def run(self, check_id: str) -> CheckRecord:
        with self._hand.holding(check_id):
            taken = self._hand.take(check_id, only_due=False)
            return self._screener.run(check_id) if taken is None else self._attempt(taken)

    def close(self) -> None:
        """Finish what is running; what waits is taken up by another process, or at the next start."""
        self._stopped.set()
        self._news.set()
        self._looking.join()
        self._workers.shutdown(wait=True)

    def _look(self) -> None:
        """Give each free worker what is due, until the pool is closed."""
        while not self._stopped.is_set():
            free = self._free.acquire(timeout=_LOOK_EVERY)
            taken = self._next(free=free)
            if not free:
                continue
            if taken is not None:
                self._workers.submit(self._work, taken)
                continue
            self._free.release()
            self._news.wait(_LOOK_EVERY)
            self._news.clear()

    def _next(self, *, free: bool) -> Taken | None:
        """Keep what is in hand, and return what is due next if a worker is free for it."""
        try:
            self._hand.keep()
            return self._hand.take_next() if free else None
        except Exception as error:  # noqa: BLE001, whatever it is, it is tried again
            log.warning("queue_unavailable", error=type(error).__name__)
            return None

    def _work(self, taken: Taken) -> None:
        try:
            with self._hand.holding(taken.check_id):
                self._attempt(taken)
        except NoSuchCheck:
            log.info("check_gone", check=taken.check_id)
        except Exception as error:  # noqa: BLE001, it is written down, and tried again
            log.warning("check_failed", check=taken.check_id, error=type(error).__name__, count=taken.failures + 1)
        finally:
            self._free.release()

    def _attempt(self, taken: Taken) -> CheckRecord:
        try:
            if taken.failures >= MOST_FAILURES or taken.interruptions >= MOST_INTERRUPTIONS:
                log.error("check_given_up", check=taken.check_id, count=taken.attempt - 1)
                return self._screener.give_up(taken.check_id)
            return self._screener.run(taken.check_id)
        except NoSuchCheck:
            raise
        except Exception:
            self._hand.failed(taken)
            raise


class _Hand:
    """The checks that this process has in hand, and what it still has to write down of others.

    Args:
        screener: what runs them.
        held: is filled with the ids of those in hand, and since when (seconds of the monotonic clock).
    """

    def __init__(self, screener: Screener, held: dict[str, float]) -> None:
        self._store, self._clock = screener.store, screener.clock
        self._lock, self._settling = threading.Lock(), threading.Lock()
        self._held = held
        self._owed: list[tuple[Taken, datetime]] = []
        self._renewed = time.monotonic()
        self._turn, self._served = 0, dict[str, int]()

    @contextmanager
    def holding(self, check_id: str) -> Iterator[None]:
        with self._lock:
            since = self._held.setdefault(check_id, time.monotonic())
        try:
            yield
        finally:
            with self._lock:
                if self._held.get(check_id) == since:
                    del self._held[check_id]

    def take(self, check_id: str, *, only_due: bool) -> Taken | None:
        with self._store.transaction(SYSTEM, self._clock()) as tx:
            moment = machine_time()  # once the lock is held: a lease from before the wait for it may be over already
            return tx.check_work.take(check_id, moment, moment + LEASE, only_due=only_due)

    def take_next(self) -> Taken | None:
        """Take up what is next, of those who wait in turn; looking for it takes no lock."""
        with self._store.reading(SYSTEM, self._clock()) as tx:
            due = tx.check_work.next_due(machine_time(), self._served)
        if due is None:
            self._served.clear()
            return None
        self._turn += 1
        self._served[due.actor] = self._turn
        taken = self.take(due.check_id, only_due=True)
        if taken is not None:
            with self._lock:  # kept from now on, though no thread may have begun yet
                self._held.setdefault(due.check_id, time.monotonic())
        return taken

    def failed(self, taken: Taken) -> None:
        """Write down that an attempt failed, as soon as the database can be written to."""
        with self._lock:
            self._owed.append((taken, machine_time() + pause_after(taken.failures + 1)))
        try:
            self._settle()
        except Exception as error:  # noqa: BLE001, it stays owed
            log.warning("queue_unavailable", error=type(error).__name__)

    def keep(self) -> None:
        """Write down what is owed, and keep what is in hand from others for longer."""
        self._settle()
        now = time.monotonic()
        with self._lock:
            held = [check for check, since in self._held.items() if now - since < _LONGEST_HELD]
        if held and now - self._renewed >= _RENEW_EVERY:
            with self._store.transaction(SYSTEM, self._clock()) as tx:
                tx.check_work.renew(held, machine_time() + LEASE)
            self._renewed = now

    def _settle(self) -> None:
        with self._settling:
            while self._owed:
                with self._store.transaction(SYSTEM, self._clock()) as tx:
                    tx.check_work.failed(*self._owed[0])
                with self._lock:
                    del self._owed[0]
