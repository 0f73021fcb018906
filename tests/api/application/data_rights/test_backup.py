"""Backup and restore as people type it, with a real school in a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.application.data_rights import integrity
from api.application.opening import open_store
from api.application.services import open_services
from api.cli import main
from api.platform.settings import Settings
from consent_db.data_rights import tombstones
from consent_db.data_rights.tombstones import Tombstones
from gatekeeper.types import PersonId
from tests.support.gate import fake_engine
from tests.support.school import AMIRA_HUE, OFFICE, TOM_HUE, Clock, School, founded

Typed = Callable[..., tuple[int, str, str]]
NOW = datetime.now(UTC)


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Run a command with the passphrase in a private file; return its code and what it printed."""
    words = tmp_path / "words"
    words.touch(mode=0o600)
    words.write_text("five words chosen by dice\n")

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run([*map(str, arguments), "--passphrase-file", str(words)])
        out, err = capsys.readouterr()
        return code, " ".join(out.split()), " ".join(err.split())

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def people(data: Path) -> dict[str, PersonId]:
    """A school with two approved pictures, one of each."""
    with founded(data, Clock(NOW - timedelta(hours=1))) as school:
        assert school.check(AMIRA_HUE).approved
        assert school.check(TOM_HUE).approved
        return school.people


def test_a_backup_is_one_private_file_proved_by_restoring_it(data: Path, people: object, typed: Typed) -> None:
    """Nothing of the school can be read in it, nothing is left of the proof, and the audit tells of it."""
    file = data.parent / "school.backup"
    code, out, err = typed("backup", file, "--data", data)
    assert (code, err) == (0, "")
    assert "2 pictures, with the keys; restored for a proof, every cell and picture opened" in out
    assert file.stat().st_mode & 0o777 == 0o600
    assert not any(word in file.read_bytes() for word in (b"Amira", b"Khan", b"SQLite", b"audit", b"sealed"))
    assert not any(path.name.startswith((".proof", ".backup")) for path in [*data.iterdir(), *data.parent.iterdir()])
    assert "never replaced" in typed("backup", file, "--data", data)[2]


def test_a_restored_school_is_the_same_and_has_no_approval(
    data: Path, people: dict[str, PersonId], typed: Typed
) -> None:
    """People, consents and pictures are back; what was approved is to be checked again."""
    file, new = data.parent / "school.backup", data.parent / "new"
    typed("backup", file, "--data", data)
    code, out, _ = typed("restore", file, "--no-tombstones", "--data", new)
    assert (code, "Ended: 2 approvals" in out, "approve each channel anew (website)" in out) == (0, True, True)
    with open_services(Settings(data=new), fake_engine(), Clock(NOW)) as services:
        assert integrity.problems(services.store, services.screener.pictures, NOW) == []
        school = School(services, Clock(NOW), people)
        assert not school.check(AMIRA_HUE).approved
        with services.store.reading(OFFICE, NOW) as tx:
            assert {record.id for record in tx.people.all()} == set(people.values())
            assert not any(record.stands(NOW) for record in tx.checks.recent())
    assert sorted(path.name for path in new.iterdir()) == [
        "gatekeeper.sqlite3",
        "in-use.lock",
        "installation.json",
        "keys.json",
        "keys.json.tombstones",
        "pictures",
    ]


def test_whoever_was_erased_since_does_not_come_back(data: Path, people: dict[str, PersonId], typed: Typed) -> None:
    """The tombstones lie beside the key file, and without them nothing is restored."""
    file, new = data.parent / "school.backup", data.parent / "new"
    typed("backup", file, "--data", data)
    assert main.run(["person", "erase", people["Amira"], "--yes", "--data", str(data)]) == 0
    code, _, err = typed("restore", file, "--data", new)
    assert (code, "would come back" in err) == (1, True)
    stones = tombstones.beside(data / "keys.json")
    code, out, _ = typed("restore", file, "--tombstones", stones, "--data", new)
    assert (code, "Again erased: 1 people" in out) == (0, True)
    with open_store(Settings(data=new)) as store:
        with store.reading(OFFICE, NOW) as tx:
            assert {record.id for record in tx.people.all()} == {people["Tom"], people["Zoe"]}
        assert store.prove_erasure(people["Amira"]).holds
    assert len(list((new / "pictures").glob("*/*"))) == 1
    assert tombstones.read(tombstones.beside(new / "keys.json")) == Tombstones({people["Amira"]: False})


