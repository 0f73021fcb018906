"""Places for requests go round fairly, and nobody waits without end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.security.requests.lanes import Bounds, Lane, LaneFull
from tests.support.loops import run

PATIENT = 60.0


def bounds(places: int = 4, waiting: int = 100, each: int = 100, patience: float = PATIENT) -> Bounds:
    return Bounds(places, waiting, each, patience)


def entered(lane: Lane, *actors: str) -> list[asyncio.Task[None]]:
    """Let these ask, in this order; must be called on the loop."""
    return [asyncio.get_running_loop().create_task(lane.enter(actor)) for actor in actors]


def test_a_newcomer_finds_a_place_beside_one_who_sends_a_thousand() -> None:
    """A program alone holds half of the places, so a person's request begins at once."""

    async def story() -> None:
        lane = Lane(bounds(waiting=2_000, each=2_000))
        crowd = entered(lane, *["program"] * 1_000)
        await asyncio.sleep(0)
        assert sum(task.done() for task in crowd) == 2
        await asyncio.wait_for(lane.enter("person"), 1)
        for task in crowd:
            task.cancel()

    run(story())


def test_places_go_round() -> None:
    """With one place to give, those who wait get it in turn, however many requests each has."""

    async def story() -> list[str]:
        lane, order = Lane(bounds(places=1)), list[str]()

        async def work(actor: str) -> None:
            await lane.enter(actor)
            order.append(actor)
            lane.leave(actor)

        await lane.enter("first")
        tasks = [asyncio.ensure_future(work(actor)) for actor in ["a"] * 5 + ["b"] * 2 + ["c"]]
        await asyncio.sleep(0)
        lane.leave("first")
        await asyncio.gather(*tasks)
        return order

    assert run(story()) == ["a", "b", "c", "a", "b", "a", "a", "a"]


@pytest.mark.parametrize(("room", "own"), [(bounds(each=3), True), (bounds(waiting=3), False)])
def test_more_than_may_wait_are_sent_away(room: Bounds, own: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    """At once, and it is said whether one's own share or all of it is taken."""

    async def story() -> bool:
        lane = Lane(room)
        waiting = entered(lane, *["program"] * 5)
        await asyncio.sleep(0)
        with pytest.raises(LaneFull) as refused:
            await lane.enter("program")
        for task in waiting:
            task.cancel()
        return refused.value.own

    assert run(story()) is own


def test_patience_ends() -> None:
    """A request that waited too long is refused, and its place in the row is gone."""

    async def story() -> None:
        lane = Lane(bounds(places=1, patience=0.01))
        await lane.enter("a")
        with pytest.raises(LaneFull):
            await lane.enter("b")
        lane.leave("a")
        await asyncio.wait_for(lane.enter("c"), 1)

    run(story())


class Crowd:
    """Requests of a lane, and which of them hold a place."""

    def __init__(self) -> None:
        self.lane = Lane(bounds())
        self.tasks: list[tuple[str, asyncio.Task[None]]] = []
        self.left: set[asyncio.Task[None]] = set()

    def inside(self) -> list[tuple[str, asyncio.Task[None]]]:
        done = [(a, t) for a, t in self.tasks if t.done() and not t.cancelled() and t not in self.left]
        return [(actor, task) for actor, task in done if task.exception() is None]

    async def do(self, actor: str, step: str) -> None:
        if step == "enter":
            self.tasks.append((actor, entered(self.lane, actor)[0]))
        elif step == "leave":
            self.leave([one for one in self.inside() if one[0] == actor][:1])
        elif waiting := [task for one, task in self.tasks if one == actor and not task.done()]:
            waiting[0].cancel()
        await settled()

    def leave(self, some: list[tuple[str, asyncio.Task[None]]]) -> None:
        for actor, task in some:
            self.left.add(task)
            self.lane.leave(actor)


async def settled() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["enter", "leave", "cancel"])), max_size=60))
def test_no_place_is_lost_and_none_given_twice(steps: Sequence[tuple[str, str]]) -> None:
    """Whoever enters, leaves or gives up in whatever order: at most four at once, and afterwards all are free."""

    async def story() -> None:
        crowd = Crowd()
        for actor, step in steps:
            await crowd.do(actor, step)
            assert len(crowd.inside()) <= 4
        while inside := crowd.inside():
            crowd.leave(inside)
            await settled()
        assert all(task.done() for _, task in crowd.tasks)
        assert not crowd.lane._held
        assert not crowd.lane._waiting

    run(story())
