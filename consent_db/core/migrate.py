"""Schema migration to this release, from an empty database or any release before.

Alembic is imported only when there is something to migrate: a database of this release opens
without it, which halves the start of most commands (docs/decisions/0048).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from consent_db.core.engine import MIGRATING, WRITING
from consent_db.errors import DatabaseProblem

_ONE_AT_A_TIME: Final = 0x6761746B  # any number of our own: PostgreSQL's advisory locks are numbered


_MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"


def upgrade(engine: Engine, revision: str | None = None) -> None:
    """Apply every migration that is missing; two processes at once do it once.

    Args:
        engine: of the database.
        revision: the last one to apply; None for the newest of this release.

    Raises:
        DatabaseProblem: the database was made by a newer release.
    """
    wanted = revision or newest()
    if _applied(engine) != wanted:
        with _migrating(engine) as connection:
            _migrate(connection, wanted)


def downgrade(engine: Engine, revision: str) -> None:
    """Take migrations back, down to `revision` (`base` for none). What they held is lost."""
    with _migrating(engine) as connection:
        _migrate(connection, revision, down=True)


@cache
def newest() -> str:
    """Return the newest revision of this release; a migration's file is named by its revision."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _applied(engine: Engine) -> str | None:
    """Return the last revision that was applied; None if none ever was."""
    with engine.connect() as connection, connection.begin():
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection, revision: str, *, down: bool = False) -> None:
    from alembic import command  # noqa: PLC0415 -- see the module's first lines
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    try:
        (command.downgrade if down else command.upgrade)(config, revision)
    except CommandError:
        message = "This database belongs to a newer release; install that release, or restore a backup."
        raise DatabaseProblem(message) from None


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
