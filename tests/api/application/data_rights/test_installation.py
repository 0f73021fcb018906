"""One data folder for one database: set up with one command, moved on purpose, refused otherwise."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from api.application import installation
from api.application.opening import open_store
from api.application.services import open_services
from api.cli import main
from api.platform.settings import Settings
from consent_db import Store
from consent_db.errors import DatabaseProblem
from tests.support.databases import postgres
from tests.support.gate import FakeWords, fake_engine
from tests.support.school import AMIRA_HUE, OFFICE, Clock, founded

__all__ = ["postgres"]

pytestmark = pytest.mark.postgres
NEW = "gatekeeper_new"
Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def empty(postgres: str) -> str:
    """The address of a database that was just created on a real PostgreSQL."""
    engine = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {NEW} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {NEW}"))
    return make_url(postgres).set(database=NEW).render_as_string(hide_password=False)


@pytest.fixture
def typed(empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Run a command with this database; return its code and what it printed."""
    monkeypatch.setenv("GATEKEEPER_DATABASE_URL", empty)

    def run(*arguments: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        code = main.run([*map(str, arguments)])
        printed = capsys.readouterr()
        return code, " ".join(f"{printed.out} {printed.err}".split())

    return run


def settings(folder: Path, url: str | None) -> Settings:
    return Settings(data=folder, database_url=url, second_factor=frozenset())


def test_a_new_postgresql_is_set_up_with_one_command(empty: str, tmp_path: Path) -> None:
    """`gatekeeper serve` on an empty database and an empty folder: keys, tables and the first link."""
    command = [sys.executable, "-c", "from api.cli.main import main; main()", "serve", "--port", "0"]
    environment = {"GATEKEEPER_DATABASE_URL": empty, "GATEKEEPER_DATA": str(tmp_path / "new"), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        process.kill()
    assert "/set-up/" in lines[-1], lines
    with open_store(settings(tmp_path / "new", empty)) as store, store.reading(OFFICE, datetime.now(UTC)) as tx:
        assert tx.users.none_yet()
        mark = json.loads((tmp_path / "new" / installation.FILE).read_text())
        assert mark == {"installation": tx.installation.current(), "bound": True}


def test_the_school_works_on_it_from_several_processes(empty: str, tmp_path: Path, clock: Clock) -> None:
    """Pictures are checked and approved, and a second opening of the same folder is no other machine."""
    with founded(tmp_path / "data", clock, database_url=empty) as school:
        assert school.check(AMIRA_HUE).approved
        with open_services(school.services.settings, fake_engine(), clock, FakeWords()):
            assert school.check(AMIRA_HUE).approved


def test_a_second_folder_on_one_database_is_refused_with_what_to_do(
    empty: str, tmp_path: Path, clock: Clock, typed: Typed
) -> None:
    """Whether the second folder is empty, has a copy of the keys, or belonged to another school."""
    with founded(tmp_path / "one", clock, database_url=empty):
        pass
    code, said = typed("audit", "verify", "--data", tmp_path / "two")
    assert code == 1
    assert "belongs to another data folder" in said
    assert "gatekeeper db adopt" in said
    assert not (tmp_path / "two" / "keys.json").exists()
    shutil.copy2(tmp_path / "one" / "keys.json", tmp_path / "two" / "keys.json")
    assert typed("serve", "--data", tmp_path / "two")[0] == 1
    with founded(tmp_path / "three", clock):
        pass
    assert "belongs to another database" in typed("doctor", "--data", tmp_path / "three")[1]
    assert typed("audit", "verify", "--data", tmp_path / "one")[0] == 0


def test_a_folder_is_refused_by_a_database_that_is_not_its_own(empty: str, tmp_path: Path, clock: Clock) -> None:
    """An emptied or mistyped database does not quietly begin a new school beside the old one's pictures."""
    with founded(tmp_path / "data", clock) as school:
        record = school.check(AMIRA_HUE)
    with pytest.raises(DatabaseProblem, match="another database"), open_store(settings(tmp_path / "data", empty)):
        pass
    assert (tmp_path / "data" / "pictures" / str(record.examined_key)).exists()


def test_a_moved_folder_goes_on(empty: str, tmp_path: Path, clock: Clock) -> None:
    """What the folder is called, and on which disk it lies, is no matter."""
    with founded(tmp_path / "old", clock, database_url=empty) as school:
        check = school.check(AMIRA_HUE)
    (tmp_path / "old").rename(tmp_path / "new")
    with open_services(settings(tmp_path / "new", empty), fake_engine(), clock, FakeWords()) as services:
        assert services.screener.releases.examined(check.id)


def test_a_deliberate_move_is_one_command_and_in_the_audit(
    empty: str, tmp_path: Path, clock: Clock, typed: Typed
) -> None:
    """The new folder says how many pictures it lacks, goes on, and the old one is refused from then on."""
    with founded(tmp_path / "old", clock, database_url=empty) as school:
        school.check(AMIRA_HUE)
    (tmp_path / "new").mkdir(mode=0o700)
    shutil.copy2(tmp_path / "old" / "keys.json", tmp_path / "new" / "keys.json")
    code, said = typed("db", "adopt", "--yes", "--data", tmp_path / "new")
    assert code == 0
    assert "Of 1 stored pictures 1 are not in" in said
    assert typed("audit", "verify", "--data", tmp_path / "new")[0] == 0
    assert typed("audit", "verify", "--data", tmp_path / "old")[0] == 1
    with open_store(settings(tmp_path / "new", empty)) as store, store.reading(OFFICE, clock()) as tx:
        entry = tx.audit.last("installation.bound")
        assert entry is not None
        assert json.loads(entry.payload)["why"] == "moved"


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_restored_backup_goes_with_its_new_folder(
    to: str, tmp_path: Path, clock: Clock, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore binds the new place, whatever the backup's belonged to, and the old place goes on too."""
    words = tmp_path / "words"
    words.touch(mode=0o600)
    words.write_text("five words chosen by dice\n")
    new = ("--passphrase-file", words)
    if to == "sqlite":
        monkeypatch.delenv("GATEKEEPER_DATABASE_URL")
    with monkeypatch.context() as apart:
        apart.delenv("GATEKEEPER_DATABASE_URL", raising=False)
        with founded(tmp_path / "old", clock) as school:
            school.check(AMIRA_HUE)
        assert typed("backup", tmp_path / "backup", "--data", tmp_path / "old", *new)[0] == 0
    code, said = typed("restore", tmp_path / "backup", "--no-tombstones", "--data", tmp_path / "new", *new)
    assert code == 0, said
    assert typed("audit", "verify", "--data", tmp_path / "new")[0] == 0
    monkeypatch.delenv("GATEKEEPER_DATABASE_URL", raising=False)
    assert typed("audit", "verify", "--data", tmp_path / "old")[0] == 0


def test_processes_that_found_a_school_together_found_one(tmp_path: Path) -> None:
    """Four that start at once in an empty folder agree about keys and id."""
    problems: list[Exception] = []

    def start() -> None:
        try:
            with open_store(settings(tmp_path / "data", None)):
                pass
        except Exception as error:  # noqa: BLE001, reported below
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@pytest.mark.parametrize("after", ["file", "database"])
def test_a_first_start_that_was_killed_is_made_good(
    tmp_path: Path, clock: Clock, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it had written only the folder's half, or both and not that both are."""
    write, written = installation._write, list[installation.Mark]()

    def killed(folder: Path, mark: installation.Mark, *, replace: bool) -> None:
        if len(written) == (1 if after == "database" else 0):
            if after == "file":
                write(folder, mark, replace=replace)
            raise KeyboardInterrupt
        written.append(mark)
        write(folder, mark, replace=replace)

    monkeypatch.setattr(installation, "_write", killed)
    with suppress(KeyboardInterrupt), open_store(settings(tmp_path / "data", None)):
        pass
    monkeypatch.undo()
    with open_store(settings(tmp_path / "data", None)) as store, store.reading(OFFICE, clock()) as tx:
        mark = json.loads((tmp_path / "data" / installation.FILE).read_text())
        assert mark == {"installation": tx.installation.current(), "bound": True}


def test_a_database_that_is_away_is_a_sentence(typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, which would quote the address with its password."""
    monkeypatch.setenv("GATEKEEPER_DATABASE_URL", "postgresql://gk:secret@127.0.0.1:1/none")
    code, said = typed("serve", "--data", tmp_path / "data")
    assert code == 1
    assert "GATEKEEPER_DATABASE_URL" in said
    assert "secret" not in said


def test_a_database_says_whether_it_has_a_school(empty: str, tmp_path: Path, clock: Clock) -> None:
    """Looked at without keys; nothing is made by looking."""
    assert not Store.founding(empty).founded
    with founded(tmp_path / "data", clock, database_url=empty) as school:
        found = Store.founding(empty)
        with school.services.store.reading(OFFICE, clock()) as tx:
            assert (found.founded, found.installation) == (True, tx.installation.current())
