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

from gatekeeper.testing import upload_of
from tests.api.conftest import NewClient, Program
from tests.screening.conftest import AMIRA_HUE, ATTESTED, STRANGER_HUE, School
from tests.serving import served

SCRIPT = Path(__file__).parents[2] / "docs" / "how-to" / "publish.py"

Run = Callable[[float], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def publisher(new_client: NewClient, school: School) -> Program:
    school.clock.moment = datetime.now(UTC)  # the script has a clock of its own
    return new_client("check", "publish")


@pytest.fixture
def run(http: TestClient, publisher: Program, free_tcp_port: int, tmp_path: Path) -> Iterator[Run]:
    def run(hue: float) -> subprocess.CompletedProcess[str]:
        (tmp_path / "a.png").write_bytes(upload_of(hue))
        words = [str(tmp_path / "a.png"), "website", "Planting beans", ",".join(ATTESTED)]
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
