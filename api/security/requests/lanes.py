"""Fair queueing: a bounded number of concurrent requests, with round-robin between callers."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass
from typing import Final

RETRY_AFTER: Final = "10"
"""Seconds after which to retry."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a lane takes.

    Attributes:
        places: requests worked on at once.
        waiting: requests of all that may wait for a place.
        waiting_each: requests of one person or program that may wait.
        patience: seconds that each waits at most.
    """

    places: int
    waiting: int
    waiting_each: int
    patience: float


class LaneFull(Exception):
    """There is no place, and none will be free soon enough.

    Attributes:
        own: whether those who ask take all that is their share; else all places together are taken.
    """

    def __init__(self, *, own: bool) -> None:
        super().__init__("no place is free")
        self.own = own


class Lane:
    """Places on one event loop, handed out by max-min fairness with one share always kept for a newcomer.

    With n that ask, each holds at most one place in n + 1: the next caller finds one without
    waiting for the others' work to end. Who waits gets a place in turn, one for each (round robin).
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def enter(self, actor: str) -> None:
        """Take a place, at once or when it is this actor's turn.

        Raises:
            LaneFull: too many wait already, or none was free in time; nothing is held.
        """
        if self._may_enter(actor):
            self._held[actor] += 1
            return
        self._must_have_room(actor)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(actor, deque()).append(turn)
        try:
            await asyncio.wait_for(asyncio.shield(turn), self._bounds.patience)
        except BaseException as error:
            self._give_up(actor, turn)
            if isinstance(error, TimeoutError):
                raise LaneFull(own=self._held[actor] >= self._share(actor)) from None
            raise

    def leave(self, actor: str) -> None:
        """Release a place; the next in the queue gets it."""
        self._held[actor] -= 1
        if not self._held[actor]:
            del self._held[actor]
        self._hand_out()

    def _give_up(self, actor: str, turn: asyncio.Future[None]) -> None:
        """Stop waiting; a place that came in the same moment goes to the next."""
        if turn.done():
            self.leave(actor)
            return
        turn.cancel()
        queue = self._waiting.get(actor)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._waiting[actor]

    def _must_have_room(self, actor: str) -> None:
        own = len(self._waiting.get(actor, ())) >= self._bounds.waiting_each
        if own or sum(map(len, self._waiting.values())) >= self._bounds.waiting:
            raise LaneFull(own=own)

    def _may_enter(self, actor: str) -> bool:
        free = self._held.total() < self._bounds.places
        return free and actor not in self._waiting and self._held[actor] < self._share(actor)

    def _share(self, actor: str) -> int:
        """Return how many places one actor may hold while so many ask."""
        asking = len({actor, *self._held, *self._waiting})
        return max(1, self._bounds.places // (asking + 1))

    def _hand_out(self) -> None:
        """Give free places to those who wait, one each in turn, for as long as that changes something."""
        for actor in list(self._waiting):
            if self._held.total() >= self._bounds.places:
                return
            if self._held[actor] < self._share(actor):
                self._hold(actor)
        if any(self._held[one] < self._share(one) for one in self._waiting):
            self._hand_out()

    def _hold(self, actor: str) -> None:
        """Give one place to the first of an actor's requests, and put the actor behind the others."""
        queue = self._waiting[actor]
        turn = queue.popleft()
        self._held[actor] += 1
        turn.set_result(None)
        if queue:
            self._waiting.move_to_end(actor)
        else:
            del self._waiting[actor]
