"""Logs as JSON, one event a line, from an allow-list of fields.

A name, a caption or a file name cannot get into a log by mistake: a field that
is not listed here is dropped before anything is written, and an exception is
told by its type and place, never by its message.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
import uuid
from typing import Any, Final

import structlog
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict

from api.application.checks.screening import RegisterBusy
from api.http.errors import answer
from api.http.problems import Problem, busy, internal, storage_full
from api.platform.storage import is_full
from consent_db.errors import ConsentDbError
from gatekeeper.errors import GatekeeperError

FIELDS: Final = frozenset({
    "event", "level", "timestamp",
    "request", "method", "route", "status", "milliseconds", "bytes_in",
    "actor", "check", "channel", "decision", "findings", "policy", "register_version",
    "error", "where", "reason", "count", "version",
})  # fmt: skip

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def configure(level: str) -> None:
    """Write JSON lines to standard error from `level` on, those of libraries without their text."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Library()], force=True)


def keep_allowed(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Drop every field that is not on the list; a structlog processor."""
    return {name: value for name, value in event.items() if name in FIELDS}


def place_of(error: BaseException) -> list[str]:
    """Return where an exception came from, innermost last, without any values."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def why(error: BaseException) -> str | None:
    """Return an error's own sentence if it is one of ours, which name nobody; None otherwise."""
    return str(error) if isinstance(error, GatekeeperError | ConsentDbError) else None


class _Library(logging.Handler):
    """Tells that a library complained, not what it said; only the server's own lines are kept."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        said = record.getMessage() if record.name == "uvicorn.error" else ""
        log.warning(
            "library",
            reason=said if said and "\n" not in said else record.name,
            where=place_of(error) if error else [f"{record.module}:{record.lineno}"],
            error=type(error).__name__ if error else None,
        )


class RequestLog:
    """One line a request, an id for each, and an answer when everything else failed.

    The route's pattern is logged, not the address: addresses hold release tokens.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, started, status = str(uuid.uuid4()), time.perf_counter(), 0
        scope.setdefault("state", {})["request_id"] = request_id

        async def watch(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001 - the last resort; nothing of it may reach the client
            # Not `exception`: a traceback quotes values, and values are about people.
            log.error("failed", request=request_id, error=type(error).__name__, where=place_of(error))  # noqa: TRY400
            if not status:
                await answer(_last_resort(error, request_id), scope)(scope, receive, watch)
        finally:
            log.info("request", **_line(scope, request_id), status=status, milliseconds=_since(started))


def _last_resort(error: Exception, request_id: str) -> Problem:
    if is_full(error):
        return storage_full()
    passing = isinstance(error, OperationalError | RegisterBusy)
    return busy() if passing else internal(request_id)


def _line(scope: Scope, request_id: str) -> dict[str, Any]:
    return {
        "request": request_id,
        "method": scope["method"] if scope["method"].isalpha() else "?",
        "route": getattr(scope.get("route"), "path", "-"),
        "actor": scope["state"].get("actor"),
    }


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
