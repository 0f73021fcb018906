"""Schema migration to this release, from an empty database or any release before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from consent_db.core.engine import MIGRATING, WRITING
from consent_db.errors import DatabaseProblem

_ONE_AT_A_TIME: Final = 0x6761746B  # any number of our own: PostgreSQL's advisory locks are numbered


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply every migration that is missing; two processes at once do it once.

    Raises:
        DatabaseProblem: the database was made by a newer release.
    """
    with _migrating(engine) as connection:
        try:
            command.upgrade(_config(connection), revision)
        except CommandError:
            message = "This database belongs to a newer release; install that release, or restore a backup."
            raise DatabaseProblem(message) from None


def downgrade(engine: Engine, revision: str) -> None:
    """Take migrations back, down to `revision` (`base` for none). What they held is lost."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def remove(engine: Engine) -> None:
    """Take every table away, and the note of which migrations were applied."""
    downgrade(engine, "base")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """Give a transaction in which tables may be replaced; every link has to lead somewhere at its end."""
    options = {WRITING: True, MIGRATING: True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        _wait_for_others(connection)
        yield connection
        if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
            message = "The database has rows that point nowhere, so it was left as it was; restore a backup."
            raise DatabaseProblem(message)


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
