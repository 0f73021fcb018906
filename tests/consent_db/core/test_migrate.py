from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    func,
    insert,
    inspect,
    literal,
    select,
    table,
    text,
    union_all,
)

from consent_db import Keyring, Store
from consent_db.core import migrate
from consent_db.core.engine import connect
from consent_db.errors import DatabaseProblem, KeyringProblem
from consent_db.schema import Table
from tests.support.register import NOW, TODAY


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Table.metadata))


def test_the_migrations_make_exactly_the_tables_of_the_models(url: str) -> None:
    """After all migrations nothing is left that Alembic would change."""
    engine = connect(url)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_every_migration_can_be_taken_back_and_applied_again(url: str) -> None:
    """Down to nothing leaves no table of ours, and up again gives the models."""
    engine = connect(url)
    migrate.upgrade(engine)
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def revisions() -> list[str]:
    """Return every revision, the oldest first."""
    scripts = ScriptDirectory(str(Path(migrate.__file__).parents[1] / "migrations"))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def value_for(column: Column[Any], made: dict[str, dict[str, Any]]) -> object:
    """Return a value of the column's kind; for a reference that of the row it points at."""
    for key in column.foreign_keys:
        if key.column.table is not column.table:
            return made[key.column.table.name][key.column.name]
        return None
    kinds: dict[type, object] = {int: 1, bool: True, bytes: b"sealed", date: TODAY}
    kinds |= {datetime: NOW.replace(tzinfo=None) if column.table.info["lite"] else NOW}
    return kinds.get(column.type.python_type, f"{column.table.name}.{column.name}")


def fill(engine: Engine) -> dict[str, int]:
    """Put a row into every empty table, whatever its columns are; return how many rows each has."""
    tables, made = MetaData(), dict[str, dict[str, Any]]()
    with engine.begin() as connection:
        tables.reflect(connection)
        for found in tables.sorted_tables:
            found.info["lite"] = engine.dialect.name == "sqlite"
            if connection.execute(select(found).limit(1)).first() is None:
                row = {column.name: value_for(column, made) for column in found.columns}
                connection.execute(insert(found).values(row))
            made[found.name] = dict(connection.execute(select(found).limit(1)).mappings().one())
    return rows_of(engine)


def rows_of(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has; by name alone, since looking at every column takes its time."""
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        counts = (select(literal(name), func.count()).select_from(table(name)) for name in names)
        return {row[0]: row[1] for row in connection.execute(union_all(*counts))}


SIGN_INS = {"sessions"}
"""What a migration may end: people sign in again."""


def lost(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """Return the tables that are still there and have fewer rows."""
    return {name for name, count in before.items() if after.get(name, count) < count}


def test_every_step_up_and_down_keeps_the_rows(url: str) -> None:
    """With a row in every table each migration runs both ways, and no table that stays loses one."""
    engine, steps = connect(url), revisions()
    before: dict[str, int] = {}
    for revision in steps:
        migrate.upgrade(engine, revision)
        after = rows_of(engine)
        assert lost(before, after) <= SIGN_INS
        before = fill(engine)
    for revision in steps[-2::-1]:
        migrate.downgrade(engine, revision)
        after = rows_of(engine)
        assert lost(before, after) <= SIGN_INS
        before = after
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_a_database_of_a_newer_release_is_refused(url: str, keyring: Keyring) -> None:
    """A revision that this release does not know is not touched."""
    Store.open(url, keyring).close()
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseProblem, match="newer release"):
        Store.open(url, keyring)
    engine.dispose()


def test_several_processes_may_open_a_new_database_at_once(url: str, keyring: Keyring) -> None:
    """The tables and the school are made once, and all can open them."""
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store.open(url, keyring), range(4)))
    sealed = stores[0].seal_file("chk_1", "upload", b"picture")
    assert all(store.open_file("chk_1", "upload", sealed) == b"picture" for store in stores)
    for store in stores:
        store.close()


def test_a_database_opens_only_with_its_own_keys(url: str, keyring: Keyring, tmp_path: Path) -> None:
    """Another school's key file is refused before anything is read or written."""
    Store.open(url, keyring).close()
    with pytest.raises(KeyringProblem, match="not the one"):
        Store.open(url, Keyring.create(tmp_path / "other.json"))


def test_the_folder_and_the_files_are_private(tmp_path: Path, keyring: Keyring) -> None:
    """Nobody but the owner may look into the data folder or read the database and its log."""
    Store.open(f"sqlite:///{tmp_path}/data/school.sqlite3", keyring).close()
    folder = tmp_path / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_sqlite_is_set_up_to_lose_and_leak_nothing(tmp_path: Path, real_pragmas: None) -> None:
    """Every connection has the log, the durability, the foreign keys and the wiping that we rely on."""
    engine = connect(f"sqlite:///{tmp_path}/x.sqlite3")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 30000}
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    assert found == wanted
    engine.dispose()


@pytest.mark.parametrize("wrong", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense"])
def test_other_databases_are_refused_with_what_to_do(wrong: str) -> None:
    """A URL that is not a SQLite file or PostgreSQL is an error in words."""
    with pytest.raises(DatabaseProblem, match=r"sqlite:|URL"):
        connect(wrong)
