"""The disk under the data folder: room, and shares of a network."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.cli import main
from api.platform import disk

MOUNTS = """22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
40 22 0:50 / /srv/school rw - nfs4 server:/export rw
41 40 8:2 / /srv/school/local rw - xfs /dev/sdb1 rw
42 22 0:51 / /mnt/with\\040space rw - cifs //server/share rw
43 22 0:52 / /mnt/ssh rw - fuse.sshfs user@server: rw
44 22 0:53 / /mnt/stick rw - fuseblk /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/school/data", "nfs4"),
        ("/srv/school/local/data", None),
        ("/srv/schools", None),
        ("/mnt/with space/data", "cifs"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/mnt/stick/data", None),
        ("/var/data", None),
    ],
)
def test_a_share_of_a_network_is_known_by_its_file_system(folder: str, kind: str | None) -> None:
    """The deepest mount above a folder counts, with its spaces, and a name that only begins alike does not."""
    assert disk.network_share(Path(folder), MOUNTS) == kind


def test_nothing_is_said_where_nothing_is_known() -> None:
    """Without a list of mounts, as on other systems than Linux, there is no warning."""
    assert disk.network_share(Path("/data"), "") is None


def _leave(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 -- as the standard library's
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10 * 1024**3, 10 * 1024**3 - free, free))


def test_a_full_disk_is_not_ready(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """`/readyz` fails before the disk is full, while everything can still be written down."""
    assert http.get("/readyz").status_code == 200
    _leave(monkeypatch, disk.LEAST - 1)
    answer = http.get("/readyz")
    assert (answer.status_code, answer.json()["storage"]) == (503, "failed")


def test_the_doctor_says_how_much_room_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With too little it is not ready; a folder that is not there is not made by looking."""
    mistyped = tmp_path / "dta"
    _leave(monkeypatch, disk.ENOUGH // 2)
    assert main.run(["doctor", "--data", str(mistyped)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "0.5 GiB of 10.0 GiB are free" in said
    assert "The disk is nearly full" in said
    assert "There is no folder" in said
    assert not mistyped.exists()


@pytest.mark.parametrize(
    "command",
    [
        ["audit", "verify"],
        ["roster", "export", "out.csv"],
        ["list", "show"],
        ["retention", "run"],
        ["client", "add", "x", "--channel", "website"],
        ["channel", "list"],
        ["takedown", "list"],
    ],
)
def test_no_school_is_set_up_in_a_folder_that_was_mistyped(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands that work with a school say that there is none, and leave nothing behind."""
    for folder in (tmp_path / "dta", tmp_path):
        assert main.run([*command, "--data", str(folder)]) != 0
        capsys.readouterr()
    assert list(tmp_path.iterdir()) == []