def test_a_restore_overwrites_nothing(data: Path, people: object, typed: Typed) -> None:
    """Neither an installation nor another key file."""
    file = data.parent / "school.backup"
    typed("backup", file, "--data", data)
    before = (data / "gatekeeper.sqlite3").read_bytes()
    assert "never replaced" in typed("restore", file, "--data", data)[2]
    assert (data / "gatekeeper.sqlite3").read_bytes() == before
    new = data.parent / "new"
    new.mkdir()
    (new / "keys.json").write_text("other")
    assert "Move that file away" in typed("restore", file, "--no-tombstones", "--data", new)[2]
    assert (new / "keys.json").read_text() == "other"


def test_a_restore_waits_for_nobody(data: Path, people: object, typed: Typed) -> None:
    """While another process works with the folder it is refused."""
    file = data.parent / "school.backup"
    typed("backup", file, "--data", data)
    with founded(data.parent / "busy", Clock(NOW)):
        assert "Stop it" in typed("restore", file, "--no-tombstones", "--data", data.parent / "busy")[2]


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.7, 0.9999])
def test_a_backup_that_was_cut_short_leaves_nothing_behind(
    data: Path, people: object, typed: Typed, share: float
) -> None:
    """Wherever it ends, the place is as empty as before, and the next restore works."""
    file, cut, new = data.parent / "school.backup", data.parent / "cut", data.parent / "new"
    typed("backup", file, "--no-proof", "--data", data)
    content = file.read_bytes()
    cut.write_bytes(content[: int(len(content) * share)])
    assert typed("restore", cut, "--no-tombstones", "--data", new)[0] == 1
    assert {path.name for path in new.rglob("*") if path.is_file()} <= {"in-use.lock"}
    assert typed("restore", file, "--no-tombstones", "--data", new)[0] == 0


def test_keys_may_be_kept_apart(data: Path, people: object, typed: Typed) -> None:
    """Then the key file has to be there before the restore."""
    file, new = data.parent / "school.backup", data.parent / "new"
    assert "without the keys" in typed("backup", file, "--without-keys", "--data", data)[1]
    assert "holds no keys" in typed("restore", file, "--no-tombstones", "--data", new)[2]
    shutil.copy(data / "keys.json", new / "keys.json")
    assert typed("restore", file, "--no-tombstones", "--data", new)[0] == 0


def test_a_restore_that_was_killed_is_not_used(data: Path, people: object, typed: Typed) -> None:
    """What it left says so, and nothing opens it."""
    (data / "restore-not-finished").touch()
    assert "not finished" in typed("backup", data.parent / "x", "--data", data)[2]


def test_a_picture_that_is_gone_or_changed_is_found(data: Path, people: object, typed: Typed) -> None:
    """`doctor --deep` and the proof of a backup open every picture."""
    first, second = sorted((data / "pictures").glob("examined/*"))
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1] + b"\x00")
    with open_services(Settings(data=data), fake_engine(), Clock(NOW)) as services:
        found = integrity.problems(services.store, services.screener.pictures, NOW)
    assert len(found) == 2
    assert any("is not there" in problem for problem in found)
    assert any("was changed or moved" in problem for problem in found)
    code, out, _ = typed("backup", data.parent / "x", "--data", data)
    assert (code, "Not whole" in out) == (1, True)
