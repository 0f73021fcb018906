"""The script of `docs/how-to/connect-a-scheduler.md`, run as its readers run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.support.gate import upload_of
from tests.support.http import LOOKED, NewClient, Program
from tests.support.paths import ROOT
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, School
from tests.support.serving import served

SCRIPT = ROOT / "docs" / "how-to" / "publish.py"

Run = Callable[[float], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def publisher(new_client: NewClient, school: School) -> Program:
    school.clock.moment = datetime.now(UTC)  # the script has a clock of its own
    return new_client("check", "publish")


@pytest.fixture
def run(http: TestClient, publisher: Program, free_tcp_port: int, tmp_path: Path) -> Iterator[Run]:
    def run(hue: float) -> subprocess.CompletedProcess[str]:
        (tmp_path / "a.png").write_bytes(upload_of(hue))
        words = [str(tmp_path / "a.png"), "website", "Planting beans", ",".join(ATTESTED), LOOKED]
        settings = {"GATE": f"http://127.0.0.1:{free_tcp_port}", "GATE_KEY": publisher.key}
        command = [sys.executable, str(SCRIPT), *words]
        return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)  # noqa: S603 -- our own script

    with served(http.app, free_tcp_port):
        yield run


def test_the_script_publishes_and_reports(run: Run, publisher: Program) -> None:
    """It prints the id under which the post is in the ledger."""
    done = run(AMIRA_HUE)
    assert done.stderr == ""
    (post,) = publisher.get("/v1/publications").json()["publications"]
    assert (done.returncode, done.stdout.strip(), post["takedown"]) == (0, post["id"], None)


def test_the_script_publishes_nothing_that_is_blocked(run: Run, publisher: Program) -> None:
    """It ends with the sentences for the person who sent the picture."""
    done = run(STRANGER_HUE)
    assert (done.returncode, "has not been cleared" in done.stderr) == (1, True)
    assert publisher.get("/v1/publications").json()["publications"] == []


def _typed(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in {"GATE", "GATE_KEY"}}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, env=own | settings, capture_output=True, text=True, check=False)  # noqa: S603 -- our own script


def test_a_refusal_is_a_sentence(run: Run, new_client: NewClient, free_tcp_port: int, tmp_path: Path) -> None:
    """401 and 403 end with what to do, never with a traceback."""
    (tmp_path / "a.png").write_bytes(upload_of(AMIRA_HUE))
    both = new_client("check", "publish").key
    for key, channel, said in (
        (new_client("check").key, "website", "403: This key lacks the scope 'publish'"),
        (both, "press", "403: This key is not for that channel"),
        ("gk_wrong", "website", "401: Send a valid key"),
    ):
        words = (str(tmp_path / "a.png"), channel, "Planting beans", ",".join(ATTESTED), LOOKED)
        done = _typed(*words, GATE=f"http://127.0.0.1:{free_tcp_port}", GATE_KEY=key)
        assert (done.returncode, done.stderr.startswith(said)) == (1, True), done.stderr


def test_what_is_missing_is_said(tmp_path: Path, free_tcp_port: int) -> None:
    """No arguments, no key, no picture, nobody at the address: a line each."""
    (tmp_path / "a.png").write_bytes(b"x")
    words = (str(tmp_path / "a.png"), "website", "Planting beans", "", LOOKED)
    nowhere = {"GATE": f"http://127.0.0.1:{free_tcp_port}", "GATE_KEY": "gk_x"}
    assert "PHOTO CHANNEL" in _typed(**nowhere).stderr
    assert "GATE_KEY" in _typed(*words).stderr
    assert "cannot be reached" in _typed(*words, **nowhere).stderr
    assert "No such file" in _typed(str(tmp_path / "b.png"), *words[1:], **nowhere).stderr
    assert "cannot be reached" in _typed(*words, GATE="http://[", GATE_KEY="gk_x").stderr
