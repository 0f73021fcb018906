"""Logs as JSON, one event a line, from an allow-list of fields.

A name, a caption or a file name cannot get into a log by mistake: a field that
is not listed here is dropped before anything is written, and an exception is
told by its type and place, never by its message.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Final

import structlog
from structlog.typing import EventDict

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
    """Return the message of one of our own errors, which contain no personal data; None otherwise."""
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
