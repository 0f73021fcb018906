"""Logical dump: a whole database as JSON lines, from one snapshot, for either kind of database and any release.

The first line names the revision; each other line holds up to 500 rows of one
table. To load them an empty database is brought to that revision, the rows go in,
and opening it brings it to this release, as it would have done with the original.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Integer, MetaData, func, insert, inspect, select, text, update
from sqlalchemy import Table as SqlTable

from consent_db.core import migrate
from consent_db.core.engine import WRITING
from consent_db.errors import DatabaseProblem, NotPossible
from consent_db.schema import RegisterChangeRow, Table

_ROWS: Final = 500
"""Rows in one line."""
_DERIVED: Final = frozenset({RegisterChangeRow.__table__})
"""Tables that triggers fill while the others are loaded."""


def lines(connection: Connection) -> Iterator[str]:
    """Yield the database as the transaction of this connection sees it."""
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    yield json.dumps({"revision": revision})
    for table in (one for one in Table.metadata.sorted_tables if one not in _DERIVED):
        found = connection.execute(select(table).order_by(*table.primary_key.columns))
        columns = list(found.keys())
        for rows in found.partitions(_ROWS):
            packed = [[_pack(value) for value in row] for row in rows]
            yield json.dumps({"table": table.name, "columns": columns, "rows": packed}, ensure_ascii=False)


def load(engine: Engine, dumped: Iterable[str]) -> dict[str, int]:
    """Fill an empty database; return how many rows each table got.

    Raises:
        NotPossible: the database is not empty, or the lines are not a dump.
        DatabaseProblem: the dump was made by a newer release.
    """
    if inspect(engine).get_table_names():
        message = "There is a database already; restore to an empty place."
        raise NotPossible(message)
    parts = iter(dumped)
    try:
        migrate.upgrade(engine, json.loads(next(parts))["revision"])
        with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            return _fill(connection, map(json.loads, parts))
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        message = "The backup's database cannot be read; take another backup."
        raise DatabaseProblem(message) from error


def _fill(connection: Connection, parts: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    tables, counts = MetaData(), dict[str, int]()
    tables.reflect(connection)
    later: list[tuple[SqlTable, list[dict[str, Any]]]] = []
    for part in parts:
        table, columns = tables.tables[part["table"]], part["columns"]
        rows = [dict(zip(columns, (_unpack(value, connection) for value in row), strict=True)) for row in part["rows"]]
        own = _references_to_itself(table)
        if own:
            later.append((table, [row for row in rows if any(row[column] is not None for column in own)]))
        connection.execute(insert(table), [row | dict.fromkeys(own) for row in rows])
        counts[table.name] = counts.get(table.name, 0) + len(rows)
    for table, rows in later:
        _link(connection, table, rows)
    _count_on(connection, tables)
    return counts


def _references_to_itself(table: SqlTable) -> list[str]:
    """Return the columns that point at rows of the same table, which may come later."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _link(connection: Connection, table: SqlTable, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        mine = [column == row[column.name] for column in table.primary_key.columns]
        values = {name: row[name] for name in _references_to_itself(table)}
        connection.execute(update(table).where(*mine).values(values))


def _count_on(connection: Connection, tables: MetaData) -> None:
    """Have PostgreSQL number new rows after those that were loaded with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.sorted_tables:
        for column in table.primary_key.columns:
            if isinstance(column.type, Integer) and column.server_default is not None:
                newest = select(func.max(column)).scalar_subquery()
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(select(func.setval(sequence, func.coalesce(newest, 1), newest.is_not(None))))


def _pack(value: Any) -> Any:
    """Return a value as JSON can hold it, with its kind where it has to be told."""
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).isoformat()}
    return {"d": value.isoformat()} if isinstance(value, date) else value


def _unpack(value: Any, connection: Connection) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, written),) = value.items()
    if kind == "b":
        return base64.b64decode(written)
    if kind == "d":
        return date.fromisoformat(written)
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=None) if connection.dialect.name == "sqlite" else moment
