"""Connections to SQLite and PostgreSQL, set up to lose and leak nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from consent_db.errors import DatabaseProblem

WRITING: Final = "gatekeeper_writing"
"""The execution option of connections that will write: True, or False for those that must not."""

MIGRATING: Final = "gatekeeper_migrating"
"""The execution option of connections that replace tables, which SQLite allows only while it follows no links."""

CONNECTIONS: Final = 15
"""At once, where nothing else is said: for the command line and its few threads."""

_PATIENCE: Final = 30.0
"""Seconds for which SQLite waits for a lock."""

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is erased is overwritten, not only forgotten
    f"PRAGMA busy_timeout = {round(_PATIENCE * 1000)}",
)


def connect(url: str, connections: int = CONNECTIONS) -> Engine:
    """Return an engine for `url`; a SQLite file and its folder are made private.

    Args:
        url: of the database.
        connections: how many may be open at once. They are opened when they are needed and kept.

    Raises:
        DatabaseProblem: the URL is for neither SQLite (as a file) nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        message = "The database URL cannot be read; use sqlite:////path/to/file.db or postgresql://..."
        raise DatabaseProblem(message) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, connections)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    message = "Only SQLite and PostgreSQL are supported; change the database URL."
    raise DatabaseProblem(message)


def begin_writing(connection: Connection) -> None:
    """Take the one lock that all writers share, so that they follow one another."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT id FROM school FOR UPDATE"))


def checkpoint(engine: Engine, patience: float = _PATIENCE) -> bool:
    """Fold SQLite's write-ahead log into the file and empty it, so that nothing erased stays there.

    Args:
        engine: of the database.
        patience: for how many seconds to wait for those who read an older state.

    Returns:
        Whether it is empty; not while another transaction still reads an older state.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(patience * 1000)}")
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(_PATIENCE * 1000)}")
    return not busy


def _sqlite(url: URL, connections: int) -> Engine:
    if url.database in {None, "", ":memory:"}:
        message = "The database must be a file, or it would be lost; use sqlite:////path/to/file.db."
        raise DatabaseProblem(message)
    _make_private(Path(str(url.database)))
    engine = create_engine(url, pool_size=connections, max_overflow=0, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Create the file and its folder for their owner only; SQLite's side files inherit the mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writing = options.get(WRITING)
    connection.exec_driver_sql(f"PRAGMA foreign_keys = {'OFF' if options.get(MIGRATING) else 'ON'}")
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if writing is False else 'OFF'}")
    if connection.get_isolation_level() != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
