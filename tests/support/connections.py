"""Watches how many connections of the database each request holds at once."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field

from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass
class Held:
    """What one request holds, and the most that it ever held."""

    now: int = 0
    most: int = 0


_REQUEST: ContextVar[Held | None] = ContextVar("request", default=None)


@dataclass
class Watch:
    """Counts connections by request; `most` is by method and path."""

    most: Counter[str] = field(default_factory=Counter)

    def engine(self, engine: Engine) -> None:
        """Count what is taken out of an engine's pool; the pool tells it on the thread that asks."""
        event.listen(engine, "checkout", self._out)
        event.listen(engine, "checkin", self._in)

    def _out(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        held = _REQUEST.get()
        if held is not None:
            held.now += 1
            held.most = max(held.most, held.now)
            record.info["held"] = held

    def _in(self, _connection: object, record: ConnectionPoolEntry) -> None:
        held = record.info.pop("held", None)
        if held is not None:
            held.now -= 1


class Watching:
    """ASGI middleware: one count for each request."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self.app = app
        self.watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held = Held()
        token = _REQUEST.set(held)
        try:
            await self.app(scope, receive, send)
        finally:
            _REQUEST.reset(token)
            name = f"{scope['method']} {scope['path']}"
            self.watch.most[name] = max(self.watch.most[name], held.most)
