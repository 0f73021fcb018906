"""What killed processes leave behind: nothing that holds keys or a copy of the school."""

from __future__ import annotations

import errno
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from api.application import leftovers
from api.application.opening import open_store
from api.cli import main
from api.platform.settings import Settings
from consent_db import Keyring
from consent_db.errors import KeyringProblem
from consent_db.keys import private_files
from consent_db.keys.private_files import is_abandoned, private_draft, private_folder, write_private
from gatekeeper.media.core_dumps import forbid_core_dumps
from tests.support.school import AMIRA_HUE, OFFICE, Clock, founded

KILLS = 6
_BACKUP = (
    "import sys; from pathlib import Path; from api.cli.main import main; print('go', flush=True);"
    "sys.exit(cli.run(['backup', sys.argv[2], '--data', sys.argv[1], '--passphrase-file', sys.argv[3]]))"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A school with two pictures, and a passphrase in a file."""
    with founded(tmp_path / "data", Clock(datetime.now(UTC))) as school:
        for _ in range(2):
            school.check(AMIRA_HUE)
    words = tmp_path / "words"
    words.touch(mode=0o600)
    words.write_text("five words chosen by dice\n")
    (tmp_path / "backups").mkdir()
    return school.services.settings


@pytest.fixture(params=["nameless", "named"])
def drafts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Drafts as on a disk, and as on a network share, which has no files without a name."""
    kind = str(request.param)
    if kind == "named":
        works = os.open

        def refusing(path: object, flags: int, *rest: int, **more: int) -> int:
            if flags & os.O_TMPFILE == os.O_TMPFILE:
                raise OSError(errno.EOPNOTSUPP, "not here")
            return works(path, flags, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", refusing)
    return kind


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def kill_a_backup(settings: Settings, file: Path, seconds: float) -> None:
    """Begin a backup in a process of its own, and kill -9 it after so long."""
    command = [sys.executable, "-c", _BACKUP, str(settings.data), str(file), str(settings.data.parent / "words")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        assert process.stdout.readline() == b"go\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


def test_a_killed_backup_leaves_nothing_once_something_starts(settings: Settings, tmp_path: Path) -> None:
    """Kill -9 at moments spread over a whole backup: no copy, no keys, no draft, here or beside the backups."""
    before, chance = files(settings.data), random.Random(20261128)
    began = time.monotonic()
    command = ["backup", str(tmp_path / "whole"), "--data", str(settings.data)]
    assert main.run([*command, "--passphrase-file", str(tmp_path / "words")]) == 0
    takes = time.monotonic() - began
    for number in range(KILLS):
        kill_a_backup(settings, tmp_path / "backups" / f"{number}.backup", chance.uniform(0, takes))
        with open_store(settings):
            pass
        assert files(settings.data) == before | {"keys.json.tombstones"}
        assert all(name.endswith(".backup") for name in files(tmp_path / "backups"))


def test_what_a_start_removes_is_in_the_audit_and_the_doctor_sees_it_before(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A proof with a copy of the school, and a draft of a key file, as a killed release before this one left them."""
    proof = settings.data / f"{leftovers.PROOF}old"
    proof.mkdir()
    (proof / "keys.json").write_text("keys")
    (settings.data / f"{private_files.DRAFT}old").write_text("keys")
    assert len(leftovers.found(settings)) == 2
    assert main.run(["doctor", "--data", str(settings.data)]) == 1
    assert "An interrupted backup left something behind" in " ".join(capsys.readouterr().out.split())
    with open_store(settings) as store, store.reading(OFFICE, datetime.now(UTC)) as tx:
        told = tx.audit.last("leftovers.removed")
    assert told is not None
    assert told.payload == '{"count":2}'
    assert leftovers.found(settings) == []


def test_work_in_progress_is_no_leftover(settings: Settings, drafts: str) -> None:
    """What another process is writing or proving stays, whatever starts meanwhile."""
    with private_folder(settings.data, leftovers.PROOF) as folder, private_draft(settings.data) as draft:
        assert leftovers.sweep(settings) == 0
        assert folder.exists()
        assert (draft.name is not None) is (drafts == "named")
        draft.link_once(settings.data / "there")
    assert not folder.exists()
    assert (settings.data / "there").exists()


def test_a_draft_on_a_share_is_found_again_wherever_it_was(settings: Settings, tmp_path: Path) -> None:
    """The data folder remembers where a backup was being written; nothing else there is touched."""
    draft = tmp_path / "backups" / f"{leftovers.BACKUP}lost"
    draft.write_bytes(b"sealed")
    other = tmp_path / "backups" / "holiday.jpg"
    other.touch()
    killed = [leftovers.noted(settings.data, path) for path in (draft, other)]
    for one in killed:
        one.__enter__()  # and never left
    with open_store(settings):
        pass
    assert (draft.exists(), other.exists()) == (False, True)
    assert list((settings.data / "backup-drafts").iterdir()) == []


def test_a_file_is_there_wholly_or_not_at_all(tmp_path: Path, drafts: str) -> None:
    """Written once or in place of another, private, with no draft beside it, on either kind of disk."""
    path = tmp_path / "secret"
    write_private(path, b"one", replace=False)
    with pytest.raises(FileExistsError):
        write_private(path, b"two", replace=False)
    assert path.read_bytes() == b"one"
    write_private(path, b"three", replace=True)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"three", 0o600)
    assert [file.name for file in tmp_path.iterdir()] == ["secret"], drafts


def test_a_full_disk_leaves_the_old_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rotation that cannot be written down changes nothing on the disk."""
    keyring = Keyring.create(tmp_path / "keys.json")
    before = (tmp_path / "keys.json").read_bytes()
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        with pytest.raises(OSError, match="full"):
            keyring.add_key()
    assert (tmp_path / "keys.json").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_what_is_not_there_is_not_abandoned(tmp_path: Path) -> None:
    """A draft that was finished between two looks is no leftover."""
    assert not is_abandoned(tmp_path / "gone")
    with pytest.raises(KeyringProblem):
        private_files.read_private(tmp_path / "gone", "key file")


# --- core dumps --------------------------------------------------------------------------

_DIES = """
import os, resource, signal, sys
os.chdir(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
from gatekeeper.media.core_dumps import forbid_core_dumps
if sys.argv[2] == "forbidden":
    forbid_core_dumps()
os.kill(os.getpid(), signal.SIGSEGV)
"""


def core_dumped(folder: Path, how: str) -> bool:
    """Let a process die of a violation, with the largest limit; say whether the kernel dumped its memory."""
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", _DIES, str(folder), how], dict(os.environ))
    _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGSEGV
    return os.WCOREDUMP(status)


def test_a_process_that_dies_leaves_no_core_dump(tmp_path: Path) -> None:
    """Not even where the limit was lifted before; the same death without the call leaves one."""
    assert not core_dumped(tmp_path, "forbidden")
    if core_dumped(tmp_path, "allowed"):
        assert len(list(tmp_path.glob("core*"))) <= 1


@pytest.fixture
def serving(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The real command line program, serving."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-c", "from api.cli.main import main; main()", "serve", "--port", str(port)]
    environment = {**os.environ, "GATEKEEPER_DATA": str(settings.data)}
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        last = time.monotonic() + 60
        while time.monotonic() < last:
            with suppress(httpx2.TransportError):
                assert httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
                break
            time.sleep(0.1)
        yield process
        process.kill()


def limits_of(pid: int) -> str:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line for line in lines if line.startswith("Max core file size"))


def test_the_server_and_its_workers_leave_no_core_dump(serving: subprocess.Popen[bytes]) -> None:
    """The limit holds in every process of the program, and the kernel keeps their memory from others of its user."""
    children = Path(f"/proc/{serving.pid}/task/{serving.pid}/children").read_text().split()
    assert children
    for pid in (serving.pid, *map(int, children)):
        assert limits_of(pid).split()[4:6] == ["0", "0"]


def test_forbidding_core_dumps_twice_changes_nothing() -> None:
    """Every program calls it, and what it started does so again."""
    code = "from gatekeeper.media.core_dumps import *; forbid_core_dumps(); forbid_core_dumps(); "
    code += "import sys; sys.exit(leaves_core_dumps())"
    assert callable(forbid_core_dumps)
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code
