"""HTTP/1.1 as uvicorn speaks it, with a time limit on the head of a request.

uvicorn bounds the size of a request line and of its headers, and closes an idle
connection after an answer. A head that arrives byte by byte, or a connection on which
nothing is ever sent, it keeps for ever (slowloris, CWE-400).
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_BYTES: Final = 32 * 1024
"""The longest request line with its headers; the answer to a longer one is 400."""
HEAD_SECONDS: Final = 60.0
"""In which the whole head has to arrive, from the connection or from its own first byte."""
IDLE_SECONDS: Final = 30
"""Between an answer and the next request on the same connection: longer than a proxy's pause between two."""


class Protocol(H11Protocol):
    """Closes a connection whose request has not begun in time."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head_is_open():
            self._await_head()
        else:
            self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._head_is_open() and self.conn.trailing_data[0]:  # a part of the next head came with the last body
            self._await_head()

    def _head_is_open(self) -> bool:
        return bool(getattr(self.cycle, "response_complete", True))  # None before the first

    def _await_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()
